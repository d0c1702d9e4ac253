using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>TL-5, TL-7 to TL-10 and TL-14: whatever happens to the publisher, no fork, no lost and no doubled entry, and no signature that contradicts an earlier one.</summary>
public sealed class PublisherTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private sealed class Broken : Exception;

    [Fact]
    public async Task TL_05_a_step_that_was_not_done_or_was_done_and_reported_failed_leaves_a_log_that_goes_on()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(255);
        await bench.TakenInAsync();
        await bench.PublishAsync(hours: 1);
        var hours = 1.0;
        string[] steps = ["entries", "tile/0", "tile/1", "signed", "checkpoint"];
        foreach (var step in steps)
            foreach (var stored in new[] { false, true })
                for (var occurrence = 1; occurrence <= (step is "entries" or "tile/0" ? 2 : 1); occurrence++)
                {
                    // A tile of the second level changes only when one below it has become full.
                    var added = step is "tile/1" ? TilePath.Full : 2;
                    await bench.HappenAsync(added);
                    await bench.TakenInAsync();
                    var before = bench.Checked();
                    var seen = 0;
                    var breaking = bench.Publisher(async (name, write) =>
                    {
                        if (name != step || ++seen < occurrence)
                        {
                            await write();
                            return;
                        }
                        if (stored)
                            await write();
                        throw new Broken();
                    });
                    hours++;
                    try
                    {
                        await bench.PublishAsync(breaking, hours);
                        Assert.True(occurrence > 1, $"{step} was never met");
                    }
                    catch (Broken)
                    {
                        // What a reader sees in between is whole.
                        Assert.InRange(bench.Checked().Size, before.Size, before.Size + added);
                    }
                    Assert.Null((await bench.PublishAsync(hours: hours)).Problem);
                    Assert.Equal(before.Size + added, bench.Checked().Size);
                    AssertGrew(bench, before);
                }
    }

    [Fact]
    public async Task TL_07_of_two_publishers_at_once_one_loses_and_no_size_has_two_roots()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.PublishAsync(hours: 0);
        await bench.HappenAsync(3);
        await bench.TakenInAsync();
        var before = bench.Service<LastSigned>().Read();
        // The first one waits, ready to sign, until the second one has signed.
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = bench.PublishAsync(bench.Publisher(async (name, write) =>
        {
            if (name == "signed")
            {
                ready.SetResult();
                await go.Task;
            }
            await write();
        }));
        await ready.Task;
        await bench.HappenAsync(2);
        await bench.TakenInAsync();
        Assert.Equal(5, (await bench.PublishAsync(hours: 2)).Size);
        go.SetResult();
        Assert.Equal(LogPublisher.LostRace, (await slow).Problem);
        Assert.Equal(5, bench.Checked().Size);
        Assert.False(bench.Service<LastSigned>().Swap(before, before!));
    }

    [Fact]
    public async Task TL_08_an_older_database_signs_nothing_takes_no_event_in_and_says_what_is_missing()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(5);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        var before = bench.Checked();
        await ExecuteAsync(bench, "delete from registry.log_leaves where index >= 3");
        var refused = await bench.PublishAsync(hours: 2);
        Assert.Equal(LogPublisher.DatabaseOlder, refused.Problem);
        Assert.Contains("leaves 3 to 4", refused.Detail, StringComparison.Ordinal);
        var batch = await bench.HappenAsync();
        await using var session = bench.Service<Marten.IDocumentStore>().LightweightSession();
        var happened = await session.Events.FetchStreamAsync(batch.Stream, token: Ct);
        await Assert.ThrowsAsync<LogBehindException>(() => new LeafSubscription(bench.Service<LastSigned>(), TimeSpan.FromHours(1), TimeProvider.System).TakeInAsync(happened, session, Ct));
        Assert.Equal(3, await bench.Service<LeafTable>().CountAsync(Ct));
        Assert.Equal(before, bench.Checked());
    }

    [Fact]
    public async Task TL_08_a_database_with_another_history_signs_nothing()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(5);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        await ExecuteAsync(bench, "update registry.log_leaves set hash = sha256(hash) where index = 4");
        Assert.Equal(LogPublisher.Diverged, (await bench.PublishAsync(hours: 2)).Problem);
    }

    [Fact]
    public async Task Damaged_tiles_are_found_before_anything_is_signed_over_them()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(5);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        var tile = Path.Combine(bench.Settings.LogFolder, "tile/0/000.p/5");
        var bytes = await File.ReadAllBytesAsync(tile, Ct);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, Ct);
        Assert.Equal(LogPublisher.TilesDamaged, (await bench.PublishAsync(hours: 2)).Problem);
        File.Delete(tile);
        var refused = await bench.PublishAsync(hours: 2);
        Assert.Equal(LogPublisher.TilesDamaged, refused.Problem);
        Assert.Contains("000.p/5", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TL_09_at_every_step_a_reader_finds_whole_tiles_under_the_checkpoint_it_sees()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(257);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        await bench.HappenAsync(300);
        await bench.TakenInAsync();
        var order = new List<string>();
        await bench.PublishAsync(bench.Publisher(async (name, write) =>
        {
            Assert.Equal(257, bench.Checked().Size);
            await write();
            order.Add(name);
        }), 2);
        Assert.Equal(["entries", "entries", "tile/0", "tile/0", "tile/1", "signed", "checkpoint"], order);
        Assert.Equal(557, bench.Checked().Size);
    }

    [Fact]
    public async Task TL_10_with_the_clock_before_the_last_signature_nothing_is_signed()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync();
        await bench.TakenInAsync();
        await bench.PublishAsync(hours: 3);
        await bench.HappenAsync();
        await bench.TakenInAsync();
        Assert.Equal(LogPublisher.ClockBehind, (await bench.PublishAsync(hours: 2)).Problem);
        Assert.Equal(2, (await bench.PublishAsync(hours: 3.1)).Size);
    }

    [Fact]
    public async Task TL_14_while_a_key_is_replaced_both_sign_and_whoever_knows_either_accepts_and_what_was_proved_before_stays_proved()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await GrowAsync(bench, 1);
        var (keys, files, disclosures) = (bench.Service<LogKeys>(), bench.Service<LogFiles>(), bench.Service<Disclosures>());
        var old = keys.Verifiers()[0];
        // What a citizen or a mirror keeps from before: a disclosure's proof, a receipt, the checkpoint.
        PublicSite.PageProof[] shown = [new() { Page = "batch/a.html", Leaves = [0] }];
        var (kinds, problems) = await disclosures.WriteAsync(shown, [], Ct);
        Assert.Empty(problems);
        disclosures.Settle(shown, kinds);
        var kept = new System.Text.Json.Nodes.JsonObject
        {
            ["format"] = "sdreg-receipt/v1", ["origin"] = keys.Origin, ["keys"] = new System.Text.Json.Nodes.JsonArray(old.ToString()), ["leaf"] = 0,
            ["entry"] = System.Text.Json.Nodes.JsonNode.Parse(files.Text("disclosures/0.json")!)!["entry"]!.DeepClone(), ["fields"] = System.Text.Json.Nodes.JsonNode.Parse(files.Text("disclosures/0.json")!)!["fields"]!.DeepClone(),
            ["proof"] = files.Text("disclosures/0.tlog-proof"),
        };
        var state = Directory.CreateTempSubdirectory("registry-test-seen-").FullName;
        Assert.Equal((null, KeyStays.IsTheOnlyOne), keys.Retire(files.Text("checkpoint")));
        Assert.True((await VerifiedAsync(old)).Holds);
        var next = keys.Add();
        SignedNote Note() => SignedNote.Parse(files.Text("checkpoint")!)!;
        // Nobody has seen the new key sign: the old one stays.
        Assert.Equal((null, KeyStays.NextHasNotSigned), keys.Retire(files.Text("checkpoint")));
        Assert.Equal((null, KeyStays.NextHasNotSigned), keys.Retire(null));
        await GrowAsync(bench, 2);
        disclosures.Prove();
        Assert.Equal([old], Note().Verified([old])!);
        Assert.Equal([next], Note().Verified([next])!);
        Assert.Equal([old, next], Note().Verified([old, next])!);
        Assert.Equal($"{old}\n{next}\n", files.Text("key"));
        foreach (var key in new[] { old, next })
            Assert.True((await VerifiedAsync(key)).Holds);
        Assert.Equal([next], SignedNote.Parse(ProofText.Parse(files.Text("disclosures/0.tlog-proof")!)!.Checkpoint)!.Verified([next])!);

        Assert.Equal((old, null), keys.Retire(files.Text("checkpoint")));
        await GrowAsync(bench, 3);
        disclosures.Prove();
        Assert.Null(Note().Verified([old]));
        Assert.Equal([next], Note().Verified([old, next])!);
        Assert.Equal($"{next}\n", files.Text("key"));
        Assert.Equal($"2 {old}\n", files.Text("retired"));
        var after = await VerifiedAsync(next);
        Assert.True(after.Holds, after.ToText());
        Assert.DoesNotContain(after.Findings, f => f.Name == "log.history.key");
        Assert.True((await VerifiedAsync(old)).IsBroken("log.trust"));
        // The receipt of before holds by the key that was retired, and a proof that nobody wrote anew does too.
        var receipt = new global::Verify.Report("receipt");
        global::Verify.ReceiptCheck.Run(System.Text.Encoding.UTF8.GetBytes(kept.ToJsonString()), [global::Verify.VerifierKey.Parse(old.ToString())!], receipt);
        Assert.True(receipt.Holds, receipt.ToText());
        files.Replace("disclosures/0.tlog-proof", System.Text.Encoding.UTF8.GetBytes(kept["proof"]!.GetValue<string>()));
        Assert.True((await VerifiedAsync(next)).Holds);
        // A retired key does not count for what came after it.
        files.Replace("retired", System.Text.Encoding.UTF8.GetBytes($"0 {old}\n"));
        Assert.True((await VerifiedAsync(next)).IsBroken("disclosures.proof"));
        Directory.Delete(state, recursive: true);

        async Task<global::Verify.Report> VerifiedAsync(NoteKey key)
        {
            var report = new global::Verify.Report("log");
            await global::Verify.Stranger.RunAsync(files.Folder, null, [global::Verify.VerifierKey.Parse(key.ToString())!], null, state, report, Ct);
            return report;
        }
    }

    [Fact]
    public void TL_14_a_signature_of_a_kind_that_others_do_not_know_is_passed_over()
    {
        using var signer = NoteSigner.Parse(NoteSigner.NewText("log.example/log", NoteKeyKind.Note))!;
        const string text = "log.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
        // An SM2 signature travels as kind 0xff with a long identifier, from which the key's id follows.
        var sm2 = new NoteSignature("log.example/log", NoteKey.IdOf("log.example/log", [0xff, .. "sdreg/sm2-sm3/v1"u8, .. new byte[65]]), new byte[64]);
        var note = SignedNote.Parse(new SignedNote(text, [sm2, signer.Sign(text)]).ToString())!;
        Assert.Equal([signer.Public], note.Verified([signer.Public])!);
        Assert.Null(new SignedNote(text, [sm2]).Verified([signer.Public]));
    }

    private static async Task GrowAsync(LogBench bench, double hours)
    {
        await bench.HappenAsync();
        await bench.TakenInAsync();
        await bench.PublishAsync(hours: hours);
    }

    private static void AssertGrew(LogBench bench, Checkpoint before)
    {
        var now = bench.Checked();
        var at = Tiles.Reader(now.Size, p => bench.Service<LogFiles>().Read(p.ToString()));
        Assert.True(Merkle.HasGrown(before.Size, before.RootHash, now.Size, now.RootHash, Merkle.ConsistencyProof(before.Size, now.Size, at)));
    }

    private static async Task ExecuteAsync(LogBench bench, string sql)
    {
        await using var connection = new NpgsqlConnection(bench.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
