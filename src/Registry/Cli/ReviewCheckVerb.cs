using Registry.Publicity;

namespace Registry.Cli;

/// <summary>registry review check: computes a batch's draws, rankings and shortlist again from its exported record, without database or server.</summary>
public static class ReviewCheckVerb
{
    public const string Help = """
        用法：registry review check --record 文件 [--json]
        按导出的评审档案（GET /api/v1/batches/{id}/review-record）重新计算专家抽取、排名和入围名单（含与排名不一致之处及其理由、两人办理），分别说明是否一致。
        退出码：0 一致；1 不一致，写明哪一部分；2 文件无效；64 命令行有误。

        Usage: registry review check --record FILE [--json]
        Computes draws, rankings and shortlist again from a batch's exported record. Exit codes: 0 equal; 1 not equal, naming what differs; 2 the file is invalid; 64 usage.
        """;

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var given = Arguments.Parse(args, ["--record"], ["--json"]);
        var (record, ended) = Answer.Record<ReviewRecord>(given, Help, "review.unreadable", output, error);
        if (record is null)
            return ended;
        var found = record.Compare();
        if (given.Has("--json"))
            Answer.Json(output, found);
        else
        {
            output.WriteLine($"抽取 / draw: {Words(found.Draw)}");
            output.WriteLine($"排名 / ranking: {Words(found.Ranking)}");
            output.WriteLine($"入围名单 / shortlist: {Words(found.Shortlist)}");
            foreach (var difference in found.Differences)
                output.WriteLine($"  {difference}");
        }
        return found.Equal ? ExitCode.Ok : ExitCode.Negative;
    }

    private static string Words(bool? equal) => equal switch { true => "一致 / equal", false => "不一致 / not equal", null => "尚未拟定 / not yet proposed" };
}
