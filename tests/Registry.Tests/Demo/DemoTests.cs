using System.Security.Cryptography;
using System.Text.Json;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events;
using Marten.Events.Daemon.Coordination;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PublicSite;
using Registry.Applications;
using Registry.Demo;
using Registry.Disclosure;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Tests.Demo;

/// <summary>The demo, played once for this class: the longest scenario there is, through every room and by the real commands.</summary>
public sealed class DemoFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private RegistryHost _host = null!;

    /// <summary>What its services are.</summary>
    public IServiceProvider Services => _host.Host.Services;

    /// <summary>The event store.</summary>
    public DocumentStore Store => (DocumentStore)Services.GetRequiredService<IDocumentStore>();

    /// <summary>The data folder.</summary>
    public string Folder => _host.Folder;

    /// <summary>The program.</summary>
    public Alba.IAlbaHost Host => _host.Host;

    public async ValueTask InitializeAsync()
    {
        _host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), s => s with { Demo = true });
        await Services.GetRequiredService<DemoPlayer>().PlayAsync(TestContext.Current.CancellationToken);
        await Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(60));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}

public sealed partial class DemoTests(DemoFixture demo) : IClassFixture<DemoFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_batch_ends_with_recognised_clusters_one_refusal_and_one_ban()
    {
        await using var session = demo.Store.QuerySession();
        var data = await new PublicHistory(demo.Services.GetRequiredService<Calls>()).ReadAsync(session, new DateOnly(2026, 1, 5), demo: true, null, Ct);
        Assert.Contains(data.Batches, b => b.Id == "2025-2" && b.Stage == BatchStage.Closed);
        Assert.Contains(data.Clusters, c => c.Standing == ClusterStanding.Recognised);
        Assert.Single(data.Clusters, c => c.Standing == ClusterStanding.Revoked);
        var finding = Assert.Single(data.Findings);
        Assert.Equal(CivilTerm.YearsAfter(finding.FirstDay, 3), finding.LastDay);
        Assert.Equal(2, data.Notices.SelectMany(n => n.Objections).Count());
        Assert.Equal(83, data.EarlierLists.Sum(l => l.Entries.Count));
        Assert.All(data.Clusters, c => Assert.Contains("演示", c.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_sixteen_cities_filed_and_the_fourth_of_jinan_was_refused_over_the_quota()
    {
        await using var session = demo.Store.QuerySession();
        var filed = (await session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == "application-submitted").ToListAsync(Ct)).Select(e => (ApplicationSubmitted)e.Data).Where(s => s.Batch.Value.EndsWith("2025-2", StringComparison.Ordinal)).ToList();
        Assert.Equal(16, filed.Select(s => s.City).Distinct().Count());
        Assert.Equal(1, await CountAsync("select count(*) from registry.mt_doc_givenanswer where data ->> 'RefusedBy' = 'recommendation.quota-full'"));
    }

    [Fact]
    public async Task A_site_built_by_a_program_that_was_started_without_the_demo_says_so_too()
    {
        var without = new DemoData(demo.Store, RegistrySettings.For(demo.Folder, "Host=none"));
        Assert.True(await without.IsPresentAsync(Ct));
    }

    [Fact]
    public async Task Played_again_it_changes_nothing()
    {
        var events = await CountAsync("select count(*) from registry.mt_events");
        await using (var session = demo.Store.LightweightSession())
        {
            session.Store(new DemoMark());
            await session.SaveChangesAsync(Ct);
        }
        await demo.Services.GetRequiredService<DemoPlayer>().PlayAsync(Ct);
        Assert.Equal(events, await CountAsync("select count(*) from registry.mt_events"));
    }

    [Fact]
    public async Task Every_view_equals_its_own_rebuild()
    {
        var daemon = demo.Services.GetRequiredService<IProjectionCoordinator>().DaemonForMainDatabase();
        var seen = 0;
        foreach (var view in demo.Store.Options.Projections.All)
        {
            var tables = view.PublishedTypes().Select(t => $"registry.mt_doc_{t.Name.ToLowerInvariant()}").ToList();
            var live = await DumpAsync(tables);
            await daemon.RebuildProjectionAsync(view.Name, TimeSpan.FromMinutes(2), Ct);
            var rebuilt = await DumpAsync(tables);
            Assert.True(live.SequenceEqual(rebuilt), $"{view.Name}: {live.Except(rebuilt).FirstOrDefault()} became {rebuilt.Except(live).FirstOrDefault()}");
            seen += live.Count;
        }
        Assert.True(seen > 100, "the scenario leaves views to compare");
    }

    [Fact]
    public async Task The_same_history_and_day_give_the_same_bytes()
    {
        var (first, second) = (await BuildAsync("first"), await BuildAsync("second"));
        Assert.Equal(first, second);
        Assert.True(first.Count > 100);
        Assert.All(first.Keys.Where(f => f.EndsWith(".html", StringComparison.Ordinal)), page =>
            Assert.Contains(page.StartsWith("en/", StringComparison.Ordinal) ? "Demonstration" : "演示数据", File.ReadAllText(Path.Combine(demo.Folder, "site-first", "current", page)), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_people_typed_stands_nowhere_in_the_database_in_plain_text()
    {
        // Names and reasons that the demo's people typed, and one that must be found: a cluster's name, which is a plain fact.
        Assert.True(await FoundAsync("产业集群（演示）") > 0);
        foreach (var typed in new[] { "演示异议人", "演示联系方式", "演示联系人", "0531-00000000", "演示用户", "演示专家1", "年营业收入总额未达到五十亿元", "认为该集群申报书所列情况", "查阅统计数据并实地核实" })
            Assert.Equal(0, await FoundAsync(typed));
        foreach (var file in Directory.GetFiles(Path.Combine(demo.Folder, "site", "current"), "*", SearchOption.AllDirectories).Where(f => f.EndsWith(".html", StringComparison.Ordinal) || f.EndsWith(".json", StringComparison.Ordinal)))
            Assert.DoesNotContain("演示异议人", await File.ReadAllTextAsync(file, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_event_names_actor_correlation_key_and_definition_and_has_its_commitments()
    {
        Assert.Equal(0, await CountAsync("select count(*) from registry.mt_events where type <> 'tombstone' and (user_name is null or correlation_id is null or headers ->> 'key' is null)"));
        Assert.Equal(0, await CountAsync("select count(*) from registry.mt_events where type like 'application-%' and headers ->> 'definition' is null"));
        Assert.Equal(0, await CountAsync("select count(*) from registry.mt_events e where type <> 'tombstone' and not exists (select from registry.commitments c where c.event_id = e.id)"));
        Assert.Equal(0, await CountAsync("select count(*) from registry.mt_events where type = 'tombstone'"));
    }

    private async Task<Dictionary<string, string>> BuildAsync(string name)
    {
        await using var session = demo.Store.QuerySession();
        var data = await new PublicHistory(demo.Services.GetRequiredService<Calls>()).ReadAsync(session, new DateOnly(2026, 1, 5), demo: true, null, Ct);
        var folder = Path.Combine(demo.Folder, $"site-{name}");
        var result = await SitePublisher.PublishAsync(data, new DateOnly(2026, 1, 5), new SiteOptions { OutputFolder = folder }, Ct);
        Assert.True(result.Published, string.Join("\n", result.Problems));
        var root = Path.Combine(folder, "current");
        return Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(root, f), f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))));
    }

    private async Task<List<string>> DumpAsync(IReadOnlyList<string> tables)
    {
        var rows = new List<string>();
        await using var connection = await OpenAsync();
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"select id || ' ' || data::text from {table} order by id", connection);
            await using var reader = await command.ExecuteReaderAsync(Ct);
            while (await reader.ReadAsync(Ct))
                rows.Add(reader.GetString(0));
        }
        return rows;
    }

    /// <summary>In how many rows of any table of the program, its messages and its jobs a text stands, as it is or escaped.</summary>
    private async Task<long> FoundAsync(string text)
    {
        var escaped = JsonSerializer.Serialize(text).Trim('"');
        await using var connection = await OpenAsync();
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('registry', 'messages', 'jobs')", connection))
        await using (var reader = await command.ExecuteReaderAsync(Ct))
            while (await reader.ReadAsync(Ct))
                tables.Add(reader.GetString(0));
        Assert.True(tables.Count > 20);
        long found = 0;
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand($"select count(*) from {table} t where position(@text in t::text) > 0 or position(@escaped in t::text) > 0", connection);
            command.Parameters.AddWithValue("text", text);
            command.Parameters.AddWithValue("escaped", escaped);
            found += (long)(await command.ExecuteScalarAsync(Ct))!;
        }
        return found;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = (NpgsqlConnection)demo.Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(Ct);
        return connection;
    }
}
