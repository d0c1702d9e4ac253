using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using static Registry.Tests.TestData;

namespace Registry.Tests.Integrity;

/// <summary>The rules of the single steps, without a store; refusals first.</summary>
public sealed class CaseStepsTests
{
    private static readonly CallDefinition Definition = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!;
    private static readonly WorkingDays Calendar = WorkingDays.Bundled();
    private static readonly DateOnly Opening = Day("2025-05-26");
    private static readonly Actor First = Scenario.Integrity(), Second = Scenario.Integrity(2);

    private static readonly CaseOpened Opened = new(
        new("a1"), new("p.b"), Scenario.NewOrganisation(Scenario.Jinan), "演示机构", "演示集群", Scenario.Jinan, CaseSource.Officer, null,
        [new("revenue_digital_above_size", 1, null)], Sealed.Of("不符"), 1, "00");

    private static readonly CaseNoticeServed Notice = new("direct", Opening, Day("2025-06-03"), "calendar");
    private static readonly DefenceRecorded Defence = new(Opening, true, Sealed.Of("申辩"));
    private static readonly FindingProposed Proposed = new(true, "五(三)", "营业收入不实", "可申请行政复议", Sealed.Of("理由"));
    private static readonly FindingProposed ProposedNone = new(false, null, null, null, Sealed.Of("理由"));
    private static readonly FindingDecided Decided = new(Sealed.Of("会议"), Opening, Sealed.Of("签发人"));

    private static CaseState After(params object[] events) => events
        .Prepend(Opened).Select(e => Scenario.Happened(e, First.Id, ChinaTime.StartOf(Opening))).Aggregate(CaseState.Start, CaseState.Next);

    private static CaseState Confirmed(params object[] later)
    {
        var finding = (FindingConfirmed)Accepted(ConfirmFinding.Decide(new(5), After(Notice, Defence, Proposed, Decided), Definition, Second, "f1", Opening));
        return After([Notice, Defence, Proposed, Decided, finding, .. later]);
    }

    private static string Refused(Decision decision) => Assert.IsType<Decision.Refused>(decision).Refusal.Rule.Code;

    private static object Accepted(Decision decision) => Assert.Single(Assert.IsType<Decision.Accepted>(decision).Events);

    [Fact]
    public void Notice_is_refused_by_a_method_that_the_definition_does_not_know_on_a_day_that_cannot_be_and_after_the_decision()
    {
        Assert.Equal("integrity.method-unknown", Refused(ServeNotice.Decide(new("pigeon", Opening, 1), After(), Definition, Calendar, Opening)));
        Assert.Equal("integrity.day-impossible", Refused(ServeNotice.Decide(new("direct", Day("2025-05-27"), 1), After(), Definition, Calendar, Opening)));
        Assert.Equal("integrity.day-impossible", Refused(ServeNotice.Decide(new("direct", Day("2025-05-25"), 1), After(), Definition, Calendar, Opening)));
        Assert.Equal("integrity.wrong-step", Refused(ServeNotice.Decide(new("direct", Opening, 5), After(Notice, Defence, Proposed, Decided), Definition, Calendar, Opening)));
    }

    [Fact]
    public void Abuse_20_a_defence_term_that_runs_into_a_year_without_a_calendar_is_refused_by_name_of_the_year()
    {
        var late = Scenario.Happened(Opened, First.Id, ChinaTime.StartOf(Day("2026-12-30")));
        var refusal = Assert.IsType<Decision.Refused>(ServeNotice.Decide(
            new("direct", Day("2026-12-30"), 1), CaseState.Next(CaseState.Start, late), Definition, Calendar, Day("2026-12-30"))).Refusal;
        Assert.Equal("calendar.not-published", refusal.Rule.Code);
        Assert.Equal(2027, refusal.Arguments["year"]);
    }

    [Fact]
    public void The_defence_term_runs_in_working_days_after_the_day_of_service()
    {
        // Monday 26 May; 31 May to 2 June 2025 are the Dragon Boat holiday.
        var served = (CaseNoticeServed)Accepted(ServeNotice.Decide(new("direct", Opening, 1), After(), Definition, Calendar, Opening));
        Assert.Equal(Day("2025-06-03"), served.DefenceLastDay);
        // A service that took effect earlier takes away nothing of the term that was told.
        var again = (CaseNoticeServed)Accepted(ServeNotice.Decide(new("direct", Opening, 2), After(Notice with { DefenceLastDay = Day("2025-06-10") }), Definition, Calendar, Opening));
        Assert.Equal(Day("2025-06-10"), again.DefenceLastDay);
    }

