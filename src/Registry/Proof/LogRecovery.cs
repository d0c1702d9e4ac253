using System.Globalization;
using System.Text;
using Npgsql;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>
/// After an older database was restored: takes the missing leaves back, byte for byte, from the published bundles. They hold commitments only, so the tree can
/// go on, and the log itself proves which events were lost and have to be collected again.
/// </summary>
public sealed class LogRecovery(LeafTable leaves, LogFiles files, LastSigned signed)
{
    /// <summary>Takes them back. Nothing is written unless the published tiles give the signed root and agree with the leaves that are still here.</summary>
    /// <returns>The first and the number of the leaves taken back, or why not.</returns>
    public async Task<(long First, long Count, string? Problem)> TakeBackAsync(CancellationToken ct)
    {
        if (signed.Lost is { } origin)
            return (0, 0, $"this registry was restored without the log {origin}");
        if (signed.Read() is not { Checkpoint: { Size: var size } checkpoint })
            return (0, 0, "nothing was signed yet");
        var first = await leaves.CountAsync(ct);
        if (first >= size)
            return (first, 0, null);
        try
        {
            return await TakeBackAsync(checkpoint, first, ct);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
        {
            return (first, 0, missing.Message);
        }
    }

    private async Task<(long First, long Count, string? Problem)> TakeBackAsync(Checkpoint checkpoint, long first, CancellationToken ct)
    {
        var size = checkpoint.Size;
        var tree = Tiles.Reader(size, path => files.Read(path.ToString()));
        if (!Merkle.Root(size, tree).AsSpan().SequenceEqual(checkpoint.RootHash))
            return (first, 0, "the published tiles do not give the signed root");
        var kept = await leaves.HashesAsync(0, first, ct);
        for (var i = 0; i < first; i++)
            if (!kept[i].AsSpan().SequenceEqual(tree(0, i)))
                return (first, 0, $"leaf {i} of the database is not the published one");

        await using var connection = await leaves.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var bundle in Tiles.Bundles(first, size))
        {
            var entries = Tiles.Unbundle(files.Read(bundle.ToString()));
            for (var i = Math.Max(first, bundle.Index * TilePath.Full); i < bundle.Index * TilePath.Full + entries.Count; i++)
            {
                var entry = entries[(int)(i - bundle.Index * TilePath.Full)];
                var hash = Merkle.Leaf(entry);
                if (!hash.AsSpan().SequenceEqual(tree(0, i)))
                    return (first, 0, $"the published entry {i} is not the one in the tree");
                await using var insert = new NpgsqlCommand($"insert into {Store.Schema}.{LeafTable.Name} (index, batch, entry, hash) values ($1, $2, $3, $4)", connection, transaction)
                {
                    Parameters = { new() { Value = i }, new() { Value = BatchOf(entry) }, new() { Value = entry }, new() { Value = hash } },
                };
                await insert.ExecuteNonQueryAsync(ct);
            }
        }
        await transaction.CommitAsync(ct);
        return (first, size - first, null);
    }

    private static DateTimeOffset BatchOf(byte[] entry) =>
        DateTimeOffset.Parse(Encoding.ASCII.GetString(entry).Split('\n')[2]["batch ".Length..], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
