using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Recommendation;

namespace Registry.Tests.Recommendation;

public sealed class ReturnForCorrectionTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateOnly Term = new(2025, 7, 4);
    private readonly Scenario scenario = new(registry);

    private static Decision Decide(ApplicationFile file, CityReportState? report = null, DateTimeOffset? now = null, string field = "positioning", string remark = "请补充规划文件。") =>
        ReturnForCorrection.Decide(new ReturnForCorrection(new Dictionary<string, string> { [field] = remark }, 1), file, report ?? Given.NotReported, now ?? Scenario.Open);

    private static ApplicationReturned Returned => new(new Dictionary<string, Sealed>());

    [Fact]
    public void Refused_out_of_time_while_banned_after_the_report_and_at_other_stages()
    {
        Assert.Equal("recommendation.closed", Decide(Given.Submitted(), now: Given.Closing).Code());
        Assert.Equal("application.organisation-banned", Decide(Given.Submitted().Banned()).Code());
        Assert.Equal("recommendation.city-reported", Decide(Given.Submitted(), Given.Reported).Code());
        Assert.Equal("application.wrong-stage", Decide(Given.Submitted(Returned)).Code());
        Assert.Equal("application.wrong-stage", Decide(Given.Submitted(Given.Recommended())).Code());
        Decide(Given.Submitted(), now: Given.LastInstant).Event<ApplicationReturned>();
    }

    [Theory]
    [InlineData("no_such_field")]
    [InlineData("positioning[0]")]
    [InlineData("leading_firms[0].no_such_column")]
    [InlineData("leading_firms[99999]")]
    [InlineData("leading_firms[9999]")]
    [InlineData("leading_firms.revenue")]
    [InlineData("")]
    public void Refused_when_a_remark_names_no_place_of_the_form(string field) => Assert.Equal("recommendation.remark-field", Decide(Given.Submitted(), field: field).Code());

    [Fact]
    public void Refused_without_a_remark_or_with_an_empty_one()
    {
        Assert.Equal("recommendation.remarks-missing", ReturnForCorrection.Decide(
            new ReturnForCorrection(new Dictionary<string, string>(), 1), Given.Submitted(), Given.NotReported, Scenario.Open).Code());
        Assert.Equal("reason.missing", Decide(Given.Submitted(), remark: " ").Code());
    }

    [Theory]
    [InlineData("positioning")]
    [InlineData("leading_firms")]
    [InlineData("leading_firms[0]")]
    [InlineData("leading_firms[2].revenue")]
    public void A_remark_names_a_field_a_row_or_a_cell(string field) => Assert.Equal(field, Decide(Given.Submitted(), field: field).Event<ApplicationReturned>().Remarks.Single().Key);

    [Fact]
    public void A_remark_names_only_a_row_that_was_submitted()
    {
        var file = Given.Submitted();
        var rows = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>("""[{"revenue":"1"},{"revenue":"2"}]""");
        file = file with { Filing = file.Filing with { Last = file.Filing.Last! with { Facts = new Dictionary<string, System.Text.Json.JsonElement> { ["leading_firms"] = rows } } } };
        Decide(file, field: "leading_firms[1].revenue").Event<ApplicationReturned>();
        Assert.Equal("recommendation.remark-field", Decide(file, field: "leading_firms[2]").Code());
    }

    [Fact]
    public void After_a_return_by_the_province_its_term_holds_in_place_of_the_window()
    {
        var back = Given.Submitted(Given.Recommended(), Given.InReport, Given.ReturnedToCity(Term));
        Decide(back, Given.Reported, new DateTimeOffset(2025, 7, 4, 15, 59, 59, 999, TimeSpan.Zero)).Event<ApplicationReturned>();
        Assert.Equal("recommendation.term-over", Decide(back, Given.Reported, new DateTimeOffset(2025, 7, 4, 16, 0, 0, TimeSpan.Zero)).Code());
    }

    [Fact]
    public void What_is_back_with_the_city_is_not_declined_by_it_and_what_is_not_is_not_renewed()
    {
        var back = Given.Submitted(Given.Recommended(), Given.InReport, Given.ReturnedToCity(Term));
        Assert.Equal("recommendation.place-kept", DeclineApplication.Decide(new DeclineApplication("不符合", 4), back, Given.LastInstant).Code());
        Assert.Equal("reason.missing", DeclineApplication.Decide(new DeclineApplication("", 1), Given.Submitted(), Given.LastInstant).Code());
        Assert.Equal("application.wrong-stage", DeclineApplication.Decide(new DeclineApplication("不符合", 2), Given.Submitted(Given.Recommended()), Given.LastInstant).Code());
        DeclineApplication.Decide(new DeclineApplication("不符合", 2), Given.Submitted(Returned), Given.LastInstant).Event<ApplicationDeclined>();

        Assert.Equal("recommendation.not-returned", RenewRecommendation.Decide(new RenewRecommendation("同意", [], 1), Given.Submitted(), Scenario.Open).Code());
        Assert.Equal("application.organisation-banned", RenewRecommendation.Decide(new RenewRecommendation("同意", [], 4), back.Banned(), Scenario.Open).Code());
        Assert.Equal("application.wrong-stage", RenewRecommendation.Decide(
            new RenewRecommendation("同意", [], 5), Given.Submitted(Given.Recommended(), Given.InReport, Given.ReturnedToCity(Term), Returned), Scenario.Open).Code());
        RenewRecommendation.Decide(new RenewRecommendation("同意", [], 4), back, Scenario.Open).Event<RecommendationRenewed>();
    }

    [Fact]
    public async Task Returned_and_submitted_again_and_again_each_round_is_kept()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        var officer = Scenario.CityOfficer(Scenario.Jinan);
        for (var round = 1; round <= 3; round++)
        {
            var version = await scenario.VersionAsync(id.Stream);
            Assert.Equal("application.wrong-stage", await registry.Refused(clerk, new SubmitApplication(version), id.Value, Scenario.Open));
            await registry.Accepted(officer, new ReturnForCorrection(new Dictionary<string, string> { ["leading_firms[0].revenue"] = "与审计报告不一致" }, version), id.Value, Scenario.Open);
            Assert.Equal(Stage.Returned, await scenario.StageAsync(id));
            Assert.Equal(round + 1, (await registry.Accepted(clerk, new SubmitApplication(version + 1), id.Value, Scenario.Open)).Details["round"]);
        }
    }

    [Fact]
    public async Task A_foreign_city_s_officer_is_told_that_the_application_does_not_exist()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch);
        var foreign = Scenario.CityOfficer(Scenario.Zibo);
        Assert.Equal("access.not-found", await registry.Refused(foreign, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充" }, 1), id.Value, Scenario.Open));
        Assert.Equal("access.not-found", await registry.Refused(foreign, new DeclineApplication("不符合", 1), id.Value, Scenario.Open));
        Assert.Equal("access.not-found", await registry.Refused(foreign, await scenario.RecommendationOfAsync(id), id.Value, Scenario.Open));
        Assert.Equal("access.not-found", await registry.Refused(Scenario.CityOfficer(Scenario.Jinan), new DeclineApplication("不符合", 1), "no-such", Scenario.Open));
        Assert.Equal("access.not-this-role", await registry.Refused(Scenario.Province(), new DeclineApplication("不符合", 1), id.Value, Scenario.Open));
    }
}