    [Fact]
    public void Before_notice_the_case_does_not_exist_for_the_organisation()
    {
        var clerk = Scenario.Clerk(Opened.Organisation, Scenario.Jinan);
        Assert.Equal("access.not-found", Refused(RecordDefence.Decide(new(null, "申辩", 1), After(), clerk, Opening)));
        Assert.Equal("integrity.notice-missing", Refused(RecordDefence.Decide(new(null, "申辩", 1), After(), First, Opening)));
        Assert.Equal("integrity.notice-missing", Refused(RecordHearing.Decide(new(Opening, "笔录", 1), After(), Opening)));
        Assert.Equal("integrity.notice-missing", Refused(ProposeFinding.Decide(Scenario.AFinding(1), After())));
    }

    [Fact]
    public void A_late_defence_is_taken_and_marked_until_the_collective_decision()
    {
        var clerk = Scenario.Clerk(Opened.Organisation, Scenario.Jinan);
        Assert.True(((DefenceRecorded)Accepted(RecordDefence.Decide(new(null, "申辩", 2), After(Notice), clerk, Day("2025-06-03")))).InTime);
        Assert.False(((DefenceRecorded)Accepted(RecordDefence.Decide(new(null, "申辩", 2), After(Notice, Proposed), clerk, Day("2025-06-04")))).InTime);
        Assert.Equal("integrity.wrong-step", Refused(RecordDefence.Decide(new(null, "申辩", 4), After(Notice, Proposed, Decided), clerk, Day("2025-06-04"))));
    }

    [Fact]
    public void An_applicant_cannot_back_date_its_own_defence()
    {
        var clerk = Scenario.Clerk(Opened.Organisation, Scenario.Jinan);
        var defence = (DefenceRecorded)Accepted(RecordDefence.Decide(new(Opening, "申辩", 2), After(Notice), clerk, Day("2025-06-04")));
        Assert.Equal(Day("2025-06-04"), defence.ReceivedOn);
        Assert.False(defence.InTime);
    }

    [Fact]
    public void A_finding_without_clause_or_without_public_words_is_refused()
    {
        Assert.Equal("integrity.clause-missing", Refused(ProposeFinding.Decide(Scenario.AFinding(2) with { Clause = " " }, After(Notice))));
        Assert.Equal("reason.missing", Refused(ProposeFinding.Decide(Scenario.AFinding(2) with { PublicWhatWasFalse = null }, After(Notice))));
        Assert.Equal("reason.missing", Refused(ProposeFinding.Decide(Scenario.AFinding(2) with { PublicHowToSeekReview = null }, After(Notice))));
        Assert.Equal("reason.missing", Refused(ProposeFinding.Decide(Scenario.AFinding(2) with { Reason = "" }, After(Notice))));
    }

    [Fact]
    public void Nothing_is_decided_while_the_defence_term_runs_without_a_defence()
    {
        Assert.Equal("integrity.defence-term-runs", Refused(DecideFinding.Decide(new("会议", Opening, "签发人", 3), After(Notice, Proposed), Day("2025-06-03"))));
        Accepted(DecideFinding.Decide(new("会议", Opening, "签发人", 3), After(Notice, Proposed), Day("2025-06-04")));
        Accepted(DecideFinding.Decide(new("会议", Opening, "签发人", 4), After(Notice, Defence, Proposed), Opening));
    }

    [Fact]
    public void Nothing_is_confirmed_while_the_defence_term_runs_without_a_defence()
    {
        Assert.Equal("integrity.defence-term-runs", Refused(ConfirmFinding.Decide(new(4), After(Notice, Proposed, Decided), Definition, Second, "f1", Day("2025-06-03"))));
        Accepted(ConfirmFinding.Decide(new(4), After(Notice, Proposed, Decided), Definition, Second, "f1", Day("2025-06-04")));
    }

    [Fact]
    public void A_finding_that_was_not_decided_collectively_is_not_confirmed_and_a_new_proposal_needs_a_new_decision()
    {
        Assert.Equal("integrity.wrong-step", Refused(ConfirmFinding.Decide(new(4), After(Notice, Defence, Proposed), Definition, Second, "f1", Opening)));
        Assert.Equal("integrity.wrong-step", Refused(ConfirmFinding.Decide(new(6), After(Notice, Defence, Proposed, Decided, Proposed), Definition, Second, "f1", Opening)));
        Assert.Equal("integrity.other-proposal", Refused(DecideFinding.Decide(new("会议", Opening, "签发人", 4), After(Notice, Defence, ProposedNone), Opening)));
    }

