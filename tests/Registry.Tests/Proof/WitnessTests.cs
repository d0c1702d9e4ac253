using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>TL-12: a witness signs only what has grown, and the policy says whose signatures are enough.</summary>
public sealed class WitnessTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-test-witness-");
    private readonly NoteSigner signer = NoteSigner.Parse(NoteSigner.NewText("example.com/witness", NoteKeyKind.Cosignature))!;
    private readonly NoteSigner log = NoteSigner.Parse(NoteSigner.NewText("log.example/log", NoteKeyKind.Note))!;
    private readonly byte[][] leaves = [.. Enumerable.Range(0, 20).Select(i => Merkle.Leaf([(byte)i]))];
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2025, 7, 14, 0, 0, 0, TimeSpan.Zero));

    private Witness New(params NoteKey[] logs) => new(folder.FullName, signer, logs, clock);

    private byte[] Request(int old, int size, byte[][]? other = null, IReadOnlyList<byte[]>? proof = null, NoteSigner? by = null)
    {
        var tree = Merkle.Of(other ?? leaves);
        var text = Checkpoint.Of((by ?? log).Public.Name, size, Merkle.Root(size, tree)).ToString();
        var note = new SignedNote(text, [(by ?? log).Sign(text)]);
        return Encoding.UTF8.GetBytes($"old {old}\n{string.Concat((proof ?? Merkle.ConsistencyProof(Math.Min(old, size), size, tree)).Select(h => Convert.ToBase64String(h) + "\n"))}\n{note}");
    }

    [Fact]
    public void TL_12_the_published_sequence_of_requests_is_answered_as_published()
    {
        var vectors = TestData.Json("proof/witness_add_checkpoint_sequence.json");
        var key = new NoteKey(vectors.GetProperty("log_origin").GetString()!, NoteKeyKind.Note, Convert.ToBase64String(Convert.FromHexString(vectors.GetProperty("log_ed25519_public_key_hex").GetString()!)));
        var witness = New(key);
        foreach (var step in vectors.GetProperty("steps").EnumerateArray())
        {
            var answer = witness.Add(Encoding.UTF8.GetBytes(step.GetProperty("body").GetString()!));
            // The stored version answered 403 for an unknown log; tlog-witness v1.0.0 says 404.
            var unknown = step.GetProperty("assert").GetString()!.Contains("unknown log", StringComparison.Ordinal);
            Assert.Equal(unknown ? 404 : step.GetProperty("status").GetInt32(), answer.Status);
            if (answer.Status == 409)
            {
                Assert.Equal("text/x.tlog.size", answer.Type);
                Assert.Contains(answer.Body.TrimEnd('\n'), step.GetProperty("assert").GetString()!, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void TL_12_a_fork_a_rollback_and_an_unknown_or_unsigned_log_get_no_signature()
    {
        var witness = New(log.Public);
        Assert.Equal(200, witness.Add(Request(0, 5)).Status);
        Assert.Equal(409, witness.Add(Request(0, 5)).Status);
        Assert.Equal(200, witness.Add(Request(5, 5)).Status);
        Assert.Equal(400, witness.Add(Request(5, 4)).Status);
        var forked = leaves.ToArray();
        forked[2] = Merkle.Leaf([99]);
        Assert.Equal(422, witness.Add(Request(5, 9, forked)).Status);
        Assert.Equal(422, witness.Add(Request(5, 5, forked)).Status);
        Assert.Equal(422, witness.Add(Request(5, 9, proof: [])).Status);
        using var stranger = NoteSigner.Parse(NoteSigner.NewText("other.example/log", NoteKeyKind.Note))!;
        Assert.Equal(404, witness.Add(Request(0, 5, by: stranger)).Status);
        using var impostor = NoteSigner.Parse(NoteSigner.NewText("log.example/log", NoteKeyKind.Note))!;
        Assert.Equal(403, witness.Add(Request(5, 9, by: impostor)).Status);
        Assert.Equal(400, witness.Add("nonsense"u8).Status);
        Assert.Equal(400, witness.Add(Request(5, 9, proof: [.. Enumerable.Repeat(leaves[0], 64)])).Status);
        Assert.Equal(200, witness.Add(Request(5, 9)).Status);
        Assert.Equal(9, Checkpoint.Parse(SignedNote.Parse(witness.Last(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("log.example/log"u8)))!)!.Text)!.Size);
        Assert.Null(witness.Last("../../etc/passwd"));
    }

    [Fact]
    public void TL_12_while_another_process_of_the_witness_decides_one_is_told_to_come_again()
    {
        var witness = New(log.Public);
        Assert.Equal(200, witness.Add(Request(0, 5)).Status);
        using (new FileStream(Path.Combine(folder.FullName, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("log.example/log"u8)), ".lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(503, witness.Add(Request(5, 9)).Status);
        Assert.Equal(200, witness.Add(Request(5, 9)).Status);
    }

    [Fact]
    public async Task TL_12_of_two_requests_from_one_size_one_is_signed_and_the_other_is_told_the_new_size()
    {
        var witness = New(log.Public);
        Assert.Equal(200, witness.Add(Request(0, 1)).Status);
        for (var round = 0; round < 8; round++)
        {
            var size = 1 + 2 * round;
            var answers = await Task.WhenAll(new[] { size + 1, size + 2 }.Select(s => Task.Run(() => witness.Add(Request(size, s)))));
            Assert.Single(answers, a => a.Status == 200);
            Assert.Single(answers, a => a.Status == 409);
            if (witness.Add(Request(size + 1, size + 2)) is { Status: not 200 } again)
                Assert.Equal($"{size + 2}\n", again.Body);
        }
    }

    [Fact]
    public void TL_10_a_witness_whose_clock_stands_before_its_last_signature_signs_nothing()
    {
        var witness = New(log.Public);
        Assert.Equal(200, witness.Add(Request(0, 5)).Status);
        // A line under the witness's name that it never made says nothing of its time.
        var stored = Directory.GetFiles(folder.FullName, "checkpoint", SearchOption.AllDirectories).Single();
        File.AppendAllText(stored, new NoteSignature(signer.Public.Name, signer.Public.Id, [0x7f, 1, 1, 1, 1, 1, 1, 1, .. new byte[64]]).ToString());
        Assert.Equal(200, witness.Add(Request(5, 6)).Status);
        var earlier = new Witness(folder.FullName, signer, [log.Public], new FakeTimeProvider(clock.GetUtcNow().AddSeconds(-1)));
        Assert.Equal(503, earlier.Add(Request(6, 9)).Status);
        Assert.Equal(200, witness.Add(Request(6, 9)).Status);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("+0")]
    [InlineData(" 0")]
    [InlineData("0 ")]
    [InlineData("0x0")]
    [InlineData("9223372036854775808")]
    public void A_size_that_is_written_in_any_other_way_is_no_request(string old) =>
        Assert.Equal(400, New(log.Public).Add(Encoding.UTF8.GetBytes($"old {old}" + Encoding.UTF8.GetString(Request(0, 5))["old 0".Length..])).Status);

    [Fact]
    public void Writer_and_verifier_read_the_same_policies_and_the_same_numbers()
    {
        var (l, w) = (log.Public.ToString(), signer.Public.ToString());
        foreach (var text in new[]
        {
            $"log {l}\nquorum none\n", $"log  {l}\nquorum\tnone\n", $"\t log {l}\t\nquorum none", $"log {l}\r\nquorum none\r\n", $"log {l}\nlog {l}\nquorum none\n", $"log {l} http://x\nquorum none", $"log {l} x\nquorum none",
            $"witness w {w}\nquorum w", $"witness w {w} ftp://x\nquorum w", $"witness w {w}\nwitness v {w}\nquorum w", $"witness w {w}\ngroup g 1 w\nquorum g", $"witness w {w}\ngroup g 01 w\nquorum g", $"witness w {w}\ngroup g 2 w\nquorum g",
            $"witness w {w}\ngroup g 0 w\nquorum g", $"witness w {w}\ngroup g any\nquorum g", $"witness w {w}\ngroup none any w\nquorum none", "quorum none\nquorum none", "quorum", "", "#", "\u3000quorum none", "quorum none\u00a0", $"witness w {w}\ngroup g any w w\nquorum g",
        })
            Assert.Equal((text, global::Verify.Policy.Parse(text) is null), (text, WitnessPolicy.Parse(text) is null));
        var root = Convert.ToBase64String(Merkle.Empty);
        foreach (var number in new[] { "0", "1", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "\u0661", "9007199254740993", "9223372036854775807", "9223372036854775808", "" })
        {
            Assert.Equal((number, global::Verify.Checkpoint.Parse($"o\n{number}\n{root}\n")?.Size), (number, Checkpoint.Parse($"o\n{number}\n{root}\n")?.Size));
            var proof = $"c2sp.org/tlog-proof@v1\nindex {number}\n\no\n";
            Assert.Equal((number, global::Verify.ProofFile.Parse(proof)?.Index), (number, ProofText.Parse(proof)?.Index));
        }
    }

    [Fact]
    public void TL_01_policies_are_read_or_refused_as_published()
    {
        var vectors = TestData.Json("proof/tlog_policy.json");
        foreach (var ok in vectors.GetProperty("ok").EnumerateArray())
            Assert.NotNull(WitnessPolicy.Parse(ok.GetString()!));
        foreach (var bad in vectors.GetProperty("reject").EnumerateArray())
            Assert.Null(WitnessPolicy.Parse(bad.GetProperty("policy").GetString()!));
    }

    [Fact]
    public async Task TL_12_a_checkpoint_carries_the_cosignature_of_a_reachable_witness_and_is_not_enough_without_it()
    {
        await using var app = Registry.Cli.WitnessVerb.Build(New(log.Public), 0);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var policy = Path.Combine(folder.FullName, "policy");
        async Task<(SignedNote Note, bool Enough)> AskAsync(string url, int size)
        {
            await File.WriteAllTextAsync(policy, $"log {log.Public}\nwitness w {signer.Public} {url}\nquorum w\n", TestContext.Current.CancellationToken);
            var text = Checkpoint.Of("log.example/log", size, Merkle.Root(size, Merkle.Of(leaves))).ToString();
            return await new Witnesses(policy, NullLogger<Witnesses>.Instance).CosignAsync(new SignedNote(text, [log.Sign(text)]), 0, Merkle.Of(leaves), TestContext.Current.CancellationToken);
        }
        foreach (var size in new[] { 3, 7 })
        {
            var (note, enough) = await AskAsync(app.Urls.First(), size);
            Assert.True(enough);
            Assert.Equal([log.Public, signer.Public], note.Verified([log.Public, signer.Public])!);
        }
        var (alone, missing) = await AskAsync("http://127.0.0.1:9", 8);
        Assert.False(missing);
        Assert.Single(alone.Signatures);
    }

    [Fact]
    public async Task TL_12_a_checkpoint_that_waited_for_its_witness_is_shown_once_it_has_signed_and_that_is_told_though_nothing_new_is_signed()
    {
        var policy = Path.Combine(folder.FullName, "policy");
        await using var bench = await LogBench.StartAsync(postgres, s => s with { LogPolicyFile = policy, LogOrigin = "log.example/log" });
        bench.Service<LogKeys>().Require();
        var key = bench.Service<LogKeys>().Verifiers()[0];
        async Task QuorumAsync(string url) => await File.WriteAllTextAsync(policy, $"log {key}\nwitness w {signer.Public} {url}\nquorum w\n", TestContext.Current.CancellationToken);
        await QuorumAsync("http://127.0.0.1:9");
        await bench.HappenAsync();
        await bench.TakenInAsync();
        var waiting = await bench.PublishAsync();
        Assert.Equal((LogPublisher.WitnessMissing, true, false), (waiting.Problem, waiting.Signed, waiting.Shown));
        Assert.Null(bench.Service<LogFiles>().Text("checkpoint"));
        await using var app = Registry.Cli.WitnessVerb.Build(New(key), 0);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await QuorumAsync(app.Urls.First());
        var shown = await bench.PublishAsync();
        Assert.Equal((null, false, true), (shown.Problem, shown.Signed, shown.Shown));
        Assert.Equal(1, bench.Checked().Size);
        Assert.False((await bench.PublishAsync()).Shown);
    }

    public void Dispose()
    {
        signer.Dispose();
        log.Dispose();
        folder.Delete(recursive: true);
    }
}
