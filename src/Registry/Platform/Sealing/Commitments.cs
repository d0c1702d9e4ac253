using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;

namespace Registry.Platform.Sealing;

/// <summary>
/// The one place that every append passes. It seals the sealed values of each new event and, in the same transaction,
/// stores one salted commitment for each of the event's fields, kind and time included. The public log is made of these
/// commitments later; they cannot be added afterwards, which is why they arise here.
/// <para>A commitment is SHA-256 over base64url(JSON [salt, name, value]) with a random 32-byte salt of its own, so equal
/// values are unrelated and a dictionary finds nothing. The count is padded to a multiple of 16 with random digests, so the
/// kind cannot be guessed from it. The opening of a sealed field is itself sealed under that field's key: destroying the
/// key destroys value and salt together.</para>
/// </summary>
public sealed class Commitments(Vault vault, JsonSerializerOptions json) : DocumentSessionListenerBase
{
    /// <summary>The table of commitments, one row for each event.</summary>
    public const string Table = "commitments";

    /// <summary>A leaf of the public log holds at most 65,535 bytes; a digest takes 45 of them and the header lines under 300.</summary>
    public const int MostFields = 1424;

    /// <summary>Streams of this kind have a key for each step: <c>application/id/step/event</c>.</summary>
    public const string OwnKeyRoom = "application", OwnKeyStep = "step";

    /// <summary>In which role, and for whom, the actor acted. Leaves that were made before these were committed to have neither.</summary>
    public const string RoleField = "role", OnBehalfOfField = "on-behalf-of";

    private const int Padding = 16, SaltSize = 32;

    /// <inheritdoc />
    public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
    {
        foreach (var stream in session.PendingChanges.Streams())
            foreach (var e in stream.Events)
                Commit(session, stream.Key!, e);
        return Task.CompletedTask;
    }

