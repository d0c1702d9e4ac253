using System.Globalization;
using Hangfire;
using Marten;
using Microsoft.Extensions.FileProviders;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>The proof room: the public log of the whole history, which a stranger can check and from which nothing private can be guessed.</summary>
public static class ProofRoom
{
    private const string Forever = "public, max-age=31536000, immutable", Shortly = "public, max-age=5";

    /// <summary>The leaves and the subscription that makes them.</summary>
    public static void AddProofViews(this StoreOptions options, RegistrySettings settings)
    {
        options.Storage.ExtendedSchemaObjects.Add(LeafTable.Definition());
        options.Events.Subscribe(new LeafSubscription(new LastSigned(settings.LogStateFolder), settings.LogInterval, new RegistryClock()));
    }

    /// <summary>Registers the room.</summary>
    public static void AddProof(this IServiceCollection services, RegistrySettings settings)
    {
        var signed = new LastSigned(settings.LogStateFolder);
        services.AddSingleton(signed);
        services.AddSingleton(new LogKeys(settings.LogKeyFolder, settings.LogOrigin, signed));
        services.AddSingleton(new LogFiles(settings.LogFolder));
        services.AddSingleton<LeafTable>();
        services.AddSingleton(p => new Witnesses(settings.LogPolicyFile, p.GetRequiredService<ILogger<Witnesses>>()));
        services.AddSingleton<LogPublisher>();
        services.AddSingleton<LogDoctor>();
        services.AddSingleton<LogRecovery>();
        services.AddSingleton<Disclosures>();
        services.AddSingleton<LogReceipts>();
        services.AddTransient<ProofRound>();
    }

    /// <summary>The room's queries.</summary>
    public static void MapProof(this IEndpointRouteBuilder api) => LogReceipts.Map(api);

    /// <summary>The log's settings of this machine: <c>REGISTRY_LOG_ORIGIN</c>, <c>REGISTRY_LOG_MINUTES</c> and <c>REGISTRY_LOG_POLICY</c>. A demo is published every minute.</summary>
    public static RegistrySettings WithLog(this RegistrySettings settings)
    {
        var minutes = Environment.GetEnvironmentVariable("REGISTRY_LOG_MINUTES") is { Length: > 0 } given ? given : settings.Demo ? "1" : "60";
        if (!int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var interval) || interval is < 1 or > 1440)
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"REGISTRY_LOG_MINUTES 应为 1 至 1440 的整数,现为“{minutes}”。", $"REGISTRY_LOG_MINUTES must be a number from 1 to 1440; it is {minutes}.");
        var origin = Environment.GetEnvironmentVariable("REGISTRY_LOG_ORIGIN") is { Length: > 0 } named ? named : settings.LogOrigin;
        if (!SignedNote.IsKeyName(origin))
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"REGISTRY_LOG_ORIGIN 不能含有空格或加号:“{origin}”。", $"REGISTRY_LOG_ORIGIN must hold no space and no plus sign: {origin}");
        var policy = Environment.GetEnvironmentVariable("REGISTRY_LOG_POLICY") is { Length: > 0 } file ? file : null;
        if (policy is not null && (!File.Exists(policy) || WitnessPolicy.Parse(File.ReadAllText(policy)) is null))
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"REGISTRY_LOG_POLICY 不是见证策略文件:{policy}", $"REGISTRY_LOG_POLICY is not a policy of witnesses: {policy}");
        return settings with { LogInterval = TimeSpan.FromMinutes(interval), LogOrigin = origin, LogPolicyFile = policy };
    }

    /// <summary>The log as plain files below <c>/log/</c>.</summary>
    public static void UseLog(this WebApplication app)
    {
        var folder = app.Services.GetRequiredService<LogFiles>().Folder;
        Directory.CreateDirectory(folder);
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/log",
            FileProvider = new PhysicalFileProvider(folder),
            ServeUnknownFileTypes = true,
            DefaultContentType = "application/octet-stream",
            OnPrepareResponse = served =>
            {
                var path = served.Context.Request.Path.Value!;
                var headers = served.Context.Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.AccessControlAllowOrigin = "*";
                headers.CacheControl = path.StartsWith("/log/tile/", StringComparison.Ordinal) ? Forever : Shortly;
                if (path is "/log/checkpoint" or "/log/key" or "/log/retired" or "/log/policy" || path.EndsWith(".tlog-proof", StringComparison.Ordinal) || path.EndsWith(".txt", StringComparison.Ordinal))
                    headers.ContentType = "text/plain; charset=utf-8";
                else if (path.EndsWith(".json", StringComparison.Ordinal))
                    headers.ContentType = "application/json; charset=utf-8";
            },
        });
    }

    /// <summary>Publishes what is due at start, and asks again every minute: the leaves say what is due.</summary>
    public static async Task StartLogAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<LogPublisher>().PublishAsync(app.Lifetime.ApplicationStopping);
        app.Services.GetService<IRecurringJobManager>()?.AddOrUpdate<ProofRound>("proof-round", job => job.RunAsync(CancellationToken.None), Cron.Minutely());
    }
}
