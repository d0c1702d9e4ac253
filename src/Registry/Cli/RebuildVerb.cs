using JasperFx.Events.Projections;
using Marten;
using Registry.Audit;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Builds views anew from the events. A rebuilt view equals the one it replaces.</summary>
public static class RebuildVerb
{
    /// <summary>Longest time one view may take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    private static readonly TimeSpan EachSecond = TimeSpan.FromSeconds(1);

    private const string Help = """
        registry rebuild [VIEW…] [--data DIR] [--json]
          由事件重建视图；服务可照常运行，期间只有会改动该视图的操作须等候，满 30 秒即答复 503，稍后重发即可
          build views anew from the events; the program may go on serving, only what would change the view waits, and is answered 503 after 30 s, to be sent again
          不指明视图时重建全部；操作索引 Act 先清空再填写，期间审计检索不完整
          without a name all of them; the index of acts, Act, is emptied and filled again, and the auditor's search is incomplete meanwhile
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
        var projections = store.Options.Projections.All.ToDictionary(p => ShortOf(p.Name));
        var views = projections.Keys.Order(StringComparer.Ordinal).ToList();
        if (given.Words.Except(views).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"没有这个视图 / no such view: {unknown}\n  {string.Join("\n  ", views)}");
            return ExitCode.Refused;
        }
        using var daemon = await store.BuildProjectionDaemonAsync();
        foreach (var view in given.Words.Count > 0 ? given.Words : views)
        {
            var (started, told) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp());
            var rebuilt = await app.Services.GetRequiredService<ViewRebuild>().RunAsync(projections[view], Tell, CancellationToken.None);
            // The index of acts is as long as the history and read by no decision: it is emptied and filled again, as the help says.
            if (rebuilt is null)
                await daemon.RebuildProjectionAsync(projections[view].Name, Longest, CancellationToken.None);
            var took = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(given.Has("--json")
                ? System.Text.Json.JsonSerializer.Serialize(new { view, seconds = Math.Round(took, 2), rebuilt?.Rows, rebuilt?.Changed }, Json.Api)
                : $"{view}  {took:0.00} s" + (rebuilt is null ? "" : $"  {rebuilt.Rows} 行 / rows, 更正 / put right: {rebuilt.Changed}"));

            void Tell(long events)
            {
                if (TimeProvider.System.GetElapsedTime(told) < EachSecond)
                    return;
                told = TimeProvider.System.GetTimestamp();
                Console.Error.WriteLine($"  {view}  {events} 条事件 / events");
            }
        }
        return ExitCode.Ok;
    }

    /// <summary>A view's name as the doctor says it; some projections bear that of their class.</summary>
    private static string ShortOf(string name) => name.Split('.')[^1] is var last && last.EndsWith("Projection", StringComparison.Ordinal) ? last[..^"Projection".Length] : last;
}
