using Microsoft.Extensions.Logging.Console;
using Registry.Disclosure;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Builds and publishes the site without a web server, beside a serving program or alone.</summary>
public static class SiteBuildVerb
{
    private const string Help = """
        registry site build [--data DIR] [--output DIR] [--demo] [--json]
          生成并发布公开网站 / build and publish the public site
        """;

    /// <summary>Runs the verb; 2 when the site's checks refuse it.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data", "--output"], ["--json", "--demo"]);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), QuietLog(), CancellationToken.None);
        var settings = RegistrySettings.For(database.DataPath, database.ConnectionString) with { Demo = given.Has("--demo"), Jobs = false, Alone = true };
        await using var app = App.Build(settings with { SiteFolder = given["--output"] ?? settings.SiteFolder });
        await app.PrepareAsync(database);
        var result = (await app.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, CancellationToken.None))!;
        if (given.Has("--json"))
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(result, Json.Api));
        else if (result.Published)
            Console.WriteLine($"已发布 / published: {result.Release}, {result.Files}");
        else
            foreach (var problem in result.Problems)
                await Console.Error.WriteLineAsync($"{problem.Where}: {problem.Code} {problem.Detail}");
        return result.Published ? ExitCode.Ok : ExitCode.Refused;
    }

    internal static ILogger QuietLog() =>
        LoggerFactory.Create(b =>
        {
            b.AddSimpleConsole(o => o.ColorBehavior = LoggerColorBehavior.Disabled).SetMinimumLevel(LogLevel.Warning);
            b.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        }).CreateLogger("postgres");
}
