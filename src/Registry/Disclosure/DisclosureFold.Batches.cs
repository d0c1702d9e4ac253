using System.Globalization;
using JasperFx.Events;
using PublicSite;
using Registry.Programme;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly Dictionary<BatchId, BatchSoFar> batches = [];
    private readonly List<EarlierList> earlier = [];

    private (DateOnly Date, DateTimeOffset At)? announcedFirst;

    private sealed record BatchSoFar(BatchState State, CallDefinition Definition, IReadOnlyList<Amendment> Amendments, DateTimeOffset AsOf);

    private void TakeBatch(IEvent e)
    {
        if (e.Data is not (BatchAnnounced or BatchAmended or DeadlineExtended or CityDeadlineSet))
            return;
        var id = IdOf(e);
        var before = batches.GetValueOrDefault(id);
        var state = BatchState.Next(before?.State ?? BatchState.Start(id), e.Data);
        var definition = definitions[state.Hash!];
        announcedFirst ??= (definition.Notice.Date, e.Timestamp);
        batches[id] = new BatchSoFar(state, definition, [.. before?.Amendments ?? [], .. Amended(e)], e.Timestamp);
    }

    /// <summary>What a change of the rules says to the public; the reason that an officer typed is not written for publication.</summary>
    private static IEnumerable<Amendment> Amended(IEvent e) => e.Data switch
    {
        BatchAmended a => [new Amendment(e.Timestamp, Texts("disclosure.amended", a.DefinitionVersion))],
        DeadlineExtended x => [new Amendment(e.Timestamp, Texts("disclosure.extended", x.LastDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))],
        _ => [],
    };

    private static Bilingual Texts(string code, params object[] arguments) =>
        new(string.Format(CultureInfo.InvariantCulture, Platform.Texts.Of(Platform.Language.Zh, code), arguments), string.Format(CultureInfo.InvariantCulture, Platform.Texts.Of(Platform.Language.En, code), arguments));

    private static BatchId IdOf(IEvent e) => new(e.StreamKey!["batch/".Length..].Replace('/', '.'));

    private void TakeEarlierList(IEvent e)
    {
        if (e.Data is not EarlierListRecorded list)
            return;
        earlier.Add(new EarlierList
        {
            Id = Slug(e.StreamKey!),
            Programme = list.Programme,
            Round = list.Round,
            Date = list.Date,
            Issuer = list.Issuer,
            Status = list.Status == EarlierStatus.Recognised ? EarlierListStatus.Recognised : EarlierListStatus.Publicised,
            Completeness = list.Completeness == ListCompleteness.Complete ? Completeness.Complete : Completeness.Fragment,
            Total = list.Total,
            Entries = [.. list.Entries.Select(entry => new EarlierEntry(entry.Name, entry.Cities, entry.Operator))],
            AsOf = e.Timestamp,
        });
    }

    /// <summary>The batch's public key: its own, which is unique among the batches that are shown.</summary>
    private static string KeyOf(CallDefinition definition) => definition.Batch.Key;

    private PublicBatch Shown(BatchSoFar batch, DateOnly today)
    {
        var definition = batch.Definition;
        var call = new Call(batch.State, definition);
        return new PublicBatch
        {
            Id = KeyOf(definition),
            Title = Both(definition.Batch.Title),
            NoticeDate = definition.Notice.Date,
            Stage = StageOf(batch, call, today),
            Deadlines =
            [
                new Deadline(Texts("disclosure.deadline-applications"), LastDay(definition.Applications, batch.State), "四(一)"),
                new Deadline(Texts("disclosure.deadline-reports"), LastDay(call.ReportWindow, batch.State), "四(二)"),
            ],
            Industries = [.. definition.Industries.List.Select(i => IndustryOf(i.Code))],
            Quotas = [.. definition.Cities.Select(c => new Quota(c.Code, definition.QuotaOf(c.Code)))],
            TotalPlaces = definition.Quotas.Total,
            Publicity = new PublicSite.PublicityRule(definition.Publicity.WorkingDays, definition.Publicity.FirstDayCounts, definition.Publicity.Where.Zh),
            Ban = new BanRule(definition.FalseMaterial.BanYears),
            Conditions = [.. definition.Conditions.Select(c => new ConditionText(c.Clause, Both(c.Text)))],
            OpenPoints = [.. definition.OpenPoints.Select(p => new PublicSite.OpenPoint(p.Id, Both(p.Question), Both(p.Decision)))],
            Rubric = [.. definition.Rubric.Criteria.Select(c => new RubricCriterion(Both(c.Title), c.Most, Both(c.Guidance)))],
            RubricNote = Both(definition.Rubric.Origin),
            CityDeadlines = [.. batch.State.CityLastDays.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new CityDeadline(c.Key, c.Value))],
            Amendments = batch.Amendments,
            DefinitionVersion = definition.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            DefinitionHash = definition.Hash,
            AsOf = batch.AsOf,
        };
    }

    private static DateOnly LastDay(CallWindow window, BatchState state)
    {
        var last = window.LastDayIncluded ? window.LastDay : window.LastDay.AddDays(-1);
        return state.ExtendedTo is { } extended && extended > last ? extended : last;
    }

    /// <summary>Where the batch stands, told by the calendar and by public events alone: nothing of screening or review is public.</summary>
    private BatchStage StageOf(BatchSoFar batch, Call call, DateOnly today) =>
        today < ChinaTime.ToDay(call.Definition.Applications.Opens) ? BatchStage.Announced
        : today <= LastDay(call.ReportWindow, batch.State) ? BatchStage.Applications
        : announcements.Any(a => a.Batch == call.Id && a.Shown.Kind == PublicSite.AnnouncementKind.Recognition) ? BatchStage.Closed
        : notices.Values.Where(n => n.Opened.Batch == call.Id && n.Posted is not null).Select(n => n.LastDay).DefaultIfEmpty().Max() is var last && last == default ? BatchStage.Screening
        : today <= last ? BatchStage.Publicity
        : BatchStage.Recognition;
}
