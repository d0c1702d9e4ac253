using Registry.Organisations;

namespace Registry.Cli;

/// <summary>registry code: checks unified social credit codes (GB 32100-2015).</summary>
public static class CodeVerb
{
    public const string Help = """
        用法：registry code 代码…
        校验一个或几个统一社会信用代码（GB 32100-2015）。输出 JSON：原样、规范形式、是否有效、原因。
        全角、大小写和空格会自动整理；仅内含的组织机构代码校验不符的，代码有效，原因中给出提示。
        退出码：0 全部有效；1 有无效的代码；64 命令行有误。

        Usage: registry code CODE…
        Checks unified social credit codes. Prints JSON: input, normal form, whether valid, and why not.
        Width, case and spaces are put right; where only the inner organisation code fails, the code is valid and the reason is a warning.
        Exit codes: 0 all valid; 1 some are not; 64 usage.
        """;

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var given = Arguments.Parse(args, [], ["--json"], takesWords: true);
        if (given.Ended(output, error, Help) is { } ended)
            return ended;
        if (given.Words.Count == 0)
            return Answer.Usage(error, "请给出至少一个代码。", Help);

        var checks = given.Words.Select(input => (Input: input, Check: CreditCode.Check(input))).ToList();
        Answer.Json(output, checks.Select(one => new { one.Input, one.Check.Normal, one.Check.Valid, Reason = ReasonOf(one.Check) }));
        return checks.All(one => one.Check.Valid) ? ExitCode.Ok : ExitCode.Negative;
    }

    /// <summary>The stable code, then the sentence; null where there is nothing to say.</summary>
    private static string? ReasonOf(CreditCodeCheck check) =>
        check.Reason is { } reason ? $"{reason}：{check.Sentence}"
        : check.Warning is { } warning ? $"{warning.Code}：{warning.Sentence}"
        : null;
}
