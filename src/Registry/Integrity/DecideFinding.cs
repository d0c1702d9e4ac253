using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Records that the proposed finding was decided collectively (集体研究).</summary>
/// <param name="Meeting">The meeting; sealed.</param>
/// <param name="Day">Its day.</param>
/// <param name="Signatory">Who signs the decision; sealed.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record DecideFinding(string Meeting, DateOnly Day, string Signatory, long Version) : ICommand<DecideFinding>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("decide-finding", "/cases/{id}/decision", Roles.IntegrityOfficer, "Record the collective decision on a proposed finding.");

    /// <summary>Procedure 9: the meeting decides on a finding after the organisation stated its defence, or let its term pass.</summary>
    public static Decision Decide(DecideFinding command, CaseState state, DateOnly today) =>
        (state.NotAt(CaseStep.Proposed)
            ?? (state.Proposal!.What.FalseMaterial ? null : IntegrityRules.OtherProposal.Refuse())
            ?? state.BeforeDefence(today)
            ?? IntegrityRules.DayFault(command.Day, state.OpenedOn, today)
            ?? TextCheck.Check(command.Meeting, "meeting", 200)
            ?? TextCheck.Check(command.Signatory, "signatory", 100)) is { } refusal
            ? refusal
            : Decision.Accept(new FindingDecided(Sealed.Of(command.Meeting.Trim()), command.Day, Sealed.Of(command.Signatory.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(DecideFinding command, Desk desk) => desk.OnCaseAsync(command.Version, file => Decide(command, file.State, ChinaTime.ToDay(desk.Now)));
}
