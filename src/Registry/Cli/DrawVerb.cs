using System.Text.Json;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Cli;

/// <summary>registry draw: repeats a draw of experts from its exported files, without database or server. The same files and seed give the same panel on any machine.</summary>
public static class DrawVerb
{
    public const string Help = """
        用法：registry draw --pool 文件 --applications 文件 --seed 种子 [--definition 文件] [--json]
        按导出的专家库、申报名单和种子重复一次专家抽取，结果与当时一致。算法见 docs/draw.md。
          --pool 文件           {"experts":[{"id":"a1","fields":["finance"],"employer":"统一社会信用代码","city":"370100","interests":[],"recused":[],"load":0}]}
                                interests、recused、load 可以不写
          --applications 文件   {"rule":{"size":7,"minimum":5,"alternates":3,"constraints":[{"field":"finance","atLeast":1}],"ownCityExcluded":true,"loadLimit":40},
                                 "applications":[{"id":"b1","city":"370100","parties":["统一社会信用代码"]}]}
                                不写 rule 时用批次定义的规则
          --seed 种子           种子原文
          --definition 文件     批次定义，默认为第二批
          --json                输出 JSON
        退出码：0 抽出；1 专家不足，写明缺什么；2 文件无效；64 命令行有误。

        Usage: registry draw --pool FILE --applications FILE --seed S [--definition FILE] [--json]
        Repeats a draw from its exported files. Exit codes: 0 drawn; 1 too few experts, naming what is short; 2 a file is invalid; 64 usage.
        """;

    private sealed record PoolInput(IReadOnlyList<ExpertInput> Experts);

    private sealed record ExpertInput(
        string Id, IReadOnlyList<string> Fields, string Employer, string City, IReadOnlyList<string>? Interests = null, IReadOnlyList<string>? Recused = null, int Load = 0)
    {
        public PoolExpert ToExpert() => new(Id, Fields, Employer, City, Interests ?? [], Recused ?? [], Load);
    }

    private sealed record ApplicationsInput(IReadOnlyList<DrawApplication> Applications, DrawRule? Rule = null);

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var given = Arguments.Parse(args, ["--pool", "--applications", "--seed", "--definition"], ["--json"]);
        if (given.Ended(output, error, Help) is { } ended)
            return ended;
        if (given["--pool"] is not { } poolPath || given["--applications"] is not { } applicationsPath || given["--seed"] is not { Length: > 0 } seed)
            return Answer.Usage(error, "缺少 --pool、--applications 或 --seed。", Help);

        if (!TryRead<PoolInput>(poolPath, out var pool, out var wrong) || !TryRead<ApplicationsInput>(applicationsPath, out var input, out wrong))
            return Invalid(output, error, "draw.unreadable", wrong);
        if ((Twice(pool.Experts.Select(e => e.Id)) ?? Twice(input.Applications.Select(a => a.Id))) is { } twice)
            return Invalid(output, error, "draw.twice", $"编号 {twice} 重复出现。");
        if (input.Applications.Count == 0)
            return Invalid(output, error, "draw.empty", "申报名单是空的。");
        var load = given["--definition"] is { } path ? DefinitionFile.Load(path) : DefinitionFile.LoadBundled(DefinitionFile.SecondBatch);
        if (load.Definition is not { } definition)
            return Answer.Refused(output, error, new { Code = "definition.invalid", Message = "批次定义文件有误。", load.Errors }, string.Join(Environment.NewLine, load.Errors));

        var rule = input.Rule ?? DrawRule.Of(definition.Panel);
        if (rule.Size < 1 || rule.Minimum < 1 || rule.Minimum > rule.Size || rule.Alternates < 0)
            return Invalid(output, error, "draw.rule", "规则有误：人数至少为 1，最少评分人数不多于人数，候补不少于 0。");
        var outcome = Draw.Run([.. pool.Experts.Select(e => e.ToExpert())], input.Applications, rule, seed);
        if (outcome.Refusal is { } refusal)
            return Short(output, error, refusal);
        if (given.Has("--json"))
            Answer.Json(output, outcome.Result!);
        else
            WriteForPeople(output, outcome.Result!);
        return ExitCode.Ok;
    }

    private static void WriteForPeople(TextWriter output, DrawResult result)
    {
        output.WriteLine($"专家组：{string.Join(' ', result.Members)}");
        output.WriteLine($"候补：{string.Join(' ', result.Alternates)}");
        foreach (var assignment in result.Assignments)
            output.WriteLine($"{assignment.Application}：{string.Join(' ', assignment.Experts)}");
    }

    private static int Short(TextWriter output, TextWriter error, Refusal refusal)
    {
        var message = Texts.Of(Language.Zh, refusal.Rule.Code, refusal.Arguments);
        Answer.Json(output, new { refusal.Rule.Code, Message = message, refusal.Arguments });
        error.WriteLine(message);
        return ExitCode.Negative;
    }

    private static int Invalid(TextWriter output, TextWriter error, string code, string message) =>
        Answer.Refused(output, error, new { Code = code, Message = message }, message);

    private static bool TryRead<T>(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? read, out string wrong) where T : class
    {
        (read, wrong) = (null, "");
        try
        {
            read = JsonSerializer.Deserialize<T>(JsonFile.Read(path).Span, Json.Api);
            wrong = $"{path} 是空的。";
        }
        catch (JsonException e)
        {
            wrong = $"{path} 第 {e.LineNumber + 1} 行有误：{e.Path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            wrong = $"{path} 无法读取。";
        }
        return read is not null;
    }

    private static string? Twice(IEnumerable<string> ids) => ids.GroupBy(id => id).FirstOrDefault(g => g.Count() > 1)?.Key;
}
