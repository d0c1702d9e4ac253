using System.Text;
using System.Text.Json;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>TL-1: the published test vectors. Each file names its source and licence.</summary>
public sealed class VectorTests
{
    private static JsonElement Load(string name) => TestData.Json($"proof/{name}.json");

    private static byte[][] Hashes(JsonElement list) => list.ValueKind == JsonValueKind.Null ? [] : [.. list.EnumerateArray().Select(h => Convert.FromBase64String(h.GetString()!))];

    [Fact]
    public void TL_01_hashes_and_the_reference_tree_are_those_of_RFC_6962()
    {
        var vectors = Load("rfc6962_hashes");
        foreach (var one in vectors.GetProperty("hashes").EnumerateArray())
        {
            byte[] Hex(string name) => Convert.FromHexString(one.GetProperty(name).GetString()!);
            var hash = one.GetProperty("kind").GetString() switch
            {
                "empty" => Merkle.Empty,
                "leaf" => Merkle.Leaf(Hex("data_hex")),
                _ => null,
            };
            if (hash is not null)
                Assert.Equal(one.GetProperty("want").GetString(), Convert.ToHexStringLower(hash));
        }
        var tree = vectors.GetProperty("reference_tree");
        var leaves = tree.GetProperty("leaf_inputs_hex").EnumerateArray().Select(l => Merkle.Leaf(Convert.FromHexString(l.GetString()!))).ToArray();
        var roots = tree.GetProperty("roots_by_size_hex").EnumerateArray().Select(r => r.GetString()!).ToArray();
        for (var size = 0; size < roots.Length; size++)
            Assert.Equal(roots[size], Convert.ToHexStringLower(Merkle.Root(size, Merkle.Of(leaves))));
    }

    [Fact]
    public void TL_01_every_inclusion_probe_is_judged_as_published()
    {
        var probes = Load("merkle_inclusion_probes").GetProperty("probes").EnumerateArray().ToList();
        Assert.True(probes.Count > 90);
        foreach (var p in probes)
            Assert.True(p.GetProperty("wantErr").GetBoolean() != Merkle.IsIncluded(
                Number(p, "leafIdx"), Number(p, "treeSize"), Bytes(p, "leafHash"), Hashes(p.GetProperty("proof")), Bytes(p, "root")), p.GetProperty("file").GetString());
    }

    [Fact]
    public void TL_01_every_consistency_probe_is_judged_as_published()
    {
        var probes = Load("merkle_consistency_probes").GetProperty("probes").EnumerateArray().ToList();
        Assert.True(probes.Count > 90);
        // Every hash of ours has 32 bytes; a probe with a shorter root is refused whatever it says of itself.
        foreach (var p in probes)
            Assert.True((p.GetProperty("wantErr").GetBoolean() || Bytes(p, "root1").Length != Merkle.HashSize) != Merkle.HasGrown(
                Number(p, "size1"), Bytes(p, "root1"), Number(p, "size2"), Bytes(p, "root2"), Hashes(p.GetProperty("proof"))), p.GetProperty("file").GetString());
    }

    [Fact]
    public void TL_01_keys_are_read_and_every_part_or_change_of_one_is_refused()
    {
        var keys = Load("signed_note").GetProperty("verifier_keys");
        foreach (var good in keys.GetProperty("good").EnumerateArray().Select(k => k.GetString()!))
        {
            Assert.Equal(good, NoteKey.Parse(good)!.ToString());
            for (var i = 0; i < good.Length; i++)
            {
                Assert.Null(NoteKey.Parse(good[..i]));
                Assert.Null(NoteKey.Parse(good[(i + 1)..]));
                Assert.Null(NoteKey.Parse(good[..i] + (char)(good[i] + 1) + good[(i + 1)..]));
            }
        }
        foreach (var bad in keys.GetProperty("bad").EnumerateArray())
            Assert.Null(NoteKey.Parse(bad.GetString()!));
    }

    [Fact]
    public void TL_01_notes_are_signed_as_published()
    {
        foreach (var one in Load("signed_note").GetProperty("sign").EnumerateArray())
        {
            var text = one.GetProperty("text").GetString()!;
            if (one.TryGetProperty("skey", out var skey))
            {
                using var signer = NoteSigner.Parse(skey.GetString()!)!;
                Assert.Equal(one.GetProperty("want_note").GetString(), new SignedNote(text, [signer.Sign(text)]).ToString());
            }
            else
            {
                using var signer = NoteSigner.From(one.GetProperty("name").GetString()!, NoteKeyKind.Note, Convert.FromHexString(one.GetProperty("seed_hex").GetString()!));
                Assert.Equal(one.GetProperty("want_vkey").GetString(), signer.Public.ToString());
                Assert.Equal(one.GetProperty("want_sig_line").GetString(), signer.Sign(text).ToString());
            }
        }
    }

