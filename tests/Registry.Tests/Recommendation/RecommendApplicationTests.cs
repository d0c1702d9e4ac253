using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Recommendation;

namespace Registry.Tests.Recommendation;

public sealed class RecommendApplicationTests
{
    private static readonly DateOnly Term = new(2025, 7, 4);

    private static Decision Decide(
        ApplicationFile file, IReadOnlyList<Finding>? findings = null, CityReportState? report = null, IReadOnlyCollection<string>? places = null,
        DateTimeOffset? now = null, string opinion = "建议推荐。", int rank = 1) =>
        RecommendApplication.Decide(new RecommendApplication(opinion, rank, findings ?? [], 1), file, report ?? Given.NotReported, places ?? [], now ?? Scenario.Open);

    private static string? Code(Verdict verdict, params Finding[] findings) => Decide(Given.Checked([Given.Condition("C2", verdict)]), findings).Code();

    private static Finding Says(FindingKind kind, string reason = "理由充分。", string condition = "C2") => new(condition, kind, reason);

    [Fact]
    public void Refused_before_the_opening_instant_and_from_24_00_of_the_last_day_on()
    {
        Assert.Equal("recommendation.not-open-yet", Decide(Given.Submitted(), now: Given.Call.ReportWindow.Opens.AddMilliseconds(-1)).Code());
        Assert.Equal("recommendation.closed", Decide(Given.Submitted(), now: Given.Closing).Code());
        Decide(Given.Submitted(), now: Given.LastInstant).Event<ApplicationRecommended>();
        Decide(Given.Submitted(), now: Given.Call.ReportWindow.Opens).Event<ApplicationRecommended>();
    }

    [Fact]
    public void Refused_while_the_organisation_is_banned() => Assert.Equal("application.organisation-banned", Decide(Given.Submitted().Banned()).Code());

    [Fact]
    public void Refused_unless_it_was_submitted_and_not_moved_since()
    {
        Assert.Equal("application.wrong-stage", Decide(Given.Submitted(Given.Recommended())).Code());
        Assert.Equal("application.wrong-stage", Decide(Given.Submitted(new ApplicationReturned(new Dictionary<string, Registry.Platform.Sealing.Sealed>()))).Code());
        Assert.Equal("application.wrong-stage", Decide(Given.Submitted(new ApplicationDeclined(Registry.Platform.Sealing.Sealed.Of("理由")))).Code());
    }

    [Fact]
    public void Refused_after_the_city_has_reported() => Assert.Equal("recommendation.city-reported", Decide(Given.Submitted(), report: Given.Reported).Code());

    [Fact]
    public void Refused_when_a_condition_is_not_met_whatever_the_officer_says()
    {
        Assert.Equal("recommendation.condition-not-met", Code(Verdict.NotMet));
        Assert.Equal("recommendation.condition-not-met", Code(Verdict.NotMet, Says(FindingKind.Relaxation)));
        Assert.Equal("recommendation.condition-not-met", Code(Verdict.NotMet, Says(FindingKind.Justification)));
        Assert.Equal("recommendation.condition-not-met", Code(Verdict.NotMet, Says(FindingKind.Meets)));
        Assert.Equal("recommendation.condition-not-met", Code(Verdict.Incomplete));
    }

    [Theory]
    [InlineData(Verdict.MayBeRelaxed, FindingKind.Relaxation)]
    [InlineData(Verdict.NeedsJustification, FindingKind.Justification)]
    [InlineData(Verdict.NeedsJudgement, FindingKind.Meets)]
    public void A_condition_that_figures_do_not_settle_needs_a_finding_of_its_kind_with_a_reason(Verdict verdict, FindingKind kind)
    {
        Assert.Equal("recommendation.finding-missing", Code(verdict));
        Assert.Equal("reason.missing", Code(verdict, Says(kind, " ")));
        foreach (var other in Enum.GetValues<FindingKind>().Where(k => k != kind))
            Assert.Equal("recommendation.finding-unasked", Code(verdict, Says(other)));
        Assert.Null(Code(verdict, Says(kind)));
    }

    [Fact]
    public void Refused_with_a_finding_that_nothing_asks_for_or_that_comes_twice()
    {
        Assert.Equal("recommendation.finding-unasked", Code(Verdict.Met, Says(FindingKind.Relaxation)));
        Assert.Equal("recommendation.finding-unasked", Code(Verdict.NeedsJudgement, Says(FindingKind.Meets), Says(FindingKind.Meets)));
        Assert.Equal("recommendation.finding-unasked", Code(Verdict.NeedsJudgement, Says(FindingKind.Meets), Says(FindingKind.Meets, condition: "C9")));
    }

    [Fact]
    public void Everything_unsettled_is_listed_with_the_first_refusal()
    {
        var refused = Assert.IsType<Decision.Refused>(Decide(Given.Checked(
            [Given.Condition("C1", Verdict.NeedsJudgement), Given.Condition("C2", Verdict.NotMet), Given.Condition("C5", Verdict.NeedsJudgement)])));
        Assert.Equal(["C1", "C2", "C5"], refused.Refusal.Errors.Select(e => e.Field));
    }

    [Fact]
    public void Refused_with_a_rank_outside_the_city_s_places_or_without_an_opinion()
    {
        Assert.Equal("recommendation.rank-outside", Decide(Given.Submitted(), rank: 0).Code());
        Assert.Equal("recommendation.rank-outside", Decide(Given.Submitted(), rank: 4).Code());
        Assert.Equal("reason.missing", Decide(Given.Submitted(), opinion: "　").Code());
        Assert.Equal("reason.hidden-character", Decide(Given.Submitted(), opinion: "同意\u202e推荐").Code());
    }

    [Fact]
    public void Refused_when_the_city_s_places_or_all_places_are_taken()
    {
        var jinan = Enumerable.Repeat(Scenario.Jinan, 3).ToList();
        Assert.Equal("recommendation.quota-full", Decide(Given.Submitted(), places: jinan).Code());
        Decide(Given.Submitted(), places: jinan.Skip(1).ToList()).Event<ApplicationRecommended>();
        Decide(Given.Submitted(), places: Enumerable.Repeat("370200", 33).ToList()).Event<ApplicationRecommended>();
        Assert.Equal("recommendation.total-full", Decide(Given.Submitted(), places: Enumerable.Repeat("370200", 34).ToList()).Code());
    }

    [Fact]
    public void What_the_province_returned_keeps_its_place_and_is_renewed_instead()
    {
        var back = Given.Submitted(Given.Recommended(), Given.InReport, Given.ReturnedToCity(Term), Given.Submitted().Filing.Last!);
        Assert.Equal("recommendation.place-kept", Decide(back, report: Given.Reported).Code());
    }

    [Fact]
    public void The_event_names_the_round_checked_and_seals_what_was_typed()
    {
        var recommended = Decide(Given.Checked([Given.Condition("C2", Verdict.MayBeRelaxed)]), [Says(FindingKind.Relaxation)], rank: 2).Event<ApplicationRecommended>();
        Assert.Equal((2, 1, Scenario.Jinan), (recommended.Rank, recommended.Round, recommended.City));
        Assert.True(Assert.Single(recommended.Findings).IsProposal);
        Assert.Equal("建议推荐。", recommended.Opinion.Text);
    }
}
