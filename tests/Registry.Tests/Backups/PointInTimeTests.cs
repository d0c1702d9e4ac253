using System.Diagnostics;
using System.Globalization;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Applications;
using Registry.Audit;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Tests.Backups;

/// <summary>The drill of <c>ops/pitr</c>: a database that was damaged goes back to the moment before, and what was acknowledged since is listed.</summary>
public sealed class PointInTimeTests(PostgresFixture postgres) : IDisposable
{
    private static readonly TimeSpan ArchivedWithin = TimeSpan.FromSeconds(60);

    private readonly string folder = TestFolder.Create();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_damaged_database_goes_back_to_the_moment_before_and_the_erased_stay_erased()
    {
        var (data, wal, to) = (Path.Combine(folder, "data"), Path.Combine(folder, "wal"), Path.Combine(folder, "restored"));
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        using var held = DataFolder.Open(data);
        await using var server = await PrivatePostgres.StartAsync(held, NullLogger.Instance, Ct, walArchive: wal);
        var address = Path.Combine(data, "run", "address");
        string before, after;
        DateTime moment;
        await using (var host = await RegistryHost.StartAsync(
            server.OwnerConnectionString, s => RegistrySettings.For(data, s.ConnectionString) with { Alone = true, Jobs = false }, serving: server.ConnectionString))
        {
            var registry = RegistryFixture.On(postgres, host);
            var scenario = new Scenario(registry);
            var batch = await registry.Announce();
            await scenario.SubmittedAsync(batch);
            // An address that was left behind by a program that is gone names no server, and is told from one that does.
            await File.WriteAllTextAsync(address, "Host=/nowhere;Port=5432", Ct);
            var (code, said, _) = await EndedAsync("base", Path.Combine(folder, "base"), "--data", data);
            Assert.True(code == 4 && said.Contains("No private database runs", StringComparison.Ordinal), said);
            await File.WriteAllTextAsync(address, server.ConnectionString, Ct);
            var taken = await RunAsync("base", Path.Combine(folder, "base"), "--data", data);

            // After the base: one act before the moment, one after it, and somebody is erased.
            var (second, clerk) = await scenario.SubmittedAsync(batch);
            var keys = host.Host.Services.GetRequiredService<KeyStore>();
            keys.Obtain("objection/erased-later");
            await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
            before = await OneAsync<string>(server.AdminConnectionString, "select string_agg(id::text, ' ' order by seq_id) from registry.mt_events where type <> 'tombstone'");
            moment = await OneAsync<DateTime>(server.AdminConnectionString, "select clock_timestamp()");
            await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), second.Value, Scenario.Open);
            keys.Destroy("objection/erased-later");
            await OneAsync<long>(server.AdminConnectionString, "with damaged as (update registry.mt_events set data = '{}' where type = 'application-submitted' returning 1) select count(*) from damaged");
            var piece = await OneAsync<string>(server.AdminConnectionString, "select pg_walfile_name(pg_switch_wal())");
            var asked = TimeProvider.System.GetTimestamp();
            while (!File.Exists(Path.Combine(wal, piece)))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(asked) < ArchivedWithin, $"{piece} did not reach the archive: {await OneAsync<string>(server.AdminConnectionString, "select row_to_json(a)::text from pg_stat_archiver a")}");
                await Task.Delay(50, Ct);
            }

            after = await RunAsync(
                "restore", taken.Trim(), "--wal", wal, "--until", moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture), "--from", data, "--to", to);
        }
        Assert.Contains("application-withdrawn", after, StringComparison.Ordinal);

        using var again = DataFolder.Open(to);
        await using var restored = await PrivatePostgres.StartAsync(again, NullLogger.Instance, Ct);
        Assert.Equal(before, await OneAsync<string>(
            new NpgsqlConnectionStringBuilder(restored.AdminConnectionString) { Database = "registry" }.ConnectionString, "select string_agg(id::text, ' ' order by seq_id) from registry.mt_events where type <> 'tombstone'"));
        await using var app = App.Build(RegistrySettings.For(to, restored.ConnectionString) with { Jobs = false, Alone = true });
        await DatabaseSchema.RequireAsync(app.Services, Ct);
        Assert.True(app.Services.GetRequiredService<KeyStore>().IsDestroyed("objection/erased-later"));
        var faults = (await app.Services.GetRequiredService<Doctor>().ExamineAsync(Ct)).Where(f => f.Severity == Severity.Fault).Select(f => $"{f.Code} {string.Join(", ", f.Facts)}");
        Assert.Equal("", string.Join("\n", faults));

        async Task<T> OneAsync<T>(string connectionString, string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Database = "registry", Pooling = false }.ConnectionString);
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand(sql, connection);
            return (T)(await command.ExecuteScalarAsync(Ct))!;
        }
    }

    /// <summary>Runs the script; its standard output and, for the restore, the list of what was acknowledged later.</summary>
    private static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, said, output) = await EndedAsync(arguments);
        Assert.True(code == 0, said);
        return output;
    }

    private static async Task<(int Code, string Said, string Output)> EndedAsync(params string[] arguments)
    {
        using var script = Process.Start(new ProcessStartInfo(Path.Combine(TestData.Root, "ops", "pitr"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = script.StandardError.ReadToEndAsync(Ct);
        var output = await script.StandardOutput.ReadToEndAsync(Ct);
        await script.WaitForExitAsync(Ct);
        return (script.ExitCode, await said, output);
    }
}
