using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Recommendation;
using Registry.Screening;
using Registry.Tests.Recommendation;

namespace Registry.Tests.Screening;

/// <summary>The province's decisions on one application, as pure rules.</summary>
public sealed class RecheckTests
{
    private static readonly DateOnly Term = new(2025, 7, 4);
    private static readonly DateTimeOffset TermEnd = new(2025, 7, 4, 16, 0, 0, TimeSpan.Zero);
    private static readonly ApplicationFile Reported = Given.Submitted(Given.Recommended(), Given.InReport);
    private static readonly ApplicationFile Back = Given.Submitted(Given.Recommended(), Given.InReport, Given.ReturnedToCity(Term));
    private static readonly Recheck Plain = Recheck.Start;
    private static readonly Recheck Proposing = Recheck.Start with { Proposals = [new("C2", FindingKind.Justification, Sealed.Of("理由")), new("C4", FindingKind.Relaxation, Sealed.Of("理由"))] };

    private static Decision Admit(ApplicationFile file, Recheck? recheck = null, string officer = "province", string reason = "符合条件。", params ProposalAnswer[] answers) =>
        AdmitApplication.Decide(new AdmitApplication(reason, answers, 3), file, recheck ?? Plain, officer, Scenario.Rechecking);

    private static Decision Reject(ApplicationFile file, Recheck? recheck = null, DateTimeOffset? now = null, params ProposalAnswer[] answers) =>
        RejectApplication.Decide(new RejectApplication("不符合条件。", answers, 3), file, recheck ?? Plain, now ?? Scenario.Rechecking);

    private static Decision Return(ApplicationFile file, DateOnly lastDay, DateTimeOffset? now = null, string reason = "请核实。") =>
        ReturnToCity.Decide(new ReturnToCity(reason, lastDay, 3), file, now ?? Scenario.Rechecking);

    [Fact]
    public void Admission_is_refused_while_banned_without_a_reason_and_at_other_stages()
    {
        Assert.Equal("application.organisation-banned", Admit(Reported.Banned()).Code());
        Assert.Equal("reason.missing", Admit(Reported, reason: "").Code());
        Assert.Equal("application.wrong-stage", Admit(Given.Submitted()).Code());
        Assert.Equal("application.wrong-stage", Admit(Given.Submitted(Given.Recommended())).Code());
        Assert.Equal("application.wrong-stage", Admit(Back).Code());
        Admit(Reported).Event<ApplicationAdmitted>();
    }

    [Fact]
    public void Abuse_07_whoever_recommended_or_reported_it_does_not_admit_it() =>
        Assert.Equal("screening.same-person", Admit(Reported, Plain with { CityHands = ["moved-officer"] }, "moved-officer").Code());

    [Fact]
    public void Every_proposal_of_the_city_is_answered_and_confirmed_before_admission()
    {
        ProposalAnswer yes2 = new("C2", true, "同意"), yes4 = new("C4", true, "同意"), no4 = new("C4", false, "理由不充分");
        Assert.Equal("screening.proposal-unanswered", Admit(Reported, Proposing).Code());
        Assert.Equal("screening.proposal-unanswered", Admit(Reported, Proposing, answers: yes2).Code());
        Assert.Equal("screening.proposal-refused", Admit(Reported, Proposing, answers: [yes2, no4]).Code());
        Assert.Equal("screening.proposal-unknown", Admit(Reported, Proposing, answers: [yes2, yes4, yes4]).Code());
        Assert.Equal("screening.proposal-unknown", Admit(Reported, Plain, answers: yes2).Code());
        Assert.Equal("reason.missing", Admit(Reported, Proposing, answers: [yes2, yes4 with { Reason = " " }]).Code());
        Assert.Equal(["C2", "C4"], Admit(Reported, Proposing, answers: [yes2, yes4]).Event<ApplicationAdmitted>().Confirmed.Select(c => c.Condition));
    }

    [Fact]
    public void A_rejection_records_the_proposals_it_refuses()
    {
        var rejected = Reject(Reported, Proposing, answers: [new("C4", false, "理由不充分"), new("C2", true, "同意")]).Event<ApplicationRejected>();
        Assert.Equal(("C4", FindingKind.Relaxation), (Assert.Single(rejected.Refused).Condition, rejected.Refused[0].Kind));
        Assert.Equal("screening.proposal-unknown", Reject(Reported, answers: new ProposalAnswer("C4", false, "理由不充分")).Code());
    }

