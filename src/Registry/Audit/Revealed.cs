using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Audit;

/// <summary>An event's content as a reader may see it: each sealed value opened, or marked as one that is not opened here.</summary>
public static class Revealed
{
    /// <summary>Streams whose sealed texts the auditor reads: reasons and opinions of offices, and applications. Never who objected, reported or scored.</summary>
    private static readonly string[] Readable = ["application/", "batch/", "city-report/", "publicity/", "announcement/", "case/", "review-request/", "organisation/"];

    private static readonly string Personal = Applications.FrozenForm.PersonalKey("");

    /// <summary>What stands for a sealed value that is not opened here.</summary>
    public const string Unopened = "••••";

    /// <summary>The content as JSON with sealed values in words.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="open">Opens what the reader may read.</param>
    public static JsonObject Of(object data, Func<Sealed, string?> open) =>
        (JsonObject)Reveal(JsonSerializer.SerializeToNode(data, data.GetType(), Json.Store)!, open)!;

    /// <summary>Whether an auditor may read what is sealed under this key. What is personal in an application (contacts, who went to an on-site check) is not.</summary>
    public static bool IsReadable(string key) => Readable.Any(p => key.StartsWith(p, StringComparison.Ordinal)) && !key.EndsWith(Personal, StringComparison.Ordinal);

    /// <summary>Whether a node is a sealed value as it is stored.</summary>
    public static bool IsBox(JsonObject node) => node.Count == 3 && node.ContainsKey("key") && node.ContainsKey("at") && node.ContainsKey("box");

    private static JsonNode? Reveal(JsonNode? node, Func<Sealed, string?> open) => node switch
    {
        JsonObject box when IsBox(box) => Opened(Sealed.From(box.Deserialize<SealedBox>(Json.Store)!), open),
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Reveal(m.Value, open)))),
        JsonArray list => new JsonArray([.. list.Select(i => Reveal(i, open))]),
        _ => node?.DeepClone(),
    };

    private static JsonValue Opened(Sealed value, Func<Sealed, string?> open) =>
        IsReadable(value.Box!.Key) && open(value) is { } text ? JsonValue.Create(text) : JsonValue.Create(Unopened);
}
