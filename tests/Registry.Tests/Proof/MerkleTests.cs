using System.Text;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>TL-2 and TL-4: trees of many sizes, proofs and their least alterations, and the sizes at which tiles begin and end.</summary>
public sealed class MerkleTests
{
    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => Merkle.Leaf(Encoding.UTF8.GetBytes($"entry {i}")))];

    /// <summary>RFC 6962, section 2.1, written down as it stands there.</summary>
    private static byte[] Definition(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 0)
            return Merkle.Empty;
        if (leaves.Length == 1)
            return leaves[0];
        var k = 1;
        while (k * 2 < leaves.Length)
            k *= 2;
        return Merkle.Node(Definition(leaves[..k]), Definition(leaves[k..]));
    }

    [Fact]
    public void TL_02_every_root_up_to_300_is_that_of_the_definition()
    {
        var leaves = Leaves(300);
        for (var size = 0; size <= 300; size++)
            Assert.Equal(Convert.ToHexString(Definition(leaves.AsSpan(0, size))), Convert.ToHexString(Merkle.Root(size, Merkle.Of(leaves))));
    }

    [Fact]
    public void TL_02_roots_of_twenty_sizes_up_to_70000_are_those_of_the_verifier_that_shares_no_code()
    {
        const int largest = 70_000;
        var random = new Random(20250714);
        var sizes = Enumerable.Range(0, 20).Select(_ => random.Next(301, largest + 1)).ToHashSet();
        var leaves = Leaves(sizes.Max());
        var (whole, growing) = (Merkle.Of(leaves), new global::Verify.GrowingTree());
        foreach (var leaf in leaves)
        {
            growing.Add(leaf);
            if (sizes.Contains((int)growing.Size))
                Assert.Equal(Convert.ToHexString(growing.Root()), Convert.ToHexString(Merkle.Root(growing.Size, whole)));
        }
        Assert.Equal(leaves.Length, growing.Size);
    }

    [Fact]
    public void TL_02_every_inclusion_proof_up_to_100_holds_and_its_least_alteration_does_not()
    {
        var leaves = Leaves(100);
        for (var size = 1; size <= 100; size++)
        {
            var root = Merkle.Root(size, Merkle.Of(leaves));
            for (var index = 0; index < size; index++)
            {
                var proof = Merkle.InclusionProof(index, size, Merkle.Of(leaves));
                Assert.True(Merkle.IsIncluded(index, size, leaves[index], proof, root));
                if (size % 7 != 0)
                    continue;
                for (var i = 0; i < proof.Count; i++)
                    Assert.False(Merkle.IsIncluded(index, size, leaves[index], [.. proof.Select((h, j) => j == i ? Flip(h) : h)], root));
                Assert.False(Merkle.IsIncluded(index ^ 1, size, leaves[index], proof, root) && size > 1);
                Assert.False(Merkle.IsIncluded(index, size, Flip(leaves[index]), proof, root));
                Assert.False(Merkle.IsIncluded(index, size, leaves[index], proof, Flip(root)));
                Assert.False(Merkle.IsIncluded(index, size, leaves[index], [.. proof, root], root));
                Assert.False(Merkle.IsIncluded(-1, size, leaves[index], proof, root));
            }
        }
    }

    [Fact]
    public void TL_02_every_consistency_proof_up_to_100_holds_and_its_least_alteration_does_not()
    {
        var leaves = Leaves(100);
        var roots = Enumerable.Range(0, 101).Select(s => Merkle.Root(s, Merkle.Of(leaves))).ToArray();
        for (var size = 1; size <= 100; size++)
            for (var old = 0; old <= size; old++)
            {
                var proof = Merkle.ConsistencyProof(old, size, Merkle.Of(leaves));
                Assert.True(Merkle.HasGrown(old, roots[old], size, roots[size], proof), $"{old} to {size}");
                if (size % 9 != 0 || old == 0)
                    continue;
                for (var i = 0; i < proof.Count; i++)
                    Assert.False(Merkle.HasGrown(old, roots[old], size, roots[size], [.. proof.Select((h, j) => j == i ? Flip(h) : h)]));
                Assert.False(Merkle.HasGrown(old, Flip(roots[old]), size, roots[size], proof));
                Assert.False(Merkle.HasGrown(old, roots[old], size, Flip(roots[size]), proof));
                Assert.False(Merkle.HasGrown(old, roots[old], size, roots[size], [.. proof, roots[0]]));
            }
    }

    [Fact]
    public void A_proof_of_more_hashes_than_an_index_has_bits_is_refused()
    {
        var leaf = Leaves(1)[0];
        Assert.False(Merkle.IsIncluded(0, 1, leaf, [.. Enumerable.Repeat(leaf, 64)], leaf));
        Assert.False(Merkle.IsIncluded(0, 2, leaf, [new byte[31]], leaf));
    }

    public static TheoryData<int> Boundaries() => [0, 1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000];

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void TL_04_tiles_grown_in_one_step_or_in_two_give_the_same_root_and_hold_no_empty_tile(int size)
    {
        var leaves = Leaves(size);
        var root = Merkle.Root(size, Merkle.Of(leaves));
        foreach (var first in new[] { 0, size / 3, Math.Max(0, size - 1) }.Distinct())
        {
            var tiles = new Dictionary<TilePath, byte[]>();
            foreach (var part in new[] { (From: 0, To: first), (From: first, To: size) })
                foreach (var (path, content) in Tiles.Grow(part.From, leaves[part.From..part.To], p => tiles[p]).ToList())
                {
                    Assert.Equal(path.Width * Merkle.HashSize, content.Length);
                    Assert.InRange(path.Width, 1, TilePath.Full);
                    Assert.True(!tiles.TryGetValue(path, out var before) || before.AsSpan().SequenceEqual(content), $"{path} changed");
                    tiles[path] = content;
                }
            Assert.Equal(Convert.ToHexString(root), Convert.ToHexString(Merkle.Root(size, Tiles.Reader(size, p => tiles[p]))));
        }
    }

    [Fact]
    public void TL_04_the_tiles_of_70000_leaves_are_those_that_the_format_counts()
    {
        var paths = Tiles.Grow(0, Leaves(70_000), _ => []).Select(t => t.Path).ToList();
        Assert.Equal(273, paths.Count(p => p is { Level: 0, Width: TilePath.Full }));
        Assert.Contains(TilePath.Hashes(0, 273, 112), paths);
        Assert.Contains(TilePath.Hashes(1, 1, 17), paths);
        Assert.Contains(TilePath.Hashes(2, 0, 1), paths);
        Assert.Equal(273 + 1 + 1 + 1 + 1, paths.Count);
    }

    [Fact]
    public void TL_04_a_bundle_holds_entries_of_no_one_and_the_most_bytes_and_no_longer_one()
    {
        byte[][] entries = [[], [7], new byte[Tiles.LargestEntry]];
        Assert.Equal(entries.Select(e => e.Length), Tiles.Unbundle(Tiles.Bundle(entries)).Select(e => e.Length));
        Assert.Throws<OverflowException>(() => Tiles.Bundle([new byte[Tiles.LargestEntry + 1]]));
        Assert.Throws<InvalidDataException>(() => Tiles.Unbundle(Tiles.Bundle(entries).AsSpan()[..^1]));
    }

    [Fact]
    public void Proofs_read_from_tiles_are_those_of_the_whole_tree()
    {
        var leaves = Leaves(1_000);
        var tiles = Tiles.Grow(0, leaves, _ => []).ToDictionary(t => t.Path, t => t.Content);
        var whole = Merkle.Of(leaves);
        foreach (var index in new[] { 0, 255, 256, 511, 700, 999 })
            Assert.Equal(
                Merkle.InclusionProof(index, 1_000, whole).Select(Convert.ToHexString),
                Merkle.InclusionProof(index, 1_000, Tiles.Reader(1_000, p => tiles[p])).Select(Convert.ToHexString));
    }

    private static byte[] Flip(byte[] hash) => [.. hash.Select((b, i) => i == 5 ? (byte)(b ^ 0x10) : b)];
}
