using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;

namespace Registry.Tests.Files;

/// <summary>Abuse case 28: many uploads of one account, a full disk, a storage that is away.</summary>
public sealed class UploadLimitTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-test-");
    private WebApplication app = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = RegistrySettings.For(folder.FullName, PostgresFixture.ServingOf(await postgres.CreateRegistryAsync())) with
        {
            Alone = true,
            Jobs = false,
            Url = "http://127.0.0.1:0",
            Files = new FileSettings { Limits = new FileLimits { OfFile = 1024 * 1024, InMinute = 12, FilesOfAccount = 6 }, SlowGrace = TimeSpan.FromSeconds(2) },
        };
        var builder = App.Builder(settings);
        builder.Logging.ClearProviders();
        app = builder.Build();
        App.Map(app);
        await app.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Abuse_28_one_account_that_sends_more_at_once_or_in_a_minute_than_it_may_waits_and_another_goes_on()
    {
        var limits = app.Services.GetRequiredService<RegistrySettings>().Files.Limits;
        using var gate = new UploadGate(app.Services.GetRequiredService<RegistrySettings>());
        var running = Enumerable.Range(0, limits.AtOnce).Select(_ => gate.Enter("one")).ToList();
        Assert.All(running, lease => Assert.True(lease.IsAcquired));
        Assert.False(gate.Enter("one").IsAcquired);
        Assert.True(gate.Enter("another").IsAcquired);
        running.ForEach(lease => lease.Dispose());
        var later = Enumerable.Range(0, 2 * limits.InMinute).Select(_ => gate.Enter("one")).ToList();
        later.ForEach(lease => lease.Dispose());
        Assert.InRange(Enumerable.Range(0, limits.InMinute).Count(_ => Admitted()), 0, limits.InMinute - limits.AtOnce);
        Assert.Equal(("evidence.too-fast", 429), (FileRules.TooFast.Code, FileRules.TooFast.Status));

        bool Admitted()
        {
            using var lease = gate.Enter("one");
            return lease.IsAcquired;
        }
    }

    [Fact]
    public void Abuse_28_all_accounts_together_take_no_more_memory_than_there_is_and_none_takes_it_alone()
    {
        var settings = app.Services.GetRequiredService<RegistrySettings>();
        using var gate = new UploadGate(settings with { Files = settings.Files with { Limits = settings.Files.Limits with { AtOnce = 2, AllAtOnce = 3 } } });
        var running = Enumerable.Range(0, 3).Select(_ => gate.Enter("one")).ToList();
        Assert.Equal([true, true, false], running.Select(l => l.IsAcquired));
        Assert.True(gate.Enter("another").IsAcquired);
        Assert.False(gate.Enter("a third").IsAcquired);
        running.ForEach(lease => lease.Dispose());
        Assert.True(gate.Enter("a third").IsAcquired);
    }

    [Fact]
    public async Task Abuse_28_a_full_disk_and_a_storage_that_is_away_refuse_the_file_and_nothing_is_appended()
    {
        var services = app.Services;
        var full = new EvidenceStore(new FolderFiles(folder.FullName, long.MaxValue), services.GetRequiredService<Registry.Platform.Sealing.Vault>(), services.GetRequiredService<Registry.Platform.Sealing.KeyStore>());
        Assert.Equal((null, FileRules.NoRoom), Rule(await full.KeepAsync("owner", MadeFiles.Pdf(), app.Logger, Ct)));
        Assert.Equal(507, FileRules.NoRoom.Status);
        using var away = new BucketFiles(new BucketSettings(new Uri("http://127.0.0.1:9"), "evidence", "", "us-east-1", "key", "secret") { Patience = TimeSpan.FromSeconds(1), Retries = 0 });
        var unreachable = new EvidenceStore(away, services.GetRequiredService<Registry.Platform.Sealing.Vault>(), services.GetRequiredService<Registry.Platform.Sealing.KeyStore>());
        Assert.Equal((null, FileRules.StorageDown), Rule(await unreachable.KeepAsync("owner", MadeFiles.Pdf(), app.Logger, Ct)));

        static (StoredFile?, Rule?) Rule((StoredFile? Stored, Refusal? Refusal) kept) => (kept.Stored, kept.Refusal?.Rule);
    }
}
