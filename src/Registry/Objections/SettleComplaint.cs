using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>Supervision says how a complaint ended. Procedure 7.</summary>
/// <param name="Outcome">The answer; whoever holds the complaint's code reads it.</param>
/// <param name="Version">The complaint's version seen.</param>
public sealed record SettleComplaint(string Outcome, long Version) : ICommand<SettleComplaint>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("settle-complaint", "/complaints/{id}/outcome", Roles.Supervision, "Say how a complaint ended.");

    /// <inheritdoc />
    public static Task<Decision> Handle(SettleComplaint command, Desk desk) => desk.OnReportAsync<Complaint>(
        "complaint", command.Version, timeline => SettleReport.Decide(command.Outcome, timeline.Events[^1].Data is ComplaintSettled, o => new ComplaintSettled(o)));
}
