using System.Buffers.Binary;
using System.Globalization;

namespace Verify;

/// <summary>The keys that a log is trusted by.</summary>
/// <param name="Keys">Those that sign now.</param>
/// <param name="Retired">Those that signed before, each with the size up to which its signatures count.</param>
public sealed record LogTrust(IReadOnlyList<VerifierKey> Keys, IReadOnlyList<(long Until, VerifierKey Key)> Retired)
{
    /// <summary>Whose signature counts below a checkpoint of this size.</summary>
    public IEnumerable<VerifierKey> For(long size) => Keys.Concat(Retired.Where(r => size <= r.Until).Select(r => r.Key));

    /// <summary>Reads a line of the published list: size and key; null if it is none.</summary>
    public static (long Until, VerifierKey Key)? Parse(string line) =>
        line.Split(' ') is [var size, var text] && Checkpoint.Number(size) is { } until && VerifierKey.Parse(text) is { } key ? (until, key) : null;
}

/// <summary>What later checks need from the walk over the log.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Trust">Its trusted keys.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Entries">The exact bytes of the leaves that were asked for.</param>
/// <param name="Roots">The roots of the sizes that were asked for.</param>
/// <param name="Latest">The last batch.</param>
public sealed record Walked(
    string Origin, LogTrust Trust, long Size, IReadOnlyDictionary<long, byte[]> Entries, IReadOnlyDictionary<long, byte[]> Roots, DateTimeOffset Latest);

/// <summary>
/// Walks the whole log as a stranger: every leaf from the bundles, every tile against what the leaves make it, the signed checkpoint against the root.
/// Only one bundle and one tile of each level are held at a time.
/// </summary>
public sealed class LogCheck(Source site, string below, Report report)
{
    private const int TileWidth = 256;

    /// <summary>Reads and trusts keys and checkpoint.</summary>
    /// <param name="trusted">Keys that the reader brings along; empty to take the published ones at their word.</param>
    /// <param name="policy">Who must have signed, if the reader or the log says so.</param>
    /// <returns>Null where nothing further can be checked.</returns>
    public async Task<(Checkpoint Checkpoint, LogTrust Trust, byte[] Note)?> OpenAsync(IReadOnlyList<VerifierKey> trusted, Policy? policy, CancellationToken ct)
    {
        var published = (await TextAsync("key", ct))?.Split('\n').Where(l => l.Length > 0).Select(VerifierKey.Parse).ToList();
        if (published is not { Count: > 0 } || published.Any(k => k is null))
        {
            report.Break("log.key", "没有可读的日志公钥 log/key。", "There is no readable key of the log at log/key.");
            return null;
        }
        var retired = (await TextAsync("retired", ct))?.Split('\n').Where(l => l.Length > 0).Select(LogTrust.Parse).ToList() ?? [];
        if (retired.Contains(null))
        {
            report.Break("log.key", "已停用公钥的清单 log/retired 无法读取。", "The list of retired keys at log/retired cannot be read.");
            return null;
        }
        var keys = trusted.Count > 0 ? trusted : [.. published.Select(k => k!)];
        if (trusted.Count == 0)
            report.Leave("log.trust", $"未给出 --key，按站点公布的公钥核对：{string.Join(' ', keys)}", $"No --key was given; the published key is taken at its word: {string.Join(' ', keys)}");
        else if (!trusted.Any(t => published.Contains(t)) && retired.FirstOrDefault(r => trusted.Contains(r!.Value.Key)) is { } one)
            report.Break("log.trust", $"给出的公钥已停用，只对 {one.Until} 条以内的检查点有效；现用公钥为 {string.Join(' ', published)}", $"The given key was retired; it counts up to {one.Until} leaves. The log's key is now {string.Join(' ', published)}");
        else if (!trusted.Any(t => published.Contains(t)))
            report.Break("log.trust", "站点公布的公钥与给出的公钥都不相同。", "None of the given keys is among the published ones.");
        else
            report.Hold("log.trust", "给出的公钥就是站点公布的公钥。", "The given key is the published one.");
        // The reader brought a key and vouches for no other: what one that is retired signed counts at the site's word.
        if (trusted.Count > 0 && retired.Select(r => r!.Value).Where(r => !trusted.Contains(r.Key)).Select(r => $"{r.Key} ≤ {r.Until}").ToList() is { Count: > 0 } named)
            report.Leave("log.trust", $"已停用的公钥未由 --key 给出，较早的证明按站点的说法核对：{string.Join(' ', named)}", $"Retired keys were not given with --key; earlier proofs count by them at the site's word: {string.Join(' ', named)}");

        if (await site.ReadAsync(below + "checkpoint", ct) is not { } bytes || Note.Parse(bytes) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint)
        {
            report.Break("log.checkpoint", "没有可读的检查点 log/checkpoint。", "There is no readable checkpoint at log/checkpoint.");
            return null;
        }
        var signers = note.SignedBy([.. keys, .. policy?.Witnesses ?? [], .. policy?.Logs ?? []]);
        if (signers is null || !signers.Any(s => keys.Contains(s.Key) && s.Key.Name == checkpoint.Origin))
        {
            report.Break("log.checkpoint", "检查点没有日志公钥的有效签名。", "The checkpoint is not signed by the log's key.");
            return null;
        }
        report.Hold("log.checkpoint", $"检查点由 {checkpoint.Origin} 签名，共 {checkpoint.Size} 条。", $"The checkpoint of {checkpoint.Size} leaves is signed by {checkpoint.Origin}.");
        if (policy is not null)
        {
            var witnesses = string.Join('、', signers.Where(s => s.Time is not null).Select(s => $"{s.Key.Name} {s.Time!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"));
            if (policy.IsMetBy(signers))
                report.Hold("log.witness", $"签名满足策略：{witnesses}", $"Those who signed are enough for the policy: {witnesses}");
            else
                report.Break("log.witness", $"签名不满足策略：{witnesses}", $"Those who signed are not enough for the policy: {witnesses}");
        }
        return (checkpoint, new LogTrust(keys, [.. retired.Select(r => r!.Value)]), bytes);
    }

