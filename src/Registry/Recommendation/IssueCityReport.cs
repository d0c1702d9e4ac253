using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>A second officer issues the drafted report: all the city's recommended clusters go to the province at once. Procedure 3.</summary>
/// <param name="Version">The version of the city's report seen, so that the draft that was read is the one issued.</param>
public sealed record IssueCityReport(long Version) : ICommand<IssueCityReport>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("issue-city-report", "/batches/{id}/city-report", Roles.CityOfficer, "Issue the own city's report that another officer drafted.");

    /// <summary>四(二): within the reporting window; drafter and issuer are two persons; what was drafted is still exactly what is recommended.</summary>
    /// <param name="files">The drafted applications, in the report's order.</param>
    /// <param name="recommended">The applications that hold the city's places.</param>
    public static Decision Decide(
        Call call, string issuer, CityReportState report, IReadOnlyList<ApplicationFile> files, IReadOnlyCollection<ApplicationId> recommended, DateTimeOffset now)
    {
        if (report.Issued is { } issued)
            return RecommendationRules.CityReported.Refuse(("number", issued.DocumentNumber));
        if (report.Draft is not { } draft)
            return RecommendationRules.NotDrafted.Refuse();
        if (issuer == draft.Drafter)
            return RecommendationRules.SamePerson.Refuse();
        if (call.OutsideReportWindow(now) is { } outside)
            return outside;
        if (DraftCityReport.ListWrong(call, draft.City, [.. files.Select(f => f.Head.Application)], recommended) is { } wrong)
            return wrong;
        if (files.Select(f => f.Banned(now) ?? f.NotIn(Stage.Recommended)).FirstOrDefault(r => r is not null) is { } refusal)
            return refusal;
        return Decision.Accept(new CityReported(draft.Batch, draft.City, draft.DocumentNumber, draft.Document, draft.SummaryTable, draft.Clusters));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(IssueCityReport command, Desk desk)
    {
        var (batch, city) = (new BatchId(desk.Target!), desk.Actor.City!);
        var stream = CityReport.Stream(batch, city);
        var before = (await desk.ReadAsync(stream))[0];
        var listed = before.Fold(CityReportState.Start, CityReportState.Next).Draft?.Clusters ?? [];
        if (await desk.OpenAsync(batch, [.. listed.Select(c => c.Application)], Hold.Changing(stream)) is not { } opened)
            return CommandRules.NotFound.Refuse();

        var timeline = (await desk.ReadAsync(stream))[0];
        if (command.Version != timeline.Version || before.Version != timeline.Version)
            return timeline.ChangedSince(command.Version);
        var recommended = await DraftCityReport.RecommendedAsync(desk.Session, batch, city, desk.Cancelled);
        var decision = Decide(opened.Call, desk.Actor.Id, timeline.Fold(CityReportState.Start, CityReportState.Next), opened.Files, recommended, desk.Now);
        if (decision is Decision.Accepted { Events: [CityReported reported] })
            foreach (var (file, cluster) in opened.Files.Zip(reported.Clusters))
                desk.Append<Application>(file.Timeline, [new ApplicationReported(reported.DocumentNumber, cluster.Rank)]);
        return desk.Record<CityReport>(timeline, CityReport.IdOf(batch, city), decision);
    }
}
