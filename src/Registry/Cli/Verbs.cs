using Microsoft.Extensions.Logging.Console;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>One verb of the program.</summary>
/// <param name="Name">The word, or words, that call it.</param>
/// <param name="Summary">One line of help.</param>
/// <param name="Run">Carries it out; its exit code.</param>
public sealed record Verb(string Name, string Summary, Func<string[], Task<int>> Run);

/// <summary>The program's verbs. Without one the program serves.</summary>
public static class Verbs
{
    private static readonly Verb[] All =
    [
        new("serve", "启动服务 / serve the registry: [--port N] [--data DIR] [--no-demo]", ServeVerb.RunAsync),
        new("window", "计算公示期 / compute a publicity window: --from DATE [--days N] [--first-day-counts true|false]", Plain(WindowVerb.Run)),
        new("code", "校验统一社会信用代码 / check credit codes: CODE…", Plain(CodeVerb.Run)),
        new("check", "条件检查 / condition check: --definition FILE --application FILE | --all [--json]", args => CheckAllVerb.IsMeant(args) ? CheckAllVerb.RunAsync(args) : Plain(CheckVerb.Run)(args)),
        new("site build", "生成公开网站 / build the public site: [--output DIR] [--json]", SiteBuildVerb.RunAsync),
        new("health", "询问运行中的节点 / ask the running node whether it can serve: [--port N]", HealthVerb.RunAsync),
        new("rebuild", "由事件重建视图 / rebuild views from the events: [VIEW…]", RebuildVerb.RunAsync),
        new("doctor", "检查系统 / examine the store and say what to do: [--json]", DoctorVerb.RunAsync),
        new("backup", "备份并校验 / back up and verify: DIR [--keys DIR]", BackupVerbs.BackupAsync),
        new("restore", "恢复到空目录 / restore into an empty folder: DIR --to DATA [--newer DATA]", BackupVerbs.RestoreAsync),
        new("file export", "导出完整卷宗 / export an application's whole file: APPLICATION --output FILE.zip", FileVerbs.ExportAsync),
        new("file check", "校验卷宗 / check an exported file without the database: FILE.zip [--digest SHA256]", FileVerbs.CheckAsync),
        new("draw", "重复专家抽取 / repeat a draw of experts: --pool FILE --applications FILE --seed S [--json]", Plain(DrawVerb.Run)),
        new("panel check", "复核专家组的抽取和排名 / recompute a panel's draw and ranking: --record FILE [--json]", Plain(PanelCheckVerb.Run)),
        new("review check", "复核抽取、排名和入围名单 / recompute draws, rankings and shortlist: --record FILE [--json]", Plain(ReviewCheckVerb.Run)),
        new("account open", "开立账号 / open an account: --role ROLE --login NAME", AccountVerb.RunAsync),
        new("log doctor", "比对日志与数据库 / compare the public log and the database: [--json]", LogVerbs.DoctorAsync),
        new("log publish", "发布到期的日志条目 / publish the leaves of the log that are due", LogVerbs.PublishAsync),
        new("log recover", "取回缺失的日志条目 / take missing leaves back from the published log", LogVerbs.RecoverAsync),
        new("log key", "日志签名密钥 / the log's keys: [list|add|retire]", LogVerbs.KeyAsync),
        new("log new", "另立日志 / declare another log", LogVerbs.NewAsync),
        new("witness", "见证公开日志 / witness a public log: --name NAME --log VKEY", WitnessVerb.RunAsync),
        new("openapi", "输出 OpenAPI 文档 / print the OpenAPI document", OpenApiVerb.RunAsync),
        new("schema", "更新或检查数据库结构 / bring up or check the database's schema: apply|check", SchemaVerb.RunAsync),
        new("postgres", "只运行自带的数据库 / run the private database alone: [--data DIR]", RunPostgres),
    ];

    private static Func<string[], Task<int>> Plain(Func<string[], TextWriter, TextWriter, int> run) => args => Task.FromResult(run(args, Console.Out, Console.Error));

    /// <summary>Runs the verb named by the first word or words.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help" or "-h" or "help", ..])
            return Help(Console.Out, ExitCode.Ok);
        var verb = args.Length == 0 || args[0].StartsWith("--", StringComparison.Ordinal)
            ? All[0]
            : All.Where(v => string.Join(' ', args.Take(v.Name.Split(' ').Length)) == v.Name).MaxBy(v => v.Name.Length);
        if (verb is null)
        {
            await Console.Error.WriteLineAsync($"没有这个命令 / no such verb: {args[0]}");
            return Help(Console.Error, ExitCode.Usage);
        }
        try
        {
            return await verb.Run(args.Length > 0 && args[0].StartsWith("--", StringComparison.Ordinal) ? args : args.Skip(verb.Name.Split(' ').Length).ToArray());
        }
        catch (StartRefusedException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return refused.ExitCode;
        }
        catch (Exception away) when (IsOfTheMachine(away))
        {
            // Disk, folder or database failed the verb; what happened inside would not help whoever reads this.
            await Console.Error.WriteLineAsync($"未能完成：{away.Message} / not done: {away.Message}");
            return StartRefusedException.MachineNotReady;
        }
    }

    /// <summary>
    /// Disk or folder fails, the database is away, or does not let the program in. Whatever else the database refuses is an error of the program, and ends it with
    /// message and stack.
    /// </summary>
    public static bool IsOfTheMachine(Exception fault) =>
        fault is IOException or UnauthorizedAccessException || UnhandledErrors.IsAway(fault)
        || (fault is Npgsql.PostgresException { SqlState: { } state } && (state.StartsWith("28", StringComparison.Ordinal) || state.StartsWith("3D", StringComparison.Ordinal)));

    private static int Help(TextWriter to, int code)
    {
        to.WriteLine("用法 / usage: registry VERB [options]");
        foreach (var verb in All)
            to.WriteLine($"  {verb.Name,-12} {verb.Summary}");
        return code;
    }

    private static async Task<int> RunPostgres(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], []);
        if (given.Ended(Console.Out, Console.Error, "registry postgres [--data DIR]\n  只运行自带的数据库 / run the private database alone") is { } ended)
            return ended;
        // Standard output carries the connection string alone, for whoever reads it by program.
        using var logs = LoggerFactory.Create(b =>
        {
            b.AddSimpleConsole(o => o.ColorBehavior = LoggerColorBehavior.Disabled);
            b.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        });
        return await PostgresVerb.RunAsync(DataFolder.Resolve(given["--data"]), Console.Out, logs.CreateLogger("postgres"), CancellationToken.None);
    }
}