    private void Commit(IDocumentSession session, string stream, IEvent e)
    {
        var fields = Fields(stream, e);
        if (fields.Count > MostFields)
            throw new EventTooLargeException(e.EventTypeName, fields.Count);

        var openings = new JsonObject();
        var digests = new List<byte[]>();
        foreach (var (name, value, key) in fields)
        {
            var opening = Opening(name, value);
            digests.Add(SHA256.HashData(Encoding.ASCII.GetBytes(opening)));
            openings[name] = key is null
                ? new JsonObject { ["open"] = opening }
                : new JsonObject { ["key"] = key, ["box"] = Convert.ToBase64String(vault.SealBytes(Encoding.ASCII.GetBytes(opening), key, OpeningLabel(e.Id, name))) };
        }
        while (digests.Count % Padding != 0)
            digests.Add(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));
        digests.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));

        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        session.QueueSqlCommand(
            $"insert into {session.DocumentStore.Options.DatabaseSchemaName}.{Table} (event_id, subject_salt, digests, openings) values (?, ?, ?, ?::jsonb)",
            e.Id, salt, digests.SelectMany(d => d).ToArray(), openings.ToJsonString());
    }

    /// <summary>Where the opening of a sealed field is bound to.</summary>
    public static string OpeningLabel(Guid eventId, string field) => $"opening|{eventId:N}|{field}";

    /// <summary>The fields of a stored event as they are committed: name, value as JSON with sealed values opened, and the key that seals the value if any part of it is sealed.</summary>
    public IReadOnlyList<(string Name, JsonNode? Value, string? Key)> FieldsOf(string stream, IEvent e) => Fields(stream, e);

    private List<(string Name, JsonNode? Value, string? Key)> Fields(string stream, IEvent e)
    {
        SealValues(e.Data, stream, e.Id);
        var data = JsonSerializer.SerializeToNode(e.Data, e.Data.GetType(), json)!.AsObject();
        var facts = new EventFacts(
            e.EventTypeName, e.Timestamp.UtcDateTime, stream, e.Id, e.UserName, e.GetHeader("definition")?.ToString(), e.GetHeader("role")?.ToString(), e.GetHeader("on-behalf-of")?.ToString());
        return [.. FieldsOf(facts, data, vault.Open).Select(f => (f.Name, f.Value, f.Key))];
    }

    /// <summary>The fields of an event that commitments are made for: name, value as JSON, the key that seals the value if any part of it is sealed.</summary>
    /// <param name="facts">What stands beside its content.</param>
    /// <param name="data">Its content, sealed values as they are stored.</param>
    /// <param name="open">Opens a sealed value; null when its key was destroyed or is withheld, and then the field's value cannot be told.</param>
    internal static IEnumerable<(string Name, JsonNode? Value, string? Key, bool Told)> FieldsOf(EventFacts facts, JsonObject data, Func<Sealed, string?> open)
    {
        yield return ("kind", facts.Kind, null, true);
        yield return ("time", facts.Time.ToString("O"), null, true);
        yield return ("stream", facts.Stream, null, true);
        yield return ("event", facts.Event.ToString("N"), null, true);
        yield return ("actor", facts.Actor, null, true);
        yield return ("definition", facts.Definition, null, true);
        yield return (RoleField, facts.Role, null, true);
        yield return (OnBehalfOfField, facts.OnBehalfOf, null, true);
        foreach (var (name, value) in Flatten(data))
        {
            string? key = null;
            var told = true;
            var plain = Reveal(value, open, ref key, ref told);
            yield return (name, plain, key, told);
        }

        static IEnumerable<(string, JsonNode?)> Flatten(JsonObject data)
        {
            foreach (var (name, value) in data)
                if (value is JsonObject inner && !IsBox(inner))
                    foreach (var (innerName, innerValue) in inner)
                        yield return ($"data.{name}.{innerName}", innerValue);
                else if (value is JsonArray list && list.SelectMany(KeysIn).Distinct().Skip(1).Any())
                    // Items under keys of their own, as the files of an application are: each is a field, so that one can be destroyed without the others.
                    for (var i = 0; i < list.Count; i++)
                        yield return ($"data.{name}[{i}]", list[i]);
                else
                    yield return ($"data.{name}", value);
        }
    }

    /// <summary>Puts the text in the place of each sealed value, and names the key. One field is sealed under one key.</summary>
    private static JsonNode? Reveal(JsonNode? node, Func<Sealed, string?> open, ref string? key, ref bool told)
    {
        switch (node)
        {
            case JsonObject box when IsBox(box):
                var value = box.Deserialize<SealedBox>(Json.Store)!;
                if (key is not null && key != value.Key)
                    throw new InvalidOperationException("One field of an event holds values under two keys; give each its own field.");
                key = value.Key;
                var text = open(Sealed.From(value));
                told &= text is not null;
                return text;
            case JsonObject map:
                var revealed = new JsonObject();
                foreach (var (name, inner) in map)
                    revealed[name] = Reveal(inner, open, ref key, ref told);
                return revealed;
            case JsonArray list:
                var items = new JsonArray();
                foreach (var inner in list)
                    items.Add(Reveal(inner, open, ref key, ref told));
                return items;
            default:
                return node?.DeepClone();
        }
    }

    private static IEnumerable<string> KeysIn(JsonNode? node) => node switch
    {
        JsonObject box when IsBox(box) => [box["key"]!.GetValue<string>()],
        JsonObject map => map.SelectMany(m => KeysIn(m.Value)),
        JsonArray list => list.SelectMany(KeysIn),
        _ => [],
    };

    private static bool IsBox(JsonObject node) => node.Count == 3 && node.ContainsKey("key") && node.ContainsKey("at") && node.ContainsKey("box");

    private void SealValues(object data, string stream, Guid eventId) =>
        SealedValues.ForEach(data, (value, path) => vault.Seal(value, SubjectOf(stream, eventId), $"{stream}|{eventId:N}|{path}"));

    /// <summary>
    /// The words of one step of an application lie under a key of their own, because they may have to be destroyed without the others (procedure 2);
    /// elsewhere a stream is destroyed as a whole.
    /// </summary>
    private static string SubjectOf(string stream, Guid eventId) =>
        stream.StartsWith(OwnKeyRoom + "/", StringComparison.Ordinal) ? $"{stream}/{OwnKeyStep}/{eventId:N}" : stream;

    private static string Opening(string name, JsonNode? value)
    {
        var salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltSize));
        var array = new JsonArray(salt, name, value?.DeepClone());
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(array.ToJsonString(Plain)));
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>What stands beside an event's content and is committed to with it.</summary>
internal sealed record EventFacts(string Kind, DateTime Time, string Stream, Guid Event, string? Actor, string? Definition, string? Role, string? OnBehalfOf);

/// <summary>An event has more fields than a leaf of the public log can hold. It is refused before it exists: once stored it could never be published.</summary>
public sealed class EventTooLargeException(string kind, int fields) : Exception($"An event of kind {kind} has {fields} fields; a leaf holds {Commitments.MostFields}.");
