using System.Globalization;
using System.Text.Json;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Cli;

/// <summary>registry check: judges a form against a definition's conditions, with the same code as the server.</summary>
public static class CheckVerb
{
    private const int LargestForm = 8 * 1024 * 1024;

    public const string Help = """
        用法：registry check --application 文件 [--definition 文件] [--today 日期] [--json]
        按批次定义检查一份申报表：格式错误，申报主体的各项要求，以及每项申报条件是否符合、依据哪些数据。
          --application 文件   申报表，JSON 对象：字段名和值
          --definition 文件    批次定义，默认为第二批
          --today 日期         “近三年”算到哪一天，默认为今天（北京时间）
          --json               输出 JSON
        金额按字段的单位填写，或写明单位：{"amount": "49.999999", "unit": "亿元"}。
        退出码：0 没有不符合的条件；1 有不符合的条件；2 文件无效或申报表有错误；64 命令行有误。

        Usage: registry check --application FILE [--definition FILE] [--today DATE] [--json]
        Checks a form against a definition: errors by field, row and column, and the verdict on each condition with its figures.
        Exit codes: 0 no condition is unmet; 1 some are; 2 a file is invalid or the form has errors; 64 usage.
        """;

    public static int Run(string[] args, TextWriter output, TextWriter error) => Run(args, output, error, TimeProvider.System);

    public static int Run(string[] args, TextWriter output, TextWriter error, TimeProvider clock)
    {
        var given = Arguments.Parse(args, ["--definition", "--application", "--today"], ["--json"]);
        if (given.Ended(output, error, Help) is { } ended)
            return ended;
        if (given["--application"] is not { } applicationPath)
            return Answer.Usage(error, "缺少 --application。", Help);

        var today = ChinaTime.ToDay(clock.GetUtcNow());
        if (given["--today"] is { } day && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out today))
            return Invalid(output, error, "check.today", $"“{day}”不是有效的日期，应为 2025-06-20 的形式。");
        var load = given["--definition"] is { } path ? DefinitionFile.Load(path) : DefinitionFile.LoadBundled(DefinitionFile.SecondBatch);
        if (load.Definition is not { } definition)
            return Answer.Refused(output, error, new { Code = "definition.invalid", Message = "批次定义文件有误。", load.Errors },
                string.Join(Environment.NewLine, load.Errors));
        if (!TryReadForm(applicationPath, out var raw, out var wrong))
            return Invalid(output, error, "application.unreadable", wrong);

        var check = FormCheck.Validate(definition, raw);
        var applicant = ConditionCheck.EvaluateApplicant(definition, check.Form, today);
        var conditions = ConditionCheck.Evaluate(definition, check.Form, check.Form.Code(definition.Form.Roles.Industry), today);
        if (given.Has("--json"))
            Answer.Json(output, new
            {
                Definition = new { Programme = definition.Programme.Key, Batch = definition.Batch.Key, definition.Version, definition.Hash },
                Today = today,
                check.Valid,
                check.Errors,
                check.Warnings,
                Applicant = applicant,
                Conditions = conditions
            });
        else
            WriteForPeople(output, check, applicant.Concat(conditions));
        return !check.Valid ? ExitCode.Refused
            : applicant.Concat(conditions).Any(one => one.Verdict is Verdict.NotMet) ? ExitCode.Negative
            : ExitCode.Ok;
    }

    private static void WriteForPeople(TextWriter output, FormCheckResult check, IEnumerable<ConditionVerdict> verdicts)
    {
        foreach (var remark in check.Errors)
            output.WriteLine($"错误 {Place(remark)}：{remark.Message}（{remark.Code}）");
        foreach (var remark in check.Warnings)
            output.WriteLine($"提示 {Place(remark)}：{remark.Message}（{remark.Code}）");
        foreach (var verdict in verdicts)
            output.WriteLine($"{verdict.Condition} {verdict.Clause} {verdict.Title.Zh}：{verdict.Explanation.Zh}");
    }

    private static string Place(FormRemark remark) =>
        remark.Field + (remark.Row is { } row ? $" 第 {row} 行" : "") + (remark.Column is { } column ? $" {column}" : "");

    private static bool TryReadForm(string path, out JsonElement form, out string wrong)
    {
        (form, wrong) = (default, "");
        try
        {
            if (new FileInfo(path).Length > LargestForm)
                wrong = $"申报表文件超过 {LargestForm / 1024 / 1024} MB。";
            else
                form = JsonDocument.Parse(JsonFile.Read(path)).RootElement;
        }
        catch (JsonException syntax)
        {
            wrong = $"申报表第 {syntax.LineNumber + 1} 行不是有效的 JSON。";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            wrong = $"无法读取文件“{path}”：请检查路径和权限。";
        }
        return wrong.Length == 0;
    }

    private static int Invalid(TextWriter output, TextWriter error, string code, string message) =>
        Answer.Refused(output, error, new { Code = code, Message = message }, $"{code}：{message}");
}
