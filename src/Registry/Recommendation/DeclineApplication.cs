using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Recommendation;

/// <summary>The city does not recommend the cluster, with reasons. Procedure 3.</summary>
/// <param name="Reason">Why; the applicant is told.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record DeclineApplication(string Reason, long Version) : ICommand<DeclineApplication>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("decline-application", "/applications/{id}/decline", Roles.CityOfficer, "Do not recommend the cluster, with reasons.");

    /// <summary>
    /// 四(二): at any time, also after the deadline, for nobody is left without an answer: what was recommended and not reported by then too. What was reported is
    /// the province's to end, even while it is back with the city.
    /// </summary>
    public static Decision Decide(DeclineApplication command, ApplicationFile file, DateTimeOffset now) =>
        file.Filing.IsBackWithCity() ? RecommendationRules.PlaceKept.Refuse(("lastDay", file.Filing.Term))
        : !MissedReport(file, now) && file.NotIn(Stage.Submitted, Stage.Returned) is { } wrongStage ? wrongStage
        : TextCheck.Check(command.Reason, "reason") is { } refusal ? refusal
        : Decision.Accept(new ApplicationDeclined(Sealed.Of(command.Reason.Trim()), file.CheckNow()));

    /// <summary>Recommended, and the cities' deadline has passed without a report of it.</summary>
    private static bool MissedReport(ApplicationFile file, DateTimeOffset now) => file.Filing.Stage == Stage.Recommended && now >= file.Call.ReportWindow.ClosesAt;

    /// <inheritdoc />
    public static Task<Decision> Handle(DeclineApplication command, Desk desk) => desk.OnApplicationAsync(command.Version, file => Decide(command, file, desk.Now));
}
