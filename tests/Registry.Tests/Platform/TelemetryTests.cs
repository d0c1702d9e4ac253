using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Registry.Objections;
using Registry.Platform;
using Registry.Tests.Objections;

namespace Registry.Tests.Platform;

/// <summary>Operations: what leaves as trace, log line or health answer, and that none of it tells who it was.</summary>
public sealed class TelemetryTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spans_tell_the_route_the_command_and_its_outcome_and_nothing_of_the_person()
    {
        var spans = new ConcurrentBag<Activity>();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Spans of everything that runs in this process come by; the test's own requests bear this number.
        var trace = ActivityTraceId.CreateRandom();
        await using var host = await RegistryHost.StartAsync(
            await postgres.CreateRegistryAsync(), services: s => s.AddOpenTelemetry().WithTracing(t => t.AddSpans().AddProcessor(new SimpleActivityExportProcessor(new Kept(spans, ended, trace)))));
        var registry = RegistryFixture.On(postgres, host);
        var (notice, _) = await new Scenario(registry).PublicisedAsync(await registry.Announce());
        spans.Clear();
        var form = Scenario.Form(notice);
        using var client = host.Host.Server.CreateClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Planted-Agent/1.0");
        client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using (RegistryClock.At(Scenario.InWindow))
        {
            using var request = LostReceiptTests.Request(form, form.ReceiptCode);
            await LostReceiptTests.NumberAsync(await client.SendAsync(request, Ct));
            (await client.GetAsync($"/objections/{form.ReceiptCode}?name={Uri.EscapeDataString(form.Name!)}", Ct)).Dispose();
        }

        // A request's span ends only after its answer was read.
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Contains(spans, s => s.DisplayName == "file-objection" && Equals(s.GetTagItem("outcome"), "accepted"));
        Assert.Contains(spans, s => Equals(s.GetTagItem("http.route"), "/api/v1/objections"));
        Assert.Contains(spans, s => s.Source.Name == "Npgsql");
        var all = string.Join("\n", spans.Select(s => $"{s.DisplayName} {s.StatusDescription} {string.Join(' ', s.TagObjects)} {string.Join(' ', s.Baggage)} {string.Join(' ', s.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}"))}"));
        foreach (var personal in new[] { form.ReceiptCode, form.Name!, Uri.EscapeDataString(form.Name!), form.Contact!, form.Facts!, "Planted-Agent", "127.0.0.1", "insert into" })
            Assert.DoesNotContain(personal, all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void What_a_fault_says_stays_out_of_its_span_and_the_span_is_told_all_the_same()
    {
        var spans = new ConcurrentBag<Activity>();
        using var provider = Sdk.CreateTracerProviderBuilder().AddSpans().AddProcessor(new SimpleActivityExportProcessor(new Kept(spans))).Build();
        using var source = new ActivitySource("Registry.Test");
        using var request = source.StartActivity("planted-request")!;
        var (began, lasted) = (new DateTime(2025, 6, 3, 2, 0, 0, DateTimeKind.Utc), TimeSpan.FromMilliseconds(5));
        using (var span = source.StartActivity("planted-fault", ActivityKind.Client)!)
        {
            span.SetStartTime(began);
            span.SetTag("outcome", "planted");
            span.AddException(new InvalidOperationException("张三 13800000000"));
            span.SetStatus(ActivityStatusCode.Error, "张三 13800000000");
            span.SetEndTime(began + lasted);
        }
        var told = Assert.Single(spans, s => s.DisplayName == "planted-fault");
        Assert.Equal((request.TraceId, request.SpanId, ActivityKind.Client, ActivityStatusCode.Error), (told.TraceId, told.ParentSpanId, told.Kind, told.Status));
        Assert.Equal((began, lasted, "planted"), (told.StartTimeUtc, told.Duration, told.GetTagItem("outcome")));
        Assert.Empty(told.Events);
        Assert.Null(told.StatusDescription);
    }

    [Fact]
    public async Task Ready_is_answered_in_time_by_a_node_whose_database_takes_the_call_and_says_nothing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var services = new ServiceCollection().AddLogging().AddSingleton(RegistrySettings.For(Path.GetTempPath(), $"Host=127.0.0.1;Port={((IPEndPoint)silent.LocalEndpoint).Port};Username=x;Database=x;Timeout=60"));
        services.AddHealth();
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Degraded), (report.Entries["database"].Status, report.Entries["views"].Status));
        Assert.InRange(report.TotalDuration, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData(0, HealthStatus.Healthy)]
    [InlineData(3, HealthStatus.Degraded)]
    [InlineData(-3, HealthStatus.Degraded)]
    [InlineData(61, HealthStatus.Unhealthy)]
    [InlineData(-3600, HealthStatus.Unhealthy)]
    public void A_node_whose_clock_is_another_than_the_databases_says_so_and_takes_nothing_in_when_it_is_far_off(int seconds, HealthStatus expected) =>
        Assert.Equal(expected, Health.OfClock(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Without_a_collector_nothing_is_sent_and_an_address_that_is_none_stops_the_start()
    {
        Assert.Null(Telemetry.Endpoint(_ => null));
        Assert.Equal("http://127.0.0.1:4317/", Telemetry.Endpoint(_ => "http://127.0.0.1:4317")!.ToString());
        foreach (var wrong in new[] { "collector", "ftp://a", "http://user:word@host" })
            Assert.Contains(Telemetry.Setting, Assert.Throws<StartRefusedException>(() => Telemetry.Endpoint(_ => wrong)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_record_is_one_line_of_json_with_the_number_of_its_request_and_no_control_character_breaks_it()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var written = new StringWriter();
        var figures = new List<KeyValuePair<string, object?>> { new("letter", "1\n2\u001b[31m"), new("{OriginalFormat}", "letter {letter}") };
        new JsonLines().Write(new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(LogLevel.Warning, "Registry.Test", default, figures, new InvalidOperationException("x\ny"), (_, _) => "said\r\nmore"), null, written);
        var lines = written.ToString().TrimEnd('\n').Split('\n');
        var line = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal("said\r\nmore", line.GetProperty("message").GetString());
        Assert.Equal(activity.TraceId.ToString(), line.GetProperty("trace").GetString());
        Assert.Equal("1\n2\u001b[31m", line.GetProperty("figure.letter").GetString());
        Assert.DoesNotContain('\u001b', written.ToString());
    }

    [Fact]
    public async Task Ready_tells_of_database_views_jobs_and_disk_and_answers_503_without_the_database()
    {
        using var data = DataFolder.Open(TestFolder.Create());
        await using var server = await PrivatePostgres.StartAsync(data, NullLogger.Instance, Ct, durable: false);
        await using var host = await RegistryHost.StartAsync(server.OwnerConnectionString, serving: server.ConnectionString);
        using var client = host.Host.Server.CreateClient();
        using (var ready = await client.GetAsync("/health/ready", Ct))
        {
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            Assert.Equal(
                """{"status":"Healthy","checks":{"database":"Healthy","views":"Healthy","jobs":"Healthy","clock":"Healthy","disk":"Healthy"}}""", await ready.Content.ReadAsStringAsync(Ct));
        }
        await server.DisposeAsync();
        NpgsqlConnection.ClearAllPools();

        using (var ready = await client.GetAsync("/health/ready", Ct))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using (var live = await client.GetAsync("/health/live", Ct))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);

        // Whoever asks meanwhile is told so, in words and by the status, and that the same request may be sent again.
        using var page = await client.GetAsync("/office/sign-in", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("不会重复办理", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var api = await client.GetAsync("/api/v1/batches", Ct);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (api.StatusCode, api.Headers.RetryAfter?.ToString()));
        Assert.Contains("server.unavailable", await api.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    /// <summary>Keeps the spans, and tells when both the filing's and the question's request have ended.</summary>
    private sealed class Kept(ConcurrentBag<Activity> spans, TaskCompletionSource? ended = null, ActivityTraceId trace = default) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                spans.Add(span);
            if (spans.Count(s => s.TraceId == trace && s.GetTagItem("http.request.method") is not null) >= 2)
                ended?.TrySetResult();
            return ExportResult.Success;
        }
    }
}
