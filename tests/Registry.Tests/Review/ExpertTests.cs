using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Demo;
using Registry.Platform.Sealing;
using Registry.Review;

namespace Registry.Tests.Review;

public sealed class ExpertTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly string Employer = DemoForm.Code("371000", 700_001).Value;
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void An_account_that_is_no_experts_or_another_experts_is_refused()
    {
        var command = new RegisterExpert("a", "某人", ["SW"], Employer, "371000");
        Assert.Equal("review.account-unusable", CodeOf(RegisterExpert.Decide(command, null, false)));
        Assert.Equal("review.account-unusable", CodeOf(RegisterExpert.Decide(command, Account(Roles.Auditor), false)));
        Assert.Equal("review.account-taken", CodeOf(RegisterExpert.Decide(command, Account(Roles.Expert), true)));
    }

    [Theory]
    [InlineData("review.fields-invalid", "", null, "371000")]
    [InlineData("review.fields-invalid", "SW,SW", null, "371000")]
    [InlineData("review.fields-invalid", "集成电路", null, "371000")]
    [InlineData("review.employer-invalid", "SW", "913501000000000000", "371000")]
    [InlineData("review.city-invalid", "SW", null, "威海")]
    [InlineData("review.city-invalid", "SW", null, "999999")]
    public void Facts_that_are_no_codes_are_refused(string code, string fields, string? employer, string city) =>
        Assert.Equal(code, CodeOf(RegisterExpert.Decide(
            new RegisterExpert("a", "某人", fields.Split(',', StringSplitOptions.RemoveEmptyEntries), employer ?? Employer, city), Account(Roles.Expert), false)));

    [Fact]
    public async Task The_name_is_sealed_under_the_experts_own_key()
    {
        var (expert, _) = await scenario.ExpertAsync();
        await using var session = registry.Store.QuerySession();
        var registered = (ExpertRegistered)(await session.Events.FetchStreamAsync(expert.Stream, token: Ct))[0].Data;
        Assert.Equal(expert.Stream, registered.Name.Box!.Key);
        Assert.StartsWith("演示专家", registry.Host.Services.GetRequiredService<Vault>().Open(registered.Name), StringComparison.Ordinal);
        await RestAsync(expert);
    }

    [Fact]
    public async Task Experts_reach_themselves_only()
    {
        var (expert, actor) = await scenario.ExpertAsync();
        var (_, other) = await scenario.ExpertAsync(fields: "none-of-ours");
        Assert.Equal("access.not-found", await registry.Refused(other, new StandExpertDown(null, "出国", 1), expert.Value));
        Assert.Equal("access.not-this-role", await registry.Refused(actor, new RecordExpertFacts(["SW"], Employer, "371000", 1), expert.Value));
        await registry.Accepted(actor, new DeclareInterest(Employer, "持股", 1), expert.Value);
        await registry.Accepted(actor, new StandExpertDown(null, "出国", 2), expert.Value);
    }

    [Fact]
    public async Task Who_stood_down_is_not_in_the_next_snapshot_and_who_came_back_is()
    {
        var (expert, actor) = await scenario.ExpertAsync();
        await registry.Accepted(actor, new StandExpertDown(new DateOnly(2025, 7, 1), "出国", 1), expert.Value);
        Assert.False(await InSnapshotAsync(expert));
        await registry.Accepted(actor, new BringExpertBack(2), expert.Value);
        Assert.True(await InSnapshotAsync(expert));
        await RestAsync(expert);
    }

    [Fact]
    public async Task Whose_account_was_closed_is_not_in_the_next_snapshot()
    {
        var (expert, actor) = await scenario.ExpertAsync();
        await registry.Accepted(new Actor("admin-1", Roles.Administrator), new CloseAccount("离职", await scenario.VersionAsync(new AccountId(actor.Id).Stream)), actor.Id);
        Assert.False(await InSnapshotAsync(expert));
        await RestAsync(expert);
    }

    [Fact]
    public async Task Whom_the_province_took_out_of_the_draw_neither_comes_back_nor_shortens_it_alone_and_the_other_way_round()
    {
        var (expert, actor) = await scenario.ExpertAsync();
        await registry.Accepted(Scenario.Province(), new StandExpertDown(null, "核查中", 1), expert.Value);
        Assert.Equal("review.stood-down-by-other", await registry.Refused(actor, new BringExpertBack(2), expert.Value));
        await registry.Accepted(actor, new StandExpertDown(new DateOnly(2025, 1, 1), "缩短", 2), expert.Value);
        await using (var session = registry.Store.QuerySession())
            Assert.False((await session.LoadAsync<ExpertView>(expert.Stream, Ct))!.State.AvailableOn(new DateOnly(2025, 7, 1)));
        await registry.Accepted(Scenario.Province(), new BringExpertBack(3), expert.Value);
        Assert.Equal("review.stood-down-by-other", await registry.Refused(Scenario.Province(), new BringExpertBack(4), expert.Value));
        await registry.Accepted(actor, new BringExpertBack(4), expert.Value);
        await RestAsync(expert);
    }

    [Fact]
    public void Facts_that_are_recorded_already_and_a_return_of_one_who_never_stood_down_change_nothing()
    {
        var expert = ExpertState.Next(ExpertState.Start, new ExpertRegistered("a", Sealed.Of("某人"), ["SW", "AI"], Registry.Organisations.CreditCode.Parse(Employer), "371000"));
        Assert.Equal("review.nothing-new", CodeOf(RecordExpertFacts.Decide(new RecordExpertFacts(["AI", "SW"], Employer, "371000", 1), expert)));
        Assert.Equal("review.nothing-new", CodeOf(BringExpertBack.Decide(expert, own: false)));
    }

    [Fact]
    public void Standing_down_ends_after_its_last_day()
    {
        object[] events = [new ExpertRegistered("a", Sealed.Of("某人"), ["SW"], Registry.Organisations.CreditCode.Parse(Employer), "371000"), new ExpertStoodDown(new DateOnly(2025, 7, 1), Sealed.Of("出国"))];
        var expert = events.Aggregate(ExpertState.Start, ExpertState.Next);
        Assert.False(expert.AvailableOn(new DateOnly(2025, 7, 1)));
        Assert.True(expert.AvailableOn(new DateOnly(2025, 7, 2)));
    }

    [Fact]
    public void Who_stood_down_before_it_was_recorded_who_said_so_is_brought_back_by_either_side()
    {
        // As they were stored before the sides were told apart.
        var registered = ExpertState.Next(ExpertState.Start, new ExpertRegistered("a", Sealed.Of("某人"), ["SW"], Registry.Organisations.CreditCode.Parse(Employer), "371000"));
        var down = ExpertState.Next(registered, System.Text.Json.JsonSerializer.Deserialize<ExpertStoodDown>("""{"LastDay":null,"Reason":{"key":"expert/a","at":"Reason","box":""}}""", Registry.Platform.Json.Store)!);
        Assert.False(down.AvailableOn(new DateOnly(2025, 7, 1)));
        foreach (var own in new[] { true, false })
        {
            var back = Assert.IsType<Registry.Platform.Commands.Decision.Accepted>(BringExpertBack.Decide(down, own));
            Assert.True(back.Events.Aggregate(down, ExpertState.Next).AvailableOn(new DateOnly(2025, 7, 1)));
        }
        Assert.True(ExpertState.Next(down, System.Text.Json.JsonSerializer.Deserialize<ExpertCameBack>("{}", Registry.Platform.Json.Store)!).AvailableOn(new DateOnly(2025, 7, 1)));
        var provinces = ExpertState.Next(down, new ExpertStoodDown(null, Sealed.Of("核查中"), Own: false));
        Assert.Equal("review.stood-down-by-other", CodeOf(BringExpertBack.Decide(provinces, own: true)));
    }

    private async Task<bool> InSnapshotAsync(ExpertId expert)
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        var panel = await scenario.PanelDrawnAsync(batch);
        await using var session = registry.Store.QuerySession();
        return (await session.Events.FetchStreamAsync(panel.Stream, token: Ct)).Select(e => e.Data).OfType<PoolSnapshotTaken>().Single().Pool.Any(e => e.Id == expert.Value);
    }

    private async Task RestAsync(ExpertId expert) =>
        await registry.Accepted(Scenario.Province(), new StandExpertDown(null, "测试结束", await scenario.VersionAsync(expert.Stream)), expert.Value);

    private static AccountView Account(Roles role) => new() { Id = "account/a", Role = role, State = AccountState.Open };

    private static string CodeOf(Registry.Platform.Commands.Decision decision) => ((Registry.Platform.Commands.Decision.Refused)decision).Refusal.Rule.Code;
}
