using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Http;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Objections;

/// <summary>Must hold 40: ten thousand filings of one source within an hour, with people in between who mean it.</summary>
[Trait("Category", "Long")]
public sealed class TenThousandFilingsTests(RegistryFixture registry, ITestOutputHelper output) : IClassFixture<RegistryFixture>
{
    private const int Flood = 10_000, Genuine = 20, Share = 20;
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Abuse_40_nothing_is_dropped_and_the_first_queue_holds_the_genuine_ones_and_can_be_used()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        using var moved = RegistryClock.At(Scenario.InWindow);
        var (started, genuineSlowest, floodSlowest) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, TimeSpan.Zero);
        var next = 0;
        var genuine = Task.Run(async () =>
        {
            for (var i = 0; i < Genuine; i++)
            {
                // Spread over the flood: the next one comes when its part of the flood has gone by.
                while (Volatile.Read(ref next) < Flood * i / Genuine)
                    await Task.Yield();
                var took = await FileAsync("203.0.113.8", Scenario.Form(notice) with { Name = $"演示异议人{i}", Facts = $"真实情况第{i}项：该集群没有公共服务平台。" });
                genuineSlowest = took > genuineSlowest ? took : genuineSlowest;
            }
        }, Ct);
        var flooding = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i <= Flood)
            {
                var took = await FileAsync("203.0.113.7", Scenario.Form(notice) with { Facts = $"刷屏第{i}件：申报书所列规上企业数量与实际不符。" });
                if (took > floodSlowest)
                    floodSlowest = took;
            }
        }, Ct)).ToArray();
        await Task.WhenAll([genuine, .. flooding]);
        var all = Stopwatch.GetElapsedTime(started);

        await using var session = registry.Store.QuerySession();
        Assert.Equal(Flood + Genuine, (await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))!.Open.Count);
        Assert.Equal(Flood - Share, await session.Query<ObjectionCard>().CountAsync(c => c.Batch == batch.Value && c.Overflow, Ct));
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        var (asked, list) = (Stopwatch.GetTimestamp(), await officer.GetStringAsync($"/api/v1/objections?batch={batch.Value}", Ct));
        var listed = Stopwatch.GetElapsedTime(asked);
        Assert.Equal(Genuine + Share, JsonDocument.Parse(list).RootElement.GetArrayLength());
        var first = await session.Query<ObjectionCard>().Where(c => c.Batch == batch.Value && !c.Overflow).ToListAsync(Ct);
        await registry.Accepted(Scenario.Province(), new AcceptObjection(1), first[0].Objection.Value);
        output.WriteLine(
            $"{Flood + Genuine} filings in {all.TotalSeconds:0} s, {(Flood + Genuine) / all.TotalSeconds:0} a second; slowest genuine one {genuineSlowest.TotalMilliseconds:0} ms, "
            + $"slowest of the flood {floodSlowest.TotalMilliseconds:0} ms; first queue of {first.Count} listed in {listed.TotalMilliseconds:0} ms");
        Assert.True(all < TimeSpan.FromHours(1), $"ten thousand filings took {all}");
    }

    private async Task<TimeSpan> FileAsync(string address, ObjectionForm form)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await registry.Host.Server.SendAsync(c =>
        {
            c.Connection.RemoteIpAddress = IPAddress.Parse(address);
            c.Request.Method = HttpMethods.Post;
            c.Request.Path = "/api/v1/objections";
            c.Request.ContentType = "application/json";
            c.Request.Headers["Idempotency-Key"] = form.ReceiptCode;
            c.Request.Body = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new FileObjection(form), Json.Api));
        }, Ct);
        Assert.Equal(200, answer.Response.StatusCode);
        return Stopwatch.GetElapsedTime(started);
    }
}
