using Marten;
using Npgsql;
using Registry.Platform;
using Weasel.Postgresql.Tables;

namespace Registry.Proof;

/// <summary>The leaves of the log as they were made, one row each, numbered without holes. What is published are these bytes.</summary>
public sealed class LeafTable(IDocumentStore store)
{
    /// <summary>The table's name.</summary>
    public const string Name = "log_leaves";

    private const string Full = $"{Store.Schema}.{Name}";

    /// <summary>The table. A leaf that was taken back from the public log after a restore has no event.</summary>
    internal static Table Definition()
    {
        var table = new Table(Full);
        table.AddColumn<long>("index").AsPrimaryKey();
        table.AddColumn<long>("seq").AllowNulls().AddIndex(i => i.IsUnique = true);
        table.AddColumn<Guid>("event_id").AllowNulls().AddIndex(i => i.IsUnique = true);
        table.AddColumn<DateTimeOffset>("batch").NotNull().AddIndex();
        table.AddColumn("entry", "bytea").NotNull();
        table.AddColumn("hash", "bytea").NotNull();
        return table;
    }

    /// <summary>How many leaves there are.</summary>
    public Task<long> CountAsync(CancellationToken ct) => OneAsync($"select coalesce(max(index) + 1, 0) from {Full}", ct);

    /// <summary>The store's number of the last event that the log has taken in.</summary>
    public Task<long> LastSequenceAsync(CancellationToken ct) => OneAsync($"select coalesce(max(seq), 0) from {Full}", ct);

    /// <summary>How many leaves are due to be published.</summary>
    public Task<long> DueAsync(DateTimeOffset now, CancellationToken ct) =>
        OneAsync($"select coalesce(max(index) + 1, 0) from {Full} where batch <= $1", ct, now);

    /// <summary>Waits, not longer than told, until the log has taken in the event with this sequence number; whether it has.</summary>
    public async Task<bool> HasTakenInAsync(long sequence, TimeSpan patience, CancellationToken ct)
    {
        const int pause = 20;
        for (var left = patience; ; left -= TimeSpan.FromMilliseconds(pause))
        {
            if (sequence == 0 || await OneAsync($"select count(*) from {Full} where seq = $1", ct, sequence) > 0)
                return true;
            if (left <= TimeSpan.Zero)
                return false;
            await Task.Delay(pause, ct);
        }
    }

    /// <summary>The hashes of leaves, in order.</summary>
    public async Task<IReadOnlyList<byte[]>> HashesAsync(long from, long to, CancellationToken ct)
    {
        var hashes = new List<byte[]>(checked((int)(to - from)));
        await foreach (var hash in ColumnAsync("hash", from, to, ct))
            hashes.Add(hash);
        return hashes.Count == to - from ? hashes : throw new InvalidDataException($"leaves {from} to {to - 1} of {Full} are not whole: {hashes.Count} of {to - from}");
    }

    /// <summary>The bytes of leaves, in order.</summary>
    public IAsyncEnumerable<byte[]> EntriesAsync(long from, long to, CancellationToken ct) => ColumnAsync("entry", from, to, ct);

    /// <summary>The leaf of an event: its number and bytes; null while the log has not taken it in.</summary>
    public async Task<(long Index, byte[] Entry)?> OfEventAsync(Guid id, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = new NpgsqlCommand($"select index, entry from {Full} where event_id = $1", connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private async IAsyncEnumerable<byte[]> ColumnAsync(string column, long from, long to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = new NpgsqlCommand($"select {column} from {Full} where index >= $1 and index < $2 order by index", connection)
        {
            Parameters = { new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return reader.GetFieldValue<byte[]>(0);
    }

    private async Task<long> OneAsync(string sql, CancellationToken ct, params object[] arguments)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    internal async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = (NpgsqlConnection)store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        return connection;
    }
}
