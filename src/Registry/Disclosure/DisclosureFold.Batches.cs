using JasperFx.Events;
using PublicSite;
using Registry.Programme;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly Dictionary<BatchId, BatchSoFar> batches = [];
    private readonly List<EarlierList> earlier = [];

    private sealed record BatchSoFar(BatchState State, CallDefinition Definition, DateTimeOffset AsOf);

    private void TakeBatch(IEvent e)
    {
        if (e.Data is not (BatchAnnounced or BatchAmended or DeadlineExtended or CityDeadlineSet))
            return;
        var id = IdOf(e);
        var before = batches.GetValueOrDefault(id);
        var state = BatchState.Next(before?.State ?? BatchState.Start(id), e.Data);
        batches[id] = new BatchSoFar(state, definitions[state.Hash!], e.Timestamp);
    }

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
                new Deadline(new Bilingual(Platform.Texts.Of(Platform.Language.Zh, "disclosure.deadline-applications"), Platform.Texts.Of(Platform.Language.En, "disclosure.deadline-applications")), LastDay(definition.Applications, batch.State), "四(一)"),
                new Deadline(new Bilingual(Platform.Texts.Of(Platform.Language.Zh, "disclosure.deadline-reports"), Platform.Texts.Of(Platform.Language.En, "disclosure.deadline-reports")), LastDay(call.ReportWindow, batch.State), "四(二)"),
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
        : notices.Values.Where(n => n.Opened.Batch == call.Id && n.Posted is not null).Select(n => n.Posted!.Window.LastDay).DefaultIfEmpty().Max() is var last && last == default ? BatchStage.Screening
        : today <= last ? BatchStage.Publicity
        : BatchStage.Recognition;
}
