using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Alba;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Objections;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Tests.Objections;

public sealed class UploadsTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateTimeOffset Midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Uploads Uploads => registry.Host.Services.GetRequiredService<Uploads>();

    [Theory]
    [InlineData(-1, 200)]
    [InlineData(0, 422)]
    public async Task Abuse_14_an_upload_that_started_before_midnight_counts_only_if_all_of_it_had_arrived_before(int microseconds, int status)
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var now = Midnight.AddMinutes(-5);
        using var moved = RegistryClock.At(() => now);
        using var citizen = registry.Host.Server.CreateClient();
        var form = Scenario.Form(notice);
        // The second half of the body is sent at the very edge; the clock is read when the request has arrived whole.
        using var sending = new HttpRequestMessage(HttpMethod.Post, "/api/v1/objections")
        {
            Content = new SlowContent(JsonSerializer.Serialize(new FileObjection(form), Json.Api), () => now = Midnight.AddMicroseconds(microseconds)),
        };
        sending.Headers.Add("Idempotency-Key", form.ReceiptCode);
        var answer = await citizen.SendAsync(sending, Ct);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 200)
            Assert.Equal(Midnight.AddMicroseconds(-1), (await scenario.LastAsync<ObjectionFiled>(scenario.Receipts.IdOf(form.ReceiptCode).Stream)).ArrivedAt);
        else
            Assert.Equal("objection.too-late", (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Under_one_code_only_so_many_files_are_kept()
    {
        var id = scenario.Receipts.IdOf(ReceiptCode.New());
        var now = Scenario.InWindow;
        using var moved = RegistryClock.At(() => now);
        for (var i = 0; i < Uploads.MostFiles; i++)
            Assert.NotNull(await Uploads.PutAsync(id, Encoding.ASCII.GetBytes($"%PDF-1.7 {i}"), Ct));
        Assert.Null(await Uploads.PutAsync(id, "%PDF-1.7 one more"u8.ToArray(), Ct));
        Assert.Equal("objection.uploads-full", FilingRules.UploadsFull.Code);
        now += Uploads.Counted;
        Assert.NotNull(await Uploads.PutAsync(id, "%PDF-1.7 after two days"u8.ToArray(), Ct));
    }

    [Fact]
    public async Task Abuse_39_who_asks_for_states_too_fast_is_told_to_wait_and_others_are_not()
    {
        async Task<int> AskAsync(string address)
        {
            var answer = await registry.Host.Scenario(s =>
            {
                s.ConfigureHttpContext(c => c.Connection.RemoteIpAddress = IPAddress.Parse(address));
                s.WithRequestHeader("Receipt-Code", ReceiptCode.New());
                s.Get.Url("/api/v1/objections/status");
                s.IgnoreStatusCode();
            });
            return answer.Context.Response.StatusCode;
        }
        // The window may turn once while they are asked, so twice the share is always enough.
        var codes = new List<int>();
        for (var i = 0; i <= 2 * FilingLimits.StatusPerMinute; i++)
            codes.Add(await AskAsync("192.0.2.77"));
        Assert.Equal([404, 429], codes.Distinct().Order());
        Assert.True(codes.Count(c => c == 404) >= FilingLimits.StatusPerMinute);
        Assert.Equal(404, await AskAsync("192.0.2.78"));
        Assert.Equal(429, FilingRules.TooFast.Status);
    }

    /// <summary>A body whose second half is sent after something has happened.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly byte[] body;
        private readonly Action between;

        public SlowContent(string text, Action between)
        {
            body = Encoding.UTF8.GetBytes(text);
            this.between = between;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, body.Length / 2), Ct);
            await stream.FlushAsync(Ct);
            between();
            await stream.WriteAsync(body.AsMemory(body.Length / 2), Ct);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
