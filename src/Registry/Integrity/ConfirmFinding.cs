using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>
/// Confirms a finding of false material. It holds at once: in one transaction the organisation is restricted from applying, and its application is
/// disqualified or its recognition revoked.
/// </summary>
/// <param name="Version">The case's version seen.</param>
public sealed record ConfirmFinding(long Version) : ICommand<ConfirmFinding>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("confirm-finding", "/cases/{id}/confirmation", Roles.IntegrityOfficer, "Confirm a finding that somebody else proposed.");

    /// <summary>
    /// 五(三), procedure 9: two persons, a collective decision, and the defence heard or its term run. The first day is the day of confirmation, never earlier;
    /// the years are the definition's, counted as civil law counts them.
    /// </summary>
    /// <param name="findingId">A new opaque id.</param>
    public static Decision Decide(ConfirmFinding command, CaseState state, CallDefinition definition, Actor actor, string findingId, DateOnly today)
    {
        if (state.NotAt(CaseStep.Decided) is { } wrongStep)
            return wrongStep;
        var proposal = state.Proposal!;
        if (proposal.By == actor.Id)
            return IntegrityRules.FourEyes.Refuse();
        if (state.BeforeDefence(today) is { } tooEarly)
            return tooEarly;

        var (opened, rule) = (state.Opened!, definition.FalseMaterial);
        var lastDay = CivilTerm.YearsAfter(today, rule.BanYears);
        return Decision.Accept(new FindingConfirmed(
                findingId, opened.Organisation, opened.OrganisationName, opened.Application, opened.ClusterName, opened.Batch, definition.Programme.Key,
                proposal.What.Clause!, proposal.What.PublicWhatWasFalse!, rule.BanYears, rule.Starts, today, lastDay,
                definition.Issuer.Body.Zh, today, proposal.What.PublicHowToSeekReview!))
            .With("finding", findingId).With("firstDay", today).With("lastDay", lastDay);
    }

    /// <summary>五(三): the restriction that follows from a finding.</summary>
    public static OrganisationBanned Ban(FindingConfirmed finding, CaseId id) => new(finding.Finding, id.Value, finding.Programme, finding.FirstDay, finding.LastDay);

    /// <summary>
    /// What follows for the application: a recognition, running or expired, is revoked; anything else is disqualified, withdrawn ones included, so that nothing can
    /// bring it back. What another finding has ended before stays as it is.
    /// </summary>
    public static IReadOnlyList<object> OnApplication(FindingConfirmed finding, CaseId id, Stage stage) => stage switch
    {
        Stage.Recognised or Stage.Expired => [new RecognitionRevoked(finding.Finding, id, finding.FirstDay, finding.PublicWhatWasFalse)],
        Stage.Disqualified or Stage.Revoked => [],
        _ => [new ApplicationDisqualified(finding.Finding, id, finding.FirstDay)],
    };

    /// <inheritdoc />
    public static Task<Decision> Handle(ConfirmFinding command, Desk desk) => desk.OnCaseAsync(
        command.Version,
        file => Decide(command, file.State, file.Call.Definition, desk.Actor, Desk.NewId(), ChinaTime.ToDay(desk.Now)),
        (file, events) =>
        {
            var (finding, id) = ((FindingConfirmed)events[0], new CaseId(desk.Target!));
            desk.Append<Organisation>(file.Organisation, [Ban(finding, id)]);
            desk.Append<Application>(file.Application, OnApplication(finding, id, file.Stage));
        });
}