    [Fact]
    public void TL_01_notes_are_opened_or_refused_as_published()
    {
        foreach (var one in Load("signed_note").GetProperty("open").EnumerateArray())
        {
            var bytes = one.TryGetProperty("note", out var note) ? Encoding.UTF8.GetBytes(note.GetString()!) : Convert.FromBase64String(one.GetProperty("note_base64").GetString()!);
            var known = one.GetProperty("vkeys").EnumerateArray().Select(k => NoteKey.Parse(k.GetString()!)!).ToArray();
            var verified = SignedNote.Parse(bytes)?.Verified(known);
            Assert.True(one.GetProperty("want").GetString() == "ok" == (verified is not null), one.GetProperty("desc").GetString());
            if (one.TryGetProperty("verified", out var names))
                Assert.Equal(names.EnumerateArray().Select(n => n.GetString()), verified!.Select(v => v.Name));
        }
    }

    [Fact]
    public void TL_01_checkpoints_are_read_strictly()
    {
        foreach (var one in Load("checkpoint_parse").GetProperty("cases").EnumerateArray())
        {
            var want = one.TryGetProperty("strict32", out var strict) ? strict.GetString() : one.GetProperty("want").GetString();
            Assert.True(want == "ok" == (Checkpoint.Parse(one.GetProperty("body").GetString()!) is not null), one.GetProperty("body").GetString());
        }
    }

    [Fact]
    public void TL_01_tile_addresses_are_those_of_tlog_tiles_and_wrong_ones_are_refused()
    {
        var vectors = Load("tile_paths");
        foreach (var one in vectors.GetProperty("tile_path").EnumerateArray())
        {
            var width = (int)Number(one, "p");
            Assert.Equal(one.GetProperty("path").GetString(), TilePath.Hashes((int)Number(one, "level"), Number(one, "index"), width == 0 ? TilePath.Full : width).ToString());
        }
        foreach (var one in vectors.GetProperty("entries_path_for_index").EnumerateArray())
        {
            var (tile, size) = (Number(one, "seq") / TilePath.Full, Number(one, "log_size"));
            Assert.Equal(one.GetProperty("path").GetString(), TilePath.Entries(tile, (int)Math.Min(TilePath.Full, size - tile * TilePath.Full)).ToString());
        }
        foreach (var one in vectors.GetProperty("parse").EnumerateArray())
        {
            var parsed = TilePath.Parse($"tile/{one.GetProperty("level").GetString()}/{one.GetProperty("index").GetString()}");
            if (one.GetProperty("want").ValueKind == JsonValueKind.String)
                Assert.Null(parsed);
            else
            {
                var want = one.GetProperty("want").EnumerateArray().Select(w => w.GetInt64()).ToArray();
                Assert.Equal(TilePath.Hashes((int)want[0], want[1], want[2] == 0 ? TilePath.Full : (int)want[2]), parsed);
            }
        }
    }

    [Fact]
    public void TL_01_proof_texts_are_written_and_refused_as_published()
    {
        var vectors = Load("tlog_proof_parse");
        foreach (var one in vectors.GetProperty("marshal").EnumerateArray())
        {
            var extra = one.TryGetProperty("extra_base64", out var e) ? e.GetString() : null;
            var text = new ProofText(Number(one, "index"), Hashes(one.GetProperty("hashes")), one.GetProperty("checkpoint").GetString()!, extra).ToString();
            Assert.Equal(one.GetProperty("want").GetString(), text);
            Assert.Equal(text, ProofText.Parse(text)!.ToString());
        }
        foreach (var one in vectors.GetProperty("reject").EnumerateArray())
            Assert.Null(ProofText.Parse(one.GetString()!));
    }

