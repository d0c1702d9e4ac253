using Registry.Review;

namespace Registry.Cli;

/// <summary>registry panel check: computes a closed panel's draw and ranking again from its exported record, without database or server.</summary>
public static class PanelCheckVerb
{
    public const string Help = """
        用法：registry panel check --record 文件 [--json]
        按导出的专家组档案（GET /api/v1/panels/{id}/record）重新计算抽取和排名，并与记录比对。
        退出码：0 一致；1 不一致，写明哪一部分；2 文件无效；64 命令行有误。

        Usage: registry panel check --record FILE [--json]
        Computes draw and ranking again from a panel's exported record. Exit codes: 0 equal; 1 not equal, naming what differs; 2 the file is invalid; 64 usage.
        """;

    private const string NotWhole = "档案不完整或有误：评分规则、评分表和排名不相符，无法重新计算。";

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var given = Arguments.Parse(args, ["--record"], ["--json"]);
        var (record, ended) = Answer.Record<PanelRecord>(given, Help, "panel.unreadable", output, error);
        if (record is null)
            return ended;
        if (!record.IsWhole())
            return Answer.Refused(output, error, new { Code = "panel.unreadable", Message = NotWhole }, NotWhole);
        var differences = record.Differences();
        if (given.Has("--json"))
            Answer.Json(output, new { Equal = differences.Count == 0, Differences = differences });
        else
            output.WriteLine(differences.Count == 0 ? "一致 / equal" : $"不一致 / not equal: {string.Join(' ', differences)}");
        return differences.Count == 0 ? ExitCode.Ok : ExitCode.Negative;
    }
}
