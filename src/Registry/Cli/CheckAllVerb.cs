using Marten;
using Registry.Applications;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Cli;

/// <summary>registry check --all: the condition check over all past applications in the store under another definition. Reads only.</summary>
public static class CheckAllVerb
{
    public const string Help = """
        用法：registry check --all --definition 文件 [--batch 批次] [--data 目录] [--json]
        用另一份批次定义对库中全部申报（各取最后一次提交）重新判断申报条件，与当时的结论对照。只读，不作任何记录。
          --definition 文件   批次定义
          --batch 批次        只看这一批次，例如 shandong-digital-clusters.2025-2
          --data 目录         数据目录；设有 REGISTRY_CONNECTION 时用该数据库
        退出码：0 没有不同；1 有不同；2 定义无效；64 命令行有误。

        Usage: registry check --all --definition FILE [--batch ID] [--data DIR] [--json]
        Judges every past application (its last submission) under another definition, beside what was judged then. Nothing is recorded.
        Exit codes: 0 nothing differs; 1 something does; 2 the definition is invalid; 64 usage.
        """;

    /// <summary>Whether the command line asks for all applications rather than for one file.</summary>
    public static bool IsMeant(string[] args) => args.Contains("--all");

    /// <summary>Runs the verb.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--definition", "--batch", "--data"], ["--all", "--json"]);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        if (given["--definition"] is not { } path)
            return Answer.Usage(Console.Error, "缺少 --definition。 / --definition is needed.", Help);
        var load = DefinitionFile.Load(path);
        if (load.Definition is not { } definition)
            return Answer.Refused(Console.Out, Console.Error, new { Code = "definition.invalid", Message = "批次定义文件有误。", load.Errors }, string.Join(Environment.NewLine, load.Errors));

        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        await app.PrepareAsync(database);
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var answer = await WhatIf.AnswerAsync(session, definition, given["--batch"], CancellationToken.None);
        if (given.Has("--json"))
            Answer.Json(Console.Out, answer);
        else
            WriteForPeople(answer);
        return answer.Differing > 0 ? ExitCode.Negative : ExitCode.Ok;
    }

    private static void WriteForPeople(WhatIfAnswer answer)
    {
        Console.WriteLine($"{answer.Programme} {answer.Batch}，第 {answer.DefinitionVersion} 版：共 {answer.Applications} 份申报，{answer.Differing} 份的结论不同");
        foreach (var line in answer.Differences)
            foreach (var change in line.Changes)
                Console.WriteLine($"{line.Application} {line.Cluster}：{change.Condition} {change.Clause} {Said(change.Was)} → {Said(change.WouldBe)}。{change.Explanation.Zh}");
    }

    private static string Said(Verdict? verdict) => verdict is { } one ? Texts.Of(Language.Zh, "enum.Verdict." + one) : "—";
}
