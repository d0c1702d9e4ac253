using System.Text;
using System.Text.Json.Nodes;
using Registry.Accounts;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Tests.Programme;

public sealed class BatchTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Administrator = new("admin-1", Roles.Administrator);
    private static readonly DateTimeOffset May = new(2025, 5, 20, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_wrong_definition_is_refused_with_line_and_reason_and_a_second_announcement_of_a_batch_too()
    {
        var outcome = await registry.Give(Administrator, new AnnounceBatch("{\n  \"version\": \"one\"\n}"));
        Assert.Equal("batch.definition-invalid", outcome.Refusal!.Rule.Code);
        var definition = Definition("twice-1", 1);
        await registry.Accepted(Administrator, new AnnounceBatch(definition));
        Assert.Equal("batch.already-announced", await registry.Refused(Administrator, new AnnounceBatch(definition)));
    }

    [Fact]
    public async Task An_amendment_stays_with_its_batch_is_newer_and_has_a_reason()
    {
        var batch = (await registry.Accepted(Administrator, new AnnounceBatch(Definition("amended-1", 1)))).Id;
        Assert.Equal("batch.other-batch", await registry.Refused(Administrator, new AmendBatch(Definition("amended-2", 2), "更正", 1), batch));
        Assert.Equal("batch.not-newer", await registry.Refused(Administrator, new AmendBatch(Definition("amended-1", 1), "更正", 1), batch));
        Assert.Equal("reason.missing", await registry.Refused(Administrator, new AmendBatch(Definition("amended-1", 2), " ", 1), batch));
        Assert.Equal("batch.definition-invalid", await registry.Refused(Administrator, new AmendBatch("{}", "更正", 1), batch));
        await registry.Accepted(Administrator, new AmendBatch(Definition("amended-1", 2), "更正", 1), batch);
    }

    [Fact]
    public void An_amendment_shortens_no_period_and_once_the_list_is_fixed_reopens_none_and_leaves_the_review_as_it_is()
    {
        var now = Registry.Tests.Recommendation.Given.Definition;
        var call = Registry.Tests.Recommendation.Given.Call;
        var ended = call with { State = call.State with { FilingEnded = true } };
        static string? Code(Call call, CallDefinition next) =>
            AmendBatch.Decide(new AmendBatch("", "更正", 1), next with { Version = call.Definition.Version + 1 }, call) is Registry.Platform.Commands.Decision.Refused refused ? refused.Refusal.Rule.Code : null;
        CallWindow Shorter(CallWindow window) => window with { LastDay = window.LastDay.AddDays(-1) };
        CallWindow Longer(CallWindow window) => window with { LastDay = window.LastDay.AddDays(1) };
        Assert.Equal("batch.amendment-shortens", Code(call, now with { Applications = Shorter(now.Applications) }));
        Assert.Equal("batch.amendment-shortens", Code(call, now with { CityReports = now.CityReports with { LastDayIncluded = false } }));
        Assert.Equal("batch.amendment-shortens", Code(call, now with { Applications = now.Applications with { Opens = now.Applications.Opens.AddHours(1) } }));
        Assert.Null(Code(call, now with { Applications = Longer(now.Applications), CityReports = Longer(now.CityReports), Panel = now.Panel with { Size = now.Panel.Size + 1 } }));
        Assert.Equal("batch.filing-ended", Code(ended, now with { Applications = Longer(now.Applications) }));
        Assert.Equal("batch.filing-ended", Code(ended, now with { CityReports = Longer(now.CityReports) }));
        Assert.Equal("batch.review-frozen", Code(ended, now with { Panel = now.Panel with { Minimum = now.Panel.Minimum + 1 } }));
        Assert.Equal("batch.review-frozen", Code(ended, now with { Rubric = now.Rubric with { Criteria = [.. now.Rubric.Criteria.Skip(1)] } }));
        Assert.Null(Code(ended, now with { Rubric = now.Rubric with { Criteria = [.. now.Rubric.Criteria] } }));
    }

    [Fact]
    public async Task Abuse_33_an_extension_has_a_reason_that_reads_as_it_is_stored()
    {
        var batch = await registry.Announce();
        Assert.Equal("reason.missing", await registry.Refused(Scenario.Province(), new ExtendDeadline(new DateOnly(2025, 7, 1), " ", 1), batch.Value, May));
        Assert.Equal("reason.hidden-character", await registry.Refused(Scenario.Province(), new ExtendDeadline(new DateOnly(2025, 7, 1), "停\u202e电", 1), batch.Value, May));
    }

    [Fact]
    public async Task A_city_sets_its_own_day_between_today_and_the_province_s()
    {
        var batch = await registry.Announce();
        var officer = Scenario.CityOfficer(Scenario.Jinan);
        Assert.Equal("batch.city-deadline-outside", await registry.Refused(officer, new SetCityDeadline(new DateOnly(2025, 6, 21), 1), batch.Value, May));
        Assert.Equal("batch.city-deadline-outside", await registry.Refused(officer, new SetCityDeadline(new DateOnly(2025, 5, 19), 1), batch.Value, May));
        await registry.Accepted(officer, new SetCityDeadline(new DateOnly(2025, 6, 10), 1), batch.Value, May);

        var scenario = new Scenario(registry);
        var (late, clerk) = await scenario.DraftedAsync(batch);
        Assert.Equal("application.closed", await registry.Refused(clerk, new Registry.Applications.SubmitApplication(0), late.Value, new DateTimeOffset(2025, 6, 10, 16, 0, 0, TimeSpan.Zero)));
        var (elsewhere, other) = await scenario.DraftedAsync(batch, Scenario.Zibo);
        await registry.Accepted(other, new Registry.Applications.SubmitApplication(0), elsewhere.Value, new DateTimeOffset(2025, 6, 10, 16, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void The_province_s_own_day_undoes_an_earlier_one_and_moves_with_an_extension_for_all()
    {
        var call = Registry.Tests.Recommendation.Given.Call;
        var own = call.ProvinceWindow.LastDay;
        Call After(Call before, int days) => before with { State = BatchState.Next(before.State, Recorded(SetCityDeadline.Decide(new SetCityDeadline(own.AddDays(days), 1), before, Scenario.Jinan, own.AddDays(-30)))) };
        var earlier = After(call, -5);
        Assert.Equal(own.AddDays(-5), earlier.ApplicationWindow(Scenario.Jinan).LastDay);
        static Call Extended(Call before, DateOnly to) => before with { State = BatchState.Next(before.State, new DeadlineExtended(to, Registry.Platform.Sealing.Sealed.Of("系统维护"))) };
        Assert.Equal(own.AddDays(-5), Extended(earlier, own.AddDays(3)).ApplicationWindow(Scenario.Jinan).LastDay);
        Assert.Equal(own.AddDays(3), Extended(After(earlier, 0), own.AddDays(3)).ApplicationWindow(Scenario.Jinan).LastDay);
    }

    private static object Recorded(Registry.Platform.Commands.Decision decision) => ((Registry.Platform.Commands.Decision.Accepted)decision).Events.Single();

    [Fact]
    public async Task An_extension_for_all_moves_the_last_second()
    {
        var batch = await registry.Announce();
        await registry.Accepted(Scenario.Province(), new ExtendDeadline(new DateOnly(2025, 6, 25), "系统维护", 1), batch.Value, May);
        var (id, clerk) = await new Scenario(registry).DraftedAsync(batch);
        await registry.Accepted(clerk, new Registry.Applications.SubmitApplication(0), id.Value, new DateTimeOffset(2025, 6, 25, 15, 59, 59, 999, TimeSpan.Zero));
    }

    [Fact]
    public async Task No_extension_reopens_a_batch_whose_list_for_expert_review_is_fixed()
    {
        var batch = await registry.Announce();
        await using (var session = registry.Store.LightweightSession())
        {
            session.Events.Append(batch.Stream, new Registry.Screening.ReviewListFixed([]));
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal("batch.filing-ended", await registry.Refused(Scenario.Province(), new ExtendDeadline(new DateOnly(2025, 7, 25), "系统维护", 2), batch.Value, May));
    }

    [Fact]
    public async Task An_earlier_list_is_recorded_once_and_whole()
    {
        var list = new RecordEarlierList($"演示项目{Guid.NewGuid():N}", "第一批", "2024-08", "演示单位", EarlierStatus.Recognised, ListCompleteness.Fragment, 15, [new("无人同名的条目", ["371700"], null)]);
        Assert.Equal("earlier-list.incomplete", await registry.Refused(Administrator, list with { Entries = [] }));
        Assert.Equal("earlier-list.incomplete", await registry.Refused(Administrator, list with { Entries = [new("演示集群", ["110000"], null)] }));
        Assert.Equal("earlier-list.incomplete", await registry.Refused(Administrator, list with { Date = "去年" }));
        await registry.Accepted(Administrator, list);
        Assert.Equal("earlier-list.recorded-before", await registry.Refused(Administrator, list));
    }

    private static string Definition(string batch, int version)
    {
        var definition = JsonNode.Parse(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)!;
        definition["batch"]!["key"] = batch;
        definition["version"] = version;
        return definition.ToJsonString(Json.Api);
    }
}
