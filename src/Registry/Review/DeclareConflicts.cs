using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>A conflict that an expert declares.</summary>
public sealed record DeclaredConflict(ApplicationId Application, string Reason);

/// <summary>
/// An expert, having seen titles and parties, declares conflicts or that there are none, and undertakes confidentiality. Content comes after.
/// Experts declare side by side, so the panel's version is not asked for.
/// </summary>
/// <param name="Conflicts">Applications the expert must not score, each with the reason; sealed.</param>
/// <param name="General">Why the expert cannot serve on this panel at all; null if not so.</param>
/// <param name="Confidentiality">The undertaking.</param>
public sealed record DeclareConflicts(IReadOnlyList<DeclaredConflict> Conflicts, string? General, bool Confidentiality) : ICommand<DeclareConflicts>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("declare-conflicts", "/panels/{id}/declarations", Roles.Expert, "Declare conflicts and undertake confidentiality.");

    /// <summary>
    /// 四(三), procedure 5: conflict declaration comes before content, for each application: one that is assigned later (as a stand-in, after another draw) is declared on anew. A declared conflict excludes the expert from that application, a general one replaces the expert.
    /// A conflict that the facts show (the expert works elsewhere now) is recorded whether declared or not.
    /// </summary>
    /// <param name="command">What was said.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="id">The expert.</param>
    /// <param name="expert">The expert's facts now.</param>
    /// <param name="unavailable">Who of the drawn order cannot be called in today.</param>
    public static Decision Decide(DeclareConflicts command, PanelFile panel, ExpertId id, ExpertState expert, IReadOnlySet<string> unavailable)
    {
        if (panel.State.Seats.FirstOrDefault(s => s.Expert == id.Value) is not { } seat)
            return CommandRules.NotFound.Refuse();
        if (panel.Closed is { } closed)
            return closed;
        if (panel.State.HasDeclared(id.Value))
            return ReviewRules.DeclaredAlready.Refuse();
        if (command.General is null && !command.Confidentiality)
            return ReviewRules.UndertakingMissing.Refuse();
        if (command.General is not null && TextCheck.Check(command.General, "general") is { } general)
            return general;
        foreach (var conflict in command.Conflicts)
            if (!seat.Applications.Contains(conflict.Application.Value))
                return CommandRules.NotFound.Refuse();
            else if (TextCheck.Check(conflict.Reason, "reason") is { } wrong)
                return wrong;

        var recusals = new Recusals(panel.State, panel.Snapshot!, unavailable, expert.Account!);
        if (command.General is { } reason)
            recusals.Add(id, null, null, reason);
        else
            foreach (var application in seat.Applications)
                if (command.Conflicts.FirstOrDefault(c => c.Application.Value == application) is { } declared)
                    recusals.Add(id, declared.Application, null, declared.Reason);
                else if (panel.Snapshot!.Applications.FirstOrDefault(a => a.Id == application) is { } parties
                    && Review.Conflicts.Now(id, expert, parties, panel.Snapshot.Rule.OwnCityExcluded) is { } found)
                    recusals.Add(id, new ApplicationId(application), found, null);
        var declaration = new ConflictsDeclared(id, [.. command.Conflicts.Select(c => c.Application).Distinct()], command.General is not null, command.Confidentiality);
        return Decision.Accept([declaration, .. recusals.Events]);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(DeclareConflicts command, Desk desk)
    {
        if (await desk.Session.OfAccountAsync(desk.Actor.Id, desk.Cancelled) is not { } view)
            return CommandRules.NotFound.Refuse();
        return await desk.OnPanelAsync(
            null,
            WithApplications.No,
            async panel => Decide(
                command, panel, view.Expert, (await desk.ReadAsync(view.Id))[0].Fold(ExpertState.Start, ExpertState.Next),
                await desk.Session.UnavailableAsync(panel.State, ChinaTime.ToDay(desk.Now), desk.Cancelled)),
            formed => [Hold.Relying(view.Id), PanelDesk.Panels(formed.Batch)]);
    }
}
