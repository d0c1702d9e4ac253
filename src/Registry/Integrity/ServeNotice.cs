using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Records that the organisation was served notice of the case (送达). The defence term runs from there; a later service replaces an earlier one.</summary>
/// <param name="Method">Code of a method of service of the definition.</param>
/// <param name="ServedOn">The day on which the service took effect.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record ServeNotice(string Method, DateOnly ServedOn, long Version) : ICommand<ServeNotice>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("serve-notice", "/cases/{id}/notice", Roles.IntegrityOfficer, "Record that the organisation was served notice of the case.");

    /// <summary>
    /// Procedure 9: date and method are recorded, and the term to state a defence is counted once, in working days after the day of service. A further service
    /// never shortens the term that the organisation was told.
    /// </summary>
    public static Decision Decide(ServeNotice command, CaseState state, CallDefinition definition, WorkingDays calendar, DateOnly today)
    {
        if ((state.NotAt(CaseStep.Opened, CaseStep.Proposed) ?? definition.ServiceFault(command.Method, command.ServedOn, state.OpenedOn, today)) is { } refusal)
            return refusal;
        return calendar.AddWorkingDays(command.ServedOn, definition.FalseMaterial.DefenceWorkingDays) switch
        {
            DayAnswer.Computed term when (state.DefenceLastDay > term.Day ? state.DefenceLastDay.Value : term.Day) is var lastDay =>
                Decision.Accept(new CaseNoticeServed(command.Method, command.ServedOn, lastDay, calendar.Version)).With("defenceLastDay", lastDay),
            DayAnswer.NotPublished missing => missing.Refusal(),
            _ => throw new InvalidOperationException("A calendar answers with a day or a missing year."),
        };
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(ServeNotice command, Desk desk)
    {
        var calendar = await desk.CalendarAsync();
        return await desk.OnCaseAsync(command.Version, file => Decide(command, file.State, file.Call.Definition, calendar, ChinaTime.ToDay(desk.Now)));
    }
}
