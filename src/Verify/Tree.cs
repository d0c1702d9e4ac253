using System.Security.Cryptography;

namespace Verify;

/// <summary>Hashing of RFC 6962, 2.1, and the checks of RFC 9162, 2.1.3.2 and 2.1.4.2. Every hash has 32 bytes.</summary>
public static class Tree
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = 32;

    /// <summary>Longest proof there can be: one hash for each bit of the size.</summary>
    public const int LongestProof = 63;

    /// <summary>Root of the empty log.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    /// <summary>Hash of an entry.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>Hash of two subtrees.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + 2 * HashSize];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashSize)..]);
        return SHA256.HashData(both);
    }

    /// <summary>Whether the proof leads from the leaf at this index to the root of a log of this size.</summary>
    public static bool IsIncluded(long index, long size, byte[] leaf, IReadOnlyList<byte[]> proof, byte[] root)
    {
        if (index < 0 || index >= size || proof.Count > LongestProof || proof.Append(leaf).Append(root).Any(h => h.Length != HashSize))
            return false;
        var (place, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if (place % 2 == 1 || place == last)
            {
                hash = Node(sibling, hash);
                while (place % 2 == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
                hash = Node(hash, sibling);
            (place, last) = (place >> 1, last >> 1);
        }
        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the proof shows that the larger log only added to the smaller one.</summary>
    public static bool HasGrown(long size, byte[] root, long newSize, byte[] newRoot, IReadOnlyList<byte[]> proof)
    {
        if (size < 0 || size > newSize || proof.Count > LongestProof || proof.Append(root).Append(newRoot).Any(h => h.Length != HashSize))
            return false;
        if (size == newSize)
            return proof.Count == 0 && root.AsSpan().SequenceEqual(newRoot);
        if (size == 0 || proof.Count == 0)
            return false;
        var path = (size & (size - 1)) == 0 ? [root, .. proof] : proof;
        var (place, last) = (size - 1, newSize - 1);
        while (place % 2 == 1)
            (place, last) = (place >> 1, last >> 1);
        var (old, now) = (path[0], path[0]);
        foreach (var hash in path.Skip(1))
        {
            if (last == 0)
                return false;
            if (place % 2 == 1 || place == last)
            {
                (old, now) = (Node(hash, old), Node(hash, now));
                while (place % 2 == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
                now = Node(now, hash);
            (place, last) = (place >> 1, last >> 1);
        }
        return last == 0 && old.AsSpan().SequenceEqual(root) && now.AsSpan().SequenceEqual(newRoot);
    }
}

/// <summary>A tree that grows by one leaf after another and keeps only the roots of its whole subtrees: a million leaves take twenty hashes.</summary>
public sealed class GrowingTree
{
    private readonly List<byte[]?> whole = [];

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a leaf. What is told of each subtree that it completes: its level and hash.</summary>
    public void Add(byte[] leaf, Action<int, byte[]>? completed = null)
    {
        var hash = leaf;
        var level = 0;
        completed?.Invoke(0, hash);
        for (; level < whole.Count && whole[level] is { } left; level++)
        {
            hash = Tree.Node(left, hash);
            whole[level] = null;
            completed?.Invoke(level + 1, hash);
        }
        if (level == whole.Count)
            whole.Add(null);
        whole[level] = hash;
        Size++;
    }

    /// <summary>Root of the leaves so far.</summary>
    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var left in whole)
            if (left is not null)
                root = root is null ? left : Tree.Node(left, root);
        return root ?? Tree.Empty;
    }
}
