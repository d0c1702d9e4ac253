using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Applications;
using Registry.Programme;
using static Registry.Tests.Applications.Forms;

namespace Registry.Tests.Applications;

public sealed class FormCheckTests
{
    [Theory]
    [InlineData("cluster_name", null, "field.required")]
    [InlineData("cluster_name", "\"　 \"", "field.required")]
    [InlineData("cluster_name", "7", "field.type")]
    [InlineData("cluster_name", "\"演示\\u202e集群\"", "text.hidden-character")]
    [InlineData("cluster_name", "\"演示\\u200b集群\"", "text.hidden-character")]
    [InlineData("cluster_name", "\"演示\\u0000集群\"", "text.hidden-character")]
    [InlineData("cluster_name", "\"演示\\n集群\"", "text.hidden-character")]
    [InlineData("cluster_name", "\"演示\\ufe0f集群\"", "text.hidden-character")]
    [InlineData("cluster_name", "\"АBC 集群\"", "text.mixed-scripts")]
    [InlineData("cluster_name", "\"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一\"", "text.too-long")]
    [InlineData("positioning", "\"文字\\u2066藏\"", "text.hidden-character")]
    [InlineData("city", "\"110000\"", "city.unknown")]
    [InlineData("city", "[\"370100\"]", "field.type")]
    [InlineData("leading_industry", "\"STEEL\"", "industry.unknown")]
    [InlineData("applicant_kind", "\"person\"", "choice.unknown")]
    [InlineData("relaxation_claim", "[\"C1\"]", "choice.unknown")]
    [InlineData("applicant_uscc", "\"91370100MA30002211\"", "credit-code.check-digit")]
    [InlineData("credit_day", "\"2025-02-30\"", "date.invalid")]
    [InlineData("credit_day", "\"2025/02/03\"", "date.invalid")]
    [InlineData("truth_undertaking", "false", "declaration.required")]
    [InlineData("truth_undertaking", null, "declaration.required")]
    [InlineData("truth_undertaking", "\"yes\"", "field.type")]
    [InlineData("firms_above_size_leading", "19.5", "number.not-whole")]
    [InlineData("firms_above_size_leading", "-1", "number.too-small")]
    [InlineData("firms_above_size_leading", "100001", "number.too-large")]
    [InlineData("firms_above_size_leading", "\"二十\"", "number.invalid")]
    [InlineData("firms_above_size_leading", "\"20家\"", "number.invalid")]
    [InlineData("firms_above_size_leading", "\"1,0,0\"", "number.invalid")]
    [InlineData("firms_above_size_leading", "1e99", "number.too-many-digits")]
    [InlineData("firms_above_size_leading", "true", "field.type")]
    [InlineData("revenue_digital_above_size", "49.9999999999999999999999999999999999", "number.too-many-digits")]
    [InlineData("revenue_digital_above_size", "{\"amount\": 50}", "field.type")]
    [InlineData("revenue_digital_above_size", "{\"amount\": 50, \"unit\": \"美元\"}", "money.unit")]
    [InlineData("revenue_digital_above_size", "{\"amount\": 50, \"unit\": \"亿元\", \"more\": 1}", "field.type")]
    [InlineData("revenue_digital_above_size", "{\"amount\": \"\", \"unit\": \"亿元\"}", "field.required")]
    [InlineData("revenue_digital_above_size", "5000000000", "number.too-large")]
    [InlineData("revenue_digital_above_size", "-0.01", "number.too-small")]
    [InlineData("revenue_digital_above_size", "{\"amount\": \"0.00001\", \"unit\": \"元\"}", "number.too-many-digits")]
    [InlineData("no_such_field", "1", "field.unknown")]
    [InlineData("leading_firms", "{}", "field.type")]
    [InlineData("leading_firms", "[1]", "field.type")]
    public void A_wrong_value_is_refused_with_a_stable_code(string field, string? json, string code)
    {
        var error = Assert.Single(Check(With(field, json)).Errors);

        Assert.Equal((code, field), (error.Code, error.Field));
    }

    [Theory]
    [InlineData("[{\"name\": \"甲\"}]", "field.required", 1, "credit_code")]
    [InlineData("[{}, {\"name\": \"甲\", \"credit_code\": \"91370100MA3D000128\", \"revenue\": \"很多\"}]", "number.invalid", 2, "revenue")]
    [InlineData("[{\"name\": \"甲\", \"credit_code\": \"91370100MA3D000128\", \"revenue\": 1, \"x\": 1}]", "field.unknown", 1, "x")]
    [InlineData("[{\"name\": \"甲\", \"credit_code\": \"91370100MA3D000128\", \"revenue\": 1}, {\"name\": \"乙\", \"credit_code\": \"91370100ma3d000128\", \"revenue\": 2}]", "row.repeated", 2, "credit_code")]
    public void An_error_in_a_table_names_row_and_column(string rows, string code, int row, string column) =>
        Assert.Contains(Check(With("backbone_firms", rows)).Errors, error => (error.Code, error.Row, error.Column) == (code, row, column));

    [Fact]
    public void A_blank_row_has_no_columns_of_its_own() =>
        Assert.Contains(Check(With("policies", """[{"张三13812345678":""}]""")).Errors, e => (e.Field, e.Row, e.Column, e.Code) == ("policies", 1, "?", "field.unknown"));

