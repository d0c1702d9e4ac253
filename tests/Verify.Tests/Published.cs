using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Verify.Tests;

/// <summary>A site with a log, written in the plainest way that the formats allow: roots by the definition, every tile computed from all leaves.</summary>
public sealed class Published : IDisposable
{
    public const string Origin = "example.test/log";
    private const int SaltSize = 32;
    private readonly byte[] seed = SHA256.HashData("a log of the tests"u8);
    private readonly List<byte[]> leaves = [];
    private readonly List<Dictionary<string, JsonObject>> openings = [];
    private readonly Random random = new(20250614);
    private readonly List<string> written = [];
    private readonly byte[] witnessSeed = SHA256.HashData("a witness of the tests"u8);

    public string Folder { get; } = Directory.CreateTempSubdirectory("published-").FullName;

    public string Key => new VerifierKey(Origin, 1, PublicKey(seed)).ToString();

    public string WitnessKey => new VerifierKey("example.test/witness", 4, PublicKey(witnessSeed)).ToString();

    public IReadOnlyList<byte[]> Leaves => leaves;

    /// <summary>The batch of the leaves that are added next.</summary>
    public DateTimeOffset Batch { get; set; } = new(2025, 7, 11, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Adds an event; its leaf.</summary>
    public long Add(string kind, params (string Name, JsonNode? Value)[] fields)
    {
        var digests = new List<byte[]>();
        var opened = new Dictionary<string, JsonObject>();
        foreach (var (name, value) in fields.Prepend(("kind", (JsonNode?)kind)))
        {
            var opening = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new JsonArray(Base64Url.EncodeToString(Bytes(SaltSize)), name, value?.DeepClone())));
            digests.Add(SHA256.HashData(Encoding.ASCII.GetBytes(opening)));
            opened[name] = new JsonObject { ["name"] = name, ["value"] = value?.DeepClone(), ["opening"] = opening };
        }
        while (digests.Count % 16 != 0)
            digests.Add(Bytes(32));
        digests.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        leaves.Add(Encoding.ASCII.GetBytes(
            $"sdreg-event/v1\nseq {leaves.Count}\nbatch {Batch.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\nsubject {Convert.ToBase64String(Bytes(32))}\nfields {digests.Count}\n{string.Concat(digests.Select(d => Convert.ToBase64String(d) + "\n"))}"));
        openings.Add(opened);
        return leaves.Count - 1;
    }

    /// <summary>Takes another leaf in the place of one.</summary>
    public void Replace(int index, byte[] leaf) => leaves[index] = leaf;

    /// <summary>Writes checkpoint, key, tiles and bundles of the leaves so far.</summary>
    public void WriteLog()
    {
        WriteText("log/key", Key + "\n");
        WriteText("log/checkpoint", CheckpointOf(leaves.Count));
        for (long size = leaves.Count, level = 0; size > 0; size /= 256, level++)
            for (long tile = 0; tile * 256 < size; tile++)
            {
                var width = (int)Math.Min(256, size - tile * 256);
                var hashes = Enumerable.Range(0, width).SelectMany(i => Root((int)((tile * 256 + i) * Power(level)), (int)((tile * 256 + i + 1) * Power(level)))).ToArray();
                Write($"log/tile/{level}/{Place(tile, width)}", hashes);
                if (level == 0)
                    Write($"log/tile/entries/{Place(tile, width)}", [.. leaves.Skip((int)tile * 256).Take(width).SelectMany(l => (byte[])[(byte)(l.Length >> 8), (byte)l.Length, .. l])]);
            }
    }

    /// <summary>Publishes leaves with these fields opened (all where none is named), for these pages.</summary>
    public void Disclose(params (long Leaf, string[] Fields, string[] Pages)[] facts)
    {
        var index = new JsonArray();
        foreach (var (leaf, fields, pages) in facts)
        {
            index.Add(new JsonObject { ["leaf"] = leaf, ["kind"] = openings[(int)leaf]["kind"]["value"]!.GetValue<string>(), ["pages"] = new JsonArray([.. pages.Select(p => (JsonNode)p)]) });
            WriteText($"log/disclosures/{leaf}.json", new JsonObject
            {
                ["format"] = "sdreg-disclosure/v1", ["origin"] = Origin, ["leaf"] = leaf, ["entry"] = Encoding.ASCII.GetString(leaves[(int)leaf]), ["fields"] = Opened(leaf, fields),
            }.ToJsonString());
            WriteText($"log/disclosures/{leaf}.tlog-proof", Proof((int)leaf, leaves.Count));
        }
        WriteText("log/disclosures/index.json", new JsonObject { ["format"] = "sdreg-disclosures/v1", ["origin"] = Origin, ["disclosures"] = index }.ToJsonString());
    }

    /// <summary>A receipt for a leaf.</summary>
    public JsonObject Receipt(long leaf, params string[] fields) => new()
    {
        ["format"] = "sdreg-receipt/v1", ["origin"] = Origin, ["keys"] = new JsonArray(Key), ["leaf"] = leaf, ["entry"] = Encoding.ASCII.GetString(leaves[(int)leaf]), ["fields"] = Opened(leaf, fields), ["proof"] = Proof((int)leaf, leaves.Count),
    };

    /// <summary>A page and its English one, which say the same here.</summary>
    public static (string Path, string Content)[] InBothLanguages(string page, string said) => [(page, $"<main>{said}</main>"), ("en/" + page, $"<main>{said}</main>")];

    /// <summary>Writes files of the site, and at last the manifest of all that were ever written.</summary>
    public void WriteSite(params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
            WriteText(path, content);
        written.RemoveAll(w => !File.Exists(Path.Combine(Folder, w)));
        written.AddRange(files.Select(f => f.Path).Except(written).ToList());
        WriteText("manifest.json", new JsonObject
        {
            ["files"] = new JsonArray([.. written.Select(f => (JsonNode)new JsonObject { ["path"] = f, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ReadText(f)))) })]),
        }.ToJsonString());
    }

    public void WriteText(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public string ReadText(string path) => File.ReadAllText(Path.Combine(Folder, path));

    public void Write(string path, byte[] content)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    /// <summary>A signed checkpoint.</summary>
    public string CheckpointOf(int size, byte[]? root = null, byte[]? otherSeed = null)
    {
        var text = $"{Origin}\n{size}\n{Convert.ToBase64String(root ?? Root(0, size))}\n";
        var (secret, signature) = (otherSeed ?? seed, new byte[64]);
        Ed25519.Sign(secret, 0, Encoding.UTF8.GetBytes(text), 0, Encoding.UTF8.GetByteCount(text), signature, 0);
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, new VerifierKey(Origin, 1, PublicKey(secret)).Id);
        return $"{text}\n\u2014 {Origin} {Convert.ToBase64String([.. id, .. signature])}\n";
    }

    /// <summary>The checkpoint with a witness's line, and the policy that asks for it.</summary>
    public void Cosign(DateTimeOffset at)
    {
        var note = ReadText("log/checkpoint");
        var (text, seconds, signature) = (note[..(note.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)], at.ToUnixTimeSeconds(), new byte[64]);
        var message = Encoding.UTF8.GetBytes($"cosignature/v1\ntime {seconds}\n{text}");
        Ed25519.Sign(witnessSeed, 0, message, 0, message.Length, signature, 0);
        var line = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(line, VerifierKey.Parse(WitnessKey)!.Id);
        BinaryPrimitives.WriteInt64BigEndian(line.AsSpan(4), seconds);
        WriteText("log/checkpoint", $"{note}\u2014 example.test/witness {Convert.ToBase64String([.. line, .. signature])}\n");
        WriteText("log/policy", $"log {Key}\nwitness w {WitnessKey}\nquorum w\n");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>MTH of RFC 6962 by its definition.</summary>
    public byte[] Root(int from, int to)
    {
        if (to - from <= 1)
            return to == from ? Tree.Empty : SHA256.HashData([0, .. leaves[from]]);
        var half = 1;
        while (half * 2 < to - from)
            half *= 2;
        return SHA256.HashData([1, .. Root(from, from + half), .. Root(from + half, to)]);
    }

    private JsonArray Opened(long leaf, string[] fields) => new([.. (fields.Length == 0 ? openings[(int)leaf].Keys : fields.Prepend("kind").Distinct()).Select(f => openings[(int)leaf][f].DeepClone())]);

    private string Proof(int leaf, int size)
    {
        List<byte[]> Path(int at, int from, int to)
        {
            if (to - from <= 1)
                return [];
            var half = 1;
            while (half * 2 < to - from)
                half *= 2;
            return at < from + half ? [.. Path(at, from, from + half), Root(from + half, to)] : [.. Path(at, from + half, to), Root(from, from + half)];
        }
        return $"c2sp.org/tlog-proof@v1\nindex {leaf}\n{string.Concat(Path(leaf, 0, size).Select(h => Convert.ToBase64String(h) + "\n"))}\n{CheckpointOf(size)}";
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] PublicKey(byte[] secret)
    {
        var key = new byte[32];
        Ed25519.GeneratePublicKey(secret, 0, key, 0);
        return key;
    }

    private static long Power(long level) => level == 0 ? 1 : 256 * Power(level - 1);

    private static string Place(long tile, int width) => tile.ToString("d3", CultureInfo.InvariantCulture) + (width < 256 ? $".p/{width}" : "");
}
