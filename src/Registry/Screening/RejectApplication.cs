using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>The province does not admit a cluster to expert review (复审未通过), with reasons. Procedure 4.</summary>
/// <param name="Reason">Why; the applicant is told.</param>
/// <param name="Answers">The city's proposals that the province refuses, each with a reason.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RejectApplication(string Reason, IReadOnlyList<ProposalAnswer> Answers, long Version) : ICommand<RejectApplication>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("reject-application", "/applications/{id}/rejection", Roles.ProvincialOfficer, "Do not admit the cluster to expert review, with reasons.");

    /// <summary>
    /// 四(二): what was reported, what was admitted as long as the list is not fixed, and what a city did not recommend again within the province's term,
    /// but not before that term has run out. A ban does not keep the province from ending what may not go on.
    /// </summary>
    public static Decision Decide(RejectApplication command, ApplicationFile file, Recheck recheck, DateTimeOffset now)
    {
        if (!file.Filing.IsBackWithCity() && file.NotIn(Stage.Reported, Stage.Admitted) is { } wrongStage)
            return wrongStage;
        if (file.Filing.IsBackWithCity() && now < ChinaTime.EndOf(file.Filing.Term!.Value))
            return ScreeningRules.TermRunning.Refuse(("lastDay", file.Filing.Term));
        if (TextCheck.Check(command.Reason, "reason") is { } refusal)
            return refusal;
        if (ProposalAnswers.Unfit(command.Answers, recheck.Proposals) is { } unfit)
            return unfit;
        return Decision.Accept(new ApplicationRejected(
            Sealed.Of(command.Reason.Trim()), ProposalAnswers.Seal(command.Answers.Where(a => !a.Confirmed), recheck.Proposals), file.CheckNow()));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RejectApplication command, Desk desk) =>
        desk.OnRecheckAsync(command.Version, (file, recheck) => Decide(command, file, recheck, desk.Now));
}
