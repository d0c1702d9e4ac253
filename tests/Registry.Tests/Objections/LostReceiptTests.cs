using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Objections;

/// <summary>Procedure 7: the form carries the receipt code before it is sent, so an answer that never arrives loses nothing.</summary>
public sealed class LostReceiptTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_hangs_up_at_any_moment_and_sends_again_to_another_node_gets_one_receipt_for_one_objection()
    {
        var database = await postgres.CreateRegistryAsync();
        await using var first = await RegistryHost.StartAsync(database);
        await using var second = await RegistryHost.StartAsync(database, beside: first);
        var registry = RegistryFixture.On(postgres, first);
        var (notice, _) = await new Scenario(registry).PublicisedAsync(await registry.Announce());
        using var moved = RegistryClock.At(Scenario.InWindow);
        for (var i = 0; i < 20; i++)
        {
            var form = Scenario.Form(notice) with { Facts = $"第{i}件：申报书所列规上企业数量与实际不符。" };
            await HungUpAsync(first, form, TimeSpan.FromMilliseconds(3 * i));
            var sent = await Task.WhenAll(new[] { first, second, second }.Select((host, n) => ReceiptAsync(host, form, n < 2 ? form.ReceiptCode : $"repeated-{i}")));
            Assert.Single(sent.Distinct());
            await using var session = registry.Store.QuerySession();
            var events = await session.Events.FetchStreamAsync(new Scenario(registry).Receipts.IdOf(form.ReceiptCode).Stream, token: Ct);
            Assert.Equal(sent[0], Assert.IsType<ObjectionFiled>(Assert.Single(events).Data).Number);
        }
    }

    private static async Task HungUpAsync(RegistryHost host, ObjectionForm form, TimeSpan after)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(after);
        using var client = host.Host.Server.CreateClient();
        using var request = Request(form, form.ReceiptCode);
        try
        {
            (await client.SendAsync(request, patience.Token)).Dispose();
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            // The caller is gone; whether the filing was taken in by then is what the repetition finds out.
        }
    }

    private static async Task<string> ReceiptAsync(RegistryHost host, ObjectionForm form, string key)
    {
        using var client = host.Host.Server.CreateClient();
        using var request = Request(form, key);
        return await NumberAsync(await client.SendAsync(request, Ct));
    }

    internal static HttpRequestMessage Request(ObjectionForm form, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/objections")
        {
            Content = new StringContent(JsonSerializer.Serialize(new FileObjection(form), Json.Api), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    internal static async Task<string> NumberAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }
}
