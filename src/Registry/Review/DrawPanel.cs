using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>Draws the panel from the recorded pool and the opened numbers. Nothing is left to choose, so whoever asks gets the same.</summary>
/// <param name="Version">The panel's version seen.</param>
public sealed record DrawPanel(long Version) : ICommand<DrawPanel>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("draw-panel", "/panels/{id}/draw", Roles.ProvincialOfficer, "Draw the panel.");

    /// <summary>
    /// 四(三): the draw follows from snapshot and seed. Too few experts is a refusal that names what is short. 五(三): nobody is drawn for an application that a ban has
    /// stopped since the snapshot; the draw is given up for that reason and begun anew without it.
    /// </summary>
    public static Decision Decide(PanelFile panel, DateTimeOffset now)
    {
        if (panel.Closed is { } closed)
            return closed;
        if (panel.State.CalledIn)
            return ReviewRules.CalledInAlready.Refuse();
        if (panel.Snapshot is not { } snapshot)
            return ReviewRules.SnapshotMissing.Refuse();
        if (panel.State.Openings.Count < Seed.Officers)
            return ReviewRules.OpeningsMissing.Refuse(("officers", Seed.Officers));

        var drawnFor = snapshot.Applications.Select(a => a.Id).ToHashSet();
        if (panel.Applications.Where(a => drawnFor.Contains(a.Head.Application.Value)).Select(a => a.Banned(now)?.About("application", a.Head.Application.Value)).FirstOrDefault(r => r is not null) is { } stopped)
            return stopped;

        var inOrder = panel.State.Commitments.Select(c => panel.State.Openings.First(o => o.By == c.By));
        var seed = Seed.Of(panel.Id, panel.State.Round, inOrder);
        var outcome = Draw.Run(snapshot.Pool, snapshot.Applications, snapshot.Rule, seed);
        return outcome.Result is { } result
            ? Decision.Accept(new PanelDrawn(seed, result)).With("seed", seed).With("members", result.Members).With("alternates", result.Alternates)
            : outcome.Refusal!;
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(DrawPanel command, Desk desk) =>
        desk.OnPanelAsync(command.Version, WithApplications.Relying, panel => Task.FromResult(Decide(panel, desk.Now)), formed => [PanelDesk.Panels(formed.Batch)]);
}
