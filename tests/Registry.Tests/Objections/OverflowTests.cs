using System.Net;
using System.Text.Json;
using Alba;
using Marten;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Objections;

public sealed class OverflowTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const int Share = 20;
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task Abuse_40_what_one_source_files_beyond_its_share_waits_in_the_second_queue_and_others_are_not_touched()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        for (var i = 0; i < Share + 3; i++)
            await FileAsync("203.0.113.7", Scenario.Form(notice) with { Facts = $"第{i}件：申报书所列规上企业数量与实际不符。" });
        await FileAsync("203.0.113.8", Scenario.Form(notice) with { Facts = "另一件事：该集群没有公共服务平台。" });
        await using var session = registry.Store.QuerySession();
        var cards = await session.Query<ObjectionCard>().Where(c => c.Batch == batch.Value).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, cards.Count(c => c.Overflow));
        Assert.Equal(Share + 1, cards.Count(c => !c.Overflow));
        Assert.Equal(Share + 4, (await session.LoadAsync<OpenObjections>(applications[0].Value, TestContext.Current.CancellationToken))!.Open.Count);
    }

    [Fact]
    public async Task Abuse_40_the_same_text_from_many_addresses_is_one_source_and_the_share_is_the_definitions()
    {
        var batch = await registry.Announce(d => d["objections"]!["firstQueueShare"] = 3);
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        for (var i = 0; i < 6; i++)
            await FileAsync($"203.0.113.{100 + i}", Scenario.Form(notice) with { Facts = i % 2 == 0 ? "同一段文字 反映同一件事。" : "同一段文字，反映同一件事" });
        await using var session = registry.Store.QuerySession();
        var cards = await session.Query<ObjectionCard>().Where(c => c.Batch == batch.Value).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal((3, 3), (cards.Count(c => c.Overflow), cards.Count(c => !c.Overflow)));
        Assert.Equal(6, (await session.LoadAsync<OpenObjections>(applications[0].Value, TestContext.Current.CancellationToken))!.Open.Count);
    }

    [Fact]
    public async Task The_next_hour_begins_with_a_new_share()
    {
        var batch = await registry.Announce(d => d["objections"]!["firstQueueShare"] = 1);
        var (notice, _) = await scenario.PublicisedAsync(batch);
        await FileAsync("203.0.113.200", Scenario.Form(notice) with { Facts = "甲事" });
        await FileAsync("203.0.113.200", Scenario.Form(notice) with { Facts = "乙事" });
        await FileAsync("203.0.113.200", Scenario.Form(notice) with { Facts = "丙事" }, Scenario.InWindow.AddHours(1));
        await using var session = registry.Store.QuerySession();
        var cards = await session.Query<ObjectionCard>().Where(c => c.Batch == batch.Value).OrderBy(c => c.ArrivedAt).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, cards.Count(c => c.Overflow));
        Assert.False(cards[^1].Overflow);
    }

    private async Task FileAsync(string address, ObjectionForm form, DateTimeOffset? at = null)
    {
        using var moved = RegistryClock.At(at ?? Scenario.InWindow);
        await registry.Host.Scenario(s =>
        {
            s.ConfigureHttpContext(c => c.Connection.RemoteIpAddress = IPAddress.Parse(address));
            s.WithRequestHeader("Idempotency-Key", form.ReceiptCode);
            s.Post.Text(JsonSerializer.Serialize(new FileObjection(form), Json.Api)).ContentType("application/json").ToUrl("/api/v1/objections");
            s.StatusCodeShouldBeOk();
        });
    }
}
