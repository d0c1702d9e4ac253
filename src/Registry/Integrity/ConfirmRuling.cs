using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;

namespace Registry.Integrity;

/// <summary>Confirms a review or court ruling that another officer entered. From then on the ban is what the ruling made of it.</summary>
/// <param name="Version">The case's version seen.</param>
public sealed record ConfirmRuling(long Version) : ICommand<ConfirmRuling>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("confirm-ruling", "/cases/{id}/rulings/confirmation", Roles.IntegrityOfficer, "Confirm a ruling that somebody else entered.");

    /// <summary>
    /// Procedure, roles: a finding needs two different persons. What lengthens, shortens or takes it away needs no fewer than what made it: otherwise one officer with
    /// an invented number could lift a ban.
    /// </summary>
    public static Decision Decide(CaseState state, Actor actor) =>
        state.Entered is not { } entered ? IntegrityRules.NoRuling.Refuse()
        : entered.By == actor.Id ? IntegrityRules.FourEyes.Refuse()
        : Decision.Accept(new RulingRecorded(
            state.Finding!.Finding, entered.What.Number, entered.What.PublicBody, entered.What.Outcome, entered.What.DecidedOn, entered.What.LastDay ?? state.LastDay));

    /// <summary>What follows for the organisation.</summary>
    public static IReadOnlyList<object> OnOrganisation(RulingRecorded ruling) => ruling.Outcome switch
    {
        RulingOutcome.TermChanged => [new BanTermChanged(ruling.Finding, ruling.Number, ruling.LastDay, ruling.DecidedOn)],
        RulingOutcome.Rescinded => [new BanRescinded(ruling.Finding, ruling.Number, ruling.DecidedOn)],
        _ => [],
    };

    /// <inheritdoc />
    public static Task<Decision> Handle(ConfirmRuling command, Desk desk) => desk.OnCaseAsync(
        command.Version,
        file => Decide(file.State, desk.Actor),
        (file, events) => desk.Append<Organisation>(file.Organisation, OnOrganisation((RulingRecorded)events[0])));
}
