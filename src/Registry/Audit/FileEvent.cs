using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Proof;

namespace Registry.Audit;

/// <summary>One line of an exported file's <c>events.jsonl</c>: the event as it is stored, as it reads, and what proves it.</summary>
/// <param name="Raw">The content as it is stored, sealed values sealed.</param>
/// <param name="Facts">The content as it reads; •••• stands for what is not opened.</param>
/// <param name="Digests">The commitments, base64.</param>
/// <param name="Openings">Openings of the commitments by field, for every field that reads.</param>
/// <param name="Leaf">The leaf of the public log, base64; null while the log has not taken it in.</param>
public sealed record FileEvent(
    Act Act, JsonObject Raw, JsonObject Facts, IReadOnlyList<string> Digests, IReadOnlyDictionary<string, string> Openings, string? Leaf)
{
    /// <summary>The stored events of these streams in the order in which they happened, with their proofs.</summary>
    public static async Task<IReadOnlyList<FileEvent>> ReadAsync(Reading reading, IReadOnlyList<string> streams, CancellationToken ct)
    {
        var events = new List<FileEvent>();
        foreach (var stream in streams)
        {
            // The history first: what is appended meanwhile has proofs that nothing asks for, and no event lacks its own.
            var history = await reading.Session.Events.FetchStreamAsync(stream, token: ct);
            var proofs = (await reading.Session.QueryAsync<Proofs>(
                $$"""
                select jsonb_build_object('Event', e.id, 'Raw', e.data, 'Digests', translate(encode(c.digests, 'base64'), E'\n', ''), 'Openings', c.openings, 'Leaf', translate(encode(l.entry, 'base64'), E'\n', ''))
                from {{Store.Schema}}.mt_events e
                left join {{Store.Schema}}.{{Commitments.Table}} c on c.event_id = e.id
                left join {{Store.Schema}}.{{LeafTable.Name}} l on l.event_id = e.id
                where e.stream_id = ?
                """, ct, stream)).ToDictionary(p => p.Event);
            foreach (var e in history)
            {
                var proof = proofs[e.Id];
                var facts = Revealed.Of(e.Data, reading.Open);
                events.Add(new FileEvent(
                    Act.Of(e), proof.Raw, facts, [.. Convert.FromBase64String(proof.Digests ?? "").Chunk(32).Select(Convert.ToBase64String)], Opened(proof.Openings ?? [], e.Id, reading), proof.Leaf));
            }
        }
        return [.. events.OrderBy(e => e.Act.Sequence)];
    }

    /// <summary>One that was altered where it is stored is left out; the check of the file then names its field.</summary>
    private static Dictionary<string, string> Opened(JsonObject openings, Guid id, Reading reading)
    {
        var opened = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, kept) in openings)
            try
            {
                if (kept!["open"]?.GetValue<string>() is { } open)
                    opened[name] = open;
                else if (kept["key"]!.GetValue<string>() is var key && Revealed.IsReadable(key)
                    && reading.Vault.OpenBytes(Convert.FromBase64String(kept["box"]!.GetValue<string>()), key, Commitments.OpeningLabel(id, name)) is { } bytes)
                    opened[name] = Encoding.ASCII.GetString(bytes);
            }
            catch (Exception altered) when (altered is InvalidOperationException or FormatException or NullReferenceException or CryptographicException)
            {
                continue;
            }
        return opened;
    }

    /// <summary>Whether it passes for an event of before role and on-behalf-of were committed to.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOld => !EventSeal.Later.Any(Openings.ContainsKey);

    /// <summary>
    /// Names of the fields that do not read as they were committed to, <c>data</c> for a content that cannot even be read; the check of a file needs nothing but
    /// the file, and whoever wrote it may have written anything.
    /// </summary>
    /// <param name="newer">Whether an earlier event opens role and on-behalf-of; then this one must, too.</param>
    public IReadOnlyList<string> Faults(bool newer)
    {
        try
        {
            return Compared(newer);
        }
        catch (Exception altered) when (altered is InvalidOperationException or FormatException or ArgumentException or JsonException or NullReferenceException or KeyNotFoundException)
        {
            return ["data"];
        }
    }

    private List<string> Compared(bool newer)
    {
        var digests = Digests.ToHashSet(StringComparer.Ordinal);
        var faults = new List<string>();
        if (Leaf is { } leaf && !LeafEntry.DigestsOf(Convert.FromBase64String(leaf)).SequenceEqual(Digests))
            faults.Add("leaf");
        var facts = new EventFacts(Act.Kind, Act.At.UtcDateTime, Act.Stream, Act.Id, Act.Actor, Act.Definition, Act.Role, Act.OnBehalfOf);
        // What is stored names the fields; what reads is compared. Where nothing is sealed both must say the same.
        foreach (var (name, value, key, _) in Commitments.FieldsOf(facts, Raw, _ => null))
        {
            var read = name.StartsWith("data.", StringComparison.Ordinal) ? At(Facts, name["data.".Length..]) : value;
            // An event of before these two were committed to opens neither.
            if (!newer && EventSeal.Later.Contains(name) && IsOld)
                continue;
            // A field without an opening proves nothing, so it may say nothing of what was sealed.
            if (Openings.TryGetValue(name, out var opening)
                ? !EventSeal.Opens(opening, name, read, d => digests.Contains(Convert.ToBase64String(d)))
                : key is null || !ReadsAs(At(Raw, name["data.".Length..]), read, IsUnopened))
                faults.Add(name);
        }
        if (!ReadsAs(Raw, Facts, _ => true))
            faults.Add("data");
        return faults;
    }

    /// <summary>A field by its name: <c>Name</c>, <c>Name.Inner</c> or <c>Name[0]</c>.</summary>
    private static JsonNode? At(JsonObject facts, string name)
    {
        if (name.EndsWith(']') && name.Split('[', ']') is [var list, var index, _] && int.TryParse(index, out var at))
            return facts[list] is JsonArray items && at < items.Count ? items[at] : null;
        return name.Split('.', 2) is [var outer, var inner] ? (facts[outer] as JsonObject)?[inner] : facts[name];
    }

    /// <summary>What reads has every member and every item that is stored and no other, and says the same; in the place of a sealed value stands what is allowed there.</summary>
    private static bool ReadsAs(JsonNode? raw, JsonNode? read, Func<JsonValue, bool> opened) => (raw, read) switch
    {
        (JsonObject box, _) when Revealed.IsBox(box) => read is JsonValue text && opened(text),
        (JsonObject one, JsonObject other) => one.Count == other.Count && one.All(m => other.ContainsKey(m.Key) && ReadsAs(m.Value, other[m.Key], opened)),
        (JsonArray one, JsonArray other) => one.Count == other.Count && one.Zip(other).All(p => ReadsAs(p.First, p.Second, opened)),
        _ => JsonNode.DeepEquals(raw, read),
    };

    private static bool IsUnopened(JsonValue value) => value.TryGetValue<string>(out var text) && text == Revealed.Unopened;

    private sealed record Proofs(Guid Event, JsonObject Raw, string? Digests, JsonObject? Openings, string? Leaf);
}
