using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>Says how a report ended, for example that a case was opened. Procedure 7, 9.</summary>
/// <param name="Outcome">The answer; whoever holds the report's code reads it.</param>
/// <param name="Version">The report's version seen.</param>
public sealed record SettleReport(string Outcome, long Version) : ICommand<SettleReport>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("settle-report", "/reports/{id}/outcome", Roles.ProvincialOfficer | Roles.IntegrityOfficer, "Say how a report ended.");

    /// <summary>Procedure 7: once.</summary>
    public static Decision Decide(string outcome, bool settled, Func<Sealed, object> settle) =>
        settled ? ReportRules.Settled.Refuse()
        : TextCheck.Check(outcome, "outcome") is { } missing ? missing
        : Decision.Accept(settle(Sealed.Of(outcome.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(SettleReport command, Desk desk) =>
        desk.OnReportAsync<Report>("report", command.Version, timeline => Decide(command.Outcome, timeline.Events[^1].Data is ReportSettled, o => new ReportSettled(o)));
}
