using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Verify.Tests;

/// <summary>TL-1 for the verifier: the published vectors, read by code that shares nothing with the writer's.</summary>
public sealed class VectorTests
{
    [Fact]
    public void TL_01_hashes_and_the_reference_tree_are_those_of_RFC_6962()
    {
        var tree = Load("rfc6962_hashes").GetProperty("reference_tree");
        var growing = new GrowingTree();
        var roots = tree.GetProperty("roots_by_size_hex").EnumerateArray().Select(r => r.GetString()!).ToArray();
        Assert.Equal(roots[0], Convert.ToHexStringLower(growing.Root()));
        foreach (var (leaf, index) in tree.GetProperty("leaf_inputs_hex").EnumerateArray().Select((l, i) => (l.GetString()!, i)))
        {
            growing.Add(Tree.Leaf(Convert.FromHexString(leaf)));
            Assert.Equal(roots[index + 1], Convert.ToHexStringLower(growing.Root()));
        }
    }

    [Fact]
    public void TL_01_every_probe_is_judged_as_published()
    {
        var inclusion = Load("merkle_inclusion_probes").GetProperty("probes").EnumerateArray().ToList();
        var consistency = Load("merkle_consistency_probes").GetProperty("probes").EnumerateArray().ToList();
        Assert.Equal(196, inclusion.Count + consistency.Count);
        foreach (var p in inclusion)
            Assert.True(p.GetProperty("wantErr").GetBoolean() != Tree.IsIncluded(Number(p, "leafIdx"), Number(p, "treeSize"), Bytes(p, "leafHash"), Hashes(p.GetProperty("proof")), Bytes(p, "root")), p.GetProperty("file").GetString());
        foreach (var p in consistency)
            Assert.True((p.GetProperty("wantErr").GetBoolean() || Bytes(p, "root1").Length != Tree.HashSize) != Tree.HasGrown(
                Number(p, "size1"), Bytes(p, "root1"), Number(p, "size2"), Bytes(p, "root2"), Hashes(p.GetProperty("proof"))), p.GetProperty("file").GetString());
    }

    [Fact]
    public void TL_01_keys_are_read_and_every_part_or_change_of_one_is_refused()
    {
        var keys = Load("signed_note").GetProperty("verifier_keys");
        foreach (var good in keys.GetProperty("good").EnumerateArray().Select(k => k.GetString()!))
        {
            Assert.Equal(good, VerifierKey.Parse(good)!.ToString());
            for (var i = 0; i < good.Length; i++)
            {
                Assert.Null(VerifierKey.Parse(good[..i]));
                Assert.Null(VerifierKey.Parse(good[(i + 1)..]));
                Assert.Null(VerifierKey.Parse(good[..i] + (char)(good[i] + 1) + good[(i + 1)..]));
            }
        }
        foreach (var bad in keys.GetProperty("bad").EnumerateArray())
            Assert.Null(VerifierKey.Parse(bad.GetString()!));
    }

    [Fact]
    public void TL_01_notes_are_opened_or_refused_as_published()
    {
        foreach (var one in Load("signed_note").GetProperty("open").EnumerateArray())
        {
            var bytes = one.TryGetProperty("note", out var note) ? Encoding.UTF8.GetBytes(note.GetString()!) : Convert.FromBase64String(one.GetProperty("note_base64").GetString()!);
            var signers = Note.Parse(bytes)?.SignedBy(one.GetProperty("vkeys").EnumerateArray().Select(k => VerifierKey.Parse(k.GetString()!)!));
            Assert.True(one.GetProperty("want").GetString() == "ok" == (signers is not null), one.GetProperty("desc").GetString());
            if (one.TryGetProperty("verified", out var names))
                Assert.Equal(names.EnumerateArray().Select(n => n.GetString()), signers!.Select(s => s.Key.Name));
        }
    }

