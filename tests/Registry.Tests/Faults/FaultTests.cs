using System.Globalization;

namespace Registry.Tests.Faults;

/// <summary>
/// The program in real processes under load while things break. The client keeps its own ledger of what it meant and what it was told; afterwards the store
/// has to agree with it. Each experiment has a control in which one protection is taken away and the same check has to complain.
/// </summary>
public sealed class FaultTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private static readonly TimeSpan GetsDone = TimeSpan.FromSeconds(120);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Rounds of the long run; a short one in CI.</summary>
    private static int Rounds => Environment.GetEnvironmentVariable("REGISTRY_FAULT_ROUNDS") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 1;

    [Fact]
    [Trait("Category", "Long")]
    public async Task Two_nodes_under_load_lose_nothing_and_do_nothing_twice_when_a_node_and_the_database_are_killed()
    {
        await using var bench = await Bench.StartAsync(postgres);
        var (first, second) = (await bench.NodeAsync(), await bench.NodeAsync());
        var ledger = new Ledger(bench.Notice, seed: 1, () => bench.Ports);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var load = ledger.RunAsync(3, until.Token, Ct);

        await DoneAsync(ledger, 8);
        first.Kill();
        await DoneAsync(ledger, 8);
        await bench.KillServerAsync();
        await DoneAsync(ledger, 8);
        Assert.True(second.Runs, second.Said);

        await until.CancelAsync();
        await load;
        Say(ledger);
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal([], await bench.BrokenAsync(ledger, kills: 1, GetsDone));
        output.WriteLine($"whole {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s after the load");
        Assert.Equal(0, await second.StopAsync(Ct));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Control_a_client_that_changes_its_key_with_every_try_is_found_by_the_check()
    {
        await using var bench = await Bench.StartAsync(postgres);
        await bench.NodeAsync();
        var ledger = new Ledger(bench.Notice, seed: 2, () => bench.Ports, sameKey: false);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var load = ledger.RunAsync(2, until.Token, Ct);
        await DoneAsync(ledger, 12);
        await until.CancelAsync();
        await load;
        var broken = await bench.BrokenAsync(ledger, kills: 0, GetsDone);
        Assert.Contains(broken, b => b.Contains("intents", StringComparison.Ordinal) || b.Contains(", then ", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Control_a_database_that_answers_before_it_has_written_loses_what_was_acknowledged_and_the_check_says_so()
    {
        await using var bench = await Bench.StartAsync(postgres);
        await bench.AdministerAsync("alter system set wal_writer_delay = '10s'");
        await bench.AdministerAsync("select pg_reload_conf()");
        await bench.AdministerAsync("alter role registry set synchronous_commit = off");
        await bench.NodeAsync();
        var ledger = new Ledger(bench.Notice, seed: 3, () => bench.Ports);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var load = ledger.RunAsync(2, until.Token, Ct);
        await DoneAsync(ledger, 10);
        await until.CancelAsync();
        await load;
        await bench.KillServerAsync();
        var broken = await bench.BrokenAsync(ledger, kills: 0, TimeSpan.FromSeconds(5));
        Assert.Contains(broken, b => b.Contains("and is not there", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_database_whose_disk_is_full_acknowledges_nothing_and_what_was_sent_meanwhile_is_done_once_when_there_is_room()
    {
        await using var disk = await SmallDisk.MakeAsync(megabytes: 256);
        await using var bench = await Bench.StartAsync(postgres, disk);
        await bench.NodeAsync();
        var ledger = new Ledger(bench.Notice, seed: 4, () => bench.Ports);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var load = ledger.RunAsync(3, until.Token, Ct);
        await DoneAsync(ledger, 8);
        disk.Fill();
        await UnansweredAsync(ledger, 20);
        disk.Free();
        await bench.KillServerAsync();
        await DoneAsync(ledger, 8);
        await until.CancelAsync();
        await load;
        Say(ledger);
        Assert.Equal([], await bench.BrokenAsync(ledger, kills: 0, GetsDone));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task The_same_at_random_moments_for_many_rounds()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await using var bench = await Bench.StartAsync(postgres);
            var random = new Random(1000 + round);
            var nodes = new List<Node> { await bench.NodeAsync(), await bench.NodeAsync() };
            var ledger = new Ledger(bench.Notice, seed: 1000 + round, () => bench.Ports);
            using var until = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var load = ledger.RunAsync(4, until.Token, Ct);
            var (kills, did) = (0, new List<string>());
            for (var step = 0; step < 5; step++)
            {
                await Task.Delay(random.Next(500, 6000), Ct);
                switch (random.Next(4))
                {
                    case 0:
                        did.Add("database killed");
                        await bench.KillServerAsync();
                        break;
                    case 1:
                        did.Add("database stopped for three seconds");
                        await bench.StopServerAsync(TimeSpan.FromSeconds(3));
                        break;
                    default:
                        did.Add("node killed");
                        kills++;
                        nodes[0].Kill();
                        nodes.RemoveAt(0);
                        nodes.Add(await bench.NodeAsync());
                        break;
                }
            }
            await until.CancelAsync();
            await load;
            output.WriteLine($"round {round}, seed {1000 + round}: {string.Join(", ", did)}");
            Say(ledger);
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal([], await bench.BrokenAsync(ledger, kills, GetsDone));
            output.WriteLine($"whole {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s after the load");
        }
    }

    /// <summary>Waits until so many more were acknowledged.</summary>
    private static async Task DoneAsync(Ledger ledger, int more)
    {
        var before = ledger.Intents.Count(i => i.Receipt is not null);
        while (ledger.Intents.Count(i => i.Receipt is not null) < before + more)
            await Task.Delay(20, Ct);
    }

    /// <summary>Waits until so many more tries came to nothing.</summary>
    private static async Task UnansweredAsync(Ledger ledger, int more)
    {
        var (before, began) = (ledger.Unanswered, TimeProvider.System.GetTimestamp());
        while (ledger.Unanswered < before + more)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(4), $"only {ledger.Unanswered - before} tries came to nothing, {ledger.Intents.Count(i => i.Receipt is not null)} were acknowledged");
            await Task.Delay(20, Ct);
        }
    }

    private void Say(Ledger ledger)
    {
        var took = ledger.Took.Order().ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ledger.Intents.Count} intents, sent {ledger.Intents.Sum(i => i.Sent)} times, {ledger.Unanswered} without an answer; acknowledged in {took[took.Count / 2]:0} ms (median), {took[took.Count * 95 / 100]:0} ms (95 %)"));
    }
}
