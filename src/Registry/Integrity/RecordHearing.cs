using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Records that the organisation was heard.</summary>
/// <param name="Day">The day of the hearing.</param>
/// <param name="Record">The hearing's record; sealed.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record RecordHearing(DateOnly Day, string Record, long Version) : ICommand<RecordHearing>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-hearing", "/cases/{id}/hearing", Roles.IntegrityOfficer, "Record that the organisation was heard.");

    /// <summary>Procedure 9: nobody is heard about a case of which it has not been told.</summary>
    public static Decision Decide(RecordHearing command, CaseState state, DateOnly today) =>
        (state.NotAt(CaseStep.Opened, CaseStep.Proposed)
            ?? (state.DefenceLastDay is null ? IntegrityRules.NoticeMissing.Refuse() : null)
            ?? IntegrityRules.DayFault(command.Day, state.OpenedOn, today)
            ?? TextCheck.Check(command.Record, "record", 50_000)) is { } refusal
            ? refusal
            : Decision.Accept(new HearingHeld(command.Day, Sealed.Of(command.Record.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordHearing command, Desk desk) => desk.OnCaseAsync(command.Version, file => Decide(command, file.State, ChinaTime.ToDay(desk.Now)));
}
