using System.Globalization;
using Registry.Programme;

namespace Registry.Cli;

/// <summary>registry window: computes a publicity window from the official calendar (procedure step 6).</summary>
public static class WindowVerb
{
    private const int MostDays = 250;

    public const string Help = """
        用法：registry window --from 日期 [--days N] [--first-day-counts true|false]
        按国务院公布的节假日安排计算公示期。输出 JSON：发布日、截止日、计入和不计入的每一天。
          --from 日期               发布当日，例如 2025-06-03
          --days N                  工作日天数，默认取第二批申报通知的规定
          --first-day-counts 是否   发布当日是否计入，true 或 false，默认取第二批批次定义
        退出码：0 正常；2 输入无效，或该年日历尚未公布；64 命令行有误。

        Usage: registry window --from DATE [--days N] [--first-day-counts true|false]
        Computes a publicity window by the official calendar. Prints JSON: posting day, last day, every day counted or skipped.
        Defaults come from the definition of the second batch. Exit codes: 0 done; 2 invalid input, or no calendar for the year; 64 usage.
        """;

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var given = Arguments.Parse(args, ["--from", "--days", "--first-day-counts"], ["--json"]);
        if (given.Ended(output, error, Help) is { } ended)
            return ended;
        if (given["--from"] is not { } from)
            return Answer.Usage(error, "缺少 --from。", Help);

        var rule = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required().Publicity;
        var (days, firstDayCounts) = (rule.WorkingDays, rule.FirstDayCounts);
        if (!DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var posted))
            return Invalid(output, error, "window.from", $"“{from}”不是有效的日期，应为 2025-06-03 的形式。");
        if (given["--days"] is { } count && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days is < 1 or > MostDays))
            return Invalid(output, error, "window.days", $"“{count}”不是有效的天数，应为 1 至 {MostDays} 的整数。");
        if (given["--first-day-counts"] is { } counts && !TryParse(counts, out firstDayCounts))
            return Invalid(output, error, "window.first-day-counts", $"“{counts}”应为 true 或 false。");

        switch (WorkingDays.Bundled().Window(posted, days, firstDayCounts))
        {
            case WindowAnswer.Computed({ } window):
                Answer.Json(output, new
                {
                    window.FirstDay,
                    window.LastDay,
                    window.Counted,
                    window.Skipped
                });
                return ExitCode.Ok;
            case WindowAnswer.NotPublished(var year):
                var message = $"{year} 年的节假日安排尚未公布（或不在日历中），无法计算公示期。";
                return Answer.Refused(output, error, new { Code = "calendar.not-published", Year = year, Message = message }, $"calendar.not-published {year}：{message}");
            default:
                throw new NotSupportedException();
        }
    }

    private static bool TryParse(string text, out bool value)
    {
        value = text is "true";
        return text is "true" or "false";
    }

    private static int Invalid(TextWriter output, TextWriter error, string code, string message) =>
        Answer.Refused(output, error, new { Code = code, Message = message }, $"{code}：{message}");
}
