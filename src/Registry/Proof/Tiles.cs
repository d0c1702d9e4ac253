using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Registry.Proof;

/// <summary>The tree as tiles: reading roots of subtrees from them, and growing them by new leaves.</summary>
public static class Tiles
{
    /// <summary>Levels of the tree that lie in one tile.</summary>
    private const int Height = 8;

    /// <summary>An entry's length is written in two bytes.</summary>
    public const int LargestEntry = ushort.MaxValue;

    /// <summary>Reads the tree of <paramref name="size"/> leaves from its tiles, each of them once.</summary>
    /// <param name="size">A published size: only then do the partial tiles of its right edge exist.</param>
    /// <param name="read">Gives a tile's bytes.</param>
    public static Subtree Reader(long size, Func<TilePath, byte[]> read)
    {
        var known = new ConcurrentDictionary<TilePath, byte[]>();
        return (height, index) =>
        {
            var (level, within) = (height / Height, height % Height);
            var first = index << within;
            var tile = first / TilePath.Full;
            var path = TilePath.Hashes(level, tile, WidthAt(size, level, tile));
            var bytes = known.GetOrAdd(path, read);
            if (bytes.Length != path.Width * Merkle.HashSize)
                throw new InvalidDataException($"{path} has {bytes.Length} bytes, not {path.Width * Merkle.HashSize}");
            return Merkle.Of(Split(bytes.AsSpan((int)(first % TilePath.Full) * Merkle.HashSize, Merkle.HashSize << within)))(within, 0);
        };
    }

    /// <summary>The tiles that a log needs when it grows from one size to another, lowest level first.</summary>
    /// <param name="old">The size before.</param>
    /// <param name="added">The hashes of the new leaves.</param>
    /// <param name="read">Gives a tile of the old size.</param>
    public static IEnumerable<(TilePath Path, byte[] Content)> Grow(long old, IReadOnlyList<byte[]> added, Func<TilePath, byte[]> read)
    {
        var size = old + added.Count;
        for (var level = 0; added.Count > 0; level++)
        {
            var before = old >> (Height * level);
            var after = size >> (Height * level);
            var above = new List<byte[]>();
            var next = 0;
            for (var tile = before / TilePath.Full; tile * TilePath.Full < after; tile++)
            {
                var path = TilePath.Hashes(level, tile, WidthAt(size, level, tile));
                var content = new byte[path.Width * Merkle.HashSize];
                var kept = (int)Math.Max(0, before - tile * TilePath.Full);
                if (kept > 0)
                    read(TilePath.Hashes(level, tile, kept)).CopyTo(content, 0);
                for (var i = kept; i < path.Width; i++)
                    added[next++].CopyTo(content, i * Merkle.HashSize);
                yield return (path, content);
                if (path.Width == TilePath.Full)
                    above.Add(Merkle.Of(Split(content))(Height, 0));
            }
            added = above;
        }
    }

    /// <summary>Which bundles of entries change when a log grows, and how wide they then are.</summary>
    public static IEnumerable<TilePath> Bundles(long old, long size)
    {
        for (var tile = old / TilePath.Full; tile * TilePath.Full < size; tile++)
            yield return TilePath.Entries(tile, WidthAt(size, 0, tile));
    }

    /// <summary>Entries as a bundle: each after its length in two bytes.</summary>
    public static byte[] Bundle(IEnumerable<byte[]> entries)
    {
        using var bundle = new MemoryStream();
        Span<byte> length = stackalloc byte[2];
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
            bundle.Write(length);
            bundle.Write(entry);
        }
        return bundle.ToArray();
    }

    /// <summary>The entries of a bundle.</summary>
    /// <exception cref="InvalidDataException">It ends in the middle of an entry.</exception>
    public static IReadOnlyList<byte[]> Unbundle(ReadOnlySpan<byte> bundle)
    {
        var entries = new List<byte[]>();
        while (bundle.Length > 0)
        {
            var length = bundle.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bundle);
            if (bundle.Length - 2 < length)
                throw new InvalidDataException("a bundle ends in the middle of an entry");
            entries.Add(bundle.Slice(2, length).ToArray());
            bundle = bundle[(2 + length)..];
        }
        return entries;
    }

    /// <summary>A tile's hashes.</summary>
    public static byte[][] Split(ReadOnlySpan<byte> tile)
    {
        var hashes = new byte[tile.Length / Merkle.HashSize][];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = tile.Slice(i * Merkle.HashSize, Merkle.HashSize).ToArray();
        return hashes;
    }

    private static int WidthAt(long size, int level, long tile) =>
        (int)Math.Min(TilePath.Full, (size >> (Height * level)) - tile * TilePath.Full);
}
