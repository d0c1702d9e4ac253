using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>The province sends an application back to its city, with a last day of its own. Procedure 4.</summary>
/// <param name="Reason">What is to be corrected or explained.</param>
/// <param name="LastDay">Last day for correction, resubmission and renewed recommendation, included, Beijing time.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record ReturnToCity(string Reason, DateOnly LastDay, long Version) : ICommand<ReturnToCity>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("return-to-city", "/applications/{id}/return-to-city", Roles.ProvincialOfficer, "Send the application back to its city for a term.");

    /// <summary>四(二): a reported application, or one that is back with its city already: a further return sets another term.</summary>
    public static Decision Decide(ReturnToCity command, ApplicationFile file, DateTimeOffset now) =>
        file.Banned(now) is { } banned ? banned
        : !file.Filing.IsBackWithCity() && file.NotIn(Stage.Reported) is { } wrongStage ? wrongStage
        : command.LastDay < ChinaTime.ToDay(now) ? ScreeningRules.TermPast.Refuse(("today", ChinaTime.ToDay(now)))
        : TextCheck.Check(command.Reason, "reason") is { } refusal ? refusal
        : Decision.Accept(new ApplicationReturnedToCity(Sealed.Of(command.Reason.Trim()), command.LastDay, file.CheckNow()));

    /// <inheritdoc />
    public static Task<Decision> Handle(ReturnToCity command, Desk desk) =>
        desk.OnRecheckAsync(command.Version, (file, _) => Decide(command, file, desk.Now));
}
