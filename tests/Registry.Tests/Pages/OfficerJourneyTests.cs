using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using AngleSharp.Dom;
using Marten;
using MiniExcelLibs;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Pages.Applicant;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Tests.Pages;

/// <summary>City and provincial officers go their whole way without script: check, return, recommend, report, re-check, admit, list.</summary>
public sealed class OfficerJourneyTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_city_returns_a_form_and_recommends_it_after_a_preview_and_nothing_typed_is_lost_on_the_way()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        using var officer = await VisitorAsync(Roles.CityOfficer, Scenario.Jinan);
        using (var elsewhere = await VisitorAsync(Roles.CityOfficer, Scenario.Zibo))
            Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.GetAsync($"/office/applications/{id.Value}/city-check")).Status);
        var console = await officer.GetAsync("/office");
        var waiting = Assert.Single(console.Document.QuerySelectorAll($".waiting a[href*='{id.Value}']"));
        var page = await officer.GetAsync(waiting.GetAttribute("href")!);
        Assert.Contains("本市推荐名额 3 个，已用 0 个", page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("#condition-C2 .side-by-side .files a"));

        var empty = await officer.PostAsync(page.Form, ("step", "return"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        var returned = await officer.PostAsync(empty.Form, ("remark.revenue_digital_above_size", "请附审计报告"), ("opinion", "尚未写完"), ("step", "return"));
        Assert.Equal($"/office/applications/{id.Value}", returned.Location);
        await registry.Accepted(clerk, new SubmitApplication(2), id.Value, Scenario.Open.AddHours(1));

        page = await officer.GetAsync($"/office/applications/{id.Value}/city-check");
        Assert.Contains("第 1 次提交以来的变化", page.Text, StringComparison.Ordinal);
        var unready = await officer.PostAsync(page.Form, ("opinion", "建议推荐。\n第二行"), ("rank", "１"), ("step", "preview"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unready.Status);
        Assert.All(unready.Document.QuerySelectorAll(".error-summary a"), a => Assert.NotNull(unready.Document.QuerySelector(a.GetAttribute("href")!)));
        Assert.Equal("建议推荐。\n第二行", unready.Document.QuerySelector("textarea[name=opinion]")!.TextContent.TrimStart('\n'));

        var findings = unready.Document.QuerySelectorAll("textarea[name^='finding.']").Select(t => (t.GetAttribute("name")!, "经核查，符合。")).ToArray();
        var preview = await officer.PostAsync(unready.Form, [.. findings, ("step", "preview")]);
        Assert.Equal(HttpStatusCode.OK, preview.Status);
        Assert.Contains("第 1 个名额（共 3 个）", preview.Text, StringComparison.Ordinal);
        var edited = await officer.PostAsync(preview.Form, ("step", "edit"));
        Assert.Equal("经核查，符合。", edited.Document.QuerySelector("textarea[name='finding.C1']")!.TextContent.Trim());
        var recommended = await officer.PostAsync((await officer.PostAsync(edited.Form, ("step", "preview"))).Form, ("step", "recommend"));
        Assert.Equal($"/office/applications/{id.Value}", recommended.Location);
        Assert.Equal(Stage.Recommended, await scenario.StageAsync(id));
    }

    [Fact]
    public async Task The_list_of_what_waits_begins_with_what_has_stood_longest_where_it_stands()
    {
        var batch = await registry.Announce();
        var (first, _) = await scenario.SubmittedAsync(batch, at: Scenario.Open);
        var (second, _) = await scenario.SubmittedAsync(batch, at: Scenario.Open.AddHours(1));
        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), await scenario.RecommendationOfAsync(first), first.Value, Scenario.Open.AddHours(2));
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        foreach (var (order, ids) in new[] { ("", new[] { first.Value, second.Value }), ("since", [second.Value, first.Value]) })
        {
            var list = await officer.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/v1/applications?batch={batch.Value}&order={order}", Ct);
            Assert.Equal(ids, list.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()));
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await officer.GetAsync("/api/v1/applications?order=name", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_row_and_a_cell_of_a_table_are_returned_on_the_page_and_the_applicant_reads_it_beside_them()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        using var officer = await VisitorAsync(Roles.CityOfficer, Scenario.Jinan);
        var page = await officer.GetAsync($"/office/applications/{id.Value}/city-check");
        const string line = "row-remark.leading_firms";
        var wrong = await officer.PostAsync(page.Form, (line + "[0].text", "营业收入与审计报告不一致。"), ("step", "return"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("请选择是哪一行", wrong.Text, StringComparison.Ordinal);

        var more = await officer.PostAsync(wrong.Form, (line + "[0].row", "0"), (line + "[0].column", "revenue"), ("add", line));
        Assert.Equal(HttpStatusCode.OK, more.Status);
        var returned = await officer.PostAsync(more.Form, (line + "[1].row", "1"), (line + "[1].text", "该企业已注销。"), ("step", "return"));
        Assert.Equal($"/office/applications/{id.Value}", returned.Location);
        Assert.Equal(["leading_firms[0].revenue", "leading_firms[1]"], (await scenario.LastAsync<ApplicationReturned>(id.Stream)).Remarks.Keys.Order(StringComparer.Ordinal));

        using var applicant = await VisitorAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var tasks = await applicant.GetAsync($"/office/applications/{id.Value}/form");
        var section = tasks.Document.QuerySelectorAll("main a[href*='/form/']").Select(a => a.GetAttribute("href")!).Distinct();
        foreach (var address in section)
            if ((await applicant.GetAsync(address)).Document.QuerySelector("[name='leading_firms[0].revenue']") is { } cell)
            {
                Assert.Contains("营业收入与审计报告不一致。", cell.Closest("td")!.TextContent, StringComparison.Ordinal);
                Assert.EndsWith("-asked", cell.GetAttribute("aria-describedby"), StringComparison.Ordinal);
                Assert.Contains("该企业已注销。", cell.Closest("tr")!.NextElementSibling!.TextContent, StringComparison.Ordinal);
                Assert.Equal("leading_firms[1].name", cell.Closest("tr")!.NextElementSibling!.NextElementSibling!.QuerySelector("input")!.GetAttribute("name"));

                // A row that goes takes its remark out of the table; the others' remarks move along with their rows.
                var shrunk = await applicant.PostAsync((await applicant.GetAsync(address)).Form, ("remove", "leading_firms[0]"));
                var after = await applicant.GetAsync(shrunk.Location!);
                Assert.DoesNotContain("营业收入与审计报告不一致。", after.Document.QuerySelector("#f-leading_firms table")!.TextContent, StringComparison.Ordinal);
                Assert.Contains("提交时第 1 行", after.Document.QuerySelectorAll("p.notice.warning").Single(p => p.TextContent.Contains("营业收入与审计报告不一致。", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
                Assert.Contains("该企业已注销。", after.Document.QuerySelector("[name='leading_firms[0].name']")!.Closest("tr")!.PreviousElementSibling!.TextContent, StringComparison.Ordinal);
                return;
            }
        Assert.Fail("the table is in no section");
    }

    [Theory]
    [InlineData("a b c", "a b c", "0 1 2")]
    [InlineData("a b c", "b c", "- 0 1")]
    [InlineData("a b c", "a B c", "0 1 2")]
    [InlineData("a b c", "x a b c", "1 2 3")]
    [InlineData("a b c", "c a b", "1 2 0")]
    [InlineData("a b c", "a C", "0 - -")]
    [InlineData("a a b", "a b", "0 - 1")]
    [InlineData("a b", "", "- -")]
    public void A_row_of_what_was_submitted_is_found_again_among_the_rows_of_now_or_is_not_guessed(string submitted, string now, string found) =>
        Assert.Equal(found, string.Join(' ', RowPlaces.Of(Rows(submitted), Rows(now)).Select(r => r?.ToString(CultureInfo.InvariantCulture) ?? "-")));

    private static string[] Rows(string rows) => rows.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task An_unmet_condition_is_named_at_its_place_and_the_city_declines_with_a_reason_that_the_applicant_reads()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, figures: new DemoFigures { Revenue = "49.999999" });
        using var officer = await VisitorAsync(Roles.CityOfficer, Scenario.Jinan);
        var page = await officer.GetAsync($"/office/applications/{id.Value}/city-check");
        var findings = page.Document.QuerySelectorAll("textarea[name^='finding.']").Select(t => (t.GetAttribute("name")!, "符合。")).ToArray();
        var refused = await officer.PostAsync((await officer.PostAsync(page.Form, [.. findings, ("opinion", "推荐"), ("rank", "1"), ("step", "preview")])).Form, ("step", "recommend"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("三(二)", refused.Document.QuerySelector("#condition-C2 .error")!.TextContent, StringComparison.Ordinal);
        var declined = await officer.PostAsync(refused.Form, ("reason", "规模不足。"), ("step", "decline"));
        Assert.Equal(HttpStatusCode.SeeOther, declined.Status);

        using var applicant = await VisitorAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var told = await applicant.GetAsync($"/office/applications/{id.Value}");
        Assert.Contains("规模不足。", told.Text, StringComparison.Ordinal);
        Assert.Contains("申请复核", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_city_reports_with_its_table_and_scans_and_a_second_officer_issues()
    {
        var batch = await registry.Announce();
        var (first, _) = await scenario.RecommendedAsync(batch);
        var (second, _) = await scenario.RecommendedAsync(batch, rank: 2);
        using var officer = await VisitorAsync(Roles.CityOfficer, Scenario.Jinan);
        var address = $"/office/batches/{batch.Value}/city-report";
        var page = await officer.GetAsync(address);

        var file = await (await officer.GetAsync($"/office/batches/{batch.Value}/summary-table?rows=open")).Response.Content.ReadAsByteArrayAsync(Ct);
        var wrong = await UploadAsync(officer, page, "table", "table.base64", Filled(file, (0, "甲"), (1, "1")), "汇总表.xlsx");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("推荐排序须为 1 至 3 之间的整数", wrong.Text, StringComparison.Ordinal);
        var dry = await UploadAsync(officer, page, "table", "table.base64", Filled(file, (0, "2"), (1, "1")), "汇总表.xlsx");
        Assert.Equal(HttpStatusCode.OK, dry.Status);
        Assert.Contains("1 → 2", dry.Text, StringComparison.Ordinal);
        Assert.Equal(2, await scenario.VersionAsync(first.Stream));
        Assert.Equal(address, (await officer.PostAsync(dry.Form, ("step", "import"))).Location);
        Assert.Equal(3, await scenario.VersionAsync(first.Stream));

        page = await officer.GetAsync(address);
        var unscanned = await UploadAsync(officer, page, "draft", "document.base64", "<html>"u8.ToArray(), "文件.pdf", ("documentNumber", "演工信〔2025〕9号"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unscanned.Status);
        Assert.Equal("演工信〔2025〕9号", unscanned.Document.QuerySelector("input[name=documentNumber]")!.GetAttribute("value"));
        var drafted = await UploadAsync(officer, page, "draft", "document.base64", Files.MadeFiles.Pdf("document"), "文件.pdf", ("documentNumber", "演工信〔2025〕9号"), ("summaryTable", Convert.ToBase64String(Files.MadeFiles.Pdf("table"))));
        Assert.Equal(address, drafted.Location);
        page = await officer.GetAsync(address);
        Assert.Contains("须由另一位工作人员签发", page.Text, StringComparison.Ordinal);

        using var issuer = await VisitorAsync(Roles.CityOfficer, Scenario.Jinan);
        page = await issuer.GetAsync(address);
        var scan = page.Document.QuerySelector("a[href*='/city-report/files/']")!.GetAttribute("href")!;
        Assert.Equal(Files.MadeFiles.Pdf("document"), await (await issuer.GetAsync(scan)).Response.Content.ReadAsByteArrayAsync(Ct));
        var form = page.Document.QuerySelectorAll("form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single(f => f.GetAttribute("action")!.EndsWith("/issue", StringComparison.Ordinal));
        Assert.Equal(address, (await issuer.PostAsync(form)).Location);
        Assert.Equal((Stage.Reported, Stage.Reported), (await scenario.StageAsync(first), await scenario.StageAsync(second)));

        using var elsewhere = await VisitorAsync(Roles.CityOfficer, Scenario.Zibo);
        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.GetAsync(scan + $"?city={Scenario.Jinan}")).Status);
        using var province = await VisitorAsync(Roles.ProvincialOfficer);
        Assert.Equal(HttpStatusCode.OK, (await province.GetAsync(scan + $"?city={Scenario.Jinan}")).Status);
    }

    [Fact]
    public async Task The_province_admits_those_without_remarks_together_decides_the_others_alone_and_fixes_the_list()
    {
        var batch = await registry.Announce();
        var plain = await scenario.ReportedAsync(batch, clusters: 2);
        var (proposed, _) = (await scenario.ReportedAsync(batch, Scenario.Zibo, industry: "IC", figures: new DemoFigures { Revenue = "49.999999", Claims = ["C2"] }))[0];
        using var officer = await VisitorAsync(Roles.ProvincialOfficer, now: Scenario.Rechecking);
        var address = $"/office/batches/{batch.Value}/screening";
        var page = await officer.GetAsync(address);
        Assert.Equal(2, page.Document.QuerySelectorAll("input[name=selected]").Length);
        Assert.Contains("市级提出放宽或说明：C2", page.Text, StringComparison.Ordinal);
        Assert.Empty((await officer.GetAsync($"{address}?remarks=some")).Document.QuerySelectorAll("input[name=selected]"));

        var csv = await (await officer.GetAsync($"{address}?city={Scenario.Zibo}&format=csv")).Response.Content.ReadAsStringAsync(Ct);
        Assert.Contains("市级提出放宽或说明：C2", csv, StringComparison.Ordinal);
        Assert.Equal(2, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        page = await officer.GetAsync($"{address}?select=plain");
        var unreasoned = await officer.PostAsync(Bulk(page), ("step", "admit"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unreasoned.Status);
        Assert.Equal(2, unreasoned.Document.QuerySelectorAll("input[name=selected][checked]").Length);
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(Bulk(unreasoned), ("reason", "材料齐全。"), ("step", "admit"))).Status);
        Assert.Equal(Stage.Admitted, await scenario.StageAsync(plain[1].Id));

        var alone = await officer.GetAsync($"/office/applications/{proposed.Value}/recheck");
        var unanswered = await officer.PostAsync(alone.Form, ("reason", "符合。"), ("step", "admit"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unanswered.Status);
        var admitted = await officer.PostAsync(unanswered.Form, ("confirmed.C2", "true"), ("answer.C2", "属核心领域，同意。"), ("step", "admit"));
        Assert.Equal(HttpStatusCode.SeeOther, admitted.Status);

        var preview = await officer.GetAsync($"{address}/list");
        Assert.Equal(3, preview.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("材料齐全。", preview.Text, StringComparison.Ordinal);
        Assert.Equal($"/office/batches/{batch.Value}/review-list", (await officer.PostAsync(preview.Form)).Location);
        Assert.Contains("名单已经确定", (await officer.GetAsync(address)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_returned_to_the_city_is_corrected_and_renewed_on_its_pages_within_the_term()
    {
        var batch = await registry.Announce();
        var (id, clerk) = (await scenario.ReportedAsync(batch))[0];
        using var province = await VisitorAsync(Roles.ProvincialOfficer, now: Scenario.Rechecking);
        var recheck = await province.GetAsync($"/office/applications/{id.Value}/recheck");
        var undated = await province.PostAsync(recheck.Form, ("reason", "请核实。"), ("step", "return"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, undated.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await province.PostAsync(undated.Form, ("lastDay", "2025-07-04"), ("step", "return"))).Status);

        using var officer = await VisitorAsync(Roles.CityOfficer, Scenario.Jinan, now: Scenario.Rechecking);
        var page = await officer.GetAsync($"/office/applications/{id.Value}/city-check");
        Assert.Contains("2025年7月4日 24:00", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("[name=rank]"));
        var findings = page.Document.QuerySelectorAll("textarea[name^='finding.']").Select(t => (t.GetAttribute("name")!, "已核实。")).ToArray();
        var preview = await officer.PostAsync(page.Form, [.. findings, ("opinion", "已核实。"), ("step", "preview")]);
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(preview.Form, ("step", "recommend"))).Status);
        Assert.Equal(Stage.Reported, await scenario.StageAsync(id));
        Assert.NotNull(clerk);
    }

    [Fact]
    public async Task A_definition_is_tried_out_on_a_page_and_the_blank_form_is_there_before_anybody_signs_in()
    {
        var batch = await registry.Announce();
        await scenario.SubmittedAsync(batch);
        using var officer = await VisitorAsync(Roles.ProvincialOfficer);
        var page = await officer.GetAsync("/office/definitions");
        var stricter = Encoding.UTF8.GetString(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source).Replace("\"atLeast\": 50,", "\"atLeast\": 5000,", StringComparison.Ordinal);
        var tried = await officer.PostAsync(page.Form, ("definition", stricter), ("batch", batch.Value));
        Assert.Contains("共 1 份申报，1 份的结论不同", tried.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await officer.PostAsync(page.Form, ("definition", "{}"))).Status);

        using var stranger = new Visitor(registry);
        var blank = await stranger.GetAsync($"/office/blank-forms/{batch.Value}");
        Assert.Equal(HttpStatusCode.OK, blank.Status);
        Assert.Contains("集群名称", blank.Text, StringComparison.Ordinal);
        Assert.Contains(batch.Value, (await stranger.GetAsync("/office/blank-forms")).Document.Body!.InnerHtml, StringComparison.Ordinal);
    }

    private async Task<Visitor> VisitorAsync(Roles role, string? city = null, string? organisation = null, DateTimeOffset? now = null)
    {
        var visitor = new Visitor(registry) { Now = now ?? Scenario.Open };
        await visitor.SignInAsync(role, city, organisation);
        return visitor;
    }

    private static AngleSharp.Html.Dom.IHtmlFormElement Bulk(Seen page) =>
        page.Document.QuerySelectorAll("form[method=post]").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single(f => f.GetAttribute("action")!.Contains("/screening", StringComparison.Ordinal));

    /// <summary>The table with these ranks in its rows, and an opinion where it has none.</summary>
    private static byte[] Filled(byte[] file, params (int Row, string Rank)[] ranks)
    {
        using var read = new MemoryStream(file);
        var rows = read.Query().Cast<IDictionary<string, object?>>().Select(r => r.Values.ToList()).ToList();
        foreach (var (row, rank) in ranks)
            rows[row + 1][^2] = rank;
        using var table = new System.Data.DataTable();
        foreach (var heading in rows[0])
            table.Columns.Add((string)heading!, typeof(object));
        foreach (var row in rows.Skip(1))
            table.Rows.Add([.. row]);
        using var written = new MemoryStream();
        written.SaveAs(table, sheetName: "汇总表");
        return written.ToArray();
    }

    private static Task<Seen> UploadAsync(Visitor visitor, Seen page, string action, string field, byte[] content, string name, params (string Name, string Value)[] typed)
    {
        var form = page.Document.QuerySelectorAll("form").Single(f => f.GetAttribute("action")?.EndsWith("/" + action, StringComparison.Ordinal) == true);
        var multipart = new MultipartFormDataContent();
        foreach (var input in form.QuerySelectorAll("input[name]").Where(i => i.GetAttribute("type") != "file" && typed.All(t => t.Name != i.GetAttribute("name"))))
            multipart.Add(new StringContent(input.GetAttribute("value") ?? "", Encoding.UTF8), input.GetAttribute("name")!);
        foreach (var (key, value) in typed)
            multipart.Add(new StringContent(value, Encoding.UTF8), key);
        multipart.Add(new ByteArrayContent(content), field, name);
        return visitor.SendAsync(new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = multipart });
    }
}
