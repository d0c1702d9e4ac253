using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Tests.Files;

public sealed class OrphanSweepTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private EvidenceStore Files => registry.Host.Services.GetRequiredService<EvidenceStore>();

    private async Task SweepAsync(TimeSpan later)
    {
        using var moved = RegistryClock.At(DateTimeOffset.UtcNow + later);
        await registry.Host.Services.GetRequiredService<OrphanSweep>().RunAsync(Ct);
    }

    [Fact]
    public async Task Only_files_that_no_event_and_no_draft_names_go_and_only_after_the_grace()
    {
        var batch = await registry.Announce();
        var (submitted, _) = await scenario.SubmittedAsync(batch);
        var (drafted, clerk) = await scenario.DraftedAsync(batch, organisation: Scenario.NewOrganisation(Scenario.Jinan));
        var named = await Files.PutAsync(submitted.Value, "%PDF-1.7 demo"u8.ToArray(), Ct);
        var orphan = await Files.PutAsync(submitted.Value, "an upload whose answer was lost"u8.ToArray(), Ct);
        var detached = await Files.PutAsync(drafted.Value, "%PDF-1.7 detached"u8.ToArray(), Ct);
        await registry.Accepted(clerk, new AttachEvidence("services", detached.Sha256, detached.Size, "application/pdf", "佐证.pdf"), drafted.Value, Scenario.Open);
        var nobodys = await Files.PutAsync("no-such-owner", "an objection that was never sent"u8.ToArray(), Ct);
        var half = Path.Combine(registry.Folder, "evidence", submitted.Value, "ab", ".half.0123");
        Directory.CreateDirectory(Path.GetDirectoryName(half)!);
        await File.WriteAllTextAsync(half, "broken off", Ct);
        File.SetLastWriteTimeUtc(half, DateTime.UtcNow.AddHours(-49));
        var underWay = half + ".4567";
        await File.WriteAllTextAsync(underWay, "under way", Ct);

        await SweepAsync(TimeSpan.FromHours(47));
        Assert.True(await Files.HasAsync(submitted.Value, orphan.Sha256, Ct));
        await registry.Accepted(clerk, new DetachEvidence("services", detached.Sha256), drafted.Value, Scenario.Open);
        await SweepAsync(TimeSpan.FromHours(49));
        Assert.False(await Files.HasAsync(submitted.Value, orphan.Sha256, Ct));
        Assert.False(await Files.HasAsync(drafted.Value, detached.Sha256, Ct));
        Assert.False(await Files.HasAsync("no-such-owner", nobodys.Sha256, Ct));
        Assert.False(File.Exists(half));
        Assert.True(File.Exists(underWay));
        Assert.True(await Files.HasAsync(submitted.Value, named.Sha256, Ct));
        Assert.True(await Files.HasAsync(drafted.Value, named.Sha256, Ct));
    }

    [Fact]
    public async Task A_file_that_an_objection_names_under_seal_is_never_swept()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice);
        var owner = scenario.Receipts.IdOf(form.ReceiptCode).Value;
        var stored = await Files.PutAsync(owner, "%PDF-1.7 proof"u8.ToArray(), Ct);
        await scenario.ObjectedAsync(notice, form: form with { Files = [new UploadedFile(stored.Sha256, "证据.pdf")] });
        await SweepAsync(TimeSpan.FromDays(400));
        Assert.True(await Files.HasAsync(owner, stored.Sha256, Ct));
    }

    [Fact]
    public async Task A_sweep_that_races_with_uploads_of_the_same_old_file_never_takes_one_that_was_attached()
    {
        var uploader = await Uploader.StartAsync(registry);
        var contents = Enumerable.Range(0, 10).Select(i => MadeFiles.Pdf($"raced {i}")).ToList();
        foreach (var content in contents)
            await Files.PutAsync(uploader.Id.Value, content, Ct);
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await SweepAsync(TimeSpan.FromDays(30));
        }, Ct);
        var refused = new List<string?>();
        foreach (var content in contents)
            refused.Add(await uploader.SendAsync(content, "佐证.pdf"));
        await stop.CancelAsync();
        await sweeping;
        await SweepAsync(TimeSpan.FromDays(30));
        await using var session = registry.Store.QuerySession();
        var draft = (await session.LoadAsync<Draft>(uploader.Id.Stream, Ct))!;
        foreach (var file in draft.Evidence)
            Assert.NotNull(await Files.ReadAsync(uploader.Id.Value, file.Sha256, Ct));
        Assert.All(refused, code => Assert.True(code is null or "evidence.gone", code));
        Assert.Contains(null, refused);
    }
}
