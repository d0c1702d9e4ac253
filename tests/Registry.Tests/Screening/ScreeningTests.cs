using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform.Sealing;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Tests.Screening;

public sealed class ScreeningTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Province = Scenario.Province(), Officer = Scenario.CityOfficer(Scenario.Jinan);
    private static readonly DateOnly Term = new(2025, 7, 4);
    private static readonly DateTimeOffset TermEnd = new(2025, 7, 4, 16, 0, 0, TimeSpan.Zero);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_return_runs_through_city_and_applicant_within_its_term_and_keeps_the_place()
    {
        var batch = await registry.Announce();
        var (id, clerk) = (await scenario.ReportedAsync(batch))[0];
        await registry.Accepted(Province, new ReturnToCity("请核实营业收入。", Term, 3), id.Value, Scenario.Rechecking);
        Assert.Equal("application.wrong-stage", await registry.Refused(clerk, new SubmitApplication(4), id.Value, Scenario.Rechecking));

        await registry.Accepted(Officer, new ReturnForCorrection(new Dictionary<string, string> { ["revenue_digital_above_size"] = "请附审计报告" }, 4), id.Value, Scenario.Rechecking);
        await registry.Accepted(clerk, new SubmitApplication(5), id.Value, TermEnd.AddMilliseconds(-1));
        Assert.Equal("recommendation.place-kept", await registry.Refused(Officer, await scenario.RecommendationOfAsync(id), id.Value, Scenario.Rechecking));
        Assert.Equal("screening.term-running", await registry.Refused(Province, new RejectApplication("逾期", [], 6), id.Value, Scenario.Rechecking));
        var findings = await scenario.FindingsAsync(id);
        Assert.Equal("recommendation.finding-missing", await registry.Refused(Officer, new RenewRecommendation("已核实。", [], 6), id.Value, Scenario.Rechecking));
        Assert.Equal("recommendation.term-over", await registry.Refused(Officer, new RenewRecommendation("已核实。", findings, 6), id.Value, TermEnd));
        await registry.Accepted(Officer, new RenewRecommendation("已核实。", findings, 6), id.Value, TermEnd.AddMilliseconds(-1));

        await using var session = registry.Store.QuerySession();
        var card = await session.LoadAsync<ApplicationCard>(id.Stream, Ct);
        Assert.Equal((Stage.Reported, 1, 2), (card!.Stage, card.Rank, card.Round));
        await registry.Accepted(Province, new AdmitApplication("核实无误。", [], 7), id.Value, TermEnd);
    }

    [Fact]
    public async Task What_is_returned_to_the_applicant_and_not_submitted_in_time_may_be_rejected_or_returned_anew()
    {
        var batch = await registry.Announce();
        var reported = await scenario.ReportedAsync(batch, clusters: 2);
        foreach (var (id, _) in reported)
        {
            await registry.Accepted(Province, new ReturnToCity("请核实。", Term, 3), id.Value, Scenario.Rechecking);
            await registry.Accepted(Officer, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充" }, 4), id.Value, Scenario.Rechecking);
        }
        var (late, again) = (reported[0], reported[1]);
        Assert.Equal("application.closed", await registry.Refused(late.Clerk, new SubmitApplication(5), late.Id.Value, TermEnd));
        await registry.Accepted(Province, new RejectApplication("逾期未补正。", [], 5), late.Id.Value, TermEnd);
        Assert.Equal(Stage.Rejected, await scenario.StageAsync(late.Id));
        await registry.Accepted(Province, new ReturnToCity("再次核实。", Term.AddDays(7), 5), again.Id.Value, TermEnd);
        await registry.Accepted(Officer, new RenewRecommendation("已核实。", await scenario.FindingsAsync(again.Id), 6), again.Id.Value, TermEnd);
    }

    [Fact]
    public async Task A_relaxation_that_the_city_proposed_is_confirmed_with_the_province_s_reason()
    {
        var batch = await registry.Announce();
        var (id, _) = (await scenario.ReportedAsync(batch, industry: "IC", figures: new DemoFigures { Revenue = "49.999999", Claims = ["C2"] }))[0];
        Assert.Equal("screening.proposal-unanswered", await registry.Refused(Province, new AdmitApplication("符合。", [], 3), id.Value, Scenario.Rechecking));
        Assert.Equal("screening.has-proposals", await registry.Refused(Province, new AdmitSeveral([new(id, 3)], "符合。"), batch.Value, Scenario.Rechecking));
        await registry.Accepted(Province, new AdmitApplication("符合。", [new("C2", true, "属核心领域，同意放宽。")], 3), id.Value, Scenario.Rechecking);
    }

    [Fact]
    public async Task What_a_department_raised_or_the_province_had_returned_is_admitted_alone()
    {
        var batch = await registry.Announce();
        var reported = await scenario.ReportedAsync(batch, clusters: 2);
        var (raised, returned) = (reported[0].Id, reported[1].Id);
        await registry.Accepted(Province, new RecordConsultation("environment", ConsultationOutcome.Concern, new DateOnly(2025, 6, 20), "有群众反映。", 3), raised.Value, Scenario.Rechecking);
        await registry.Accepted(Province, new ReturnToCity("请核实。", Term, 3), returned.Value, Scenario.Rechecking);
        await registry.Accepted(Officer, new RenewRecommendation("已核实。", await scenario.FindingsAsync(returned), 4), returned.Value, Scenario.Rechecking);
        Assert.Equal("screening.has-remarks", await registry.Refused(Province, new AdmitSeveral([new(raised, 4)], "符合。"), batch.Value, Scenario.Rechecking));
        Assert.Equal("screening.has-remarks", await registry.Refused(Province, new AdmitSeveral([new(returned, 5)], "符合。"), batch.Value, Scenario.Rechecking));
        await registry.Accepted(Province, new RecordConsultation("environment", ConsultationOutcome.NoConcern, new DateOnly(2025, 6, 21), "已核实，无意见。", 4), raised.Value, Scenario.Rechecking);
        await registry.Accepted(Province, new AdmitSeveral([new(raised, 5)], "符合。"), batch.Value, Scenario.Rechecking);
    }

    [Fact]
    public async Task What_was_recommended_and_never_reported_is_ended_by_its_city_after_the_deadline_and_not_before()
    {
        var (id, _) = await scenario.RecommendedAsync(await registry.Announce());
        var version = await scenario.VersionAsync(id.Stream);
        Assert.Equal("application.wrong-stage", await registry.Refused(Officer, new DeclineApplication("未上报", version), id.Value, Registry.Tests.Recommendation.Given.LastInstant));
        await registry.Accepted(Officer, new DeclineApplication("未在期限内上报", version), id.Value, Registry.Tests.Recommendation.Given.Closing);
        Assert.Equal(Stage.Declined, await scenario.StageAsync(id));
    }

    [Fact]
    public async Task A_list_is_not_fixed_while_the_words_of_an_admission_are_withheld()
    {
        var batch = await registry.Announce();
        var (id, clerk) = (await scenario.AdmittedAsync(batch))[0];
        var city = await scenario.VersionAsync(id.Stream);
        Assert.Equal("quarantine.no-such-material", await registry.Refused(clerk, new Registry.Applications.Sensitive.QuarantineMaterial(null, null, (int)city, "涉敏"), id.Value, Scenario.Rechecking));
        await registry.Accepted(Province, new Registry.Applications.Sensitive.QuarantineMaterial(null, null, (int)city, "涉敏"), id.Value, Scenario.Rechecking);
        Assert.Equal("screening.reason-withheld", await registry.Refused(Province, new FixReviewList(await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.Rechecking));
    }

    [Fact]
    public async Task Bulk_admission_admits_all_or_none_each_as_it_was_seen()
    {
        var batch = await registry.Announce();
        var other = await registry.Announce();
        var reported = await scenario.ReportedAsync(batch, clusters: 3);
        var foreign = (await scenario.ReportedAsync(other))[0].Id;
        SelectedApplication[] all = [.. reported.Select(r => new SelectedApplication(r.Id, 3))];
        Assert.Equal("screening.selection-invalid", await registry.Refused(Province, new AdmitSeveral([], "符合。"), batch.Value, Scenario.Rechecking));
        Assert.Equal("screening.selection-invalid", await registry.Refused(Province, new AdmitSeveral([all[0], all[0]], "符合。"), batch.Value, Scenario.Rechecking));
        Assert.Equal("access.not-found", await registry.Refused(Province, new AdmitSeveral([all[0], new(foreign, 3)], "符合。"), batch.Value, Scenario.Rechecking));
        Assert.Equal("reason.missing", await registry.Refused(Province, new AdmitSeveral(all, ""), batch.Value, Scenario.Rechecking));
        var stale = await registry.Give(Province, new AdmitSeveral([all[0], all[1] with { Version = 2 }, all[2]], "符合。"), batch.Value, Scenario.Rechecking);
        Assert.Equal("command.stale", stale.Refusal!.Rule.Code);
        Assert.Equal("applications[1]", Assert.Single(stale.Refusal.Errors).Field);
        foreach (var (id, _) in reported)
            Assert.Equal(Stage.Reported, await scenario.StageAsync(id));

        await registry.Accepted(Province, new AdmitSeveral(all, "符合。"), batch.Value, Scenario.Rechecking);
        foreach (var (id, _) in reported)
            Assert.Equal(Stage.Admitted, await scenario.StageAsync(id));
    }

    [Fact]
    public async Task Bulk_admissions_at_once_of_overlapping_selections_admit_each_application_once()
    {
        var batch = await registry.Announce();
        var reported = await scenario.ReportedAsync(batch, clusters: 3);
        SelectedApplication[] all = [.. reported.Select(r => new SelectedApplication(r.Id, 3))];
        SelectedApplication[][] selections = [all, [all[2], all[1]], [all[1], all[0]], [all[0]], [all[2], all[0], all[1]]];
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => registry.Give(Scenario.Province(i), new AdmitSeveral(selections[i % 5], "符合。"), batch.Value, Scenario.Rechecking)));
        var admissions = outcomes.Select((o, i) => (o.Answer, Selection: selections[i % 5])).Where(o => o.Answer is not null).SelectMany(o => o.Selection).ToList();
        Assert.NotEmpty(admissions);
        foreach (var (id, _) in reported)
            Assert.Equal(admissions.Count(a => a.Application == id), await scenario.VersionAsync(id.Stream) - 3);
        Assert.Equal(admissions.Count, admissions.Distinct().Count());
    }

    [Fact]
    public async Task The_fixed_list_names_every_admitted_application_with_its_reason_and_nothing_changes_after_it()
    {
        var batch = await registry.Announce();
        var jinan = await scenario.ReportedAsync(batch, clusters: 2);
        var zibo = await scenario.ReportedAsync(batch, Scenario.Zibo);
        await registry.Accepted(Province, new AdmitApplication("优势突出。", [], 3), jinan[0].Id.Value, Scenario.Rechecking);
        await registry.Accepted(Province, new AdmitApplication("符合条件。", [], 3), zibo[0].Id.Value, Scenario.Rechecking);
        Assert.Equal("screening.undecided", await registry.Refused(Province, new FixReviewList(1), batch.Value, Scenario.Rechecking));
        await registry.Accepted(Province, new ReturnToCity("请核实。", Term, 3), jinan[1].Id.Value, Scenario.Rechecking);
        await registry.Accepted(Officer, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充" }, 4), jinan[1].Id.Value, Scenario.Rechecking);
        Assert.Equal("screening.undecided", await registry.Refused(Province, new FixReviewList(1), batch.Value, Scenario.Rechecking));
        await registry.Accepted(Province, new RejectApplication("逾期未补正。", [], 5), jinan[1].Id.Value, TermEnd);
        Assert.Equal("command.stale", await registry.Refused(Province, new FixReviewList(0), batch.Value, TermEnd));
        await registry.Accepted(Province, new FixReviewList(1), batch.Value, TermEnd);

        Assert.Equal("screening.list-fixed", await registry.Refused(Province, new FixReviewList(2), batch.Value, TermEnd));
        Assert.Equal("screening.list-fixed", await registry.Refused(Province, new RejectApplication("改判", [], 4), jinan[0].Id.Value, TermEnd));
        await using var session = registry.Store.QuerySession();
        var list = (ReviewListFixed)(await session.Events.FetchStreamAsync(batch.Stream, token: Ct))[^1].Data;
        var vault = registry.Host.Services.GetRequiredService<Vault>();
        Assert.Equal([(jinan[0].Id, "优势突出。"), (zibo[0].Id, "符合条件。")], list.Applications.Select(a => (a.Application, vault.Open(a.Reason)!)));
        Assert.All(list.Applications, a => Assert.Equal(batch.Stream, a.Reason.Box!.Key));
    }

    [Fact]
    public async Task The_list_and_late_decisions_at_once_agree()
    {
        var batch = await registry.Announce();
        var admitted = await scenario.ReportedAsync(batch, clusters: 3);
        foreach (var (id, _) in admitted.Take(2))
            await registry.Accepted(Province, new AdmitApplication("符合。", [], 3), id.Value, Scenario.Rechecking);
        var late = registry.Give(Province, new AdmitApplication("符合。", [], 3), admitted[2].Id.Value, Scenario.Rechecking);
        var steps = admitted.Take(2).Select(r => registry.Give(Province, new RejectApplication("改判", [], 4), r.Id.Value, Scenario.Rechecking))
            .Append(registry.Give(Province, new FixReviewList(1), batch.Value, Scenario.Rechecking)).ToList();
        await Task.WhenAll([late, .. steps]);
        if ((await steps[^1]).Answer is null)
            await registry.Accepted(Province, new FixReviewList(1), batch.Value, Scenario.Rechecking);
        await using var session = registry.Store.QuerySession();
        var list = (await session.Events.FetchStreamAsync(batch.Stream, token: Ct)).Select(e => e.Data).OfType<ReviewListFixed>().Single();
        foreach (var (id, _) in admitted)
            Assert.Equal(list.Applications.Any(a => a.Application == id) ? Stage.Admitted : Stage.Rejected, await scenario.StageAsync(id));
    }

    [Fact]
    public async Task A_city_officer_gives_no_decision_of_the_province()
    {
        var batch = await registry.Announce();
        var (id, _) = (await scenario.ReportedAsync(batch))[0];
        Assert.Equal("access.not-this-role", await registry.Refused(Officer, new AdmitApplication("符合。", [], 3), id.Value, Scenario.Rechecking));
        Assert.Equal("access.not-found", await registry.Refused(Province, new AdmitApplication("符合。", [], 3), "no-such", Scenario.Rechecking));
        Assert.Equal("access.not-found", await registry.Refused(Province, new FixReviewList(0), "no-such.batch", Scenario.Rechecking));
    }
}
