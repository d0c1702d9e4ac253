using Marten;
using Npgsql;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Proof;

/// <summary>One thing that is not as the log says.</summary>
/// <param name="Code">Stable code, for example <c>event-altered</c>.</param>
/// <param name="Leaf">The leaf, if there is one.</param>
/// <param name="Event">The event's id, if there is one.</param>
/// <param name="Detail">Where it lies and what was found, without what the event says.</param>
public sealed record LogFault(string Code, long? Leaf, Guid? Event, string Detail);

/// <summary>
/// Compares the history in the database with the log: every event with the commitments that were made with it, every leaf with the event it stands for and
/// with what was published. Whoever can write to the database but has not signed the log is found here, and the event is named. The history is read once, row
/// by row; what is stored is compared, so neither its length nor a type that this program does not know any more is a hindrance.
/// </summary>
public sealed class LogDoctor(LeafTable leaves, LogFiles files, LastSigned signed, Vault vault)
{
    private sealed record Row(
        long? Leaf, long? Seq, Guid? LeafEvent, byte[]? Entry, byte[]? Hash, Guid? Id, long Sequence, string? Stream, long Version, byte[]? Digests, string? Openings, byte[]? SubjectSalt,
        string? Data, string? Kind, DateTime? At, string? Actor, string? Definition, string? Role, string? OnBehalfOf)
    {
        /// <summary>The event beside its leaf: what the leaf commits to decides, not what lies beside the event.</summary>
        public StoredEvent Event => new(Sequence, Id!.Value, Stream!, Version, Kind!, Data!, At!.Value.ToUniversalTime(), Actor, Definition, DigestsOf(Entry!) ?? Digests, Openings, Entry, Role, OnBehalfOf);

        private static byte[]? DigestsOf(byte[] entry)
        {
            try
            {
                return [.. LeafEntry.DigestsOf(entry).SelectMany(Convert.FromBase64String)];
            }
            catch (Exception altered) when (altered is FormatException or ArgumentException)
            {
                return null;
            }
        }
    }

    /// <summary>Everything that is wrong, in the log's order; nothing when all is well.</summary>
    public async Task<IReadOnlyList<LogFault>> ExamineAsync(CancellationToken ct)
    {
        var faults = new List<LogFault>();
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var published = signed.Read()?.Checkpoint.Size ?? 0;
        var tree = Tiles.Reader(published, path => files.Read(path.ToString()));
        var newer = false;
        var (next, lastTaken) = (0L, await leaves.LastSequenceAsync(ct));
        await foreach (var row in RowsAsync(ct))
        {
            if (row.Leaf is { } leaf)
            {
                if (leaf != next)
                    faults.Add(new LogFault("leaf-missing", next, null, $"leaves {next} to {leaf - 1} are not in the database"));
                next = leaf + 1;
                CheckLeaf(row, leaf, leaf < published ? tree(0, leaf) : null, faults);
            }
            if (row.Id is not { } id)
            {
                faults.Add(row.LeafEvent is null
                    ? new LogFault("event-lost", row.Leaf, null, "the leaf was taken back from the public log after a restore; its event is lost")
                    : new LogFault("event-removed", row.Leaf, row.LeafEvent, $"sequence {row.Seq}: the event is in the log and not in the database"));
                continue;
            }
            if (row.Leaf is null)
            {
                if (row.Sequence <= lastTaken)
                    faults.Add(new LogFault("event-inserted", null, id, $"{row.Stream} version {row.Version}, sequence {row.Sequence}: the event is in the database and not in the log"));
                continue;
            }
            if (row.Seq != row.Sequence)
                faults.Add(new LogFault("event-moved", row.Leaf, id, $"{row.Stream}: the event had sequence {row.Seq} and has {row.Sequence}"));
            if (row.SubjectSalt is not null && !IsOnItsStream(row))
            {
                faults.Add(new LogFault("event-moved", row.Leaf, id, $"the event stands on {row.Stream} now, which is not the stream it was recorded on"));
                continue;
            }
            if (row.Version <= versions.GetValueOrDefault(row.Stream!))
                faults.Add(new LogFault("event-swapped", row.Leaf, id, $"{row.Stream}: version {row.Version} comes after version {versions[row.Stream!]} in the log"));
            versions[row.Stream!] = Math.Max(row.Version, versions.GetValueOrDefault(row.Stream!));
            var old = EventSeal.IsOld(row.Openings);
            if (old && newer)
                faults.Add(new LogFault("commitments-removed", row.Leaf, id, $"{row.Stream} version {row.Version}: the openings of {Commitments.RoleField} and {Commitments.OnBehalfOfField} are gone"));
            newer |= !old && row.Openings is not null;
            // Commitments that are gone or differ from the leaf were told of already.
            if (EventSeal.Faults(row.Event, vault).Except(["leaf", "commitments"]).ToList() is { Count: > 0 } altered)
                faults.Add(new LogFault("event-altered", row.Leaf, id, $"{row.Stream} version {row.Version}: {string.Join(", ", altered)}"));
        }
        if (next < published)
            faults.Add(new LogFault("leaf-missing", next, null, $"leaves {next} to {published - 1} are published and not in the database"));
        return [.. faults.OrderBy(f => f.Leaf ?? long.MaxValue)];
    }

