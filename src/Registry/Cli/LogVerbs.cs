using System.Globalization;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Cli;

/// <summary>Verbs about the public log: comparing it with the database, going on after a restore, its keys.</summary>
public static class LogVerbs
{
    private const string DoctorHelp = """
        registry log doctor [--data DIR] [--json]
          比对公开日志与数据库,指出被改动、删除、插入或调换的事件 / compare log and database; name the event altered, removed, inserted or swapped
          0: 一致 / all is well; 1: 有差异 / something differs
        """;

    private const string PublishHelp = """
        registry log publish [--data DIR]
          发布已到期的条目；服务运行时每分钟自行发布，一般不需要 / publish the leaves that are due; a running service asks every minute by itself
          0: 已发布或没有新条目 / published, or nothing is due; 1: 未发布，并说明原因 / not published, and why
        """;

    private const string RecoverHelp = """
        registry log recover [--data DIR]
          恢复旧备份后,从已公开的日志取回缺失的条目 / after an older backup was restored: take the missing leaves back from the published log
          0: 已取回或没有缺失 / taken back, or none is missing; 2: 未取回任何条目，并说明原因 / nothing was taken back, and why
        """;

    private const string KeyHelp = """
        registry log key [list|add|retire] [--data DIR]
          列出、增加、停用日志签名密钥 / list the log's keys, add one that signs beside the others, take the oldest away
        """;

    private const string NewHelp = """
        registry log new [--data DIR]
          封存现有日志,以新名称另立日志(REGISTRY_LOG_ORIGIN) / put the log away and declare another one, named by REGISTRY_LOG_ORIGIN
        """;

    /// <summary>log doctor.</summary>
    public static async Task<int> DoctorAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], ["--json"]);
        if (given.Ended(Console.Out, Console.Error, DoctorHelp) is { } ended)
            return ended;
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = await OpenAsync(database);
        var faults = await app.Services.GetRequiredService<LogDoctor>().ExamineAsync(CancellationToken.None);
        if (given.Has("--json"))
            Answer.Json(Console.Out, faults);
        else if (faults.Count == 0)
            Console.WriteLine("日志与数据库一致 / log and database agree");
        else
            foreach (var fault in faults)
                Console.WriteLine($"{fault.Code}  leaf {fault.Leaf?.ToString(CultureInfo.InvariantCulture) ?? "-"}  event {fault.Event?.ToString("N") ?? "-"}  {fault.Detail}");
        return faults.Count == 0 ? ExitCode.Ok : ExitCode.Negative;
    }

    /// <summary>log publish.</summary>
    public static async Task<int> PublishAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], []);
        if (given.Ended(Console.Out, Console.Error, PublishHelp) is { } ended)
            return ended;
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = await OpenAsync(database);
        var published = await app.Services.GetRequiredService<LogPublisher>().PublishAsync(CancellationToken.None);
        if (published.Shown)
            app.Services.GetRequiredService<Disclosures>().Prove();
        if (published.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync($"{problem}  {published.Detail}");
            return ExitCode.Negative;
        }
        Console.WriteLine($"已发布条目 / leaves published: {published.Size}");
        return ExitCode.Ok;
    }

    /// <summary>log recover.</summary>
    public static async Task<int> RecoverAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], []);
        if (given.Ended(Console.Out, Console.Error, RecoverHelp) is { } ended)
            return ended;
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = await OpenAsync(database);
        var (first, count, problem) = await app.Services.GetRequiredService<LogRecovery>().TakeBackAsync(CancellationToken.None);
        if (problem is not null)
        {
            await Console.Error.WriteLineAsync($"未取回任何条目 / nothing was taken back: {problem}");
            return ExitCode.Refused;
        }
        Console.WriteLine(count == 0
            ? "没有缺失的条目 / no leaf is missing"
            : $"已取回条目 {first} 至 {first + count - 1};对应的事件已丢失,须重新收集 / leaves {first} to {first + count - 1} were taken back; their events are lost and must be collected again");
        return ExitCode.Ok;
    }

    /// <summary>log key.</summary>
    public static Task<int> KeyAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], [], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, KeyHelp) is { } ended)
            return Task.FromResult(ended);
        var settings = RegistrySettings.For(DataFolder.Resolve(given["--data"]), "").WithLog();
        var keys = new LogKeys(settings.LogKeyFolder, settings.LogOrigin, new LastSigned(settings.LogStateFolder));
        switch (given.Words)
        {
            case [] or ["list"]:
                foreach (var key in keys.Verifiers())
                    Console.WriteLine(key);
                return Task.FromResult(ExitCode.Ok);
            case ["add"]:
                Console.WriteLine(keys.Add());
                return Task.FromResult(ExitCode.Ok);
            case ["retire"]:
                var (retired, why) = keys.Retire(new LogFiles(settings.LogFolder).Text("checkpoint"));
                if (retired is not null)
                {
                    Console.WriteLine(retired);
                    return Task.FromResult(ExitCode.Ok);
                }
                Console.Error.WriteLine(why == KeyStays.IsTheOnlyOne
                    ? "只有一个密钥,不能停用 / the only key cannot be taken away"
                    : "公开的检查点还没有新密钥的签名,不能停用旧密钥;请等下一次发布,或运行 registry log publish / the checkpoint that is shown is not signed by the next key yet; wait for the next publication, or run: registry log publish");
                return Task.FromResult(ExitCode.Refused);
            default:
                return Task.FromResult(Answer.Usage(Console.Error, $"没有这个操作 / no such action: {string.Join(' ', given.Words)}", KeyHelp));
        }
    }

    /// <summary>log new: everything of the old log is kept aside; the next start makes a new key and publishes the leaves that the database holds.</summary>
    public static Task<int> NewAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], []);
        if (given.Ended(Console.Out, Console.Error, NewHelp) is { } ended)
            return Task.FromResult(ended);
        var settings = RegistrySettings.For(DataFolder.Resolve(given["--data"]), "").WithLog();
        using var held = DataFolder.Open(settings.DataFolder);
        var last = new LastSigned(settings.LogStateFolder);
        if ((last.Lost ?? last.Read()?.Checkpoint.Origin) == settings.LogOrigin)
        {
            Console.Error.WriteLine($"新日志须有新名称:请设置 REGISTRY_LOG_ORIGIN(现为 {settings.LogOrigin}) / another log needs another name: set REGISTRY_LOG_ORIGIN");
            return Task.FromResult(ExitCode.Refused);
        }
        var stamp = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        foreach (var folder in new[] { settings.LogFolder, settings.LogStateFolder, settings.LogKeyFolder }.Where(Directory.Exists))
            Directory.Move(folder, $"{folder}.{stamp}");
        Console.WriteLine($"{settings.LogOrigin}  ({stamp})");
        return Task.FromResult(ExitCode.Ok);
    }

    private static async Task<WebApplication> OpenAsync(RunningDatabase database)
    {
        var app = App.Build((RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true }).WithLog());
        await app.PrepareAsync(database);
        return app;
    }
}