    [Fact]
    public void Abuse_7_whoever_proposed_neither_confirms_nor_closes()
    {
        Assert.Equal("integrity.four-eyes", Refused(ConfirmFinding.Decide(new(5), After(Notice, Defence, Proposed, Decided), Definition, First, "f1", Opening)));
        Assert.Equal("integrity.four-eyes", Refused(CloseWithoutFinding.Decide(new("查无实据", 2), After(ProposedNone), First)));
        Accepted(CloseWithoutFinding.Decide(new("查无实据", 2), After(ProposedNone), Second));
    }

    [Fact]
    public void A_case_is_not_closed_without_a_proposal_to_find_nothing()
    {
        Assert.Equal("integrity.wrong-step", Refused(CloseWithoutFinding.Decide(new("查无实据", 1), After(), Second)));
        Assert.Equal("integrity.other-proposal", Refused(CloseWithoutFinding.Decide(new("查无实据", 4), After(Notice, Defence, Proposed), Second)));
    }

    [Theory]
    [InlineData("2025-03-10", "2028-03-10")]
    [InlineData("2028-02-29", "2031-02-28")]
    [InlineData("2025-12-31", "2028-12-31")]
    public void The_ban_starts_on_the_day_of_confirmation_and_ends_on_the_same_date_three_years_on(string confirmed, string last)
    {
        var finding = (FindingConfirmed)Accepted(ConfirmFinding.Decide(new(5), After(Notice, Defence, Proposed, Decided), Definition, Second, "f1", Day(confirmed)));
        var ban = ConfirmFinding.Ban(finding, new("c1"));
        Assert.Equal((Day(confirmed), Day(last)), (ban.FirstDay, ban.LastDay));
        Assert.Equal(Definition.Programme.Key, ban.Programme);
    }

    [Theory]
    [InlineData(Stage.Recognised, typeof(RecognitionRevoked))]
    [InlineData(Stage.Expired, typeof(RecognitionRevoked))]
    [InlineData(Stage.Submitted, typeof(ApplicationDisqualified))]
    [InlineData(Stage.Withdrawn, typeof(ApplicationDisqualified))]
    [InlineData(Stage.NotRecognised, typeof(ApplicationDisqualified))]
    [InlineData(Stage.Revoked, null)]
    public void What_was_recognised_is_revoked_and_all_else_is_disqualified(Stage stage, Type? becomes)
    {
        var finding = Confirmed().Finding!;
        Assert.Equal(becomes, ConfirmFinding.OnApplication(finding, new("c1"), stage).SingleOrDefault()?.GetType());
    }

    [Fact]
    public void A_finding_is_published_after_service_and_once()
    {
        var served = new FindingServed("f1", "direct", Opening, Day("2028-05-26"));
        Assert.Equal("integrity.not-served", Refused(PublishFinding.Decide(new(6), Confirmed(), Definition, Opening)));
        Accepted(PublishFinding.Decide(new(7), Confirmed(served), Definition, Opening));
        Assert.Equal("integrity.not-to-publish", Refused(PublishFinding.Decide(new(8), Confirmed(served, new FindingPublished("f1", Opening)), Definition, Opening)));
        Assert.Equal("integrity.already-rescinded", Refused(PublishFinding.Decide(new(8), Confirmed(served, Rescission), Definition, Opening)));
    }

    [Fact]
    public void Where_the_definition_counts_from_service_the_last_day_follows_the_service()
    {
        var counting = Definition with { FalseMaterial = Definition.FalseMaterial with { Starts = BanStart.DayOfService } };
        var finding = (FindingConfirmed)Accepted(ConfirmFinding.Decide(new(5), After(Notice, Defence, Proposed, Decided), counting, Second, "f1", Opening));
        var state = After(Notice, Defence, Proposed, Decided, finding);
        var served = (FindingServed)Accepted(ServeDecision.Decide(new("post", Day("2025-06-10"), 6), state, counting, Day("2025-06-12")));
        Assert.Equal(Day("2028-06-10"), served.LastDay);
        Assert.Equal("integrity.already-served", Refused(ServeDecision.Decide(new("post", Day("2025-06-10"), 7), After(Notice, Defence, Proposed, Decided, finding, served), counting, Day("2025-06-12"))));
    }

