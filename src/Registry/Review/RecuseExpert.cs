using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>
/// A member does not score an application, or leaves the panel: on the expert's own word, or by an officer (illness, a conflict found, no answer).
/// What others on the panel do meanwhile does not matter to it, so the panel's version is not asked for.
/// </summary>
/// <param name="Expert">Whom.</param>
/// <param name="Application">From what; null for all.</param>
/// <param name="Reason">Why; sealed.</param>
public sealed record RecuseExpert(ExpertId Expert, ApplicationId? Application, string Reason) : ICommand<RecuseExpert>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("recuse-expert", "/panels/{id}/recusals", Roles.ProvincialOfficer | Roles.Expert, "Recuse a member from an application or from the panel.");

    /// <summary>Procedure 5: recusal and replacement by the next in drawn order are recorded.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="actor">Who says it.</param>
    /// <param name="own">The actor's own expert id, for an expert.</param>
    /// <param name="unavailable">Who of the drawn order cannot be called in today.</param>
    public static Decision Decide(RecuseExpert command, PanelFile panel, Actor actor, ExpertId? own, IReadOnlySet<string> unavailable)
    {
        if (actor.Role == Roles.Expert && own != command.Expert)
            return CommandRules.NotFound.Refuse();
        if (panel.State.Seats.FirstOrDefault(s => s.Expert == command.Expert.Value) is not { } seat
            || command.Application is { } application && !seat.Applications.Contains(application.Value))
            return CommandRules.NotFound.Refuse();
        if (panel.Closed is { } closed)
            return closed;
        if (TextCheck.Check(command.Reason, "reason") is { } wrong)
            return wrong;
        var recusals = new Recusals(panel.State, panel.Snapshot!, unavailable, actor.Id);
        recusals.Add(command.Expert, command.Application, null, command.Reason);
        return Decision.Accept([.. recusals.Events]);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(RecuseExpert command, Desk desk)
    {
        var own = desk.Actor.Role == Roles.Expert ? (await desk.Session.OfAccountAsync(desk.Actor.Id, desk.Cancelled))?.Expert : null;
        return await desk.OnPanelAsync(
            null,
            WithApplications.No,
            async panel => Decide(command, panel, desk.Actor, own, await desk.Session.UnavailableAsync(panel.State, ChinaTime.ToDay(desk.Now), desk.Cancelled)),
            formed => [PanelDesk.Panels(formed.Batch)]);
    }
}