    [Fact]
    public void A_table_beyond_its_rows_is_refused_at_once() =>
        Assert.Equal("table.too-many-rows", Assert.Single(Check(With("leading_firms", Firms(501, "10"))).Errors).Code);

    [Fact]
    public void A_claim_of_relaxation_needs_its_reason() =>
        Assert.Equal("relaxation_reason", Assert.Single(Check(With("relaxation_claim", "[\"C2\"]")).Errors).Field);

    [Fact]
    public void Ten_thousand_combining_marks_are_refused() =>
        Assert.Contains(Check(With("positioning", $"\"文{new string('\u0301', 10)}\"")).Errors, error => error.Code == "text.combining-marks");

    [Theory]
    [InlineData("[]", "form.type")]
    [InlineData("null", "form.type")]
    [InlineData("{\"cluster_name\": \"\\ud800\"}", "text.encoding")]
    [InlineData("{\"\\udfff\": 1}", "text.encoding")]
    [InlineData("{\"city\": \"370100\", \"city\": \"370200\"}", "field.repeated")]
    [InlineData("{\"<script>\": 1}", "field.unknown")]
    public void A_hostile_form_is_refused_and_never_an_exception(string json, string code)
    {
        var check = Check(json);

        Assert.Contains(check.Errors, error => error.Code == code);
        Assert.DoesNotContain(check.Errors, error => error.Message.Contains("<script>", StringComparison.Ordinal));
    }

    [Fact]
    public void A_complete_form_is_read_into_typed_values()
    {
        var check = Check(Complete());

        Assert.Empty(check.Errors);
        Assert.Empty(check.Warnings);
        Assert.Equal(new FieldValue.Money(new Yuan(5_000_000_000)), check.Form["revenue_digital_above_size"]);
        Assert.Equal("370100", check.Form.Code("city"));
        Assert.Equal("91370100MA3D00055M", check.Form.CreditCode("applicant_uscc")?.Value);
        Assert.Equal(2, check.Form.Rows("backbone_firms").Count);
        Assert.Null(check.Form["accidents"]);
    }

    [Theory]
    [InlineData("49.999999", "4999999900")]
    [InlineData("\"49.999999\"", "4999999900")]
    [InlineData("\"５０\"", "5000000000")]
    [InlineData("5e1", "5000000000")]
    [InlineData("{\"amount\": \"499,999.99\", \"unit\": \"万元\"}", "4999999900")]
    [InlineData("{\"amount\": 4999999999.9999, \"unit\": \"元\"}", "4999999999.9999")]
    [InlineData("0.000000000001", "0.0001")]
    public void Money_is_exact_yuan_whatever_its_unit(string json, string yuan)
    {
        var check = Check(With("revenue_digital_above_size", json));

        Assert.Empty(check.Errors);
        Assert.Equal(new FieldValue.Money(new Yuan(decimal.Parse(yuan, System.Globalization.CultureInfo.InvariantCulture))), check.Form["revenue_digital_above_size"]);
    }

    [Fact]
    public void Text_is_kept_in_normal_form_and_blank_rows_are_left_out()
    {
        var form = With("cluster_name", "\"  e\\u0301 集群 \"");
        form["policies"] = new JsonArray(new JsonObject { ["title"] = " " }, new JsonObject { ["title"] = "办法", ["day"] = "2024-01-01" });
        var check = Check(form);

        Assert.Empty(check.Errors);
        Assert.Equal("\u00e9 集群", check.Form.Text("cluster_name"));
        Assert.Single(check.Form.Rows("policies"));
    }

    [Fact]
    public void Long_text_keeps_its_line_breaks() =>
        Assert.Equal("一\n二", Check(With("services", "\"一\\r\\n二\"")).Form.Text("services"));

    [Fact]
    public void Not_meeting_the_conditions_does_not_make_a_form_wrong()
    {
        var form = With("leading_firms", null);
        form["platforms"] = new JsonArray();
        form["safety_declaration"] = false;

        Assert.Empty(Check(form).Errors);
    }

    [Fact]
    public void Evidence_is_missing_for_stated_fields_only()
    {
        var form = Check(With("platforms", "[]")).Form;
        var missing = FormCheck.MissingEvidence(SecondBatch, form, new HashSet<string> { "positioning" }).Select(remark => remark.Field).ToList();

        Assert.Contains("revenue_digital_above_size", missing);
        Assert.Contains("truth_undertaking", missing);
        Assert.DoesNotContain("platforms", missing);
        Assert.DoesNotContain("positioning", missing);
        Assert.DoesNotContain("chain_account", missing);
    }

    [Fact]
    public void A_form_survives_being_stored_with_its_members_reordered()
    {
        var form = Check(Complete()).Form;
        var stored = JsonSerializer.SerializeToNode(form)!;

        var read = Reordered(stored).Deserialize<FormData>()!;

        Assert.True(JsonNode.DeepEquals(stored, JsonSerializer.SerializeToNode(read)));
    }

    /// <summary>Members by length and then by name, as PostgreSQL's jsonb keeps them.</summary>
    private static JsonNode Reordered(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key.Length).ThenBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value is { } value ? Reordered(value) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Reordered(item))]),
        _ => node.DeepClone()
    };

    [Fact]
    public void A_form_with_thousands_of_errors_is_answered_with_the_first_five_hundred() =>
        Assert.Equal(500, Forms.Check($"{{{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"x{i}\":1"))}}}").Errors.Count);
}
