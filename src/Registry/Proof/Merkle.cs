using System.Numerics;
using System.Security.Cryptography;

namespace Registry.Proof;

/// <summary>The root of a complete subtree: of the 2^<paramref name="height"/> leaves from <paramref name="index"/>·2^<paramref name="height"/> on.</summary>
public delegate byte[] Subtree(int height, long index);

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1, over SHA-256. Trees are given as a way to get the roots of complete subtrees, so that a proof reads
/// a few tiles and never the whole log.
/// </summary>
public static class Merkle
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>A proof has at most as many hashes as an index has bits.</summary>
    public const int MostHashes = 63;

    /// <summary>The root of the tree without leaves.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    /// <summary>The hash of a leaf.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>The hash of an inner node.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + 2 * HashSize];
        both[0] = 0x01;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashSize)..]);
        return SHA256.HashData(both);
    }

    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public static byte[] Root(long size, Subtree at) => size == 0 ? Empty : Range(0, size, at);

    /// <summary>A tree whose leaf hashes all lie in memory.</summary>
    public static Subtree Of(IReadOnlyList<byte[]> leaves)
    {
        byte[] At(int height, long index) =>
            height == 0 ? leaves[checked((int)index)] : Node(At(height - 1, 2 * index), At(height - 1, 2 * index + 1));
        return At;
    }

    /// <summary>The sibling hashes that lead from a leaf to the root, the leaf's own sibling first.</summary>
    public static IReadOnlyList<byte[]> InclusionProof(long index, long size, Subtree at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<byte[]>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + Split(end - start);
            if (index < middle)
            {
                proof.Add(Range(middle, end, at));
                end = middle;
            }
            else
            {
                proof.Add(Range(start, middle, at));
                start = middle;
            }
        }
        proof.Reverse();
        return proof;
    }

    /// <summary>The hashes that show that the tree of <paramref name="old"/> leaves is the beginning of the tree of <paramref name="size"/> leaves.</summary>
    public static IReadOnlyList<byte[]> ConsistencyProof(long old, long size, Subtree at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(old);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(old, size);
        if (old == 0 || old == size)
            return [];
        var proof = new List<byte[]>();
        var (start, end, whole) = (0L, size, true);
        while (old < end)
        {
            var middle = start + Split(end - start);
            if (old <= middle)
            {
                proof.Add(Range(middle, end, at));
                end = middle;
            }
            else
            {
                proof.Add(Range(start, middle, at));
                (start, whole) = (middle, false);
            }
        }
        // The old tree's own root is left out: the verifier has it.
        if (!whole)
            proof.Add(Range(start, end, at));
        proof.Reverse();
        return proof;
    }

    /// <summary>RFC 9162, section 2.1.3.2.</summary>
    public static bool IsIncluded(long index, long size, byte[] leaf, IReadOnlyList<byte[]> proof, byte[] root)
    {
        if (index < 0 || index >= size || !AreHashes(proof) || leaf.Length != HashSize)
            return false;
        var (fn, sn, r) = (index, size - 1, leaf);
        foreach (var p in proof)
        {
            if (sn == 0)
                return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                r = Node(p, r);
                while ((fn & 1) == 0 && fn != 0)
                    (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
                r = Node(r, p);
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && r.AsSpan().SequenceEqual(root);
    }

    /// <summary>RFC 9162, section 2.1.4.2. From the empty tree every tree has grown, by an empty proof.</summary>
    public static bool HasGrown(long old, byte[] oldRoot, long size, byte[] root, IReadOnlyList<byte[]> proof)
    {
        if (old < 0 || old > size || !AreHashes(proof) || oldRoot.Length != HashSize || root.Length != HashSize)
            return false;
        if (old == size)
            return proof.Count == 0 && oldRoot.AsSpan().SequenceEqual(root);
        if (old == 0)
            return proof.Count == 0 && oldRoot.AsSpan().SequenceEqual(Empty);
        if (proof.Count == 0)
            return false;
        var path = BitOperations.IsPow2(old) ? [oldRoot, .. proof] : proof;
        var (fn, sn) = (old - 1, size - 1);
        while ((fn & 1) == 1)
            (fn, sn) = (fn >> 1, sn >> 1);
        var (fr, sr) = (path[0], path[0]);
        foreach (var c in path.Skip(1))
        {
            if (sn == 0)
                return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (Node(c, fr), Node(c, sr));
                while ((fn & 1) == 0 && fn != 0)
                    (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
                sr = Node(sr, c);
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && fr.AsSpan().SequenceEqual(oldRoot) && sr.AsSpan().SequenceEqual(root);
    }

    private static bool AreHashes(IReadOnlyList<byte[]> proof) => proof.Count <= MostHashes && proof.All(h => h.Length == HashSize);

    // Start is always a multiple of the largest power of two that is not greater than the length.
    private static byte[] Range(long start, long end, Subtree at)
    {
        var length = end - start;
        if (BitOperations.IsPow2(length))
        {
            var height = BitOperations.Log2((ulong)length);
            return at(height, start >> height);
        }
        var middle = start + Split(length);
        return Node(Range(start, middle, at), Range(middle, end, at));
    }

    private static long Split(long length) => 1L << BitOperations.Log2((ulong)length - 1);
}
