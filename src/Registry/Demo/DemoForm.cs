using System.Globalization;
using System.Text.Json.Nodes;
using Registry.Organisations;

namespace Registry.Demo;

/// <summary>Figures of an invented cluster; the defaults meet every condition that figures decide.</summary>
public sealed record DemoFigures
{
    /// <summary>Yearly revenue, 亿元.</summary>
    public string Revenue { get; init; } = "86.4";

    /// <summary>Firms above designated size in the leading industry.</summary>
    public int Firms { get; init; } = 31;

    /// <summary>Revenue of each leading firm, 亿元.</summary>
    public IReadOnlyList<string> Leading { get; init; } = ["23.5", "11.2"];

    /// <summary>Revenue of each backbone firm, 亿元.</summary>
    public IReadOnlyList<string> Backbone { get; init; } = ["6.1", "3.4", "1.8"];

    /// <summary>Patents of the middle of the three years.</summary>
    public int Patents { get; init; } = 640;

    /// <summary>R&amp;D spending, 亿元.</summary>
    public string Research { get; init; } = "4.32";

    /// <summary>Sales income, 亿元.</summary>
    public string Sales { get; init; } = "86.4";

    /// <summary>Conditions claimed to be relaxed.</summary>
    public IReadOnlyList<string> Claims { get; init; } = [];
}

/// <summary>Application forms of invented clusters, in the form of the second batch. Every name is made up; every code is valid.</summary>
public static class DemoForm
{
    /// <summary>
    /// A credit code with valid checks for an invented organisation; all of them have YY at the ninth and tenth place, so that they can be told.
    /// </summary>
    /// <param name="city">GB/T 2260 code of the city.</param>
    /// <param name="number">0 to 999,999.</param>
    public static CreditCode Code(string city, int number)
    {
        var inner = $"YY{number.ToString("D6", CultureInfo.InvariantCulture)}";
        int[] weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var sum = weights.Select((w, i) => w * (char.IsAsciiDigit(inner[i]) ? inner[i] - '0' : inner[i] - 'A' + 10)).Sum();
        var check = (11 - sum % 11) switch { 10 => 'X', 11 => '0', var d => (char)('0' + d) };
        var body = $"52{city}{inner}{check}";
        return CreditCode.Parse(body + CreditCode.CheckCharacter(body));
    }

    /// <summary>A whole form.</summary>
    public static JsonObject Make(string clusterName, string city, string industry, string organisation, CreditCode code, DemoFigures? figures = null)
    {
        var f = figures ?? new DemoFigures();
        var number = int.Parse(code.Value[10..16], CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["cluster_name"] = clusterName,
            ["city"] = city,
            ["leading_industry"] = industry,
            ["front_rank"] = "（演示）主导产品在省内同类产品中居前列。",
            ["applicant_name"] = organisation,
            ["applicant_uscc"] = code.Value,
            ["applicant_kind"] = "operating-body",
            ["applicant_operation"] = "（演示）运营和财务状况良好，近三年连续盈余。",
            ["applicant_structure"] = "（演示）设理事会和专职运营团队。",
            ["applicant_rules"] = "（演示）章程、财务和项目管理制度完善。",
            ["credit_result"] = "clean",
            ["credit_source"] = "信用中国（山东）",
            ["credit_day"] = "2025-05-15",
            ["contact_name"] = "演示联系人",
            ["contact_phone"] = "0531-00000000",
            ["positioning"] = "（演示）发展规划明确，聚焦主导产业，绿色低碳。",
            ["spatial_layout"] = "（演示）一核两园，相对集聚。",
            ["area"] = "12.5",
            ["revenue_digital_above_size"] = Yi(f.Revenue),
            ["firms_above_size_leading"] = f.Firms,
            ["leading_firms"] = Firms("领军", city, f.Leading, 100_000 + number * 7 % 400_000),
            ["backbone_firms"] = Firms("骨干", city, f.Backbone, 500_000 + number * 7 % 400_000),
            ["chain_account"] = "（演示）链主企业带动本地配套企业。",
            ["platforms"] = new JsonArray(
                new JsonObject { ["name"] = "演示国家级创新平台", ["level"] = "national", ["body"] = organisation, ["day"] = "2022-03-18" }),
            ["ip_awards"] = new JsonArray(
                Year(2022, f.Patents / 2), Year(2023, f.Patents), Year(2024, f.Patents / 2)),
            ["rd_spending_prev_year"] = Yi(f.Research),
            ["sales_income_prev_year"] = Yi(f.Sales),
            ["services"] = "（演示）与院校、协会共建公共服务平台。",
            ["support_account"] = "（演示）市、县两级出台支持政策。",
            ["policies"] = new JsonArray(new JsonObject { ["title"] = "演示支持措施", ["number"] = "演示〔2024〕1号", ["day"] = "2024-02-01" }),
            ["safety_declaration"] = true,
            ["accidents"] = new JsonArray(),
            ["relaxation_claim"] = new JsonArray([.. f.Claims.Select(c => (JsonNode)c)]),
            ["relaxation_reason"] = f.Claims.Count > 0 ? "（演示）属于可适当放宽的领域，处于成长期。" : null,
            ["sensitive_material"] = false,
            ["truth_undertaking"] = true,
        };
    }

    private static JsonObject Yi(string amount) => new() { ["amount"] = amount, ["unit"] = "亿元" };

    private static JsonObject Year(int year, int patents) => new()
    {
        ["year"] = year,
        ["awards"] = 3,
        ["core_technologies"] = 9,
        ["patents"] = patents,
        ["software_copyrights"] = patents / 4,
    };

    private static JsonArray Firms(string kind, string city, IReadOnlyList<string> revenues, int first) =>
        new([.. revenues.Select((revenue, i) => (JsonNode)new JsonObject
        {
            ["name"] = $"演示{kind}企业{i + 1}（{first + i}）",
            ["credit_code"] = Code(city, first + i).Value,
            ["revenue"] = Yi(revenue),
        })]);
}
