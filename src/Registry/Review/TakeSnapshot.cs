using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Records the pool as it stands, for the draw.</summary>
/// <param name="Version">The panel's version seen.</param>
public sealed record TakeSnapshot(long Version) : ICommand<TakeSnapshot>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("take-snapshot", "/panels/{id}/snapshot", Roles.ProvincialOfficer, "Record the expert pool for the draw.");

    /// <summary>
    /// 四(三), 五(三): after both commitments, before either opening. Applications that no longer stand, or whose applicant is banned, are left out of the review from here on.
    /// </summary>
    /// <param name="panel">The panel with its applications.</param>
    /// <param name="pool">The experts whose accounts are open, and those who sit on the panel.</param>
    /// <param name="others">The batch's other panels, for the load.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Decide(PanelFile panel, IReadOnlyList<ExpertView> pool, IReadOnlyList<PanelView> others, DateTimeOffset now)
    {
        if (panel.Closed is { } closed)
            return closed;
        if (panel.State.SnapshotTaken)
            return ReviewRules.SnapshotTaken.Refuse();
        if (panel.State.Commitments.Count < Seed.Officers)
            return ReviewRules.CommitmentsMissing.Refuse(("officers", Seed.Officers));
        if (others.Any(p => p.State is { SnapshotTaken: true, CalledIn: false }))
            return ReviewRules.OtherDraw.Refuse();
        var standing = panel.Applications.Where(a => a.NotIn(Stage.Admitted) is null && a.Banned(now) is null).ToArray();
        if (standing.Length == 0)
            return ReviewRules.NothingToReview.Refuse();

        var definition = panel.Call.Definition;
        var rule = DrawRule.Of(definition.Panel.For(panel.State.Industry));
        var applications = standing.Select(a => PoolSnapshot.ApplicationOf(a, definition)).ToArray();
        var experts = PoolSnapshot.Of(pool, panel.State, others, PoolSnapshot.FieldsFor(definition, standing), ChinaTime.ToDay(now));
        return Decision.Accept(new PoolSnapshotTaken(
            experts, applications, rule, DrawFiles.HashOf(new PoolFile(experts)), DrawFiles.HashOf(new ApplicationsFile(rule, applications)),
            [.. panel.Applications.Except(standing).Select(a => a.Head.Application)]));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(TakeSnapshot command, Desk desk) => desk.OnPanelAsync(
        command.Version,
        WithApplications.Relying,
        async panel => Decide(
            panel,
            await desk.Session.PoolAsync(panel.State, desk.Cancelled),
            [.. (await desk.Session.OfBatchAsync(panel.State.Batch, desk.Cancelled)).Where(p => p.Panel != panel.Id)],
            desk.Now),
        formed => [PanelDesk.Panels(formed.Batch)]);
}
