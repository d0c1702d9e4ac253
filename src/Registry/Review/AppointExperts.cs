using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>One expert to appoint.</summary>
/// <param name="Reason">Why this one; sealed.</param>
public sealed record Appointment(ExpertId Expert, string Reason);

/// <summary>Appoints experts with reasons, where the definition says so. After it the panel is whole; a later vacancy is filled by another appointment.</summary>
/// <param name="Experts">Whom.</param>
/// <param name="Version">The panel's version seen.</param>
public sealed record AppointExperts(IReadOnlyList<Appointment> Experts, long Version) : ICommand<AppointExperts>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("appoint-experts", "/panels/{id}/appointments", Roles.ProvincialOfficer, "Appoint experts to the panel with reasons.");

    /// <summary>四(三): an appointed panel satisfies the same rule as a drawn one.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="panel">The panel with its applications.</param>
    /// <param name="pool">The experts whose accounts are open, and those who sit on the panel.</param>
    /// <param name="others">The batch's other panels, for the load.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Decide(AppointExperts command, PanelFile panel, IReadOnlyList<ExpertView> pool, IReadOnlyList<PanelView> others, DateTimeOffset now)
    {
        var definition = panel.Call.Definition;
        if (panel.Closed is { } closed)
            return closed;
        if (definition.Panel.Selection != ExpertSelection.Appointment)
            return ReviewRules.NotByAppointment.Refuse();
        if (command.Experts.Count == 0)
            return ReviewRules.NothingNew.Refuse();
        foreach (var appointment in command.Experts)
            if (TextCheck.Check(appointment.Reason, "reason") is { } wrong)
                return wrong;
        var standing = panel.Applications.Where(a => a.NotIn(Stage.Admitted) is null && a.Banned(now) is null).ToArray();
        if (standing.Length == 0)
            return ReviewRules.NothingToReview.Refuse();

        var rule = DrawRule.Of(definition.Panel.For(panel.State.Industry));
        var applications = standing.Select(a => PoolSnapshot.ApplicationOf(a, definition)).ToArray();
        var eligible = PoolSnapshot.Of(pool, panel.State, others, PoolSnapshot.FieldsFor(definition, standing), ChinaTime.ToDay(now));
        var snapshot = new PoolSnapshotTaken(
            eligible, applications, rule, DrawFiles.HashOf(new PoolFile(eligible)), DrawFiles.HashOf(new ApplicationsFile(rule, applications)),
            [.. panel.Applications.Except(standing).Select(a => a.Head.Application)]);

        var seated = panel.State.Seats.Select(s => s.Expert).ToHashSet();
        var appointed = command.Experts.Select(a => eligible.FirstOrDefault(e => e.Id == a.Expert.Value && !seated.Contains(e.Id) && e.Load < rule.LoadLimit)).OfType<PoolExpert>().Distinct().ToArray();
        if (appointed.Length != command.Experts.Count)
            return ReviewRules.NotEligible.Refuse(("expert", command.Experts.First(a => appointed.All(e => e.Id != a.Expert.Value) || command.Experts.Count(o => o.Expert == a.Expert) > 1).Expert.Value));
        if (seated.Count + appointed.Length != rule.Size)
            return ReviewRules.PanelSize.Refuse(("needed", rule.Size), ("experts", seated.Count + appointed.Length));
        if (StandIns.Short([.. eligible.Where(e => seated.Contains(e.Id)), .. appointed], snapshot) is { } shortage)
            return shortage;
        var assignments = Assign(appointed, applications, rule);
        foreach (var assignment in assignments)
            if (assignment.Experts.Count + panel.State.ScorersOf(assignment.Application).Count() is var scorers && scorers < rule.Minimum)
                return ReviewRules.ScorersShort.Refuse(("limit", rule.LoadLimit), ("application", assignment.Application), ("cluster", standing.Single(a => a.Head.Application.Value == assignment.Application).Filing.Last!.ClusterName), ("scorers", scorers), ("needed", rule.Minimum));
        return Decision.Accept(
            snapshot,
            new ExpertsAppointed(
                [.. appointed.Select(e => e.Id)],
                command.Experts.ToDictionary(a => a.Expert.Value, a => Sealed.Of(a.Reason.Trim())),
                assignments));
    }

    /// <summary>Everybody scores everything that conflicts allow, shared evenly where the load limit binds.</summary>
    private static IReadOnlyList<Assignment> Assign(PoolExpert[] appointed, DrawApplication[] applications, DrawRule rule) =>
        Draw.Assign([.. appointed.Select(e => new Candidate(e, [.. applications.Select(a => Conflicts.Between(e, a, rule.OwnCityExcluded))]))], applications, rule, seed: "");

    /// <inheritdoc />
    public static Task<Decision> Handle(AppointExperts command, Desk desk) => desk.OnPanelAsync(
        command.Version,
        WithApplications.Relying,
        async panel => Decide(
            command,
            panel,
            await desk.Session.PoolAsync(panel.State, desk.Cancelled),
            [.. (await desk.Session.OfBatchAsync(panel.State.Batch, desk.Cancelled)).Where(p => p.Panel != panel.Id)],
            desk.Now),
        formed => [PanelDesk.Panels(formed.Batch)]);
}
