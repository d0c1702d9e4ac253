using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Registry.Platform;

/// <summary>Logs, traces and metrics. Traces and metrics leave only where <c>REGISTRY_OTLP</c> names a collector; a tag leaves only if it stands in the list below.</summary>
public static class Telemetry
{
    /// <summary>The setting that names the collector.</summary>
    public const string Setting = "REGISTRY_OTLP";

    /// <summary>The setting that chooses how log records are written: <c>text</c> or <c>json</c>.</summary>
    public const string LogSetting = "REGISTRY_LOG_FORMAT";

    /// <summary>The program's own figures.</summary>
    public static readonly Meter Meter = new("Registry");

    /// <summary>Commands by name and outcome.</summary>
    public static readonly Counter<long> Commands = Meter.CreateCounter<long>("registry.commands", description: "Commands by name and outcome: accepted, repeated, or the code of the refusing rule.");

    /// <summary>
    /// What a span may say. Addresses, queries, user agents, network addresses and statements are not among it: they can hold a receipt code, a name, or tell
    /// who it was. A route is the pattern, never the address.
    /// </summary>
    private static readonly FrozenSet<string> Tags = new[]
    {
        "http.route", "http.request.method", "http.response.status_code", "network.protocol.version", "url.scheme", "error.type", "outcome",
        "db.system", "db.system.name", "db.name", "db.namespace", "messaging.system", "messaging.operation", "otel.status_code",
    }.ToFrozenSet();

    /// <summary>The collector, null when none is set.</summary>
    /// <exception cref="StartRefusedException">The setting is no address.</exception>
    public static Uri? Endpoint(Func<string, string?> setting) => setting(Setting) is not { Length: > 0 } given ? null
        : Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 ? address
        : throw new StartRefusedException(
            StartRefusedException.MachineNotReady, $"{Setting} 须为 http 或 https 地址：{given}", $"{Setting} must be an http or https address: {given}");

    /// <summary>How log records are written.</summary>
    public static void AddLogs(this ILoggingBuilder logging)
    {
        var format = Environment.GetEnvironmentVariable(LogSetting) is { Length: > 0 } given ? given : "text";
        if (format is not ("text" or "json"))
            throw new StartRefusedException(StartRefusedException.MachineNotReady, $"{LogSetting} 须为 text 或 json：{format}", $"{LogSetting} must be text or json: {format}");
        logging.ClearProviders();
        if (format == "json")
            logging.AddConsole(o => o.FormatterName = JsonLines.FormatName).AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        else
            logging.AddSimpleConsole(o => { o.SingleLine = true; o.UseUtcTimestamp = true; o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' "; });
    }

    /// <summary>Sends traces and metrics to the collector of the settings; does nothing without one.</summary>
    public static void AddTelemetry(this IServiceCollection services, RegistrySettings settings)
    {
        services.AddHostedService<Gauges>();
        if (settings.Collector is not { } collector)
            return;
        services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("registry"))
            .WithTracing(t => t.AddSpans().AddOtlpExporter(o => o.Endpoint = collector))
            .WithMetrics(m => m
                .AddMeter(Meter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql", "Marten")
                .AddOtlpExporter(o => o.Endpoint = collector));
    }

    /// <summary>The spans that are recorded, and what is taken off them before any exporter sees them.</summary>
    public static TracerProviderBuilder AddSpans(this TracerProviderBuilder tracing) => tracing
        .AddSource("Registry.*", "Marten", "Npgsql", "Wolverine")
        .AddAspNetCoreInstrumentation(o => o.RecordException = false)
        .AddProcessor(new OnlyListedTags());

    private sealed class OnlyListedTags : BaseProcessor<Activity>
    {
        /// <summary>Source of the spans that stand for others whose events could not be taken off.</summary>
        private static readonly ActivitySource Bare = new("Registry.Bare");

        public override void OnEnd(Activity data)
        {
            foreach (var (name, _) in data.TagObjects.ToList())
                if (!Tags.Contains(name))
                    data.SetTag(name, null);
            // What the status describes, and what events and baggage hold, is written by whoever failed and can quote anything.
            if (data.Status != ActivityStatusCode.Unset)
                data.SetStatus(data.Status);
            foreach (var (name, _) in data.Baggage.ToList())
                data.SetBaggage(name, null);
            if (data.Events.Any(e => e.Tags.Any()))
                Replace(data);
        }

        /// <summary>A span's events cannot be removed. So one that has any with more than their fixed name and time is not exported, and another one tells its name, its place, its time and its tags.</summary>
        private static void Replace(Activity data)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            var parent = new ActivityContext(data.TraceId, data.ParentSpanId, ActivityTraceFlags.Recorded, data.TraceStateString);
            if (Bare.CreateActivity(data.OperationName, data.Kind, parent, data.TagObjects) is not { } bare)
                return;
            bare.DisplayName = data.DisplayName;
            bare.SetStatus(data.Status).SetStartTime(data.StartTimeUtc).Start();
            bare.SetEndTime(data.StartTimeUtc + data.Duration).Stop();
        }
    }
}