    /// <summary>Walks all leaves.</summary>
    /// <param name="checkpoint">The checkpoint to reach.</param>
    /// <param name="trust">The log's keys.</param>
    /// <param name="wanted">Leaves whose bytes are needed afterwards.</param>
    /// <param name="sizes">Sizes whose roots are needed afterwards.</param>
    public async Task<Walked?> WalkAsync(Checkpoint checkpoint, LogTrust trust, IReadOnlySet<long> wanted, IReadOnlySet<long> sizes, CancellationToken ct)
    {
        var tree = new GrowingTree();
        var tiles = new List<List<byte[]>>();
        var (entries, roots) = (new Dictionary<long, byte[]>(), new Dictionary<long, byte[]>());
        var (batch, batches, checkedTiles) = (DateTimeOffset.MinValue, 0, 0);
        if (sizes.Contains(0))
            roots[0] = Tree.Empty;
        for (long bundle = 0; bundle * TileWidth < checkpoint.Size; bundle++)
        {
            var width = (int)Math.Min(TileWidth, checkpoint.Size - bundle * TileWidth);
            if (Split(await TileAsync("tile/entries/", bundle, width, ct), width) is not { } leaves)
            {
                report.Break("log.entries", $"第 {bundle * TileWidth} 条起的条目包缺失或损坏。", $"The bundle of leaves from {bundle * TileWidth} is missing or broken.");
                return null;
            }
            await EarlierAsync("tile/entries/", bundle, leaves, sizes, 0, l => [(byte)(l.Length >> 8), (byte)l.Length, .. l], ct);
            foreach (var leaf in leaves)
            {
                var index = tree.Size;
                if (Entry.Check(leaf, out var sequence, out var itsBatch, out _) is { } wrong)
                    report.Break("log.leaf", $"第 {index} 条：{wrong}", $"Leaf {index} {wrong}.");
                else if (sequence != index)
                    report.Break("log.leaf", $"第 {index} 条自称第 {sequence} 条。", $"Leaf {index} calls itself {sequence}.");
                else if (itsBatch < batch)
                    report.Break("log.leaf", $"第 {index} 条的批次早于前一条。", $"Leaf {index} is of an earlier batch than the one before it.");
                else
                {
                    batches += itsBatch > batch ? 1 : 0;
                    batch = itsBatch;
                }
                if (wanted.Contains(index))
                    entries[index] = leaf;
                // A hash of level l completes 256^(l/8) leaves when l is a multiple of eight: that is what a tile holds.
                tree.Add(Tree.Leaf(leaf), (level, hash) =>
                {
                    if (level % 8 != 0)
                        return;
                    while (tiles.Count <= level / 8)
                        tiles.Add([]);
                    tiles[level / 8].Add(hash);
                });
                if (sizes.Contains(tree.Size))
                    roots[tree.Size] = tree.Root();
            }
            for (var level = 0; level < tiles.Count; level++)
                if (tiles[level].Count == TileWidth)
                {
                    checkedTiles += await CompareAsync(level, (tree.Size >> (8 * level)) / TileWidth - 1, tiles[level], sizes, ct);
                    tiles[level].Clear();
                }
        }
        for (var level = 0; level < tiles.Count; level++)
            if (tiles[level].Count > 0)
                checkedTiles += await CompareAsync(level, (tree.Size >> (8 * level)) / TileWidth, tiles[level], sizes, ct);
        if (!tree.Root().AsSpan().SequenceEqual(checkpoint.Root))
            report.Break("log.root", "由全部条目算出的根与检查点的根不同：有条目被改动、增删或调换。", "The root of all leaves is not the checkpoint's: a leaf was altered, added, removed or swapped.");
        else
            report.Hold("log.root", $"由全部 {tree.Size} 条（{batches} 批）算出的根就是检查点的根。", $"All {tree.Size} leaves (in {batches} batches) make the checkpoint's root.");
        if (!report.IsBroken("log.tile"))
            report.Hold("log.tile", $"{checkedTiles} 个哈希块与条目一致。", $"{checkedTiles} tiles are what the leaves make them.");
        return new Walked(checkpoint.Origin, trust, checkpoint.Size, entries, roots, batch);
    }

