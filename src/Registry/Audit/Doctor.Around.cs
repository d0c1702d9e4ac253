using Marten;
using Npgsql;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Mail;

namespace Registry.Audit;

public sealed partial class Doctor
{
    /// <summary>Every file that an event or a draft names lies there with the bytes of its digest, unless it was destroyed; what nothing names is an orphan.</summary>
    private async Task EvidenceAsync(IQuerySession session, HashSet<(string Stream, string Digest)> named, CancellationToken ct)
    {
        await foreach (var draft in session.Query<Draft>().ToAsyncEnumerable(ct))
            named.UnionWith(draft.Evidence.Select(e => (draft.Id, e.Sha256)));
        var (read, wrong) = (0, 0);
        var owned = new HashSet<(string Owner, string Digest)>();
        foreach (var (stream, digest) in named.OrderBy(n => n.Stream, StringComparer.Ordinal))
        {
            // A file is kept under the id of its stream, or under the whole name where the id alone is none.
            var owners = new[] { stream[(stream.IndexOf('/') + 1)..], stream };
            owned.UnionWith(owners.Select(o => (o, digest)));
            if (owners.Select(o => EvidenceStore.SubjectOf(o, digest)).Any(s => keys.IsDestroyed(s) || keys.IsWithheld(s)))
                continue;
            read++;
            if (await FaultOfAsync(owners, digest, ct) is { } code)
            {
                wrong++;
                Add(code, Severity.Fault, ("stream", stream), ("digest", digest));
            }
        }
        var orphans = 0;
        var kept = settings.Files.OrphanGrace;
        await foreach (var file in files.ListAsync(ct))
            if (!owned.Contains((file.Owner, file.Digest)) && file.Since < TimeProvider.System.GetUtcNow() - kept)
            {
                orphans++;
                Add("orphan-file", Severity.Note, ("owner", file.Owner), ("digest", file.Digest.Length > 0 ? file.Digest : file.Place));
            }
        if (wrong == 0)
            Fine("evidence", ("count", read), ("orphans", orphans));
    }

    /// <summary>How far each view that follows the events has come.</summary>
    internal static async Task<Dictionary<string, long>> ProgressAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var progress = new Dictionary<string, long>(StringComparer.Ordinal);
        if (await HasTableAsync(connection, $"{Store.Schema}.mt_event_progression", ct))
            await foreach (var row in RowsAsync(connection, $"select name, last_seq_id from {Store.Schema}.mt_event_progression", ct))
                progress[row.GetString(0)] = row.GetInt64(1);
        return progress;
    }

    private async Task<string?> FaultOfAsync(string[] owners, string digest, CancellationToken ct)
    {
        foreach (var owner in owners)
            try
            {
                if (!await evidence.HasAsync(owner, digest, ct))
                    continue;
                return await evidence.ReadAsync(owner, digest, ct) is null ? "file-unopened" : null;
            }
            catch (Exception altered) when (altered is InvalidDataException or InvalidOperationException or System.Security.Cryptography.CryptographicException)
            {
                return "file-changed";
            }
        return "file-missing";
    }

    private const string Skipped = $"""
        select count(*) from {Store.Schema}.mt_high_water_skips s where exists (
            select from {Store.Schema}.mt_events e where e.seq_id > s.starting_sequence and e.seq_id <= s.ending_sequence and {NoTombstone}
                and e.seq_id <= (select last_seq_id from {Store.Schema}.mt_event_progression where name = 'PublicLog:All')
                and not exists (select from {Store.Schema}.{Proof.LeafTable.Name} l where l.event_id = e.id))
        """;

    /// <summary>Work that did not get done: dead letters, skipped events, views that lag, messages and mails that wait.</summary>
    private async Task WaitingAsync(NpgsqlConnection connection, IQuerySession session, CancellationToken ct)
    {
        var before = findings.Count;
        foreach (var table in new[] { $"{Store.Schema}.mt_doc_deadletterevent", "messages.wolverine_dead_letters" })
            if (await HasTableAsync(connection, table, ct) && await ScalarAsync<long>(connection, $"select count(*) from {table}", ct) is > 0 and var dead)
                Add("dead-letters", Severity.Fault, ("table", table), ("count", dead));
        // A killed database leaves numbers that no event ever bears, and passing them over loses nothing. An event in a gap that was passed over never reached the log.
        if (await HasTableAsync(connection, $"{Store.Schema}.mt_high_water_skips", ct) && await ScalarAsync<long>(connection, Skipped, ct) is > 0 and var skipped)
            Add("skipped-events", Severity.Fault, ("count", skipped));
        foreach (var table in new[] { "messages.wolverine_incoming_envelopes", "messages.wolverine_outgoing_envelopes" })
            if (await HasTableAsync(connection, table, ct) && await ScalarAsync<long>(connection, $"select count(*) from {table}{(table.Contains("incoming", StringComparison.Ordinal) ? " where status <> 'Handled'" : "")}", ct) is > 0 and var waiting)
                Add("messages-wait", Severity.Note, ("table", table), ("count", waiting));
        if (await HasTableAsync(connection, $"{Jobs.Schema}.job", ct) && await ScalarAsync<long>(connection, $"select count(*) from {Jobs.Schema}.job where statename = 'Failed'", ct) is > 0 and var failed)
            Add("jobs-failed", Severity.Fault, ("count", failed));
        if (await session.Query<Letter>().CountAsync(l => l.State == LetterState.GivenUp, ct) is > 0 and var stuck)
            Add("letters-stuck", Severity.Note, ("count", stuck));
        var highest = await ScalarAsync<long>(connection, $"select coalesce(max(seq_id), 0) from {Store.Schema}.mt_events", ct);
        foreach (var (name, reached) in await ProgressAsync(connection, ct))
            if (name != "HighWaterMark" && reached < highest)
                Add("view-lags", Severity.Note, ("view", name), ("behind", highest - reached));
        if (findings.Count == before)
            Fine("waiting");
    }
}