    [Fact]
    public void TL_01_a_small_log_is_grown_signed_and_laid_out_like_the_published_one()
    {
        var vectors = Load("tessera_testdata_log");
        var files = vectors.GetProperty("files_base64").EnumerateObject().ToDictionary(f => f.Name, f => Convert.FromBase64String(f.Value.GetString()!));
        var entries = vectors.GetProperty("leaves_utf8").EnumerateArray().Select(l => Encoding.UTF8.GetBytes(l.GetString()!)).ToArray();
        using var signer = NoteSigner.Parse(vectors.GetProperty("test_skey").GetString()!)!;
        Assert.Equal(vectors.GetProperty("vkey").GetString(), signer.Public.ToString());
        var grown = new Dictionary<string, byte[]>();
        for (var size = 0; size <= entries.Length; size++)
        {
            if (size > 0)
            {
                foreach (var (path, content) in Tiles.Grow(size - 1, [Merkle.Leaf(entries[size - 1])], p => grown[p.ToString()]).ToList())
                    grown[path.ToString()] = content;
                foreach (var path in Tiles.Bundles(size - 1, size))
                    grown[path.ToString()] = Tiles.Bundle(entries[..size]);
            }
            var root = Merkle.Root(size, Tiles.Reader(size, p => grown[p.ToString()]));
            var text = Checkpoint.Of(vectors.GetProperty("origin").GetString()!, size, root).ToString();
            Assert.Equal(vectors.GetProperty("checkpoints").GetProperty($"checkpoint.{size}").GetString(), new SignedNote(text, [signer.Sign(text)]).ToString());
        }
        foreach (var (path, content) in files.Where(f => f.Key.StartsWith("tile/", StringComparison.Ordinal)))
            Assert.Equal(Convert.ToBase64String(content), Convert.ToBase64String(grown[path]));
    }

    [Fact]
    public void TL_01_a_tree_of_300_leaves_and_its_cosignatures_are_those_of_the_published_mirror()
    {
        var vectors = Load("sunlight_mirror_300");
        var leaves = Enumerable.Range(0, 300).Select(i => Merkle.Leaf(Encoding.UTF8.GetBytes($"record {i}"))).ToArray();
        var tiles = Tiles.Grow(0, leaves, _ => throw new InvalidOperationException()).ToDictionary(t => t.Path.ToString(), t => t.Content);
        foreach (var tile in vectors.GetProperty("tiles_base64").EnumerateObject())
            Assert.Equal(tile.Value.GetString(), Convert.ToBase64String(tiles[tile.Name]));
        foreach (var (checkpoint, key, seed) in new[]
        {
            ("mirror_checkpoint", "mirror_cosigner_vkey", "mirror_cosigner_seed_preimage"), ("witness_checkpoint", "witness_vkey", "witness_seed_preimage"), ("witness2_checkpoint", "witness2_vkey", ""),
        })
        {
            var note = SignedNote.Parse(vectors.GetProperty(checkpoint).GetString()!)!;
            var vkey = NoteKey.Parse(vectors.GetProperty(key).GetString()!)!;
            Assert.Equal([vkey], note.Verified([vkey])!);
            Assert.Null((note with { Text = note.Text.Replace("300", "301", StringComparison.Ordinal) }).Verified([vkey]));
            if (seed.Length == 0)
                continue;
            using var signer = NoteSigner.From(vkey.Name, NoteKeyKind.Cosignature, System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(vectors.GetProperty(seed).GetString()!)));
            var line = signer.Sign(note.Text, DateTimeOffset.FromUnixTimeSeconds(Number(vectors, "cosignature_timestamp")));
            Assert.Contains(line.ToString(), note.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(SignedNote.Parse(vectors.GetProperty("mirror_checkpoint").GetString()!)!.Text, Checkpoint.Of("rome2026h1.example.org", 300, Merkle.Root(300, Merkle.Of(leaves))).ToString());
    }

    [Fact]
    public void TL_01_a_fields_digest_is_that_of_the_published_selective_disclosure()
    {
        foreach (var one in Load("salted_commitments").GetProperty("sd_jwt_disclosures").EnumerateArray())
            Assert.Equal(one.GetProperty("sha256_base64url").GetString(), System.Buffers.Text.Base64Url.EncodeToString(LeafEntry.Digest(one.GetProperty("base64url").GetString()!)));
    }

    private static long Number(JsonElement e, string name) => unchecked((long)e.GetProperty(name).GetUInt64());

    private static byte[] Bytes(JsonElement e, string name) => e.GetProperty(name).GetString() is { Length: > 0 } text ? Convert.FromBase64String(text) : [];
}