    private async Task<int> CompareAsync(int level, long number, List<byte[]> hashes, IReadOnlySet<long> sizes, CancellationToken ct)
    {
        var (tile, width) = await TileAsync($"tile/{level}/", number, hashes.Count, ct);
        // A full tile in the place of a partial one holds more hashes; a tile of this width holds exactly these.
        if (tile is null || tile.Length != width * Tree.HashSize)
            report.Break("log.tile", $"哈希块 tile/{level}/{Number(number)} 缺失或长度不对。", $"The tile {level}/{Number(number)} is missing or of another length.");
        else
            for (var i = 0; i < hashes.Count; i++)
                if (!tile.AsSpan(i * Tree.HashSize, Tree.HashSize).SequenceEqual(hashes[i]))
                {
                    report.Break("log.tile", $"哈希块 tile/{level}/{Number(number)} 的第 {i} 个哈希与条目不符。", $"Hash {i} of tile {level}/{Number(number)} is not what the leaves make it.");
                    break;
                }
        return 1 + await EarlierAsync($"tile/{level}/", number, hashes, sizes, level, h => h, ct);
    }

    /// <summary>
    /// The partial tiles of earlier sizes that are still served: each must begin like the one of now. A folder says which there are; of a site on the web
    /// those of the sizes are asked for that somebody has seen.
    /// </summary>
    private async Task<int> EarlierAsync(string kind, long number, List<byte[]> now, IReadOnlySet<long> sizes, int level, Func<byte[], byte[]> written, CancellationToken ct)
    {
        var folder = $"{below}{kind}{Number(number)}.p";
        var widths = site.Names(folder) ?? [.. sizes.Where(s => (s >> (8 * level)) / TileWidth == number).Select(s => ((s >> (8 * level)) % TileWidth).ToString(CultureInfo.InvariantCulture))];
        var count = 0;
        foreach (var name in widths)
        {
            if (Checkpoint.Number(name) is not ({ } width and > 0 and < TileWidth))
                report.Break("log.tile", $"{folder}/{name} 不是哈希块。", $"{folder}/{name} is no tile.");
            // What lies beyond the checkpoint was written for the next one and is not signed yet.
            else if (width < now.Count && await site.ReadAsync($"{folder}/{name}", ct) is { } tile)
            {
                count++;
                if (!tile.AsSpan().SequenceEqual(now.Take((int)width).SelectMany(written).ToArray()))
                    report.Break("log.tile", $"较早的 {folder}/{name} 与条目不符。", $"The earlier {folder}/{name} is not what the leaves make it.");
            }
        }
        return count;
    }

    /// <summary>A tile or bundle of this width, and the width it has; where the partial one is gone, the full one serves.</summary>
    private async Task<(byte[]? Tile, int Width)> TileAsync(string kind, long number, int width, CancellationToken ct)
    {
        var path = below + kind + Number(number);
        return width < TileWidth && await site.ReadAsync($"{path}.p/{width}", ct) is { } partial ? (partial, width) : (await site.ReadAsync(path, ct), TileWidth);
    }

    /// <summary>1234067 is x001/x234/067.</summary>
    internal static string Number(long number)
    {
        var path = (number % 1000).ToString("d3", CultureInfo.InvariantCulture);
        for (number /= 1000; number > 0; number /= 1000)
            path = $"x{(number % 1000).ToString("d3", CultureInfo.InvariantCulture)}/{path}";
        return path;
    }

    /// <summary>The leaves of a bundle that holds exactly as many as its name says; those that are wanted of them.</summary>
    private static List<byte[]>? Split((byte[]? Bundle, int Width) read, int wanted)
    {
        var leaves = new List<byte[]>(read.Width);
        var rest = read.Bundle.AsSpan();
        while (leaves.Count < read.Width)
        {
            if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && rest.Length < 2 + length)
                return null;
            leaves.Add(rest.Slice(2, length).ToArray());
            rest = rest[(2 + length)..];
        }
        return rest.Length == 0 ? leaves[..wanted] : null;
    }

    private async Task<string?> TextAsync(string path, CancellationToken ct) =>
        await site.ReadAsync(below + path, ct) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;
}
