using PublicSite;
using Registry.Disclosure;
using Registry.Publicity;

namespace Registry.Cli;

/// <summary>registry review check: computes a batch's draws, rankings and shortlist again from its exported record, or the rankings and lists of the published scores, without database or server.</summary>
public static class ReviewCheckVerb
{
    public const string Help = """
        用法：registry review check --record 文件 | --scores 文件 [--json]
        --record：按导出的评审档案（GET /api/v1/batches/{id}/review-record）重新计算专家抽取、排名和入围名单（含与排名不一致之处及其理由、两人办理），分别说明是否一致。
        --scores：按公开数据中的专家评分（scores.json，仅在该批次规定公开评分时才有）重新计算排名和入围名单。
        退出码：0 一致；1 不一致，写明哪一部分；2 文件无效；64 命令行有误。

        Usage: registry review check --record FILE | --scores FILE [--json]
        --record: computes draws, rankings and shortlist again from a batch's exported record.
        --scores: computes rankings and shortlist again from the scores in the open data (scores.json; there only where the batch publishes scores).
        Exit codes: 0 equal; 1 not equal, naming what differs; 2 the file is invalid; 64 usage.
        """;

    /// <summary>The published file around the scores.</summary>
    private sealed record ScoresFile(
        int Version, string Schema, bool Demo, IReadOnlyList<ReviewScores> Items, NamedLink? Licence = null, DateTimeOffset? AsOf = null, IReadOnlyList<Tombstone>? Tombstones = null);

    private const string NotWhole = "档案不完整或有误：评分规则、评分表和排名不相符，无法重新计算。";

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var given = Arguments.Parse(args, ["--record", "--scores"], ["--json"]);
        if (given["--scores"] is not null && given["--record"] is null)
        {
            var (file, unread) = Answer.Record<ScoresFile>(given, Help, "review.unreadable", output, error, "--scores", PublicSite.Disclosure.Json);
            if (file is null)
                return unread;
            if (file.Items is null || file.Items.Any(i => i.Rule is null || i.Applications is null || i.Applications.Any(a => a.Sheets is null)))
                return Answer.Refused(output, error, new { Code = "review.unreadable", Message = "文件中没有评分。" }, "文件中没有评分。");
            var computed = ScoresCheck.Compare(file.Items);
            return Tell(given, output, computed, computed.Differences, ("排名 / ranking", computed.Ranking), ("入围名单 / shortlist", computed.Shortlist));
        }
        var (record, ended) = Answer.Record<ReviewRecord>(given, Help, "review.unreadable", output, error);
        if (record is null)
            return ended;
        if (!record.IsWhole())
            return Answer.Refused(output, error, new { Code = "review.unreadable", Message = NotWhole }, NotWhole);
        var found = record.Compare();
        return Tell(
            given, output, found, found.Differences, ("抽取 / draw", found.Draw), ("排名 / ranking", found.Ranking), ("入围名单 / shortlist", found.Shortlist));
    }

    private static int Tell(Arguments given, TextWriter output, object found, IReadOnlyList<string> differences, params (string What, bool? Equal)[] parts)
    {
        if (given.Has("--json"))
            Answer.Json(output, found);
        else
        {
            foreach (var (what, equal) in parts)
                output.WriteLine($"{what}: {Words(equal)}");
            foreach (var difference in differences)
                output.WriteLine($"  {difference}");
        }
        return differences.Count == 0 ? ExitCode.Ok : ExitCode.Negative;
    }

    private static string Words(bool? equal) => equal switch { true => "一致 / equal", false => "不一致 / not equal", null => "尚未拟定 / not yet proposed" };
}
