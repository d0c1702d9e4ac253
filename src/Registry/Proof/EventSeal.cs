using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Platform.Sealing;

namespace Registry.Proof;

/// <summary>An event as it lies in the table, beside its commitments and its leaf of the public log.</summary>
/// <param name="Digests">The commitments; null when there are none.</param>
/// <param name="Openings">The openings of the commitments as JSON.</param>
/// <param name="Leaf">Its leaf's bytes; null while the log has not taken it in.</param>
internal sealed record StoredEvent(
    long Sequence, Guid Id, string Stream, long Version, string Kind, string Data, DateTime At, string? Actor, string? Definition, byte[]? Digests, string? Openings, byte[]? Leaf,
    string? Role, string? OnBehalfOf);

/// <summary>
/// Whether a stored event still says what it said when it was appended. Every field is compared with its commitment, and the commitments with the leaf of
/// the public log; so a change by hand is found even if its author changed the openings too. A field whose key was destroyed can no longer be compared.
/// </summary>
internal static class EventSeal
{
    private const int DigestSize = SHA256.HashSizeInBytes;

    /// <summary>Fields that old events were not committed with.</summary>
    public static readonly IReadOnlyList<string> Later = [Commitments.RoleField, Commitments.OnBehalfOfField];

    /// <summary>
    /// Names of the fields that differ; empty if nothing was changed. <c>commitments</c> and <c>leaf</c> stand for the rows beside the event, <c>data</c> for a
    /// content that cannot even be read. What is stored is compared, never what this program makes of it: the check needs no type and no version of an event.
    /// </summary>
    public static IReadOnlyList<string> Faults(StoredEvent e, Vault vault)
    {
        if (e.Digests is null || e.Openings is null)
            return ["commitments"];
        var faults = new List<string>();
        if (e.Leaf is { } leaf && !IsMadeOf(leaf, e.Digests))
            faults.Add("leaf");
        try
        {
            Compare(e, e.Digests, e.Openings, vault, faults);
        }
        catch (Exception altered) when (altered is InvalidOperationException or FormatException or CryptographicException or JsonException or NullReferenceException or ArgumentException)
        {
            faults.Add("data");
        }
        return faults;
    }

    /// <summary>Whether a leaf's bytes hold exactly these digests.</summary>
    public static bool IsMadeOf(ReadOnlySpan<byte> leaf, byte[] digests) =>
        Encoding.ASCII.GetString(leaf).EndsWith(
            $"\nfields {digests.Length / DigestSize}\n{string.Concat(digests.Chunk(DigestSize).Select(d => Convert.ToBase64String(d) + "\n"))}", StringComparison.Ordinal);

    private static void Compare(StoredEvent e, byte[] committed, string kept, Vault vault, List<string> faults)
    {
        var digests = committed.Chunk(DigestSize).Select(Convert.ToHexStringLower).ToHashSet(StringComparer.Ordinal);
        var openings = JsonNode.Parse(kept)!.AsObject();
        var facts = new EventFacts(e.Kind, e.At, e.Stream, e.Id, e.Actor, e.Definition, e.Role, e.OnBehalfOf);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in Commitments.FieldsOf(facts, JsonNode.Parse(e.Data)!.AsObject(), vault.Open))
        {
            seen.Add(field.Name);
            // An old event has neither of the two; which events are old is for whoever reads them in order.
            if (Later.Contains(field.Name) && IsOld(openings))
                continue;
            if (!Holds(field.Name, field.Value, field.Key, field.Told, openings[field.Name] as JsonObject, digests, e.Id, vault))
                faults.Add(field.Name);
        }
        faults.AddRange(openings.Select(o => o.Key).Where(name => !seen.Contains(name)));
    }

    /// <summary>Whether an event was recorded before role and on-behalf-of were committed to. Once one of the history has them, every later one must.</summary>
    public static bool IsOld(string? openings)
    {
        try
        {
            return openings is not null && JsonNode.Parse(openings) is JsonObject kept && IsOld(kept);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsOld(JsonObject openings) => !Later.Any(openings.ContainsKey);

    private static bool Holds(string name, JsonNode? value, string? key, bool told, JsonObject? kept, HashSet<string> digests, Guid id, Vault vault)
    {
        // A value that lies under another key than it did, or open where it was sealed, was written by somebody else.
        if (kept is null || kept["key"]?.GetValue<string>() != key)
            return false;
        var opening = kept["open"]?.GetValue<string>();
        if (opening is null)
        {
            if (!told || vault.OpenBytes(Convert.FromBase64String(kept["box"]!.GetValue<string>()), kept["key"]!.GetValue<string>(), Commitments.OpeningLabel(id, name)) is not { } bytes)
                return true;
            opening = Encoding.ASCII.GetString(bytes);
        }
        return Opens(opening, name, value, d => digests.Contains(Convert.ToHexStringLower(d)));
    }

    /// <summary>Whether an opening is committed to and says exactly this of the field.</summary>
    public static bool Opens(string opening, string name, JsonNode? value, Func<byte[], bool> isCommitted)
    {
        return isCommitted(LeafEntry.Digest(opening))
            && JsonNode.Parse(Base64Url.DecodeFromChars(opening)) is JsonArray { Count: 3 } parts
            && parts[1]!.GetValue<string>() == name
            && (name == "time" ? SameInstant(parts[2], value) : JsonNode.DeepEquals(parts[2], value));
    }

    /// <summary>The database keeps microseconds; an event's own instant may have been finer.</summary>
    private static bool SameInstant(JsonNode? one, JsonNode? other) =>
        DateTime.TryParse(one?.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var first)
        && DateTime.TryParse(other?.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var second)
        && (first - second).Duration() <= TimeSpan.FromMicroseconds(1);
}
