using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>The province fixes the list for expert review: every admitted cluster with the reason for its admission. Procedure 4.</summary>
/// <param name="Version">The batch's version seen.</param>
public sealed record FixReviewList(long Version) : ICommand<FixReviewList>, IOnVersion
{
    private static readonly Stage[] Pending = [Stage.Reported, Stage.ReturnedToCity];

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("fix-review-list", "/batches/{id}/review-list", Roles.ProvincialOfficer, "Fix the list of clusters for expert review.");

    /// <summary>四(二): 确定参加专家评审环节的集群名单. Once, after the cities' deadline, when every reported application is decided.</summary>
    /// <param name="admitted">The admitted applications, in the order of the list.</param>
    /// <param name="reasons">The reason for each admission; null where it is withheld or destroyed.</param>
    /// <param name="undecided">Reported applications that wait for the province or are back with their city.</param>
    public static Decision Decide(
        Call call, bool isFixed, IReadOnlyList<ApplicationFile> admitted, IReadOnlyList<string?> reasons, int undecided, DateTimeOffset now)
    {
        if (isFixed)
            return ScreeningRules.ListFixed.Refuse();
        if (now < call.ReportWindow.ClosesAt)
            return ScreeningRules.ReportsOpen.Refuse(("closesAt", call.ReportWindow.ClosesAt));
        if (undecided > 0)
            return ScreeningRules.Undecided.Refuse(("count", undecided));
        if (admitted.Count == 0)
            return ScreeningRules.NothingAdmitted.Refuse();
        var banned = admitted.Select((file, i) => (Refusal: file.Banned(now), Place: $"applications[{i}]")).Where(b => b.Refusal is not null).ToList();
        if (banned.Count > 0)
            return banned[0].Refusal! with { Errors = [.. banned.Select(b => b.Refusal!.AsError(b.Place))] };
        if (admitted.Where((_, i) => reasons[i] is null).FirstOrDefault() is { } unsaid)
            return ScreeningRules.ReasonWithheld.Refuse(("cluster", unsaid.Filing.Last!.ClusterName));
        return Decision.Accept(new ReviewListFixed([.. admitted.Zip(reasons, (file, reason) => Listed(file.Head.Application, file.Filing.Last!, reason!))]))
            .With("applications", admitted.Count);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(FixReviewList command, Desk desk)
    {
        var batch = new BatchId(desk.Target!);
        var seen = await AdmittedAsync(batch, desk);
        if (await desk.OpenAsync(batch, seen, Hold.Changing(batch.Stream)) is not { } opened)
            return CommandRules.NotFound.Refuse();
        if (command.Version != opened.Batch.Version)
            return opened.Batch.ChangedSince(command.Version);
        if (!seen.SequenceEqual(await AdmittedAsync(batch, desk)))
            return CommandRules.Conflict.Refuse();

        var undecided = await desk.Session.Query<ApplicationCard>()
            .Where(c => c.Batch == batch.Value && c.HoldsPlace && (c.Stage.IsOneOf(Pending) || (c.Term != null && c.Stage.IsOneOf(Stage.Returned, Stage.Submitted))))
            .CountAsync(desk.Cancelled);
        var vault = desk.Services.GetRequiredService<Vault>();
        var reasons = opened.Files.Select(f => vault.Open(f.Timeline.Fold(Recheck.Start, Recheck.Next).Admission!.Reason)).ToList();
        return desk.Record<Batch>(
            opened.Batch, batch.Value, Decide(opened.Call, ScreeningDesk.IsListFixed(opened.Batch), opened.Files, reasons, undecided, desk.Now));
    }

    private static ListedApplication Listed(ApplicationId id, ApplicationSubmitted s, string reason) =>
        new(id, s.Organisation, s.OrganisationName, s.ClusterName, s.City, s.Industry, Sealed.Of(reason));

    /// <summary>The admitted applications, by city and rank.</summary>
    private static async Task<IReadOnlyList<ApplicationId>> AdmittedAsync(BatchId batch, Desk desk) =>
        [.. (await desk.Session.Query<ApplicationCard>()
                .Where(c => c.Batch == batch.Value && c.Stage == Stage.Admitted)
                .OrderBy(c => c.City).ThenBy(c => c.Rank)
                .Select(c => c.Application).ToListAsync(desk.Cancelled))
            .Select(ApplicationId.Of)];
}
