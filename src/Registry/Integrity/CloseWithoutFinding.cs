using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Integrity;

/// <summary>Closes a case in which somebody else proposed to find nothing.</summary>
/// <param name="Reason">Why; sealed.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record CloseWithoutFinding(string Reason, long Version) : ICommand<CloseWithoutFinding>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("close-without-finding", "/cases/{id}/closing", Roles.IntegrityOfficer, "Close a case in which nothing false was found.");

    /// <summary>Procedure 9: nobody lets a case rest alone. One officer proposes to find nothing, another closes.</summary>
    public static Decision Decide(CloseWithoutFinding command, CaseState state, Actor actor) =>
        (state.NotAt(CaseStep.Proposed)
            ?? (state.Proposal!.What.FalseMaterial ? IntegrityRules.OtherProposal.Refuse() : null)
            ?? (state.Proposal.By == actor.Id ? IntegrityRules.FourEyes.Refuse() : null)
            ?? TextCheck.Check(command.Reason, "reason")) is { } refusal
            ? refusal
            : Decision.Accept(new CaseClosed(Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(CloseWithoutFinding command, Desk desk) => desk.OnCaseAsync(command.Version, file => Decide(command, file.State, desk.Actor));
}
