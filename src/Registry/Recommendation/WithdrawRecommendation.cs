using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Recommendation;

/// <summary>The city takes a recommendation back before the deadline; the place is free again. Procedure 3.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record WithdrawRecommendation(string Reason, long Version) : ICommand<WithdrawRecommendation>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("withdraw-recommendation", "/applications/{id}/recommendation/withdrawal", Roles.CityOfficer, "Take the recommendation back and free its place.");

    /// <summary>四(二): before the deadline and before the report only. A ban does not keep the city from it: the place should not be lost.</summary>
    public static Decision Decide(WithdrawRecommendation command, ApplicationFile file, DateTimeOffset now) =>
        file.NotIn(Stage.Recommended) is { } wrongStage ? wrongStage
        : file.Call.OutsideReportWindow(now) is { } outside ? outside
        : TextCheck.Check(command.Reason, "reason") is { } refusal ? refusal
        : Decision.Accept(new RecommendationWithdrawn(file.Call.Id, file.Head.City, Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(WithdrawRecommendation command, Desk desk) =>
        desk.OnApplicationAsync(command.Version, file => Decide(command, file, desk.Now));
}
