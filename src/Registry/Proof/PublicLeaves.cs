using Marten;
using Npgsql;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>The leaves of public events, by the store's sequence number, and those that prove a count of objections.</summary>
public sealed class PublicLeaves
{
    private static readonly string[] Kinds = [.. EventBook.All.Where(e => e.Mark.Public).Select(e => e.Mark.Name)];
    private readonly Dictionary<long, long> bySequence = [];
    private readonly Dictionary<long, (List<long> Received, List<long> Handled)> counted = [];

    /// <summary>The leaf of the event with this sequence number; null while the log has not taken it in.</summary>
    public long? Of(long sequence) => bySequence.TryGetValue(sequence, out var leaf) ? leaf : null;

    /// <summary>The leaves of the objections that a count counted, and of their ends.</summary>
    /// <param name="sequence">Of the event that counted.</param>
    public (IReadOnlyList<long> Received, IReadOnlyList<long> Handled) Counted(long sequence) => counted.TryGetValue(sequence, out var leaves) ? leaves : ([], []);

    /// <summary>Reads them.</summary>
    public static async Task<PublicLeaves> ReadAsync(LeafTable table, CancellationToken ct)
    {
        var leaves = new PublicLeaves();
        await using var connection = await table.OpenAsync(ct);
        await using (var command = new NpgsqlCommand(
            $"select e.seq_id, l.index from {Store.Schema}.mt_events e join {Store.Schema}.{LeafTable.Name} l on l.event_id = e.id where e.type = any($1)", connection))
        {
            command.Parameters.Add(new() { Value = Kinds });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                leaves.bySequence[reader.GetInt64(0)] = reader.GetInt64(1);
        }
        await using (var command = new NpgsqlCommand($"""
            select c.seq_id, l.index, e.type = 'objection-filed'
            from {Store.Schema}.mt_events c
            join {Store.Schema}.mt_events f on f.type = 'objection-filed' and 'publicity/' || (f.data ->> 'Publicity') = c.stream_id
            join {Store.Schema}.mt_events e on e.stream_id = f.stream_id and e.seq_id < c.seq_id
                and e.type in ('objection-filed', 'conclusion-confirmed', 'objection-found-inadmissible', 'objection-withdrawn')
            join {Store.Schema}.{LeafTable.Name} l on l.event_id = e.id
            where c.type = 'objections-counted'
            order by c.seq_id, l.index
            """, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                var of = leaves.counted.TryGetValue(reader.GetInt64(0), out var known) ? known : leaves.counted[reader.GetInt64(0)] = ([], []);
                (reader.GetBoolean(2) ? of.Received : of.Handled).Add(reader.GetInt64(1));
            }
        }
        return leaves;
    }
}
