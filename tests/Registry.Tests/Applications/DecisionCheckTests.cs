using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Tests.Applications;

/// <summary>三: every decision keeps the condition check that it was taken on.</summary>
public sealed class DecisionCheckTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Officer = Scenario.CityOfficer(Scenario.Jinan), Province = Scenario.Province();
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_event_by_which_city_or_province_decides_keeps_its_check() =>
        Assert.Equal(
            ["application-admitted", "application-declined", "application-recommended", "application-rejected", "application-returned", "application-returned-to-city", "recommendation-renewed"],
            EventBook.All.Where(e => typeof(IDecidedOnCheck).IsAssignableFrom(e.Type)).Select(e => e.Mark.Name));

    [Fact]
    public async Task The_check_of_each_decision_is_that_of_its_submission_while_the_definition_stands()
    {
        var batch = await registry.Announce();
        var (id, _) = (await scenario.ReportedAsync(batch))[0];
        await registry.Accepted(Province, new ReturnToCity("请核实。", new DateOnly(2025, 7, 4), 3), id.Value, Scenario.Rechecking);
        await registry.Accepted(Officer, new RenewRecommendation("已核实。", await scenario.FindingsAsync(id), 4), id.Value, Scenario.Rechecking);
        await registry.Accepted(Province, new AdmitApplication("符合条件。", [], 5), id.Value, Scenario.Rechecking);

        var events = await EventsAsync(id);
        var submitted = JsonSerializer.Serialize(((ApplicationSubmitted)events[0]).Check);
        var decided = events.OfType<IDecidedOnCheck>().ToList();
        Assert.Equal(4, decided.Count);
        Assert.All(decided, d => Assert.Equal(submitted, JsonSerializer.Serialize(d.Check)));
    }

    [Fact]
    public async Task After_an_amendment_the_decisions_rest_on_the_definition_in_force_and_say_so()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch, industry: "IC");
        await AmendAsync(batch, 86.400001m);
        var plain = await scenario.RecommendationOfAsync(id);
        Assert.Equal("recommendation.finding-missing", await registry.Refused(Officer, plain, id.Value, Scenario.Open));
        await registry.Accepted(Officer, plain with { Findings = [.. plain.Findings, new Finding("C2", FindingKind.Relaxation, "属核心领域。")] }, id.Value, Scenario.Open);

        var recommended = (ApplicationRecommended)(await EventsAsync(id))[^1];
        var verdict = recommended.Check!.Single(v => v.Condition == "C2");
        Assert.Equal((Verdict.MayBeRelaxed, 2, 86.400001m), (verdict.Verdict, verdict.DefinitionVersion, verdict.Requirements[0].AnyOf[0].AtLeast!.Value));
        Assert.Equal(86.4m, verdict.Requirements[0].AnyOf[0].Figure);
    }

    [Fact]
    public async Task What_falls_short_under_an_amendment_and_was_not_proposed_by_the_city_is_not_admitted()
    {
        var batch = await registry.Announce();
        var (id, _) = (await scenario.ReportedAsync(batch))[0];
        await AmendAsync(batch, 100);
        Assert.Equal("screening.condition-open", await registry.Refused(Province, new AdmitApplication("符合。", [], 3), id.Value, Scenario.Rechecking));
        await registry.Accepted(Province, new RejectApplication("不符合条件。", [], 3), id.Value, Scenario.Rechecking);
        var rejected = (ApplicationRejected)(await EventsAsync(id))[^1];
        Assert.Equal(Verdict.NotMet, rejected.Check!.Single(v => v.Condition == "C2").Verdict);
    }

    [Fact]
    public async Task What_if_judges_the_last_submission_of_every_application_anew_and_records_nothing()
    {
        var batch = await registry.Announce();
        var (above, _) = await scenario.SubmittedAsync(batch, figures: new DemoFigures { Revenue = "60" });
        var (below, clerk) = await scenario.SubmittedAsync(batch, figures: new DemoFigures { Revenue = "49" });
        await registry.Accepted(Officer, new ReturnForCorrection(new Dictionary<string, string> { ["revenue_digital_above_size"] = "请核实" }, 1), below.Value, Scenario.Open);
        await registry.Accepted(clerk, new SubmitApplication(2), below.Value, Scenario.Open);
        await using var session = registry.Store.QuerySession();
        string[] streams = [above.Stream, below.Stream, batch.Stream];
        Task<int> EventsOfAllAsync() => session.Events.QueryAllRawEvents().Where(e => e.StreamKey!.IsOneOf(streams)).CountAsync(Ct);
        var before = await EventsOfAllAsync();

        var stricter = await WhatIf.AnswerAsync(session, Definition(batch, 2, 55), batch.Value, Ct);
        Assert.Equal((2, 0), (stricter.Applications, stricter.Differing));
        var strictest = await WhatIf.AnswerAsync(session, Definition(batch, 2, 60.000001m), batch.Value, Ct);
        var line = Assert.Single(strictest.Differences);
        Assert.Equal((above.Value, "C2", Verdict.Met, Verdict.NotMet), (line.Application, line.Changes[0].Condition, line.Changes[0].Was!.Value, line.Changes[0].WouldBe));
        Assert.Equal(2, strictest.Conditions.Single(c => c.Condition == "C2").WouldBe[Verdict.NotMet]);
        var laxer = await WhatIf.AnswerAsync(session, Definition(batch, 2, 49), batch.Value, Ct);
        Assert.Equal(below.Value, Assert.Single(laxer.Differences).Application);
        Assert.Equal(before, await EventsOfAllAsync());
    }

    [Fact]
    public async Task What_if_over_the_api_names_its_definition_by_hash()
    {
        var batch = await registry.Announce();
        await scenario.SubmittedAsync(batch);
        var hash = await AmendAsync(batch, 100);
        var province = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        var answer = JsonSerializer.Deserialize<JsonElement>(await province.GetStringAsync($"/api/v1/definitions/{hash}/what-if?batch={batch.Value}", Ct));
        Assert.Equal((1, 1), (answer.GetProperty("applications").GetInt32(), answer.GetProperty("differing").GetInt32()));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await province.GetAsync($"/api/v1/definitions/{new string('0', 64)}/what-if", Ct)).StatusCode);
        Assert.Contains(hash, await province.GetStringAsync("/api/v1/definitions", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blank_row_that_was_sent_as_null_is_kept_and_the_form_is_put_together_again()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch, change: f => f["accidents"] = new JsonArray(
            null, new JsonObject { ["day"] = "2020-01-01", ["kind"] = "work-safety", ["level"] = "serious", ["account"] = "演示数据" }));
        var submitted = (ApplicationSubmitted)(await EventsAsync(id))[0];
        var form = FrozenForm.Join(submitted, registry.Host.Services.GetService(typeof(Registry.Platform.Sealing.Vault)) is Registry.Platform.Sealing.Vault vault ? vault.Open : _ => null);
        Assert.Equal(submitted.FormHash, FrozenForm.Hash(form, submitted.Evidence, 1));
        Assert.Equal("演示数据", form["accidents"]![1]!["account"]!.GetValue<string>());
    }

    private async Task<IReadOnlyList<object>> EventsAsync(ApplicationId id)
    {
        await using var session = registry.Store.QuerySession();
        return [.. (await session.Events.FetchStreamAsync(id.Stream, token: Ct)).Select(e => e.Data)];
    }

    private async Task<string> AmendAsync(BatchId batch, decimal revenue)
    {
        var definition = Changed(batch, 2, revenue).ToJsonString(Json.Api);
        await registry.Accepted(new Actor("admin", Roles.Administrator), new AmendBatch(definition, "门槛调整", 1), batch.Value, Scenario.Open);
        return DefinitionFile.Load(System.Text.Encoding.UTF8.GetBytes(definition)).Definition!.Hash;
    }

    private static CallDefinition Definition(BatchId batch, int version, decimal revenue) =>
        DefinitionFile.Load(System.Text.Encoding.UTF8.GetBytes(Changed(batch, version, revenue).ToJsonString(Json.Api))).Definition!;

    /// <summary>The batch's definition with another threshold of revenue.</summary>
    private static JsonNode Changed(BatchId batch, int version, decimal revenue)
    {
        var definition = JsonNode.Parse(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)!;
        definition["batch"]!["key"] = batch.Value.Split('.')[1];
        definition["version"] = version;
        definition["conditions"]!.AsArray().Single(c => (string)c!["id"]! == "C2")!["requirements"]![0]!["anyOf"]![0]!["atLeast"] = revenue;
        return definition;
    }
}
