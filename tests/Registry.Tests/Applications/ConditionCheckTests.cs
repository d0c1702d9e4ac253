using System.Globalization;
using System.Text.Json.Nodes;
using Registry.Applications;
using Registry.Programme;
using static Registry.Tests.Applications.Forms;
using static Registry.Tests.TestData;

namespace Registry.Tests.Applications;

/// <summary>三: both sides of every threshold, without and with a relaxation.</summary>
public sealed class ConditionCheckTests
{
    private static readonly DateOnly Today = Day("2025-06-20");

    [Theory]
    [InlineData("C2", "revenue_digital_above_size", "49.999999")]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\": \"4999999999.9999\", \"unit\": \"元\"}")]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\": 499999.9999, \"unit\": \"万元\"}")]
    [InlineData("C2", "revenue_digital_above_size", "0")]
    [InlineData("C3", "leading_firms", "[]")]
    [InlineData("C3", "leading_firms", "[{\"name\": \"甲\", \"credit_code\": \"91370100MA3D000128\", \"revenue\": 9.99999999}]")]
    [InlineData("C3", "backbone_firms", "[{\"name\": \"乙\", \"credit_code\": \"91370100MA3D000203\", \"revenue\": 1}]")]
    [InlineData("C3", "backbone_firms", "[{\"name\": \"甲\", \"credit_code\": \"91370100MA3D000128\", \"revenue\": 10}, {\"name\": \"乙\", \"credit_code\": \"91370100MA3D000203\", \"revenue\": 1}]")]
    [InlineData("C3", "backbone_firms", "[{\"name\": \"乙\", \"credit_code\": \"91370100MA3D000203\", \"revenue\": 1}, {\"name\": \"丙\", \"credit_code\": \"91370100MA3D000390\", \"revenue\": {\"amount\": 9999.9999, \"unit\": \"万元\"}}]")]
    [InlineData("C4", "platforms", "[]")]
    [InlineData("C4", "platforms", "[{\"name\": \"一\", \"level\": \"provincial\", \"body\": \"甲\", \"day\": \"2023-01-01\"}, {\"name\": \"二\", \"level\": \"provincial\", \"body\": \"甲\", \"day\": \"2023-01-01\"}]")]
    [InlineData("C4", "ip_awards", "[{\"year\": 2022, \"awards\": 0, \"core_technologies\": 0, \"patents\": 999, \"software_copyrights\": 0}]")]
    [InlineData("C4", "ip_awards", "[{\"year\": 2021, \"awards\": 0, \"core_technologies\": 0, \"patents\": 5000, \"software_copyrights\": 0}]")]
    [InlineData("C4", "ip_awards", "[{\"year\": 2025, \"awards\": 0, \"core_technologies\": 0, \"patents\": 5000, \"software_copyrights\": 0}]")]
    [InlineData("C4", "rd_spending_prev_year", "1.4999999999")]
    [InlineData("C4", "rd_spending_prev_year", "{\"amount\": \"149999999.9999\", \"unit\": \"元\"}")]
    [InlineData("C4", "sales_income_prev_year", "50.00000001")]
    [InlineData("C4", "sales_income_prev_year", "0")]
    [InlineData("C7", "safety_declaration", "false")]
    [InlineData("C7", "safety_declaration", null)]
    [InlineData("C7", "accidents", "[{\"day\": \"2022-06-20\", \"kind\": \"work-safety\", \"level\": \"serious\", \"account\": \"演示数据\"}]")]
    [InlineData("C7", "accidents", "[{\"day\": \"2025-06-20\", \"kind\": \"environment\", \"level\": \"especially-serious\", \"account\": \"演示数据\"}]")]
    public void Below_a_hard_threshold_the_condition_is_not_met(string condition, string field, string? json)
    {
        Assert.Equal(Verdict.NotMet, VerdictOn(condition, With(field, json)));
        Assert.Equal(condition is "C7" ? Verdict.NotMet : Verdict.MayBeRelaxed, VerdictOn(condition, With(field, json), "IC"));
        Assert.Equal(condition is "C7" ? Verdict.NotMet : Verdict.MayBeRelaxed, VerdictOn(condition, With(field, json), "AI"));
        Assert.Equal(Verdict.NotMet, VerdictOn(condition, With(field, json), "SW"));
    }

    [Theory]
    [InlineData("C2")]
    [InlineData("C3")]
    [InlineData("C4")]
    [InlineData("C7")]
    public void Exactly_on_every_threshold_the_condition_is_met(string condition) => Assert.Equal(Verdict.Met, VerdictOn(condition, Complete()));

    [Theory]
    [InlineData("C2", "revenue_digital_above_size", "{\"amount\": 5000000000, \"unit\": \"元\"}")]
    [InlineData("C3", "leading_firms", "[{\"name\": \"甲\", \"credit_code\": \"91370100MA3D000128\", \"revenue\": {\"amount\": 100000, \"unit\": \"万元\"}}]")]
    [InlineData("C4", "platforms", "[{\"name\": \"一\", \"level\": \"provincial\", \"body\": \"甲\", \"day\": \"2023-01-01\"}, {\"name\": \"二\", \"level\": \"provincial\", \"body\": \"甲\", \"day\": \"2023-01-01\"}, {\"name\": \"三\", \"level\": \"provincial\", \"body\": \"甲\", \"day\": \"2023-01-01\"}]")]
    [InlineData("C4", "rd_spending_prev_year", "{\"amount\": \"150000000\", \"unit\": \"元\"}")]
    [InlineData("C7", "accidents", "[{\"day\": \"2022-06-19\", \"kind\": \"work-safety\", \"level\": \"serious\", \"account\": \"演示数据\"}]")]
    public void The_figure_itself_is_included_in_any_unit(string condition, string field, string json) =>
        Assert.Equal(Verdict.Met, VerdictOn(condition, With(field, json)));

    [Fact]
    public void Nineteen_firms_need_a_justification_and_nothing_else()
    {
        Assert.Equal(Verdict.NeedsJustification, VerdictOn("C2", With("firms_above_size_leading", "19")));
        Assert.Equal(Verdict.NeedsJustification, VerdictOn("C2", With("firms_above_size_leading", "19"), "IC"));
        Assert.Equal(Verdict.Met, VerdictOn("C2", With("firms_above_size_leading", "20")));
    }

    [Fact]
    public void A_hard_threshold_missed_outweighs_a_soft_one()
    {
        var form = With("firms_above_size_leading", "19");
        form["revenue_digital_above_size"] = 49;

        Assert.Equal(Verdict.NotMet, VerdictOn("C2", form));
    }

    [Theory]
    [InlineData("C1")]
    [InlineData("C5")]
    [InlineData("C6")]
    public void The_conditions_without_figures_need_a_person(string condition)
    {
        Assert.Equal(Verdict.NeedsJudgement, VerdictOn(condition, Complete()));
        Assert.Equal(Verdict.NeedsJudgement, VerdictOn(condition, Complete(), "IC"));
    }

    [Fact]
    public void A_draft_without_figures_is_incomplete_and_no_exception()
    {
        var verdicts = ConditionCheck.Evaluate(SecondBatch, FormData.Empty, null, Today).ToDictionary(one => one.Condition, one => one.Verdict);

        Assert.Equal(Verdict.Incomplete, verdicts["C2"]);
        Assert.Equal(Verdict.NeedsJudgement, verdicts["C1"]);
    }

    [Fact]
    public void A_firm_named_in_both_tables_counts_once()
    {
        var form = With("leading_firms", Firms(2, "10"));
        form["backbone_firms"] = JsonNode.Parse(Firms(2, "10"));
        Assert.Equal(Verdict.NotMet, VerdictOn("C3", form));

        form["backbone_firms"] = JsonNode.Parse(Firms(3, "1"));
        Assert.Equal(Verdict.Met, VerdictOn("C3", form));
    }

    [Fact]
    public void A_verdict_names_figure_threshold_unit_clause_and_version()
    {
        var verdict = Evaluate(With("rd_spending_prev_year", "1.4999999999")).Single(one => one.Condition == "C4");
        var ratio = verdict.Requirements.Single(one => one.Id == "rd-ratio").AnyOf[0];

        Assert.Equal(("三(四)", SecondBatch.Version, SecondBatch.Hash), (verdict.Clause, verdict.DefinitionVersion, verdict.DefinitionHash));
        Assert.Equal((2.9999999998m, 3m, "%"), (Math.Round(1.4999999999m / 50 * 100, 10), ratio.AtLeast!.Value, ratio.Unit));
        Assert.Equal(2.99999999m, ratio.Figure);
        Assert.Equal(["1.4999999999 亿元", "50 亿元"], ratio.Inputs.Select(input => input.Shown));
        Assert.Contains("2.99999999 %", verdict.Explanation.Zh);
    }

    [Fact]
    public void A_count_names_the_rows_it_counted()
    {
        var verdict = Evaluate(Complete()).Single(one => one.Condition == "C3");

        Assert.Equal(["第 1、2 行", "第 1 行"], verdict.Requirements.Single(one => one.Id == "backbone-firms").AnyOf[0].Inputs.Select(input => input.Shown));
    }

    [Theory]
    [InlineData("clean", Verdict.Met)]
    [InlineData("repaired", Verdict.Met)]
    [InlineData("bad", Verdict.NotMet)]
    public void A_repaired_credit_record_is_not_held_against_the_applicant(string result, Verdict verdict) =>
        Assert.Equal(verdict, ConditionCheck.EvaluateApplicant(SecondBatch, Check(With("credit_result", $"\"{result}\"")).Form, Today)
            .Single(one => one.Condition == "A3").Verdict);

    [Fact]
    public void The_same_form_judged_under_another_definition_gives_the_other_verdict()
    {
        var stricter = DefinitionFile.Load(System.Text.Encoding.UTF8.GetBytes(
            System.Text.Encoding.UTF8.GetString(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)
                .Replace("\"atLeast\": 50,", "\"atLeast\": 50.000001,", StringComparison.Ordinal))).Required();

        Assert.Equal(Verdict.NotMet, ConditionCheck.Evaluate(stricter, Check(Complete()).Form, "SW", Today).Single(one => one.Condition == "C2").Verdict);
    }

    [Fact]
    public void Another_programme_is_judged_by_its_own_conditions()
    {
        var other = DefinitionFile.Load(Bytes("another-programme.json")).Required();
        var raw = System.Text.Json.JsonDocument.Parse("""
            { "workshop": "演示车间", "district": "990100", "trade": "TEX", "firm": "演示企业", "kind": "firm", "code": "91370100MA3D000128",
              "energy_saved": "9.99", "machines": [{ "model": "一", "price": 120 }, { "model": "二", "price": { "amount": 800000, "unit": "元" } }], "undertaking": true }
            """).RootElement;
        var check = FormCheck.Validate(other, raw);

        Assert.Empty(check.Errors);
        Assert.Equal([Verdict.NotMet, Verdict.Met], ConditionCheck.Evaluate(other, check.Form, "TEX", Today).Select(one => one.Verdict));
    }

    [Theory]
    [InlineData("1.5", "50", true)]
    [InlineData("3", "100", true)]
    [InlineData("0.03", "1", true)]
    [InlineData("0.0299999999", "1", false)]
    [InlineData("1", "33.333333333333", true)]
    [InlineData("1", "33.333333333334", false)]
    [InlineData("299999.9999", "9999999.9967", false)]
    public void A_ratio_is_compared_exactly(string spending, string income, bool holds)
    {
        var form = With("rd_spending_prev_year", spending);
        form["sales_income_prev_year"] = JsonNode.Parse(income);
        var check = Check(form);

        Assert.Empty(check.Errors);
        var expected = decimal.Parse(spending, CultureInfo.InvariantCulture) * 100 >= 3 * decimal.Parse(income, CultureInfo.InvariantCulture);
        Assert.Equal(holds, expected);
        Assert.Equal(holds, Evaluate(form).Single(one => one.Condition == "C4").Requirements.Single(one => one.Id == "rd-ratio").Holds);
    }

    private static Verdict VerdictOn(string condition, JsonObject form, string industry = "AC") =>
        Evaluate(form, industry).Single(one => one.Condition == condition).Verdict;

    private static IReadOnlyList<ConditionVerdict> Evaluate(JsonObject form, string industry = "AC")
    {
        var check = Check(form);
        Assert.True(check.Valid, string.Join("\n", check.Errors));
        return ConditionCheck.Evaluate(SecondBatch, check.Form, industry, Today);
    }
}
