using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Registry.Cli;
using Registry.Tests.Applications;
using static Registry.Tests.TestData;

namespace Registry.Tests.Cli;

public sealed class VerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("verbs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--from")]
    [InlineData("--days", "5")]
    [InlineData("--from", "2025-06-03", "--form", "x")]
    [InlineData("--from", "2025-06-03", "extra")]
    [InlineData("--from", "2025-06-03", "--from", "2025-06-04")]
    public void A_wrong_command_line_says_so_and_shows_the_usage(params string[] args)
    {
        var (exit, output, error) = Run(WindowVerb.Run, args);

        Assert.Equal((64, ""), (exit, output));
        Assert.Contains("用法", error);
    }

    [Theory]
    [InlineData("window.from", "--from", "2025-02-30")]
    [InlineData("window.days", "--from", "2025-06-03", "--days", "0")]
    [InlineData("window.days", "--from", "2025-06-03", "--days", "5.5")]
    [InlineData("window.days", "--from", "2025-06-03", "--days=-1")]
    [InlineData("window.first-day-counts", "--from", "2025-06-03", "--first-day-counts", "yes")]
    public void A_wrong_value_is_refused_with_its_code(string code, params string[] args)
    {
        var (exit, output, _) = Run(WindowVerb.Run, args);

        Assert.Equal((2, code), (exit, Parse(output).GetProperty("code").GetString()));
    }

    [Fact]
    public void A_year_without_a_calendar_exits_2_and_names_the_year()
    {
        var (exit, output, error) = Run(WindowVerb.Run, "--from", "2026-12-30");

        Assert.Equal((2, "calendar.not-published", 2027),
            (exit, Parse(output).GetProperty("code").GetString(), Parse(output).GetProperty("year").GetInt32()));
        Assert.Contains("calendar.not-published 2027", error);
    }

    [Fact]
    public void A_window_is_printed_with_every_day_counted_or_skipped()
    {
        var (exit, output, _) = Run(WindowVerb.Run, "--from", "2022-04-26", "--days", "4", "--first-day-counts", "false");
        var window = Parse(output);

        Assert.Equal(0, exit);
        Assert.Equal(["firstDay", "lastDay", "counted", "skipped"], window.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("2022-04-26", "2022-05-05"), (window.GetProperty("firstDay").GetString(), window.GetProperty("lastDay").GetString()));
        Assert.Equal("""{"day":"2022-04-26","reason":"posting-day"}""", JsonSerializer.Serialize(window.GetProperty("skipped")[0]));
        Assert.Equal("2022-04-27", window.GetProperty("counted")[0].GetString());
    }

    [Fact]
    public void The_defaults_of_a_window_are_those_of_the_second_batch() =>
        Assert.Equal("2025-06-09", Parse(Run(WindowVerb.Run, "--from", "2025-06-03").Output).GetProperty("lastDay").GetString());

    [Fact]
    public void Codes_are_answered_one_by_one_and_a_wrong_one_exits_1()
    {
        var (exit, output, _) = Run(CodeVerb.Run, "９１４４０３００１９２２０３８２１６", "914403001922O38216", "914403001922038216\n", "");
        var answers = Parse(output).EnumerateArray().ToList();

        Assert.Equal(1, exit);
        Assert.All(answers, one => Assert.Equal(["input", "normal", "valid", "reason"], one.EnumerateObject().Select(member => member.Name)));
        Assert.Equal([true, false, false, false], answers.Select(one => one.GetProperty("valid").GetBoolean()));
        Assert.Equal("914403001922038216", answers[0].GetProperty("normal").GetString());
        Assert.Equal(JsonValueKind.Null, answers[0].GetProperty("reason").ValueKind);
        Assert.StartsWith("credit-code.character：", answers[1].GetProperty("reason").GetString());
    }

    [Fact]
    public void Valid_codes_exit_0_and_no_code_is_a_wrong_command_line()
    {
        Assert.Equal(0, Run(CodeVerb.Run, "91370200264574251E").Exit);
        Assert.Equal(64, Run(CodeVerb.Run).Exit);
        Assert.Equal(64, Run(CodeVerb.Run, "--all").Exit);
    }

    [Fact]
    public void A_complete_form_has_no_condition_unmet()
    {
        var (exit, output, _) = Check(Forms.Complete().ToJsonString());
        var answer = Parse(output);

        Assert.Equal(0, exit);
        Assert.True(answer.GetProperty("valid").GetBoolean());
        Assert.Equal(
            ["needsJudgement", "met", "met", "met", "needsJudgement", "needsJudgement", "met"],
            answer.GetProperty("conditions").EnumerateArray().Select(one => one.GetProperty("verdict").GetString()));
        Assert.Equal(Forms.SecondBatch.Hash, answer.GetProperty("definition").GetProperty("hash").GetString());
        Assert.Equal("2025-06-20", answer.GetProperty("today").GetString());
    }

    [Fact]
    public void A_condition_that_is_not_met_exits_1() =>
        Assert.Equal(1, Check(Forms.With("revenue_digital_above_size", "49.999999").ToJsonString()).Exit);

    [Fact]
    public void A_form_with_errors_exits_2_and_is_judged_as_far_as_it_goes()
    {
        var (exit, output, _) = Check("""{ "revenue_digital_above_size": 50, "firms_above_size_leading": 20 }""");

        Assert.Equal(2, exit);
        Assert.NotEmpty(Parse(output).GetProperty("errors").EnumerateArray());
        Assert.Equal("met", Parse(output).GetProperty("conditions")[1].GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData("{", "application.unreadable")]
    [InlineData("", "application.unreadable")]
    public void A_file_that_is_no_form_is_refused(string text, string code)
    {
        var (exit, output, _) = Check(text);

        Assert.Equal((2, code), (exit, Parse(output).GetProperty("code").GetString()));
    }

    [Fact]
    public void A_wrong_definition_is_refused_with_its_lines()
    {
        var form = Write("form.json", Forms.Complete().ToJsonString());
        var (exit, output, error) = Run(CheckVerb.Run, "--definition", Write("definition.json", "{\n \"version\": 1\n}"), "--application", form, "--json");

        Assert.Equal((2, "definition.invalid"), (exit, Parse(output).GetProperty("code").GetString()));
        Assert.Contains("第 1 行", error);
    }

    [Fact]
    public void For_people_the_verdicts_are_sentences()
    {
        var (_, output, _) = Run(CheckVerb.Run, "--application", Write("form.json", Forms.With("firms_above_size_leading", "19").ToJsonString()), "--today", "2025-06-20");

        Assert.Contains("C2 三(二) 规模效益较高：低于“原则上”的指标", output);
    }

    [Fact]
    public void Every_verb_has_help_in_Chinese_and_English()
    {
        foreach (var verb in new Func<string[], TextWriter, TextWriter, int>[] { WindowVerb.Run, CodeVerb.Run, CheckVerb.Run })
        {
            var (exit, output, _) = Run(verb, "--help");
            Assert.Equal(0, exit);
            Assert.Contains("用法：", output);
            Assert.Contains("Usage:", output);
        }
    }

    private (int Exit, string Output, string Error) Check(string form) => Run(
        (args, output, error) => CheckVerb.Run(args, output, error, new FakeTimeProvider(Instant("2025-06-20T15:59:59Z"))),
        "--application", Write("form.json", form), "--json");

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Exit, string Output, string Error) Run(Func<string[], TextWriter, TextWriter, int> verb, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (verb(args, output, error), output.ToString(), error.ToString());
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
