using Marten;
using Registry.Accounts;
using Registry.Disclosure;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Demo;

/// <summary>Plays the demo once, in the background of a serving program, and goes on with it after an interruption.</summary>
public sealed class DemoPlayer(
    CommandRunner runner, IDocumentStore store, RegistryClock clock, Calls calls, Calendars calendars, EvidenceStore files, Receipts receipts,
    SitePublication site, DemoProgress progress, ILogger<DemoPlayer> log)
{
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(3);

    /// <summary>Plays what was not played yet.</summary>
    public async Task PlayAsync(CancellationToken ct)
    {
        await using (var session = store.QuerySession())
            if (await session.LoadAsync<DemoMark>(DemoMark.Key, ct) is { PlayedAt: not null })
                return;
        await MarkAsync(new DemoMark(), ct);
        progress.Playing = true;
        using var reporting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reports = ReportAsync(reporting.Token);
        try
        {
            await PlayAllAsync(ct);
            await MarkAsync(new DemoMark { PlayedAt = clock.GetUtcNow() }, ct);
        }
        finally
        {
            progress.Playing = false;
            await reporting.CancelAsync();
            await reports;
        }
        await site.PublishAsync(always: true, ct);
        log.LogInformation("演示数据已就绪 / the demo is ready: {Steps} steps", progress.Done);
    }

    private async Task MarkAsync(DemoMark mark, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Store(mark);
        await session.SaveChangesAsync(ct);
    }

    private async Task PlayAllAsync(CancellationToken ct)
    {
        var load = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch);
        var definition = load.Required();
        var stage = new DemoStage(runner, store, clock, progress, ct);
        var opened = definition.Applications.Opens.AddDays(-1);
        var people = new DemoPeople(stage, opened);

        progress.Act = "accounts";
        await people.OpenOfficesAsync(definition);
        progress.Act = "earlier lists";
        foreach (var list in ReferenceData.EarlierClusters.GroupBy(c => (c.Programme, c.Round)))
            await stage.PlayAsync($"earlier/{list.Key.Programme}/{list.Key.Round}", people.Administrator, opened, null, Earlier([.. list]));

        var review = new DemoReview(stage, people, store, definition);
        await review.RegisterPoolAsync(opened);
        await new DemoSecondBatch(
            stage, people, review, new DemoCities(stage, people, store, files), new DemoApplications(stage, people, files, definition), receipts, store, definition, load.Source, progress).PlayAsync();
        await using var session = store.QuerySession();
        var calendar = await calendars.ReadAsync(session, ct);
        if (!await new DemoPresent(stage, people, store, calls, calendar, files, load.Source, clock.GetUtcNow(), progress).PlayAsync())
            log.LogWarning("现有日历未覆盖当前日期，演示中“正在公示”的批次已略去 / no calendar covers the present: the demo batch in publicity was left out");
    }

    private static RecordEarlierList Earlier(IReadOnlyList<EarlierCluster> list) => new(
        list[0].Programme, list[0].Round, list[0].Date, list[0].Issuer, list[0].Status, list[0].Completeness, list[0].ListTotal,
        [.. list.Select(c => new EarlierListEntry(c.Name, c.Cities, c.Operator))]);

    private async Task ReportAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Report);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
                log.LogInformation("演示进行中 / playing the demo: {Act}, {Steps} steps", progress.Act, progress.Done);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
