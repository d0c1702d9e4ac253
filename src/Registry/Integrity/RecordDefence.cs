using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>The organisation states its defence (陈述申辩), or an officer enters the one that came in on paper.</summary>
/// <param name="ReceivedOn">For an officer: the day on which it came in. An applicant's own comes in now.</param>
/// <param name="Statement">The defence; sealed.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record RecordDefence(DateOnly? ReceivedOn, string Statement, long Version) : ICommand<RecordDefence>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "record-defence", "/cases/{id}/defence", Roles.Applicant | Roles.IntegrityOfficer, "State the organisation's defence, or enter the one that came in.");

    /// <summary>
    /// Procedure 9: the organisation can state its defence within a term that runs from service. A late one is taken all the same, and marked, as long as nothing is decided.
    /// Before notice was served the case does not exist for the organisation.
    /// </summary>
    public static Decision Decide(RecordDefence command, CaseState state, Actor actor, DateOnly today)
    {
        if (state.DefenceLastDay is not { } lastDay)
            return (actor.Role == Roles.Applicant ? CommandRules.NotFound : IntegrityRules.NoticeMissing).Refuse();
        var received = actor.Role == Roles.Applicant ? today : command.ReceivedOn ?? today;
        if ((state.NotAt(CaseStep.Opened, CaseStep.Proposed) ?? IntegrityRules.DayFault(received, state.OpenedOn, today) ?? TextCheck.Check(command.Statement, "statement", 50_000)) is { } refusal)
            return refusal;
        return Decision.Accept(new DefenceRecorded(received, received <= lastDay, Sealed.Of(command.Statement.Trim())));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordDefence command, Desk desk) => desk.OnCaseAsync(command.Version, file =>
        Decide(command, file.State, desk.Actor, ChinaTime.ToDay(desk.Now)));
}