    [Fact]
    public void TL_01_cosignatures_of_the_published_mirror_hold_and_tell_their_time()
    {
        var mirror = Load("sunlight_mirror_300");
        foreach (var (checkpoint, key) in new[] { ("mirror_checkpoint", "mirror_cosigner_vkey"), ("witness_checkpoint", "witness_vkey"), ("witness2_checkpoint", "witness2_vkey") })
        {
            var note = Note.Parse(Encoding.UTF8.GetBytes(mirror.GetProperty(checkpoint).GetString()!))!;
            var vkey = VerifierKey.Parse(mirror.GetProperty(key).GetString()!)!;
            Assert.NotNull(Assert.Single(note.SignedBy([vkey])!).Time);
            Assert.Null((note with { Text = note.Text.Replace("300", "301", StringComparison.Ordinal) }).SignedBy([vkey]));
        }
        var tree = new GrowingTree();
        for (var i = 0; i < 300; i++)
            tree.Add(Tree.Leaf(Encoding.UTF8.GetBytes($"record {i}")));
        Assert.Equal(Checkpoint.Parse(Note.Parse(Encoding.UTF8.GetBytes(mirror.GetProperty("mirror_checkpoint").GetString()!))!.Text)!.Root, tree.Root());
    }

    [Fact]
    public void TL_01_checkpoints_proofs_policies_and_addresses_are_read_strictly()
    {
        foreach (var one in Load("checkpoint_parse").GetProperty("cases").EnumerateArray())
        {
            var want = one.TryGetProperty("strict32", out var strict) ? strict.GetString() : one.GetProperty("want").GetString();
            Assert.True(want == "ok" == (Checkpoint.Parse(one.GetProperty("body").GetString()!) is not null), one.GetProperty("body").GetString());
        }
        var proofs = Load("tlog_proof_parse");
        foreach (var one in proofs.GetProperty("marshal").EnumerateArray())
        {
            var parsed = ProofFile.Parse(one.GetProperty("want").GetString()!)!;
            Assert.Equal((Number(one, "index"), one.GetProperty("checkpoint").GetString()), (parsed.Index, parsed.Checkpoint));
        }
        Assert.All(proofs.GetProperty("reject").EnumerateArray(), r => Assert.Null(ProofFile.Parse(r.GetString()!)));
        var policies = Load("tlog_policy");
        Assert.All(policies.GetProperty("ok").EnumerateArray(), p => Assert.NotNull(Policy.Parse(p.GetString()!)));
        Assert.All(policies.GetProperty("reject").EnumerateArray(), p => Assert.Null(Policy.Parse(p.GetProperty("policy").GetString()!)));
        foreach (var one in Load("tile_paths").GetProperty("tile_path").EnumerateArray().Where(t => Number(t, "p") == 0))
            Assert.Equal(one.GetProperty("path").GetString(), $"tile/{Number(one, "level")}/{LogCheck.Number(Number(one, "index"))}");
    }

    [Fact]
    public void TL_01_a_field_s_digest_is_that_of_the_published_selective_disclosure()
    {
        foreach (var one in Load("salted_commitments").GetProperty("sd_jwt_disclosures").EnumerateArray())
            Assert.Equal(one.GetProperty("sha256_base64url").GetString(), Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(one.GetProperty("base64url").GetString()!))));
    }

    [Fact]
    public void A_quorum_counts_groups_within_groups()
    {
        var keys = Enumerable.Range(1, 4).Select(i => new VerifierKey($"w{i}", 4, SHA256.HashData([(byte)i]))).ToArray();
        var text = string.Concat(keys.Select((k, i) => $"witness w{i + 1} {k}\n")) + "group a any w1 w2\ngroup b all w3 w4\ngroup c 2 a b\nquorum c\n";
        bool Met(params int[] signers) => Policy.Parse(text)!.IsMetBy([.. signers.Select(s => new Signer(keys[s - 1], DateTimeOffset.UnixEpoch))]);
        Assert.True(Met(2, 3, 4));
        Assert.False(Met(1, 2, 3));
        Assert.False(Met(3, 4));
        Assert.Null(Policy.Parse(text.Replace("group b all w3", "group b all w1", StringComparison.Ordinal)));
    }

    private static JsonElement Load(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", name + ".json"))).RootElement;

    private static byte[][] Hashes(JsonElement list) => list.ValueKind == JsonValueKind.Null ? [] : [.. list.EnumerateArray().Select(h => Convert.FromBase64String(h.GetString()!))];

    private static long Number(JsonElement e, string name) => unchecked((long)e.GetProperty(name).GetUInt64());

    private static byte[] Bytes(JsonElement e, string name) => e.GetProperty(name).GetString() is { Length: > 0 } text ? Convert.FromBase64String(text) : [];
}
