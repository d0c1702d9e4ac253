using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Sealing;
using Registry.Recognition;

namespace Registry.Tests.Recognition;

public sealed class ReviewRequestTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private async Task<(ApplicationId Id, Registry.Accounts.Actor Clerk)> NotRecognised(Registry.Programme.BatchId batch)
    {
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var id = await scenario.WrittenAsync(batch, organisation);
        await scenario.AppendAsync<Application>(id.Stream, Scenario.Province().Id, Scenario.AfterWindow, new ApplicationNotRecognised(Sealed.Of("不符合条件")));
        return (id, Scenario.Clerk(organisation, Scenario.Jinan));
    }

    [Fact]
    public async Task Only_the_applicant_asks_and_only_against_a_decision()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await NotRecognised(batch);
        var stranger = Scenario.Clerk(Scenario.NewOrganisation(Scenario.Jinan), Scenario.Jinan);
        Assert.Equal("access.not-found", await registry.Refused(stranger, new RequestReview("不服", 2), id.Value, Scenario.AfterWindow));
        var going = await scenario.WrittenAsync(batch, CreditCode.Parse(clerk.Organisation!));
        Assert.Equal("review-request.nothing-to-review", await registry.Refused(clerk, new RequestReview("不服", 1), going.Value, Scenario.AfterWindow));
    }

    [Fact]
    public async Task The_term_runs_in_working_days_after_the_day_of_the_decision()
    {
        // Decided on Monday 21 July 2025: the fifth working day after it is Monday the 28th.
        var batch = await registry.Announce();
        var (id, clerk) = await NotRecognised(batch);
        Assert.Equal("review-request.too-late", await registry.Refused(clerk, new RequestReview("不服", 2), id.Value, TestData.Instant("2025-07-29T00:00:00+08:00")));
        await registry.Accepted(clerk, new RequestReview("不服", 2), id.Value, TestData.Instant("2025-07-28T23:59:59+08:00"));
    }

    [Fact]
    public async Task Of_fifty_requests_at_once_against_one_decision_one_is_taken()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await NotRecognised(batch);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(clerk, new RequestReview("不服", 2), id.Value, Scenario.AfterWindow)));
        Assert.Single(outcomes, o => o.Refusal is null);
        Assert.All(outcomes.Where(o => o.Refusal is not null), o => Assert.Equal("review-request.already-asked", o.Refusal!.Rule.Code));
    }

    [Fact]
    public async Task Abuse_7_whoever_decided_first_does_not_decide_the_review_and_another_can_reopen_the_decision()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await NotRecognised(batch);
        var request = await registry.Accepted(clerk, new RequestReview("不服", 2), id.Value, Scenario.AfterWindow);
        Assert.Equal("review-request.same-person", await registry.Refused(Scenario.Province(), new DecideReview(true, "重新研究", 1), request.Id, Scenario.AfterWindow));
        Assert.Equal("reason.missing", await registry.Refused(Scenario.Province(2), new DecideReview(true, "", 1), request.Id, Scenario.AfterWindow));
        await registry.Accepted(Scenario.Province(2), new DecideReview(true, "重新研究", 1), request.Id, Scenario.AfterWindow);
        Assert.Equal(Stage.Submitted, await scenario.StageAsync(id));
        Assert.Equal("review-request.already-decided", await registry.Refused(Scenario.Province(2), new DecideReview(false, "维持", 2), request.Id, Scenario.AfterWindow));
    }

    [Fact]
    public async Task A_banned_applicants_decision_is_not_reopened_but_can_be_upheld()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await NotRecognised(batch);
        var request = await registry.Accepted(clerk, new RequestReview("不服", 2), id.Value, Scenario.AfterWindow);
        await scenario.BanDirectlyAsync(id, TestData.Day("2025-07-21"));
        Assert.Equal("application.organisation-banned", await registry.Refused(Scenario.Province(2), new DecideReview(true, "重新研究", 1), request.Id, Scenario.AfterWindow));
        await registry.Accepted(Scenario.Province(2), new DecideReview(false, "维持原决定", 1), request.Id, Scenario.AfterWindow);
        Assert.Equal(Stage.NotRecognised, await scenario.StageAsync(id));
    }
}
