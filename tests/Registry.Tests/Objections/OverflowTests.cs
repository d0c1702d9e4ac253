using System.Net;
using System.Text.Json;
using Alba;
using Marten;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Objections;

public sealed class OverflowTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task Abuse_40_what_one_source_files_beyond_its_share_waits_in_the_second_queue_and_others_are_not_touched()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        for (var i = 0; i < FilingSource.FirstQueueShare + 3; i++)
            await FileAsync("203.0.113.7", Scenario.Form(notice));
        await FileAsync("203.0.113.8", Scenario.Form(notice));
        await using var session = registry.Store.QuerySession();
        var cards = await session.Query<ObjectionCard>().Where(c => c.Batch == batch.Value).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, cards.Count(c => c.Overflow));
        Assert.Equal(FilingSource.FirstQueueShare + 1, cards.Count(c => !c.Overflow));
        Assert.Equal(FilingSource.FirstQueueShare + 4, (await session.LoadAsync<OpenObjections>(applications[0].Value, TestContext.Current.CancellationToken))!.Open.Count);
    }

    private async Task FileAsync(string address, ObjectionForm form)
    {
        using var moved = RegistryClock.At(Scenario.InWindow);
        await registry.Host.Scenario(s =>
        {
            s.ConfigureHttpContext(c => c.Connection.RemoteIpAddress = IPAddress.Parse(address));
            s.WithRequestHeader("Idempotency-Key", form.ReceiptCode);
            s.Post.Text(JsonSerializer.Serialize(new FileObjection(form), Json.Api)).ContentType("application/json").ToUrl("/api/v1/objections");
            s.StatusCodeShouldBeOk();
        });
    }
}
