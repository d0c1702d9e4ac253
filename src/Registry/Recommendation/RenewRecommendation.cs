using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Recommendation;

/// <summary>
/// After a return by the province the city checks what was corrected and recommends the cluster again; it goes back to the province in its old place,
/// although the reporting window has closed. Procedure 4.
/// </summary>
/// <param name="Opinion">The recommendation opinion on the corrected application.</param>
/// <param name="Findings">One for each condition that figures alone do not settle.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RenewRecommendation(string Opinion, IReadOnlyList<Finding> Findings, long Version) : ICommand<RenewRecommendation>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("renew-recommendation", "/applications/{id}/recommendation/renewal", Roles.CityOfficer, "Recommend the cluster again after a return by the province.");

    /// <summary>Within the province's term, on the last submission, by the same conditions as the first time (三).</summary>
    public static Decision Decide(RenewRecommendation command, ApplicationFile file, DateTimeOffset now) =>
        file.Banned(now) is { } banned ? banned
        : !file.Filing.IsBackWithCity() ? RecommendationRules.NotReturned.Refuse()
        : file.NotIn(Stage.ReturnedToCity, Stage.Submitted) is { } wrongStage ? wrongStage
        : file.OutOfTime(now) is { } late ? late
        : Recommendation.Findings.Check(file.CheckNow(), command.Findings) is { } unsettled ? unsettled
        : TextCheck.Check(command.Opinion, "opinion") is { } refusal ? refusal
        : Decision.Accept(new RecommendationRenewed(file.Filing.Round, Sealed.Of(command.Opinion.Trim()), Recommendation.Findings.Seal(command.Findings), file.CheckNow()));

    /// <inheritdoc />
    public static Task<Decision> Handle(RenewRecommendation command, Desk desk) =>
        desk.OnApplicationAsync(command.Version, file => Decide(command, file, desk.Now));
}