    [Fact]
    public void What_is_back_with_the_city_is_rejected_only_after_its_term_and_what_never_came_not_at_all()
    {
        Assert.Equal("screening.term-running", Reject(Back, now: TermEnd.AddMilliseconds(-1)).Code());
        Reject(Back, now: TermEnd).Event<ApplicationRejected>();
        Assert.Equal("application.wrong-stage", Reject(Given.Submitted()).Code());
        Assert.Equal("application.wrong-stage", Reject(Given.Submitted(Given.Recommended())).Code());
        Reject(Reported.Banned()).Event<ApplicationRejected>();
        Reject(Given.Submitted(Given.Recommended(), Given.InReport, new ApplicationAdmitted(Sealed.Of("理由"), []))).Event<ApplicationRejected>();
    }

    [Fact]
    public void A_return_has_a_reason_and_a_last_day_that_is_not_past()
    {
        Assert.Equal("screening.term-past", Return(Reported, new DateOnly(2025, 6, 20)).Code());
        Assert.Equal("reason.missing", Return(Reported, Term, reason: "").Code());
        Assert.Equal("application.wrong-stage", Return(Given.Submitted(Given.Recommended()), Term).Code());
        Assert.Equal("application.organisation-banned", Return(Reported.Banned(), Term).Code());
        Assert.Equal(new DateOnly(2025, 6, 21), Return(Reported, new DateOnly(2025, 6, 21)).Event<ApplicationReturnedToCity>().LastDay);
        Return(Back, new DateOnly(2025, 7, 18), TermEnd).Event<ApplicationReturnedToCity>();
    }

    [Fact]
    public void The_list_is_fixed_once_after_the_deadline_when_everything_is_decided()
    {
        var admitted = Given.Submitted(Given.Recommended(), Given.InReport, new ApplicationAdmitted(Sealed.Of("理由"), []));
        Decision Fix(bool isFixed = false, int undecided = 0, DateTimeOffset? now = null, params ApplicationFile[] files) =>
            FixReviewList.Decide(Given.Call, isFixed, files, [.. files.Select(_ => "符合条件。")], undecided, now ?? Given.Closing);
        Assert.Equal("screening.list-fixed", Fix(isFixed: true, files: admitted).Code());
        Assert.Equal("screening.reports-open", Fix(now: Given.LastInstant, files: admitted).Code());
        Assert.Equal("screening.undecided", Fix(undecided: 1, files: admitted).Code());
        Assert.Equal("screening.nothing-admitted", Fix().Code());
        Assert.Equal("application.organisation-banned", Fix(files: admitted.Banned()).Code());
        var entry = Assert.Single(Fix(files: admitted).Event<ReviewListFixed>().Applications);
        Assert.Equal(("演示集群", "符合条件。"), (entry.Cluster, entry.Reason.Text));
    }

    [Fact]
    public void A_consulted_department_s_reply_is_recorded_and_admission_waits_for_it_where_the_definition_says_so()
    {
        static Decision Record(ApplicationFile file, string key = "environment", DateOnly? day = null, string reply = "无意见。") =>
            RecordConsultation.Decide(new RecordConsultation(key, ConsultationOutcome.NoConcern, day ?? new DateOnly(2025, 6, 21), reply, 3), file, Scenario.Rechecking);
        Assert.Equal("screening.consultation-unknown", Record(Reported, "no-such").Code());
        Assert.Equal("screening.reply-in-future", Record(Reported, day: new DateOnly(2025, 6, 22)).Code());
        Assert.Equal("reason.missing", Record(Reported, reply: " ").Code());
        Assert.Equal("application.wrong-stage", Record(Given.Submitted()).Code());
        Record(Reported).Event<ConsultationReplied>();

        var consultations = Given.Definition.Applicants.Consultations.Select(c => c with { Required = true }).ToList();
        var strict = Given.Call with { Definition = Given.Definition with { Applicants = Given.Definition.Applicants with { Consultations = consultations } } };
        Assert.Equal("screening.consultation-missing", Admit(Reported with { Call = strict }, Plain with { Heard = ["environment"] }).Code());
        Admit(Reported with { Call = strict }, Plain with { Heard = ["environment", "emergency-management"] }).Event<ApplicationAdmitted>();
    }
}