    private static void CheckLeaf(Row row, long leaf, byte[]? published, List<LogFault> faults)
    {
        var (before, hash) = (faults.Count, Merkle.Leaf(row.Entry));
        if (!hash.AsSpan().SequenceEqual(row.Hash))
            faults.Add(new LogFault("leaf-altered", leaf, row.LeafEvent, "the leaf's bytes do not give its stored hash"));
        if (published is not null && !hash.AsSpan().SequenceEqual(published))
            faults.Add(new LogFault("leaf-differs", leaf, row.LeafEvent, "the leaf in the database is not the published one"));
        if (faults.Count > before)
            return;
        if (row.Digests is not { } digests)
        {
            if (row.Id is not null)
                faults.Add(new LogFault("commitments-removed", leaf, row.Id, $"{row.Stream} version {row.Version}: the event's commitments are gone"));
            return;
        }
        if (!EventSeal.IsMadeOf(row.Entry, digests))
            faults.Add(new LogFault("commitments-altered", leaf, row.Id, $"{row.Stream} version {row.Version}: the stored commitments are not those in the leaf"));
    }

    private static bool IsOnItsStream(Row row) =>
        System.Text.Encoding.ASCII.GetString(row.Entry!).Contains($"\nsubject {Convert.ToBase64String(LeafEntry.Subject(row.SubjectSalt, row.Stream!))}\n", StringComparison.Ordinal);

    private async IAsyncEnumerable<Row> RowsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await leaves.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"""
            select l.index, l.seq, l.event_id, l.entry, l.hash, e.id, coalesce(e.seq_id, 0), e.stream_id, coalesce(e.version, 0), c.digests, c.openings::text, c.subject_salt, e.data::text,
                e.type, e.timestamp, e.user_name, e.headers ->> 'definition', e.headers ->> 'role', e.headers ->> 'on-behalf-of'
            from {Store.Schema}.{LeafTable.Name} l
            full join (select * from {Store.Schema}.mt_events where type <> 'tombstone') e on e.id = l.event_id
            left join {Store.Schema}.{Commitments.Table} c on c.event_id = coalesce(e.id, l.event_id)
            order by l.index nulls last, e.seq_id
            """, connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return new Row(
                Get<long?>(0), Get<long?>(1), Get<Guid?>(2), Get<byte[]?>(3), Get<byte[]?>(4), Get<Guid?>(5), reader.GetInt64(6), Get<string?>(7), reader.GetInt64(8),
                Get<byte[]?>(9), Get<string?>(10), Get<byte[]?>(11), Get<string?>(12),
                Get<string?>(13), Get<DateTime?>(14), Get<string?>(15), Get<string?>(16), Get<string?>(17), Get<string?>(18));

        T? Get<T>(int column) => reader.IsDBNull(column) ? default : reader.GetFieldValue<T>(column);
    }
}
