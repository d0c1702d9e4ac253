using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Applications;
using Registry.Audit;

namespace Registry.Tests.Audit;

/// <summary>A view is built anew beside a serving program: nobody reads half of it, nothing that happens meanwhile is lost, and it equals the events afterwards.</summary>
public sealed class ViewRebuildTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_view_is_read_as_it_was_until_it_is_whole_and_what_happens_meanwhile_is_in_it()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        var (first, clerk) = await scenario.SubmittedAsync(batch);
        var (second, otherClerk) = await scenario.SubmittedAsync(batch);
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        var before = await RowsAsync(host);
        await OneAsync<object>(host, $"""
            update registry.mt_doc_applicationcard set data = data || '{"{\"Cluster\":\"别的名字\"}"}' where id = '{first.Stream}';
            delete from registry.mt_doc_applicationcard where id = '{second.Stream}';
            insert into registry.mt_doc_applicationcard (id, data, mt_version, mt_dotnet_type) select 'application/nobody', data, mt_version, mt_dotnet_type from registry.mt_doc_applicationcard limit 1;
            insert into registry.mt_doc_openobjections (id, data, mt_version, mt_dotnet_type) values ('{first.Value}', '{"{\"Id\":\""}{first.Value}{"\",\"Open\":[\"objection/none\"]}"}', 1, 'x')
            """);
        var damaged = await RowsAsync(host);

        var rebuild = host.Host.Services.GetRequiredService<ViewRebuild>();
        // Both have read the view before they wait for its table: one a wrong row, the other none. What they then write is as wrong as what they read.
        Task[] withdrawals = [];
        rebuild.Meanwhile = async () =>
        {
            rebuild.Meanwhile = () => Task.CompletedTask;
            Assert.Equal(damaged, await RowsAsync(host));
            withdrawals =
            [
                Task.Run(() => registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), first.Value, Scenario.Open), Ct),
                Task.Run(() => registry.Accepted(otherClerk, new WithdrawApplication("演示撤回理由", 1), second.Value, Scenario.Open), Ct),
            ];
            while (withdrawals.Count(w => w.IsCompleted) + await OneAsync<long>(host, "select count(*) from pg_locks where not granted and relation = 'registry.mt_doc_applicationcard'::regclass") < withdrawals.Length)
                await Task.Delay(10, Ct);
        };
        Assert.Equal(2, (await RunAsync<ApplicationCardProjection>())!.Rows);
        await Task.WhenAll(withdrawals);
        Assert.Contains(await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct), f => f.Code == "view-differs" && Equals(f.Facts["view"], "OpenObjections") && Equals(f.Facts["id"], first.Value));
        Assert.Equal(new Rebuilt(0, 1), await RunAsync<Registry.Objections.OpenObjectionsProjection>());

        var after = await RowsAsync(host);
        Assert.Equal(before.Select(StreamOf), after.Select(StreamOf));
        Assert.All(after, r => Assert.Contains("Withdrawn", r, StringComparison.Ordinal));
        Assert.All(after, r => Assert.DoesNotContain("别的名字", r, StringComparison.Ordinal));
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct), f => f.Severity == Severity.Fault);
        Assert.Equal(new Rebuilt(2, 0), await RunAsync<ApplicationCardProjection>());
        Assert.Null(await RunAsync<ActProjection>());

        Task<Rebuilt?> RunAsync<T>() => rebuild.RunAsync(((DocumentStore)registry.Store).Options.Projections.All.Single(p => p is T), _ => { }, Ct);
    }

    private static string StreamOf(string row) => row.Split(' ')[0];

    private static async Task<IReadOnlyList<string>> RowsAsync(RegistryHost host) =>
        (await OneAsync<string[]>(host, "select array_agg(id || ' ' || mt_version || ' ' || data::text order by id) from registry.mt_doc_applicationcard"));

    private static async Task<T> OneAsync<T>(RegistryHost host, string sql)
    {
        await using var connection = new NpgsqlConnection(host.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }
}
