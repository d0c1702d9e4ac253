using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Programme;

/// <summary>Extends the application and reporting period for all, with a reason (an outage, a change of plan). Procedure 1.</summary>
/// <param name="LastDay">The new last day, included, Beijing time.</param>
/// <param name="Reason">Why.</param>
/// <param name="Version">The batch's version seen.</param>
public sealed record ExtendDeadline(DateOnly LastDay, string Reason, long Version) : ICommand<ExtendDeadline>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("extend-deadline", "/batches/{id}/extension", Roles.ProvincialOfficer, "Extend the application and reporting period for all.");

    /// <summary>四(二): the day may move later for everybody, never earlier.</summary>
    public static Decision Decide(ExtendDeadline command, Call call) =>
        TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : call.State.FilingEnded ? BatchRules.FilingEnded.Refuse()
        : command.LastDay <= call.ReportWindow.LastDay ? BatchRules.ExtensionShortens.Refuse(("lastDay", call.ReportWindow.LastDay))
        : Decision.Accept(new DeadlineExtended(command.LastDay, Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(ExtendDeadline command, Desk desk) => desk.OnBatchAsync(command.Version, call => Decide(command, call));
}
