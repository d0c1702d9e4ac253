using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Tests.Recommendation;

public sealed class QuotaTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Jinan = Scenario.CityOfficer(Scenario.Jinan), Zibo = Scenario.CityOfficer(Scenario.Zibo);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Abuse_11_fifty_recommendations_at_once_for_one_place_leave_exactly_one()
    {
        var batch = await registry.Announce();
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Zibo, 52);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        await registry.Accepted(Zibo, command, ids[0].Value, Scenario.Open);

        var outcomes = await Task.WhenAll(ids.Skip(1).Select(id => registry.Give(Zibo, command with { Rank = 2 }, id.Value, Scenario.Open)));
        Assert.Single(outcomes, o => o.Answer is not null);
        Assert.All(outcomes.Where(o => o.Answer is null), o => Assert.Equal("recommendation.quota-full", o.Refusal!.Rule.Code));
    }

    [Fact]
    public async Task Abuse_12_withdrawals_recommendations_and_a_lower_quota_at_once_never_exceed_the_quota_and_lose_no_place()
    {
        var batch = await registry.Announce();
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Jinan, 53);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        foreach (var id in ids.Take(3))
            await registry.Accepted(Jinan, command, id.Value, Scenario.Open);

        Task Recommend(ApplicationId id) => registry.Give(Jinan, command, id.Value, Scenario.Open);
        Task Withdraw(ApplicationId id) => registry.Give(Jinan, new WithdrawRecommendation("材料有误", 2), id.Value, Scenario.Open);
        List<Task> storm = [Withdraw(ids[0]), .. ids.Skip(3).Take(20).Select(Recommend), Withdraw(ids[1])];
        storm.Add(registry.Give(new Actor("admin", Roles.Administrator), Amendment(batch, 2), batch.Value, Scenario.Open));
        storm.AddRange([Withdraw(ids[2]), .. ids.Skip(23).Select(Recommend)]);
        await Task.WhenAll(storm);

        foreach (var id in ids.Skip(3))
            await registry.Give(Jinan, command with { Version = await scenario.VersionAsync(id.Stream) }, id.Value, Scenario.Open);
        Assert.True(await ReplayAsync(batch, ids, 3) >= 2, "a place was lost");
    }

    [Fact]
    public async Task Abuse_12_over_http_recommendations_and_withdrawals_at_once_up_to_the_last_second_never_exceed_the_quota()
    {
        var batch = await registry.Announce();
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Jinan, 50);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        using var client = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        async Task<System.Net.HttpStatusCode> PostAsync<T>(string path, T body, DateTimeOffset at)
        {
            using var moved = RegistryClock.At(at);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/applications/{path}") { Content = System.Net.Http.Json.JsonContent.Create(body, options: Json.Api) };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
            using var response = await client.SendAsync(request, Ct);
            return response.StatusCode;
        }
        foreach (var id in ids.Take(3))
            Assert.Equal(System.Net.HttpStatusCode.OK, await PostAsync($"{id.Value}/recommendation", command, Scenario.Open));

        // At the last instant half of them arrive in time; what arrives at 24:00 is refused, a withdrawal too.
        var storm = ids.Skip(3).Select((id, i) => PostAsync($"{id.Value}/recommendation", command, i % 2 == 0 ? Given.LastInstant : Given.Closing))
            .Concat(ids.Take(3).Select((id, i) => PostAsync($"{id.Value}/recommendation/withdrawal", new WithdrawRecommendation("材料有误", 2), i < 2 ? Given.LastInstant : Given.Closing))).ToList();
        var answers = await Task.WhenAll(storm);
        Assert.All(answers.Take(47).Where((_, i) => i % 2 == 1), a => Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, a));
        Assert.Equal([System.Net.HttpStatusCode.OK, System.Net.HttpStatusCode.OK, System.Net.HttpStatusCode.UnprocessableEntity], answers.Skip(47));
        var taken = await ReplayAsync(batch, ids, 3);
        Assert.Equal(1 + answers.Take(47).Count(a => a == System.Net.HttpStatusCode.OK), taken);
        Assert.True(taken <= 3);
    }

    [Fact]
    public async Task The_total_binds_across_cities_where_it_is_lower_than_all_quotas_together()
    {
        var batch = await registry.Announce(d => d["quotas"]!["total"] = 3);
        var jinan = await scenario.SubmittedManyAsync(batch, Scenario.Jinan, 3);
        var zibo = await scenario.SubmittedManyAsync(batch, Scenario.Zibo, 2);
        var command = await scenario.RecommendationOfAsync(jinan[0]);
        var outcomes = await Task.WhenAll(jinan.Select(id => registry.Give(Jinan, command, id.Value, Scenario.Open))
            .Concat(zibo.Select(id => registry.Give(Zibo, command, id.Value, Scenario.Open))).ToList());
        Assert.Equal(3, outcomes.Count(o => o.Answer is not null));
        Assert.All(outcomes.Where(o => o.Answer is null), o => Assert.Equal("recommendation.total-full", o.Refusal!.Rule.Code));
    }

    [Fact]
    public async Task A_withdrawn_recommendation_frees_its_place_before_the_deadline_only()
    {
        var batch = await registry.Announce();
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Zibo, 3);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        await registry.Accepted(Zibo, command, ids[0].Value, Scenario.Open);
        await registry.Accepted(Zibo, command with { Rank = 2 }, ids[1].Value, Scenario.Open);
        Assert.Equal("recommendation.quota-full", await registry.Refused(Zibo, command, ids[2].Value, Scenario.Open));

        Assert.Equal("recommendation.closed", await registry.Refused(Zibo, new WithdrawRecommendation("材料有误", 2), ids[0].Value, Given.Closing));
        await registry.Accepted(Zibo, new WithdrawRecommendation("材料有误", 2), ids[0].Value, Given.LastInstant);
        Assert.Equal("recommendation.closed", await registry.Refused(Zibo, command, ids[2].Value, Given.Closing));
        await registry.Accepted(Zibo, command, ids[2].Value, Given.LastInstant);
    }

    [Fact]
    public async Task An_application_withdrawn_by_its_applicant_frees_its_place_too()
    {
        var batch = await registry.Announce(d => (d["quotas"]!["default"], d["quotas"]!["total"]) = (1, 20));
        var (first, clerk) = await scenario.RecommendedAsync(batch, Scenario.Zibo);
        var (second, _) = await scenario.SubmittedAsync(batch, Scenario.Zibo);
        var command = await scenario.RecommendationOfAsync(second);
        Assert.Equal("recommendation.quota-full", await registry.Refused(Zibo, command, second.Value, Scenario.Open));
        await registry.Accepted(clerk, new WithdrawApplication("不再申报", 2), first.Value, Scenario.Open);
        await registry.Accepted(Zibo, command, second.Value, Scenario.Open);
    }

    [Fact]
    public async Task A_disqualified_application_frees_its_place_before_the_deadline_and_a_ruling_does_not_let_the_city_exceed_its_quota()
    {
        var batch = await registry.Announce(d => (d["quotas"]!["default"], d["quotas"]!["total"]) = (1, 20));
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Zibo, 2);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        await registry.Accepted(Zibo, command, ids[0].Value, Scenario.Open);
        Assert.Equal("recommendation.quota-full", await registry.Refused(Zibo, command, ids[1].Value, Scenario.CaseDay));
        var found = await scenario.BannedAsync(ids[0]);
        await registry.Accepted(Zibo, command, ids[1].Value, Scenario.CaseDay);

        await scenario.RuledAsync(found, RulingOutcome.Rescinded, ChinaTime.ToDay(Scenario.CaseDay));
        var release = new ReleaseApplication("决定已被撤销", await scenario.VersionAsync(ids[0].Stream));
        Assert.Equal("recommendation.quota-full", await registry.Refused(Scenario.Province(), release, ids[0].Value, Scenario.CaseDay));
        await registry.Accepted(Zibo, new WithdrawRecommendation("名额调整", 2), ids[1].Value, Scenario.CaseDay);
        await registry.Accepted(Scenario.Province(), release, ids[0].Value, Scenario.CaseDay);
    }

    [Fact]
    public async Task A_disqualified_application_gives_its_place_to_nobody_after_the_deadline()
    {
        var batch = await registry.Announce(d => (d["quotas"]!["default"], d["quotas"]!["total"]) = (1, 20));
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Zibo, 2);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        await registry.Accepted(Zibo, command, ids[0].Value, Scenario.Open);
        var found = await scenario.BannedAsync(ids[0], Scenario.CaseDay, confirmedAt: Given.Closing);
        Assert.Equal("recommendation.closed", await registry.Refused(Zibo, command, ids[1].Value, Given.Closing));

        await scenario.RuledAsync(found, RulingOutcome.Rescinded, ChinaTime.ToDay(Given.Closing), at: Given.Closing);
        await registry.Accepted(
            Scenario.Province(), new ReleaseApplication("决定已被撤销", await scenario.VersionAsync(ids[0].Stream)), ids[0].Value, Given.Closing);
    }

    [Fact]
    public async Task An_extension_for_all_moves_the_cities_deadline()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch);
        var command = await scenario.RecommendationOfAsync(id);
        Assert.Equal("recommendation.closed", await registry.Refused(Jinan, command, id.Value, Given.Closing));
        await registry.Accepted(Scenario.Province(), new ExtendDeadline(new DateOnly(2025, 6, 21), "系统停电", 1), batch.Value, Given.Closing);
        await registry.Accepted(Jinan, command, id.Value, Given.Closing);
    }

    [Fact]
    public async Task Abuse_18_a_ban_and_a_recommendation_in_the_same_instant_never_both_pass()
    {
        var batch = await registry.Announce(d => d["quotas"] = new JsonObject { ["default"] = 60, ["byCity"] = new JsonArray(), ["total"] = 100, ["crossCity"] = "applicantsCity" });
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Jinan, 50);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        await using var session = registry.Store.QuerySession();
        var drafts = (await session.LoadManyAsync<Draft>(Ct, ids.Select(i => i.Stream))).ToDictionary(d => d.Application);

        var pairs = await Task.WhenAll(ids.Select(async (id, i) =>
        {
            var ban = new BanUnlessRecommended(id, drafts[id].Organisation);
            Task<Outcome> Recommend() => registry.Give(Jinan, command, id.Value, Scenario.Open);
            Task<Outcome> Ban() => registry.Give(Actor.Job("test"), ban, at: Scenario.Open);
            Task<Outcome>[] both = i % 2 == 0 ? [Ban(), Recommend()] : [Recommend(), Ban()];
            return await Task.WhenAll(both);
        }));
        Assert.All(pairs, pair => Assert.Single(pair, o => o.Answer is not null));
        Assert.All(pairs.SelectMany(p => p).Where(o => o.Answer is null), o =>
            Assert.Contains(o.Refusal!.Rule.Code, new[] { "application.organisation-banned", "application.wrong-stage" }));
    }

    /// <summary>Replays the batch in the store's order: no recommendation was accepted beyond the quota then in force. The places taken at the end.</summary>
    private async Task<int> ReplayAsync(BatchId batch, IReadOnlyList<ApplicationId> ids, int quota)
    {
        await using var session = registry.Store.QuerySession();
        var streams = ids.Select(i => i.Stream).Append(batch.Stream).ToArray();
        var events = await session.Events.QueryAllRawEvents().Where(e => e.StreamKey!.IsOneOf(streams)).OrderBy(e => e.Sequence).ToListAsync(Ct);
        var taken = 0;
        foreach (var e in events.Select(e => e.Data))
        {
            (taken, quota) = e switch
            {
                ApplicationRecommended => (taken + 1, quota),
                RecommendationWithdrawn => (taken - 1, quota),
                BatchAmended => (taken, 2),
                _ => (taken, quota),
            };
            if (e is ApplicationRecommended)
                Assert.True(taken <= quota, $"{taken} places of {quota} taken");
        }
        return taken;
    }

    private static AmendBatch Amendment(BatchId batch, int jinan)
    {
        var definition = JsonNode.Parse(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)!;
        definition["batch"]!["key"] = batch.Value.Split('.')[1];
        definition["version"] = 2;
        definition["quotas"]!["byCity"]![0]!["most"] = jinan;
        definition["quotas"]!["total"] = 33;
        return new AmendBatch(definition.ToJsonString(Json.Api), "名额调整", 1);
    }

    /// <summary>Stands for the finding of false material: it holds the organisation alone, as every ban must.</summary>
    private sealed record BanUnlessRecommended(ApplicationId Application, CreditCode Organisation) : ICommand<BanUnlessRecommended>
    {
        public static CommandSpec Spec { get; } = new("test-ban", null, Roles.System, "");

        public static async Task<Decision> Handle(BanUnlessRecommended command, Desk desk)
        {
            var stream = Registry.Organisations.Organisation.Stream(command.Organisation);
            await desk.HoldAsync(Hold.Changing(stream));
            var timelines = await desk.ReadAsync(stream, command.Application.Stream);
            var stage = timelines[1].Fold(Filing.Start, Filing.Next).Stage;
            return desk.Record<Registry.Organisations.Organisation>(timelines[0], command.Organisation.Value, stage == Stage.Submitted
                ? Decision.Accept(new OrganisationBanned("f", "c", "shandong-digital-clusters", new DateOnly(2025, 5, 20), new DateOnly(2028, 5, 20)))
                : ApplicationRules.WrongStage.Refuse(("stage", stage.ToString())));
        }
    }
}
