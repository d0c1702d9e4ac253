using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Registry.Applications;
using Registry.Audit;
using Registry.Backups;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Tests.Backups;

/// <summary>A whole round: back up, go on, lose the machine, restore elsewhere. What was acknowledged is there or is listed; what was erased is gone.</summary>
public sealed class BackupTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly string folder = TestFolder.Create();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_restore_brings_everything_back_up_to_the_backup_lists_what_came_later_and_keeps_the_erased_erased()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateDatabaseAsync());
        var registry = RegistryFixture.Over(postgres, host);
        var batch = await registry.Announce();
        var (id, clerk) = await new Scenario(registry).SubmittedAsync(batch);
        var keys = host.Host.Services.GetRequiredService<KeyStore>();
        var settings = host.Host.Services.GetRequiredService<RegistrySettings>();
        keys.Obtain("objection/erased-later");
        keys.Obtain("objection/kept");
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        var backup = host.Host.Services.GetRequiredService<Backup>();

        await Assert.ThrowsAsync<BackupException>(() => backup.WriteAsync(At("data"), At("data/keys"), DateTimeOffset.UtcNow, Ct));
        var manifest = await backup.WriteAsync(At("data"), At("keys"), DateTimeOffset.UtcNow, Ct);
        var (data, keyData) = (Path.Combine(At("data"), manifest.Id), Path.Combine(At("keys"), manifest.Id));
        Assert.DoesNotContain(Folders(data), f => f.Contains("master", StringComparison.Ordinal) || f.Contains("keys", StringComparison.Ordinal));

        // After the backup: one act is acknowledged, one person is erased.
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, Scenario.Open);
        keys.Destroy("objection/erased-later");

        Directory.CreateDirectory(At("taken"));
        await File.WriteAllTextAsync(At("taken/file"), "x", Ct);
        await Assert.ThrowsAsync<BackupException>(() => Restore.RunAsync(data, keyData, At("taken"), settings.LedgerFolder, null, NullLogger.Instance, Ct));
        var restored = await Restore.RunAsync(data, keyData, At("restored"), settings.LedgerFolder, settings.ConnectionString, NullLogger.Instance, Ct);

        Assert.Equal(["application-withdrawn"], restored.Lost!.Select(l => l.Kind));
        Assert.Equal(1, restored.Destroyed);
        await using var database = await RunningDatabase.StartAsync(At("restored"), NullLogger.Instance, Ct);
        var there = RegistrySettings.For(At("restored"), database.ConnectionString) with { Jobs = false, Alone = true };
        await using var app = App.Build(there);
        var again = app.Services.GetRequiredService<KeyStore>();
        Assert.True(again.IsDestroyed("objection/erased-later"));
        Assert.Null(again.Find("objection/erased-later"));
        Assert.Equal(keys.Find("objection/kept"), again.Find("objection/kept"));
        var faults = (await app.Services.GetRequiredService<Doctor>().ExamineAsync(Ct)).Where(f => f.Severity == Severity.Fault).Select(f => $"{f.Code} {string.Join(", ", f.Facts)}");
        Assert.Equal("", string.Join("\n", faults));

        // A damaged backup is refused before anything is written.
        var dump = Path.Combine(data, "database", "registry.dump");
        var bytes = await File.ReadAllBytesAsync(dump, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(dump, bytes, Ct);
        await Assert.ThrowsAsync<BackupException>(() => Restore.RunAsync(data, keyData, At("never"), null, null, NullLogger.Instance, Ct));
        Assert.False(Directory.Exists(At("never")));
    }

    private static IEnumerable<string> Folders(string root) => Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f));
}
