using System.Security.Cryptography;
using System.Text;
using Registry.Programme;
using static Registry.Tests.TestData;

namespace Registry.Tests.Programme;

public sealed class DefinitionFileTests
{
    private static readonly DefinitionLoad SecondBatch = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch);
    private static readonly string Text = Encoding.UTF8.GetString(SecondBatch.Source);

    [Theory]
    [InlineData("\"version\": 1,", "\"version\": 1", "definition.syntax")]
    [InlineData("\"demo\": false", "\"demo\": flase", "definition.syntax")]
    [InlineData("\"version\": 1,", "\"version\": 0,", "schema.minimum")]
    [InlineData("\"version\": 1,", "\"version\": \"1\",", "schema.type")]
    [InlineData("\"version\": 1,", "\"version\": 1.5,", "schema.type")]
    [InlineData("\"version\": 1,", "\"version\": 1, \"version\": 2,", "definition.repeated-member")]
    [InlineData("\"demo\": false", "\"demmo\": false", "schema.unknown-member")]
    [InlineData("\"demo\": false,", "", "schema.required")]
    [InlineData("\"date\": \"2025-05-14\"", "\"date\": \"2025-02-30\"", "schema.format")]
    [InlineData("\"lastDay\": \"2025-06-20\"", "\"lastDay\": \"9999-12-31\"", "schema.format")]
    [InlineData("\"most\": 3", "\"most\": 2147483647", "schema.maximum")]
    [InlineData("\"atLeast\": 3,\n              \"unit\": \"%\"", "\"atLeast\": 9999999999999999,\n              \"unit\": \"%\"", "definition.unit")]
    [InlineData("\"demo\": false", "\"demo\": \"\\ud800\"", "definition.encoding")]
    [InlineData("2025-05-14T00:00:00+08:00", "2025-05-14T00:00:00", "schema.format")]
    [InlineData("2025-05-14T00:00:00+08:00", "2025-05-14 00:00:00+08:00", "schema.format")]
    [InlineData("2025-05-14T00:00:00+08:00", "14 May 2025 00:00:00 +08:00", "schema.format")]
    [InlineData("\"selection\": \"draw\"", "\"selection\": \"lottery\"", "schema.enum")]
    [InlineData("\"channels\": [\"web\", ", "\"channels\": [\"web\", \"web\", ", "schema.unique-items")]
    [InlineData("\"region\": \"370000\"", "\"region\": \"37000\"", "schema.pattern")]
    [InlineData("\"documentPrefix\": \"鲁工信\"", "\"documentPrefix\": \"\"", "schema.min-length")]
    [InlineData("\"atLeast\": 50,", "\"atLeast\": 49.99999999999999999999999999999,", "schema.number")]
    [InlineData("\"lastDay\": \"2025-06-20\"", "\"lastDay\": \"2025-05-13\"", "definition.order")]
    [InlineData("{ \"city\": \"370100\", \"most\": 3 }", "{ \"city\": \"379900\", \"most\": 3 }", "definition.unknown-city")]
    [InlineData("\"total\": 34", "\"total\": 35", "definition.sum")]
    [InlineData("\"total\": 100", "\"total\": 99", "definition.sum")]
    [InlineData("\"kind\": \"value\", \"field\": \"revenue_digital_above_size\"", "\"kind\": \"value\", \"field\": \"revenue\"", "definition.unknown-field")]
    [InlineData("\"kind\": \"value\", \"field\": \"revenue_digital_above_size\"", "\"kind\": \"value\", \"field\": \"services\"", "definition.field-type")]
    [InlineData("\"column\": \"level\", \"oneOf\": [\"national\"]", "\"column\": \"level\", \"oneOf\": [\"world\"]", "definition.unknown-option")]
    [InlineData("\"column\": \"level\", \"oneOf\": [\"national\"]", "\"column\": \"grade\", \"oneOf\": [\"national\"]", "definition.unknown-column")]
    [InlineData("\"distinctBy\": \"credit_code\"", "\"distinctBy\": \"code\"", "definition.unknown-column")]
    [InlineData("\"denominator\": \"sales_income_prev_year\"", "\"denominator\": \"sales\"", "definition.unknown-field")]
    [InlineData("\"code\": \"SW\"", "\"code\": \"IC\"", "definition.repeated-key")]
    [InlineData("\"key\": \"cluster_name\"", "\"key\": \"city\"", "definition.repeated-key")]
    [InlineData("\"industries\": [\"IC\", \"AI\"]", "\"industries\": [\"IC\", \"SW\"]", "definition.unknown-industry")]
    [InlineData("\"conditions\": [\"C2\", \"C3\", \"C4\"]", "\"conditions\": [\"C2\", \"C3\", \"C9\"]", "definition.unknown-condition")]
    [InlineData("\"minimum\": 5", "\"minimum\": 8", "definition.order")]
    [InlineData("\"minimum\": 5", "\"minimum\": 2", "definition.order")]
    [InlineData("\"tieBreak\": [\"S4\"", "\"tieBreak\": [\"S9\"", "definition.unknown-criterion")]
    [InlineData("\"field\": \"finance\"", "\"field\": \"astrology\"", "definition.unknown-field")]
    [InlineData("\"setting\": \"/falseMaterial/starts\"", "\"setting\": \"/falseMaterial/begins\"", "definition.unknown-setting")]
    [InlineData("\"clusterName\": \"cluster_name\"", "\"clusterName\": \"name\"", "definition.unknown-field")]
    public void A_wrong_definition_is_refused_with_a_stable_code(string right, string wrong, string code)
    {
        var load = Load(Replaced(right, wrong));

        Assert.Null(load.Definition);
        Assert.Contains(load.Errors, error => error.Code == code);
        Assert.All(load.Errors, error => Assert.True(error.Line > 0 && error.Column > 0 && error.Message.Length > 0, error.ToString()));
    }

    [Theory]
    [InlineData("onePanel", "SW", 5, 3, "finance", "definition.order")]
    [InlineData("byIndustry", "XX", 5, 3, "finance", "definition.unknown-industry")]
    [InlineData("byIndustry", "SW", 2, 3, "finance", "definition.order")]
    [InlineData("byIndustry", "SW", 5, 2, "finance", "definition.order")]
    [InlineData("byIndustry", "SW", 5, 3, "astrology", "definition.unknown-field")]
    public void Numbers_of_one_industrys_panel_agree_with_each_other_and_with_the_rest(string grouping, string industry, int size, int minimum, string field, string code)
    {
        var group = $$"""{"industry": "{{industry}}", "size": {{size}}, "minimum": {{minimum}}, "alternates": 1, "constraints": [{"field": "{{field}}", "atLeast": 1}]}""";
        var load = Load(Replaced("\"publishScores\": false", $"\"publishScores\": false, \"groups\": [{group}]").Replace("\"grouping\": \"onePanel\"", $"\"grouping\": \"{grouping}\"", StringComparison.Ordinal));
        Assert.Contains(load.Errors, error => error.Code == code && error.Pointer.StartsWith("/panel/groups/0", StringComparison.Ordinal));
    }

    [Fact]
    public void An_error_names_the_line_the_column_and_the_pointer()
    {
        var lines = Text.Split('\n');
        var line = Array.FindIndex(lines, one => one.Contains("\"documentPrefix\"", StringComparison.Ordinal));

        var error = Assert.Single(Load(Replaced("\"documentPrefix\": \"鲁工信\"", "\"documentPrefix\": 7")).Errors);

        Assert.Equal((line + 1, lines[line].IndexOf("\"documentPrefix\"", StringComparison.Ordinal) + 1), (error.Line, error.Column));
        Assert.Equal("/issuer/documentPrefix", error.Pointer);
    }

    [Fact]
    public void A_syntax_error_names_its_line()
    {
        var error = Assert.Single(Load("{\n  \"version\": 1,\n  \"标题\" 2\n}").Errors);

        Assert.Equal((3, "definition.syntax"), (error.Line, error.Code));
        Assert.Equal(8, error.Column);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    public void What_is_no_definition_at_all_is_refused(string text) => Assert.NotEmpty(Load(text).Errors);

    [Fact]
    public void Text_that_is_not_utf8_is_refused() =>
        Assert.NotEmpty(DefinitionFile.Load([.. "{\"version\": \""u8, 0xff, 0xfe, .. "\"}"u8]).Errors);

    [Fact]
    public void A_missing_file_is_an_error_and_no_exception() =>
        Assert.Equal("definition.unreadable", Assert.Single(DefinitionFile.Load("/no/such/definition.json").Errors).Code);

    [Fact]
    public void All_errors_are_reported_together_in_the_order_of_the_file()
    {
        var load = Load(Replaced("\"demo\": false", "\"demo\": 0").Replace("\"passMark\": 60", "\"passMark\": -1", StringComparison.Ordinal));

        Assert.Equal(["/demo", "/panel/passMark"], load.Errors.Select(error => error.Pointer));
    }

    [Fact]
    public void The_second_batch_says_what_the_notice_says()
    {
        var batch = SecondBatch.Required();

        Assert.Equal(10, batch.Industries.List.Count);
        Assert.Equal(16, batch.Cities.Count);
        Assert.Equal([3, 3, 2], new[] { "370100", "370200", "371700" }.Select(batch.QuotaOf));
        Assert.Equal(34, batch.Cities.Sum(city => batch.QuotaOf(city.Code)));
        Assert.Equal(["三(一)", "三(二)", "三(三)", "三(四)", "三(五)", "三(六)", "三(七)"], batch.Conditions.Select(condition => condition.Clause));
        Assert.Equal(["C2", "C3", "C4"], batch.Relaxation.Conditions);
        Assert.Equal((5, true), (batch.Publicity.WorkingDays, batch.Publicity.FirstDayCounts));
        Assert.Equal((3, BanStart.DayOfDecision), (batch.FalseMaterial.BanYears, batch.FalseMaterial.Starts));
        Assert.Equal(100, batch.Rubric.Criteria.Sum(criterion => criterion.Most));
        Assert.True(batch.OpenPoints.Count >= 13);
    }

    [Fact]
    public void The_window_of_the_second_batch_closes_at_the_midnight_after_the_twentieth_of_June()
    {
        var window = SecondBatch.Required().CityReports;

        Assert.True(window.Contains(Instant("2025-06-20T23:59:59.9999999+08:00")));
        Assert.False(window.Contains(Instant("2025-06-21T00:00:00+08:00")));
        Assert.True(window.Contains(Instant("2025-05-13T16:00:00Z")));
        Assert.False(window.Contains(Instant("2025-05-13T15:59:59.9999999Z")));
        Assert.Equal(Instant("2025-06-19T16:00:00Z"), (window with { LastDayIncluded = false }).ClosesAt);
    }

    [Fact]
    public void The_hash_is_of_the_exact_bytes()
    {
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(SecondBatch.Source)), SecondBatch.Required().Hash);
        Assert.NotEqual(SecondBatch.Required().Hash, Load(Text + "\n").Required().Hash);
        Assert.NotEqual(SecondBatch.Required().Hash, Load("\uFEFF" + Text).Required().Hash);
    }

    [Fact]
    public void A_second_different_programme_runs_by_another_file()
    {
        var other = DefinitionFile.Load(Bytes("another-programme.json"));

        Assert.Empty(other.Errors);
        Assert.Equal("demo-workshops", other.Required().Programme.Key);
        Assert.Equal(2, other.Required().Conditions.Count);
    }

    [Fact]
    public void A_keyword_that_would_not_be_checked_is_refused_in_a_schema() =>
        Assert.Throws<NotSupportedException>(() => JsonSchema.Parse("""{ "properties": { "a": { "multipleOf": 2 } } }"""u8.ToArray()));

    private static DefinitionLoad Load(string text) => DefinitionFile.Load(Encoding.UTF8.GetBytes(text));

    /// <summary>The second batch with the first occurrence of a text replaced, which must exist.</summary>
    private static string Replaced(string right, string wrong)
    {
        var at = Text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The definition does not hold {right}");
        return Text[..at] + wrong + Text[(at + right.Length)..];
    }
}
