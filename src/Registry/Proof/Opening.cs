using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Registry.Proof;

/// <summary>One opened field as it is handed out: its name, its value, and the text from which anybody computes the digest that stands in the leaf.</summary>
/// <param name="Text">Base64url of <c>[salt, name, value]</c>.</param>
public sealed record Opening(string Name, JsonNode? Value, string Text)
{
    /// <summary>Reads an opening.</summary>
    public static Opening Of(string text)
    {
        var parts = JsonNode.Parse(Base64Url.DecodeFromChars(text))!.AsArray();
        return new Opening(parts[1]!.GetValue<string>(), parts[2]?.DeepClone(), text);
    }

    /// <summary>As a member of a disclosure or a receipt.</summary>
    public JsonObject ToJson() => new() { ["name"] = Name, ["value"] = Value?.DeepClone(), ["opening"] = Text };

    /// <summary>The plain openings of an event as they are stored; those of sealed fields are not among them.</summary>
    public static IEnumerable<Opening> Plain(string stored) =>
        JsonNode.Parse(stored)!.AsObject().Select(field => field.Value?["open"]?.GetValue<string>()).OfType<string>().Select(Of);
}
