using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Recommendation;

/// <summary>The city recommends a cluster, with its opinion and a rank. Procedure 3.</summary>
/// <param name="Opinion">The recommendation opinion.</param>
/// <param name="Rank">The city's order, 1 first; two may share one until the report.</param>
/// <param name="Findings">One for each condition that figures alone do not settle.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RecommendApplication(string Opinion, int Rank, IReadOnlyList<Finding> Findings, long Version)
    : ICommand<RecommendApplication>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("recommend-application", "/applications/{id}/recommendation", Roles.CityOfficer, "Recommend the cluster, with opinion and rank.");

    /// <summary>
    /// 四(二): within the reporting window and the city's quota (Jinan and Qingdao three, others two, thirty-four in all); 三: with every condition met,
    /// or relaxed or justified by a person with a reason where the notice leaves room.
    /// </summary>
    /// <param name="file">The application.</param>
    /// <param name="report">The city's report.</param>
    /// <param name="places">The cities of all places of the batch that are taken.</param>
    /// <param name="now">When the whole request had arrived.</param>
    public static Decision Decide(RecommendApplication command, ApplicationFile file, CityReportState report, IReadOnlyCollection<string> places, DateTimeOffset now)
    {
        var (definition, city, check) = (file.Call.Definition, file.Head.City, file.CheckNow());
        var quota = definition.QuotaOf(city);
        if (file.Banned(now) is { } banned)
            return banned;
        if (file.Filing.IsBackWithCity())
            return RecommendationRules.PlaceKept.Refuse(("lastDay", file.Filing.Term));
        if (file.NotIn(Stage.Submitted) is { } wrongStage)
            return wrongStage;
        if (report.Issued is { } issued)
            return RecommendationRules.CityReported.Refuse(("number", issued.DocumentNumber));
        if (file.Call.OutsideReportWindow(now) is { } outside)
            return outside;
        if (Recommendation.Findings.Check(check, command.Findings) is { } unsettled)
            return unsettled;
        if (TextCheck.Check(command.Opinion, "opinion") is { } refusal)
            return refusal;
        if (command.Rank < 1 || command.Rank > quota)
            return RecommendationRules.RankOutside.Refuse(("most", quota));
        if (Quota.Full(definition, city, places) is { } full)
            return full;
        return Decision.Accept(new ApplicationRecommended(
            file.Call.Id, city, command.Rank, file.Filing.Round, Sealed.Of(command.Opinion.Trim()), Recommendation.Findings.Seal(command.Findings), check));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RecommendApplication command, Desk desk) =>
        desk.OnCityApplicationAsync(
            command.Version,
            async (file, report) => Decide(command, file, report, await Quota.PlacesTakenAsync(desk.Session, file.Call.Id, desk.Cancelled), desk.Now),
            head => [Quota.Hold(head.Batch)]);
}
