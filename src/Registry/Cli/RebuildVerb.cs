using JasperFx.Events.Projections;
using Marten;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Builds views anew from the events. A rebuilt view equals the one it replaces.</summary>
public static class RebuildVerb
{
    /// <summary>Longest time one view may take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    private const string Help = """
        registry rebuild [VIEW…] [--data DIR] [--json]
          由事件重建视图 / build views anew from the events
          退出码 / exit code: 0 已重建 / rebuilt, 2 没有这个视图 / no such view
        """;

    /// <summary>Runs the verb: all views, or those named.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], ["--json"], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        await app.PrepareAsync(database);
        var store = (DocumentStore)app.Services.GetRequiredService<IDocumentStore>();
        var views = store.Options.Projections.All.Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
        if (given.Words.Except(views).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"没有这个视图 / no such view: {unknown}\n  {string.Join("\n  ", views)}");
            return ExitCode.Refused;
        }
        using var daemon = await store.BuildProjectionDaemonAsync();
        foreach (var view in given.Words.Count > 0 ? given.Words : views)
        {
            var started = TimeProvider.System.GetTimestamp();
            await daemon.RebuildProjectionAsync(view, Longest, CancellationToken.None);
            var took = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(given.Has("--json") ? System.Text.Json.JsonSerializer.Serialize(new { view, seconds = Math.Round(took, 2) }, Json.Api) : $"{view}  {took:0.00} s");
        }
        return ExitCode.Ok;
    }
}
