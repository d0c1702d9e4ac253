using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using MiniExcelLibs;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Tests.Recommendation;

public sealed class QueryTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<JsonElement> GetAsync(HttpClient client, string path) =>
        JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync($"/api/v1{path}", Ct));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path) => (await client.GetAsync($"/api/v1{path}", Ct)).StatusCode;

    [Fact]
    public async Task Abuse_01_lists_and_reports_end_at_the_own_city_and_organisation()
    {
        var batch = await registry.Announce();
        var (jinan, clerk) = await scenario.RecommendedAsync(batch, Scenario.Jinan);
        var (zibo, _) = await scenario.SubmittedAsync(batch, Scenario.Zibo);
        var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var applicant = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var province = await scenario.SignedInAsync(Roles.ProvincialOfficer);

        string[] Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
        Assert.Equal([jinan.Value], Ids(await GetAsync(officer, $"/applications?batch={batch.Value}")));
        Assert.Empty(Ids(await GetAsync(officer, $"/applications?batch={batch.Value}&city={Scenario.Zibo}")));
        Assert.Equal([.. new[] { jinan.Value, zibo.Value }.Order()], Ids(await GetAsync(province, $"/applications?batch={batch.Value}")).Order());
        var own = (await GetAsync(applicant, $"/applications?batch={batch.Value}")).GetProperty("items")[0];
        Assert.Equal((jinan.Value, JsonValueKind.Null), (own.GetProperty("id").GetString()!, own.GetProperty("rank").ValueKind));

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(officer, $"/batches/{batch.Value}/city-report?city={Scenario.Zibo}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(officer, $"/batches/{batch.Value}/summary-table?city={Scenario.Zibo}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(officer, $"/applications/{zibo.Value}/decisions"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(applicant, $"/batches/{batch.Value}/city-report"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(registry.Host.Server.CreateClient(), "/applications"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(province, $"/batches/{batch.Value}/city-report?city=999999"));
    }

    [Fact]
    public async Task The_list_filters_and_pages_in_a_stable_order_and_refuses_filters_that_say_nothing()
    {
        var batch = await registry.Announce();
        var ids = new List<ApplicationId>();
        for (var i = 0; i < 3; i++)
            ids.Add((await scenario.SubmittedAsync(batch, at: Scenario.Open.AddMinutes(i))).Id);
        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), await scenario.RecommendationOfAsync(ids[1]), ids[1].Value, Scenario.Open.AddHours(1));
        var province = await scenario.SignedInAsync(Roles.ProvincialOfficer);

        var second = await GetAsync(province, $"/applications?batch={batch.Value}&size=1&page=2");
        Assert.Equal(3, second.GetProperty("total").GetInt64());
        var line = Assert.Single(second.GetProperty("items").EnumerateArray().ToList());
        Assert.Equal((ids[1].Value, "Recommended", 1, 2L), (line.GetProperty("id").GetString()!, line.GetProperty("stage").GetString()!, line.GetProperty("rank").GetInt32(), line.GetProperty("version").GetInt64()));
        Assert.Equal(Scenario.Open.AddHours(1), line.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(2, (await GetAsync(province, $"/applications?batch={batch.Value}&stage=Submitted,Returned")).GetProperty("total").GetInt64());
        foreach (var wrong in (string[])["stage=Nowhere", "page=0", "page=x", "size=201", "size=-1", "sort=rank", "page=1&page=2"])
            Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(province, $"/applications?{wrong}"));
    }

    [Fact]
    public async Task The_applicant_reads_remarks_and_the_reason_of_the_end_and_not_what_is_said_between_city_and_province()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        var officer = Scenario.CityOfficer(Scenario.Jinan);
        await registry.Accepted(officer, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充规划。" }, 1), id.Value, Scenario.Open);
        await registry.Accepted(clerk, new Registry.Applications.SubmitApplication(2), id.Value, Scenario.Open);
        await registry.Accepted(officer, await scenario.RecommendationOfAsync(id), id.Value, Scenario.Open);
        await scenario.DraftedReportAsync(batch, Scenario.Jinan, [id]);
        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan, 2), new IssueCityReport(1), batch.Value, Scenario.Open);
        await registry.Accepted(Scenario.Province(), new ReturnToCity("市级内部意见", new DateOnly(2025, 7, 4), 5), id.Value, Scenario.Rechecking);
        await registry.Accepted(Scenario.Province(), new RejectApplication("不符合条件。", [], 6), id.Value, new DateTimeOffset(2025, 7, 4, 16, 0, 0, TimeSpan.Zero));

        var applicant = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var shown = await GetAsync(applicant, $"/applications/{id.Value}/decisions");
        var text = shown.GetRawText();
        Assert.Contains("请补充规划。", text, StringComparison.Ordinal);
        Assert.Contains("不符合条件。", text, StringComparison.Ordinal);
        Assert.DoesNotContain("市级内部意见", text, StringComparison.Ordinal);
        Assert.DoesNotContain("建议推荐", text, StringComparison.Ordinal);
        Assert.DoesNotContain("经核查", text, StringComparison.Ordinal);
        var all = (await GetAsync(await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan), $"/applications/{id.Value}/decisions")).GetRawText();
        Assert.Contains("市级内部意见", all, StringComparison.Ordinal);
        Assert.Contains("建议推荐。", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abuse_32_no_cell_of_the_summary_table_is_a_formula_and_each_reads_back_as_it_was()
    {
        var batch = await registry.Announce(d => d["quotas"]!["byCity"]![0]!["most"] = 20);
        string[] names = ["=HYPERLINK(\"http://x\",\"a\")", "+1+1", "-1+1", "@SUM(A1)", "＝1＋1", "＋1", "－1", "＠x", "001", "1e5", "'=1", "a;=1", "<b>&\"", "=cmd|' /C calc'!A0"];
        for (var i = 0; i < names.Length; i++)
        {
            var (id, _) = await scenario.SubmittedAsync(batch, cluster: names[i]);
            await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), await scenario.RecommendationOfAsync(id, i + 1) with { Opinion = $"={names[i]}\r\n第二行" }, id.Value, Scenario.Open);
        }
        var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var response = await officer.GetAsync($"/api/v1/batches/{batch.Value}/summary-table", Ct);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        using var file = new MemoryStream(await response.Content.ReadAsByteArrayAsync(Ct));

        using (var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true))
            foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".xml", StringComparison.Ordinal)))
            {
                await using var part = await entry.OpenAsync(Ct);
                Assert.DoesNotContain((await XDocument.LoadAsync(part, LoadOptions.None, Ct)).Descendants(), e => e.Name.LocalName is "f" or "externalReference" or "ddeLink");
            }
        file.Position = 0;
        var rows = file.Query(useHeaderRow: true).Cast<IDictionary<string, object>>().ToList();
        Assert.Equal(names, rows.Select(r => r["集群名称"]));
        Assert.Equal(names.Select(n => $"={n}\n第二行"), rows.Select(r => r["推荐意见"]));
        Assert.Equal(86.4, rows[0]["三(二) 规上企业年营业收入总额（亿元）"]);
        Assert.Equal("济南市", rows[0]["市"]);
    }

    [Fact]
    public async Task The_layout_of_the_summary_table_is_the_same_with_and_without_rows()
    {
        var batch = await registry.Announce();
        await scenario.RecommendedAsync(batch, Scenario.Zibo);
        var province = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        async Task<string[]> HeadersAsync(string query)
        {
            using var file = new MemoryStream(await province.GetByteArrayAsync($"/api/v1/batches/{batch.Value}/summary-table{query}", Ct));
            return [.. file.Query().Cast<IDictionary<string, object>>().First().Values.Cast<string>()];
        }
        string[] expected =
        [
            "序号", "市", "集群名称", "主导产业", "申报主体", "统一社会信用代码",
            "三(二) 规上企业年营业收入总额（亿元）", "三(二) 主导产业规上企业数量（家）", "三(三) 领军企业（家）", "三(三) 骨干企业（家）",
            "三(四) 创新平台：国家级创新平台不少于 1 家（家）", "三(四) 创新平台：省级创新平台不少于 3 家（家）",
            "三(四) 近三年科技奖励、核心技术和自主知识产权总数（项）", "三(四) 研发投入占销售收入比重（%）",
            "三(七) 无事故声明", "三(七) 近三年事故和事件（起）", "推荐排序", "推荐意见",
        ];
        Assert.Equal(expected, await HeadersAsync(""));
        Assert.Equal(expected, await HeadersAsync($"?city={Scenario.Zibo}"));
        Assert.Equal(expected, await HeadersAsync($"?city={Scenario.Jinan}"));
    }

    [Fact]
    public async Task The_city_reads_its_places_draft_and_report_with_the_version_to_go_on_with()
    {
        var batch = await registry.Announce();
        var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var (id, _) = await scenario.RecommendedAsync(batch);
        var before = await GetAsync(officer, $"/batches/{batch.Value}/city-report");
        Assert.Equal((3, 0L, id.Value), (before.GetProperty("quota").GetInt32(), before.GetProperty("version").GetInt64(), before.GetProperty("places")[0].GetProperty("application").GetString()!));
        await scenario.DraftedReportAsync(batch, Scenario.Jinan, [id]);
        Assert.Equal(1, (await GetAsync(officer, $"/batches/{batch.Value}/city-report")).GetProperty("version").GetInt64());
        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan, 2), new IssueCityReport(1), batch.Value, Scenario.Open);
        var after = await GetAsync(officer, $"/batches/{batch.Value}/city-report");
        Assert.Equal("演工信〔2025〕12号", after.GetProperty("issued").GetProperty("documentNumber").GetString());
    }
}
