using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Registry.Applications;
using Registry.Audit;
using Registry.Backups;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Proof;
using Registry.Tests.Proof;

namespace Registry.Tests.Backups;

/// <summary>A whole round: back up, go on, lose the machine, restore elsewhere. What was acknowledged is there or is listed; what was erased is gone.</summary>
public sealed class BackupTests(PostgresFixture postgres) : IDisposable
{
    private readonly string folder = TestFolder.Create();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task PC_04_a_restore_brings_everything_back_up_to_the_backup_lists_what_came_later_and_keeps_the_erased_erased()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
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
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(new(data, keyData, At("taken")) { Ledger = settings.LedgerFolder }));
        // A ledger that is not there, or a folder given up that holds nothing, is a slip of whoever restores, never an empty one.
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(new(data, keyData, At("slip")) { Ledger = At("no-such-ledger") }));
        Directory.CreateDirectory(At("empty"));
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(new(data, keyData, At("slip")) { NewerFolder = At("empty") }));
        Assert.False(Directory.Exists(At("slip")));
        // The exit code tells the two apart: nothing was written, or what was written is to be thrown away.
        Assert.False((await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(new(data, At("none"), At("slip"))))).Begun || Directory.Exists(At("slip")));
        Assert.True((await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(new(data, keyData, At("broken")) { Ledger = settings.LedgerFolder, LogCopy = At("empty") }))).Begun && Directory.Exists(At("broken")));
        var restored = await RestoreAsync(new(data, keyData, At("restored")) { Ledger = settings.LedgerFolder, NewerStore = settings.ConnectionString, NewerFolder = host.Folder });

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
        await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(new(data, keyData, At("never"))));
        Assert.False(Directory.Exists(At("never")));
    }

    [Fact]
    public async Task After_a_restore_the_log_of_today_is_kept_nothing_is_signed_over_the_older_database_and_it_goes_on_once_the_leaves_are_taken_back()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(5);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        // Keys of a log that was declared anew before: they still sign for whoever knows them.
        var earlier = bench.Settings.LogKeyFolder + ".20250101T000000Z";
        Directory.CreateDirectory(earlier);
        await File.WriteAllTextAsync(Path.Combine(earlier, "0001.key"), "x", Ct);
        var manifest = await bench.Service<Backup>().WriteAsync(At("data"), At("keys"), DateTimeOffset.UtcNow, Ct);
        var (data, keyData) = (Path.Combine(At("data"), manifest.Id), Path.Combine(At("keys"), manifest.Id));
        Assert.DoesNotContain(Folders(keyData), f => f.StartsWith("log", StringComparison.Ordinal) || f.StartsWith(Path.Combine("secrets", "log"), StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(keyData, "secrets", "master.key")));
        Assert.Equal((5, 5), (manifest.Events, manifest.LogSize));
        // A folder that has forgotten its log, or one that is older than the backup, is not where the log of today is.
        var forgetful = At("forgetful");
        Directory.CreateDirectory(Path.Combine(forgetful, "secrets"));
        File.Copy(bench.Settings.MasterKeyFile, Path.Combine(forgetful, "secrets", "master.key"));
        Assert.Equal(LogSource.Lost, RestoredLog.Put(new("", "", "") { NewerFolder = forgetful }, RegistrySettings.For(At("forgotten"), ""), manifest, DateTimeOffset.UtcNow));
        Assert.Throws<BackupException>(() => RestoredLog.Put(new("", "", "") { NewerFolder = bench.Settings.DataFolder }, RegistrySettings.For(At("older"), ""), manifest with { LogSize = 6 }, DateTimeOffset.UtcNow));
        Assert.Throws<BackupException>(() => RestoredLog.Put(new("", "", "") { LogCopy = bench.Settings.LogFolder }, RegistrySettings.For(At("older"), ""), manifest with { LogSize = 6 }, DateTimeOffset.UtcNow));
        await bench.HappenAsync(3);
        await bench.TakenInAsync();
        await bench.PublishAsync(hours: 2);
        var public_ = bench.Checked();

        var restored = await RestoreAsync(new(data, keyData, At("restored")) { NewerStore = bench.Settings.ConnectionString, NewerFolder = bench.Settings.DataFolder });

        Assert.Equal((LogSource.NewerFolder, 3), (restored.Log, restored.Lost!.Count));
        await using var database = await RunningDatabase.StartAsync(At("restored"), NullLogger.Instance, Ct);
        await using var app = App.Build(RegistrySettings.For(At("restored"), database.ConnectionString) with { Jobs = false, Alone = true });
        using var later = RegistryClock.At(DateTimeOffset.UtcNow.AddHours(3));
        var publisher = app.Services.GetRequiredService<LogPublisher>();
        Assert.Equal(LogPublisher.DatabaseOlder, (await publisher.PublishAsync(Ct)).Problem);
        Assert.Equal(bench.Service<LastSigned>().Read(), app.Services.GetRequiredService<LastSigned>().Read());
        Assert.Equal((5, 3, null), await app.Services.GetRequiredService<LogRecovery>().TakeBackAsync(Ct));
        var published = await publisher.PublishAsync(Ct);
        Assert.Equal((null, 8), (published.Problem, published.Size));
        var shown = Checkpoint.Parse(SignedNote.Parse(app.Services.GetRequiredService<LogFiles>().Text("checkpoint")!)!.Text)!;
        Assert.Equal(public_, shown);
        Assert.Equal(bench.Service<LogKeys>().Verifiers(), app.Services.GetRequiredService<LogKeys>().Verifiers());
    }

    [Fact]
    public async Task Without_the_log_of_today_nothing_is_signed_and_no_key_is_made_until_a_copy_or_another_log_is_there()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(5);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        var settings = RegistrySettings.For(At("lost"), bench.Settings.ConnectionString);
        Assert.Equal(LogSource.Lost, RestoredLog.Put(new("", "", At("lost")), settings, Known(settings.LogOrigin), DateTimeOffset.UtcNow));
        Assert.Equal(LogPublisher.StateLost, (await bench.PublishAsync(PublisherOf(settings), 2)).Problem);
        Assert.False(Directory.Exists(settings.LogKeyFolder));
        Assert.False(File.Exists(Path.Combine(settings.LogFolder, "checkpoint")));
        Assert.False(new LastSigned(settings.LogStateFolder).Swap(null, bench.Service<LastSigned>().Read()!));

        var copied = RegistrySettings.For(At("copied"), bench.Settings.ConnectionString);
        var request = new RestoreRequest("", "", At("copied")) { LogCopy = bench.Settings.LogFolder };
        Assert.Throws<BackupException>(() => RestoredLog.Put(request, copied, Known("another.example/log"), DateTimeOffset.UtcNow));
        Assert.Equal(LogSource.Copy, RestoredLog.Put(request, copied, Known(copied.LogOrigin), DateTimeOffset.UtcNow.AddHours(1)));
        await Assert.ThrowsAsync<StartRefusedException>(() => bench.PublishAsync(PublisherOf(copied), 2));
        Directory.CreateDirectory(copied.LogKeyFolder);
        File.Copy(Path.Combine(bench.Settings.LogKeyFolder, "0001.key"), Path.Combine(copied.LogKeyFolder, "0001.key"));
        var published = await bench.PublishAsync(PublisherOf(copied), 2);
        Assert.Equal((null, 5), (published.Problem, published.Size));

        LogPublisher PublisherOf(RegistrySettings of)
        {
            var signed = new LastSigned(of.LogStateFolder);
            return new(bench.Service<LeafTable>(), signed, new LogKeys(of.LogKeyFolder, of.LogOrigin, signed), new LogFiles(of.LogFolder), bench.Service<Witnesses>(), bench.Service<RegistryClock>(), NullLogger<LogPublisher>.Instance);
        }
    }

    [Fact]
    public async Task Evidence_of_a_backup_comes_back_through_the_storage_that_is_set()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var digest = new string('a', 64);
        var kept = host.Host.Services.GetRequiredService<ISealedFiles>();
        await kept.WriteAsync("owner", digest, new byte[] { 1, 2, 3 }, Ct);
        var manifest = await host.Host.Services.GetRequiredService<Backup>().WriteAsync(At("data"), At("keys"), DateTimeOffset.UtcNow, Ct);
        await using var server = await Files.S3Server.StartAsync();
        using var bucket = new BucketFiles(new BucketSettings(server.Address, Files.S3Server.Bucket, "restored/", "us-east-1", Files.S3Server.AccessKey, Files.S3Server.SecretKey));
        await RestoreAsync(new(Path.Combine(At("data"), manifest.Id), Path.Combine(At("keys"), manifest.Id), At("restored")) { Evidence = bucket });
        Assert.Equal([1, 2, 3], await bucket.ReadAsync("owner", digest, Ct));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(At("restored"), "evidence")));
    }

    [Fact]
    public async Task The_database_given_up_is_told_from_the_one_to_be_filled_however_their_connections_are_written()
    {
        var (one, other) = (await postgres.CreateRegistryAsync(), await postgres.CreateRegistryAsync());
        Assert.True(await Restore.IsSameAsync(one, one + ";Application Name=another", Ct));
        Assert.False(await Restore.IsSameAsync(one, other, Ct));
    }

    private static Manifest Known(string origin) => new("x", DateTimeOffset.UnixEpoch, 0, 0, []) { LogOrigin = origin };

    private static Task<Restored> RestoreAsync(RestoreRequest request) => Restore.RunAsync(request, NullLogger.Instance, Ct);

    private static IEnumerable<string> Folders(string root) => Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f));
}