    private static readonly RulingRecorded Rescission = new("f1", "鲁政复〔2025〕1号", "省人民政府", RulingOutcome.Rescinded, Opening, Day("2028-05-26"));

    [Fact]
    public void A_ruling_is_refused_twice_under_one_number_out_of_order_with_a_wrong_term_and_after_a_rescission()
    {
        var upheld = new RulingRecorded("f1", "鲁政复〔2025〕1号", "省人民政府", RulingOutcome.Upheld, Day("2025-07-01"), Day("2028-05-26"));
        var command = new RecordRuling("鲁政复〔2025〕2号", "省人民政府", RulingOutcome.Upheld, Day("2025-07-02"), null, 7);
        var today = Day("2025-07-02");
        Assert.Equal("integrity.wrong-step", Refused(RecordRuling.Decide(command, After(Notice), today)));
        Assert.Equal("integrity.ruling-number", Refused(RecordRuling.Decide(command with { Number = upheld.Number }, Confirmed(upheld), today)));
        Assert.Equal("integrity.day-impossible", Refused(RecordRuling.Decide(command with { DecidedOn = Day("2025-06-30") }, Confirmed(upheld), today)));
        Assert.Equal("integrity.ruling-term", Refused(RecordRuling.Decide(command with { LastDay = Day("2027-01-01") }, Confirmed(upheld), today)));
        Assert.Equal("integrity.ruling-term", Refused(RecordRuling.Decide(command with { Outcome = RulingOutcome.TermChanged }, Confirmed(upheld), today)));
        Assert.Equal("integrity.already-rescinded", Refused(RecordRuling.Decide(command, Confirmed(Rescission), today)));
    }

    [Fact]
    public void A_ruling_works_only_once_somebody_else_than_who_entered_it_has_confirmed_it()
    {
        var entered = Accepted(RecordRuling.Decide(new("鲁政复〔2025〕3号", "省人民政府", RulingOutcome.Rescinded, Day("2025-07-02"), null, 7), Confirmed(), Day("2025-07-02")));
        Assert.Equal("integrity.no-ruling", Refused(ConfirmRuling.Decide(Confirmed(), Second)));
        Assert.Equal("integrity.four-eyes", Refused(ConfirmRuling.Decide(Confirmed(entered), First)));
        Assert.False(Confirmed(entered).Rescinded);
        var recorded = (RulingRecorded)Accepted(ConfirmRuling.Decide(Confirmed(entered), Second));
        Assert.IsType<BanRescinded>(Assert.Single(ConfirmRuling.OnOrganisation(recorded)));
        Assert.True(Confirmed(entered, recorded).Rescinded);
        Assert.Equal("integrity.no-ruling", Refused(ConfirmRuling.Decide(Confirmed(entered, recorded), Second)));
    }

    [Fact]
    public void A_case_needs_a_submission_and_items_that_stand_in_it()
    {
        var submission = new ApplicationSubmitted(
            Opened.Batch, Opened.Organisation, "演示机构", "演示集群", Scenario.Jinan, "SW", 1, new Dictionary<string, System.Text.Json.JsonElement>(), new Dictionary<string, Sealed>(),
            [new EvidenceFile("revenue_digital_above_size", "abc", 1, "application/pdf", Sealed.Of("年报.pdf"))], [], "00");
        Decision Open(OpenCase command, params ApplicationSubmitted[] submissions) => OpenCase.Decide(command, new("a1"), submissions, 1, Definition.Form, false);
        var command = new OpenCase(CaseSource.Officer, null, "不符", [new("revenue_digital_above_size", 1, "abc")]);
        Assert.Equal("integrity.nothing-submitted", Refused(Open(command)));
        Assert.Equal("integrity.reference-unknown", Refused(Open(command with { Source = CaseSource.Report, Reference = "r1" }, submission)));
        Assert.Equal("integrity.item-missing", Refused(Open(command with { Items = [] }, submission)));
        Assert.Equal("integrity.item-unknown", Refused(Open(command with { Items = [new("no_such_field", 1, null)] }, submission)));
        Assert.Equal("integrity.item-unknown", Refused(Open(command with { Items = [new("revenue_digital_above_size", 2, null)] }, submission)));
        Assert.Equal("integrity.item-unknown", Refused(Open(command with { Items = [new("revenue_digital_above_size", 1, "other")] }, submission)));
        Assert.Equal("reason.missing", Refused(Open(command with { Alleged = " " }, submission)));
        Assert.Equal(submission.FormHash, ((CaseOpened)Accepted(Open(command, submission))).FormHash);
    }
}
