using System.Text.Json.Nodes;
using Registry.Applications;
using Registry.Programme;
using static Registry.Tests.Applications.Forms;

namespace Registry.Tests.Applications;

/// <summary>三: every threshold of the notice just below, on it and just above, and every way in which a person may write a figure.</summary>
public sealed class ThresholdTests
{
    private const string Firm = """{"name":"甲","credit_code":"91370100MA3D000128","revenue":"@"}""";

    private static readonly DateOnly Today = new(2025, 6, 20);

    [Theory]
    // 三(二): 50 亿元 and, in principle, 20 firms.
    [InlineData("C2", "revenue_digital_above_size", "\"49.999999999999\"", Verdict.NotMet)]
    [InlineData("C2", "revenue_digital_above_size", "\"50\"", Verdict.Met)]
    [InlineData("C2", "revenue_digital_above_size", "\"50.000000000001\"", Verdict.Met)]
    [InlineData("C2", "revenue_digital_above_size", "\"9999999\"", Verdict.Met)]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\":\"499,999.9999\",\"unit\":\"万元\"}", Verdict.NotMet)]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\":\"500,000\",\"unit\":\"万元\"}", Verdict.Met)]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\":\"4,999,999,999.9999\",\"unit\":\"元\"}", Verdict.NotMet)]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\":\"５，０００，０００，０００\",\"unit\":\"元\"}", Verdict.Met)]
    [InlineData("C2", "revenue_digital_above_size", "\"　４９．９９９９９９　\"", Verdict.NotMet)]
    [InlineData("C2", "revenue_digital_above_size", "\"００５０．０\"", Verdict.Met)]
    [InlineData("C2", "revenue_digital_above_size", "0", Verdict.NotMet)]
    [InlineData("C2", "firms_above_size_leading", "19", Verdict.NeedsJustification)]
    [InlineData("C2", "firms_above_size_leading", "20", Verdict.Met)]
    [InlineData("C2", "firms_above_size_leading", "\"２１\"", Verdict.Met)]
    [InlineData("C2", "firms_above_size_leading", "\"20.0\"", Verdict.Met)]
    [InlineData("C2", "firms_above_size_leading", "0", Verdict.NeedsJustification)]
    // 三(三): one firm at 10 亿元, three at 1 亿元; the complete form has backbone firms of its own.
    [InlineData("C3", "leading_firms", $"[{Firm}]", Verdict.NotMet, "9.999999999999")]
    [InlineData("C3", "leading_firms", $"[{Firm}]", Verdict.Met, "10")]
    [InlineData("C3", "leading_firms", $"[{Firm}]", Verdict.Met, "10.000000000001")]
    [InlineData("C3", "backbone_firms", "2×0.999999999999", Verdict.NotMet)]
    [InlineData("C3", "backbone_firms", "1×1", Verdict.NotMet)]
    [InlineData("C3", "backbone_firms", "2×1", Verdict.Met)]
    [InlineData("C3", "backbone_firms", "3×1", Verdict.Met)]
    // 三(四): one national platform or three provincial ones, 1000 items in three years, 3 %.
    [InlineData("C4", "platforms", "0国家级", Verdict.NotMet)]
    [InlineData("C4", "platforms", "1国家级", Verdict.Met)]
    [InlineData("C4", "platforms", "2省级", Verdict.NotMet)]
    [InlineData("C4", "platforms", "3省级", Verdict.Met)]
    [InlineData("C4", "platforms", "4省级", Verdict.Met)]
    [InlineData("C4", "ip_awards", "2022:999", Verdict.NotMet)]
    [InlineData("C4", "ip_awards", "2022:1000", Verdict.Met)]
    [InlineData("C4", "ip_awards", "2024:1001", Verdict.Met)]
    [InlineData("C4", "ip_awards", "2022:333,2023:333,2024:333", Verdict.NotMet)]
    [InlineData("C4", "ip_awards", "2022:333,2023:333,2024:334", Verdict.Met)]
    [InlineData("C4", "ip_awards", "2021:100000,2022:999", Verdict.NotMet)]
    [InlineData("C4", "ip_awards", "2025:100000,2024:999", Verdict.NotMet)]
    [InlineData("C4", "rd_spending_prev_year", "\"1.499999999999\"", Verdict.NotMet)]
    [InlineData("C4", "rd_spending_prev_year", "\"1.5\"", Verdict.Met)]
    [InlineData("C4", "rd_spending_prev_year", "\"1.500000000001\"", Verdict.Met)]
    [InlineData("C4", "rd_spending_prev_year", "{\"amount\":\"15,000\",\"unit\":\"万元\"}", Verdict.Met)]
    [InlineData("C4", "sales_income_prev_year", "\"50.0000000001\"", Verdict.NotMet)]
    [InlineData("C4", "sales_income_prev_year", "\"49.9999999999\"", Verdict.Met)]
    [InlineData("C4", "sales_income_prev_year", "\"0\"", Verdict.NotMet)]
    [InlineData("C4", "sales_income_prev_year", "\"9999999.99999999\"", Verdict.NotMet)]
    [InlineData("C4", "sales_income_prev_year", "\"0.000000000001\"", Verdict.Met)]
    [InlineData("C4", "rd_spending_prev_year", "\"9999999.99999999\"", Verdict.Met)]
    // 三(七): none in 36 months, counted as civil law counts them.
    [InlineData("C7", "accidents", "2022-06-19", Verdict.Met)]
    [InlineData("C7", "accidents", "2022-06-20", Verdict.NotMet)]
    [InlineData("C7", "accidents", "2022-06-21", Verdict.NotMet)]
    [InlineData("C7", "accidents", "2025-06-20", Verdict.NotMet)]
    [InlineData("C7", "accidents", "2019-01-01", Verdict.Met)]
    public void Each_threshold_is_met_from_the_figure_itself_on(string condition, string field, string written, Verdict verdict, string? figure = null)
    {
        var check = Check(With(field, Json(field, figure is null ? written : written.Replace("@", figure, StringComparison.Ordinal))));
        Assert.Empty(check.Errors);
        Assert.Equal(verdict, ConditionCheck.Evaluate(SecondBatch, check.Form, "SW", Today).Single(v => v.Condition == condition).Verdict);
    }

    [Fact]
    public void A_ratio_beyond_all_measure_is_judged_and_said_to_be_large()
    {
        var form = With("rd_spending_prev_year", "\"9999999\"");
        form["sales_income_prev_year"] = "0.000000000001";
        var check = Check(form);
        Assert.Empty(check.Errors);
        var ratio = ConditionCheck.Evaluate(SecondBatch, check.Form, "SW", Today).Single(v => v.Condition == "C4").Requirements.SelectMany(r => r.AnyOf).Single(f => f.Unit == "%");
        Assert.True(ratio.Holds);
        Assert.Null(ratio.Figure);
        Assert.StartsWith("大于 1,000,000 %", ratio.ShownZh, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\"", "field.required")]
    [InlineData("\"　\"", "field.required")]
    [InlineData("null", "field.required")]
    [InlineData("\"-50\"", "number.too-small")]
    [InlineData("\"－50\"", "number.too-small")]
    [InlineData("\"−50\"", "number.invalid")]
    [InlineData("\"+50\"", "number.invalid")]
    [InlineData("\"5e1\"", "number.invalid")]
    [InlineData("\"5E+1\"", "number.invalid")]
    [InlineData("\"５ｅ１\"", "number.invalid")]
    [InlineData("\"0x32\"", "number.invalid")]
    [InlineData("\"NaN\"", "number.invalid")]
    [InlineData("\"∞\"", "number.invalid")]
    [InlineData("\"五十\"", "number.invalid")]
    [InlineData("\"٥٠\"", "number.invalid")]
    [InlineData("\"50亿\"", "number.invalid")]
    [InlineData("\"50.\"", "number.invalid")]
    [InlineData("\".5\"", "number.invalid")]
    [InlineData("\"50,0\"", "number.invalid")]
    [InlineData("\"5 0\"", "number.invalid")]
    [InlineData("\"50.0000000000001\"", "number.too-many-digits")]
    [InlineData("\"99999999999999999999999999999999\"", "number.too-many-digits")]
    [InlineData("\"10000000\"", "number.too-large")]
    [InlineData("[50]", "field.type")]
    [InlineData("true", "field.type")]
    public void What_is_no_exact_figure_is_refused_and_never_rounded_or_guessed(string written, string code) =>
        Assert.Equal(code, Assert.Single(Check(With("revenue_digital_above_size", written)).Errors).Code);

    [Fact]
    public void Each_wrong_cell_of_each_table_is_named_by_row_and_column()
    {
        var form = Complete();
        form["leading_firms"] = JsonNode.Parse("""[{"name":"甲","credit_code":"91370100MA3D000129","revenue":"10"},{"name":"","credit_code":"91370100MA3D000128","revenue":"1e1"}]""");
        form["platforms"] = JsonNode.Parse("""[{"name":"一","level":"world","body":"甲","day":"2023-02-29"}]""");
        form["ip_awards"] = JsonNode.Parse("""[{"year":"2022.5","awards":-1,"core_technologies":0,"patents":"","software_copyrights":1}]""");
        form["policies"] = JsonNode.Parse("""[{"title":"办\u202e法","number":"1","day":""}]""");
        Assert.Equal(
            [
                "leading_firms 1 credit_code credit-code.check-digit", "leading_firms 2 name field.required", "leading_firms 2 revenue number.invalid",
                "platforms 1 level choice.unknown", "platforms 1 day date.invalid",
                "ip_awards 1 year number.not-whole", "ip_awards 1 awards number.too-small", "ip_awards 1 patents field.required",
                "policies 1 title text.hidden-character", "policies 1 day field.required",
            ],
            Check(form).Errors.Select(e => $"{e.Field} {e.Row} {e.Column} {e.Code}"));
    }

    private static string Json(string field, string written) => field switch
    {
        "backbone_firms" => Firms(int.Parse(written.Split('×')[0], System.Globalization.CultureInfo.InvariantCulture), written.Split('×')[1]),
        "platforms" => new JsonArray([.. Enumerable.Range(1, written[0] - '0').Select(i => new JsonObject
        {
            ["name"] = $"平台{i}",
            ["level"] = written.EndsWith("国家级", StringComparison.Ordinal) ? "national" : "provincial",
            ["body"] = "甲",
            ["day"] = "2023-01-01",
        })]).ToJsonString(),
        "ip_awards" => new JsonArray([.. written.Split(',').Select(y => new JsonObject
        {
            ["year"] = y.Split(':')[0],
            ["awards"] = 0,
            ["core_technologies"] = 0,
            ["patents"] = y.Split(':')[1],
            ["software_copyrights"] = 0,
        })]).ToJsonString(),
        "accidents" => $$"""[{"day":"{{written}}","kind":"work-safety","level":"serious","account":"演示数据"}]""",
        _ => written,
    };
}
