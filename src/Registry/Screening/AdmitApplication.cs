using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Screening;

/// <summary>The province admits a reported cluster to expert review. Procedure 4.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Answers">One to each relaxation or justification that the city proposed.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record AdmitApplication(string Reason, IReadOnlyList<ProposalAnswer> Answers, long Version) : ICommand<AdmitApplication>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("admit-application", "/applications/{id}/admission", Roles.ProvincialOfficer, "Admit the cluster to expert review.");

    /// <summary>
    /// 四(二), and 三, last sentence: every proposal of the city is confirmed with a reason. One that is refused leaves its condition unmet; then the
    /// application is returned or rejected, not admitted.
    /// </summary>
    public static Decision Decide(AdmitApplication command, ApplicationFile file, Recheck recheck, string officer, DateTimeOffset now)
    {
        if (file.Banned(now) is { } banned)
            return banned;
        if (file.NotIn(Stage.Reported) is { } wrongStage)
            return wrongStage;
        if (recheck.CityHands.Contains(officer))
            return ScreeningRules.SamePerson.Refuse();
        if (file.Call.Definition.Applicants.Consultations.FirstOrDefault(c => c.Required && !recheck.Heard.Contains(c.Key)) is { } unheard)
            return ScreeningRules.ConsultationMissing.Refuse(("department", unheard.Department.Zh));
        var check = file.CheckNow();
        if (check.FirstOrDefault(v => IsOpen(v, recheck)) is { } unmet)
            return ScreeningRules.ConditionOpen.Refuse(("condition", unmet.Condition), ("clause", unmet.Clause));
        if (TextCheck.Check(command.Reason, "reason") is { } refusal)
            return refusal;
        if (ProposalAnswers.Unfit(command.Answers, recheck.Proposals) is { } unfit)
            return unfit;
        if (recheck.Proposals.FirstOrDefault(p => command.Answers.All(a => a.Condition != p.Condition)) is { } open)
            return ScreeningRules.ProposalUnanswered.Refuse(("condition", open.Condition));
        if (command.Answers.FirstOrDefault(a => !a.Confirmed) is { } refused)
            return ScreeningRules.ProposalRefused.Refuse(("condition", refused.Condition));
        return Decision.Accept(new ApplicationAdmitted(Sealed.Of(command.Reason.Trim()), ProposalAnswers.Seal(command.Answers, recheck.Proposals), check));
    }

    /// <summary>三: the figures fall short, under the definition as it is now, and the city has not proposed to relax or accept it.</summary>
    internal static bool IsOpen(ConditionVerdict verdict, Recheck recheck) =>
        verdict.Verdict is Verdict.NotMet or Verdict.Incomplete
        || verdict.Verdict is Verdict.MayBeRelaxed or Verdict.NeedsJustification && recheck.Proposals.All(p => p.Condition != verdict.Condition);

    /// <inheritdoc />
    public static Task<Decision> Handle(AdmitApplication command, Desk desk) =>
        desk.OnRecheckAsync(command.Version, (file, recheck) => Decide(command, file, recheck, desk.Actor.Id, desk.Now));
}
