using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Proof;

namespace Registry.Audit;

public sealed partial class Doctor
{
    private const string NoTombstone = "type <> 'tombstone'";

    /// <summary>Versions 1 to n of every stream without a hole, as many as the stream's own row says; no commitment and no leaf without its event.</summary>
    private async Task StreamsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var before = findings.Count;
        var sql = $"""
            select coalesce(s.id, e.stream_id), coalesce(s.version, 0), coalesce(e.events, 0), coalesce(e.last, 0)
            from {Store.Schema}.mt_streams s
            full join (select stream_id, count(*) events, max(version) last from {Store.Schema}.mt_events where {NoTombstone} group by stream_id) e on e.stream_id = s.id
            where s.id is distinct from 'mt_tombstone' and (s.id is null or coalesce(e.events, 0) <> s.version or coalesce(e.last, 0) <> s.version)
            order by 1
            """;
        await foreach (var row in RowsAsync(connection, sql, ct))
            Add("stream-gap", Severity.Fault, ("stream", row.GetString(0)), ("version", row.GetInt64(1)), ("events", row.GetInt64(2)), ("last", row.GetInt64(3)));
        // Commitments and leaf are two traces of an event, so one is missed even if whoever deleted it has removed the other.
        var deleted = $"""
            select t.event_id from (select event_id from {Store.Schema}.{Commitments.Table} union select event_id from {Store.Schema}.{LeafTable.Name} where event_id is not null) t
            where not exists (select from {Store.Schema}.mt_events e where e.id = t.event_id) order by 1
            """;
        await foreach (var row in RowsAsync(connection, deleted, ct))
            Add("event-deleted", Severity.Fault, ("event", row.GetGuid(0)));
        if (await ScalarAsync<long>(connection, $"select count(*) from {Store.Schema}.{LeafTable.Name} where event_id is null", ct) is > 0 and var lost)
            Add("events-lost", Severity.Note, ("count", lost));
        if (findings.Skip(before).All(f => f.Severity < Severity.Fault))
            Fine("streams", ("count", await ScalarAsync<long>(connection, $"select count(*) from {Store.Schema}.mt_streams", ct)));
    }

    /// <summary>Every event against its commitments. On the way it notes which files events name, and the views are folded anew.</summary>
    private async Task<HashSet<(string Stream, string Digest)>> EventsAsync(NpgsqlConnection connection, IReadOnlyList<IReplay> views, CancellationToken ct)
    {
        var named = new HashSet<(string, string)>();
        var (count, wrong, newer) = (0L, 0L, false);
        var sql = $"""
            select e.seq_id, e.id, e.stream_id, e.version, e.type, e.data::text, e.timestamp, e.user_name, e.headers ->> 'definition', c.digests, c.openings::text, l.entry, e.headers ->> 'role', e.headers ->> 'on-behalf-of'
            from {Store.Schema}.mt_events e
            left join {Store.Schema}.{Commitments.Table} c on c.event_id = e.id
            left join {Store.Schema}.{LeafTable.Name} l on l.event_id = e.id
            where {NoTombstone} order by e.seq_id
            """;
        await foreach (var row in RowsAsync(connection, sql, ct))
        {
            var e = new StoredEvent(
                row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetDateTime(6).ToUniversalTime(), Text(7), Text(8), Bytes(9), Text(10), Bytes(11), Text(12), Text(13));
            count++;
            // Once an event has these two, every later one must.
            var old = EventSeal.IsOld(e.Openings);
            string[] faults = [.. EventSeal.Faults(e, vault), .. old && newer ? EventSeal.Later : []];
            newer |= !old && e.Openings is not null;
            if (faults.Length > 0)
            {
                wrong++;
                Add("event-changed", Severity.Fault, ("event", e.Id), ("stream", e.Stream), ("version", e.Version), ("kind", e.Kind), ("fields", string.Join(", ", faults)));
            }
            FilesOf(JsonNode.Parse(e.Data), e.Stream, named);
            Fold(e, views);

            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
            byte[]? Bytes(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
        }
        if (wrong == 0)
            Fine("events", ("count", count));
        return named;
    }

    private void FilesOf(JsonNode? node, string stream, HashSet<(string, string)> named)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                    FilesOf(item, stream, named);
                break;
            case JsonObject map:
                foreach (var (name, value) in map)
                    if (NamesFile(name, stream) && DigestOf(value) is { } digest)
                        named.Add((stream, digest));
                    else
                        FilesOf(value, stream, named);
                break;
        }
    }

    /// <summary>A city report names its two scans by their digests alone; everything else names files as <c>Sha256</c>.</summary>
    private static bool NamesFile(string name, string stream) =>
        name == "Sha256" || (name is "Document" or "SummaryTable" && stream.StartsWith("city-report/", StringComparison.Ordinal));

    private string? DigestOf(JsonNode? value)
    {
        var text = value switch
        {
            JsonValue plain => plain.ToString(),
            JsonObject box when Revealed.IsBox(box) => TryOpen(box),
            _ => null,
        };
        return text is not null && EvidenceStore.IsDigest(text) ? text : null;
    }

    /// <summary>A sealed digest that was altered is told of with its event; here it names no file.</summary>
    private string? TryOpen(JsonObject box)
    {
        try
        {
            return vault.Open(Sealed.From(JsonSerializer.Deserialize<SealedBox>(box, Json.Store)!));
        }
        catch (Exception altered) when (altered is InvalidOperationException or JsonException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
