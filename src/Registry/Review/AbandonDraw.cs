using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>Gives up a draw, finished or not, so that another one can begin with new sealed numbers.</summary>
/// <param name="Reason">Why; sealed.</param>
/// <param name="Version">The panel's version seen.</param>
public sealed record AbandonDraw(string Reason, long Version) : ICommand<AbandonDraw>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("abandon-draw", "/panels/{id}/abandonment", Roles.ProvincialOfficer, "Give up a draw for a recorded reason.");

    /// <summary>Procedure 5: a second draw only for a recorded reason. Who had committed and not opened is recorded, since silence could be a choice.</summary>
    public static Decision Decide(AbandonDraw command, PanelFile panel)
    {
        if (panel.Closed is { } closed)
            return closed;
        if (panel.State.Commitments.IsEmpty)
            return ReviewRules.NothingNew.Refuse();
        if (TextCheck.Check(command.Reason, "reason") is { } wrong)
            return wrong;
        var opened = panel.State.Openings.Select(o => o.By);
        var unopened = panel.State.SnapshotTaken ? panel.State.Commitments.Select(c => c.By).Except(opened) : [];
        return Decision.Accept(new DrawAbandoned(Sealed.Of(command.Reason.Trim()), [.. unopened]));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(AbandonDraw command, Desk desk) =>
        desk.OnPanelAsync(command.Version, WithApplications.No, panel => Task.FromResult(Decide(command, panel)), formed => [PanelDesk.Panels(formed.Batch)]);
}
