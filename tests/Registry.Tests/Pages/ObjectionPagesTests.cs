using System.Net;
using Marten;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;
using Registry.Publicity;

namespace Registry.Tests.Pages;

/// <summary>A citizen files and completes without script; officers handle it page by page; nothing of who objected leaves the opened file.</summary>
public sealed class ObjectionPagesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Name = "公孙不具名", Wording = "经核实，企业数量与统计数据一致。";
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task Files_of_an_officers_findings_use_up_nothing_of_the_objectors_share()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var id = (await scenario.ObjectedAsync(notice)).Objection.Value;
        using var officer = new Visitor(registry) { Now = Scenario.InWindow.AddHours(1) };
        var actor = await officer.SignInAsync(Roles.ProvincialOfficer);
        await registry.Accepted(actor, new AcceptObjection(1), id, officer.Now);
        await registry.Accepted(actor, new AssignObjection(2), id, officer.Now);
        var form = (await officer.GetAsync($"/office/objections/{id}/findings")).Form;
        using var body = new MultipartFormDataContent { { new ByteArrayContent(Files.MadeFiles.Pdf("findings")), "files", "核实.pdf" } };
        foreach (var held in form.QuerySelectorAll("input[type=hidden]"))
            body.Add(new StringContent(held.GetAttribute("value") ?? ""), held.GetAttribute("name")!);
        body.Add(new StringContent("查阅统计数据。"), "findings");
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.SendAsync(new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = body })).Status);

        Assert.Single((await scenario.LastAsync<FindingsRecorded>(new ObjectionId(id).Stream)).Files!);
        await using var session = registry.Store.QuerySession();
        Assert.Null(await session.LoadAsync<UploadCount>(id, TestContext.Current.CancellationToken));
        Assert.Equal(1, (await session.LoadAsync<UploadCount>($"{id}/findings", TestContext.Current.CancellationToken))!.Files);
    }

    [Fact]
    public async Task From_the_form_to_the_published_conclusion_on_pages_alone()
    {
        var batch = await registry.Announce();
        var (notice, _) = await scenario.PublicisedAsync(batch);
        using var citizen = new Visitor(registry) { Now = Scenario.InWindow };
        var form = await citizen.GetAsync("/objections");
        Assert.Contains("截止前开始上传、截止后才传完的，不算按时", form.Text, StringComparison.Ordinal);
        var entry = (await scenario.LastAsync<PublicityOpened>(notice.Stream)).Entries[0];
        Assert.Contains($"1. {entry.ClusterName}（{entry.OrganisationName}）", form.Text, StringComparison.Ordinal);
        var code = form.Document.QuerySelector("input[name=receiptCode]")!.GetAttribute("value")!;
        (string, string)[] typed = [("entry", $"{notice.Value}/1"), ("kind", "Person"), ("name", Name), ("contact", "演示电话"), ("facts", "规上企业数量不实。"), ("evidence", "统计公报")];
        var refused = await citizen.PostAsync(form.Form, [.. typed.Where(t => t.Item1 != "name")]);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (refused.Status, refused.Document.QuerySelector("input[name=receiptCode]")!.GetAttribute("value")));
        var filed = await citizen.PostAsync(form.Form, typed);
        Assert.Equal((HttpStatusCode.SeeOther, "/objections/receipt"), (filed.Status, filed.Location));
        var receipt = await citizen.GetAsync("/objections/receipt");
        var number = (await scenario.LastAsync<ObjectionFiled>(scenario.Receipts.IdOf(code).Stream)).Number;
        Assert.Contains(number, receipt.Text, StringComparison.Ordinal);
        // The answer may have been lost on the way: the same form again is the same receipt.
        Assert.Equal("/objections/receipt", (await citizen.PostAsync(form.Form, typed)).Location);
        Assert.Contains(number, (await citizen.GetAsync("/objections/receipt")).Text, StringComparison.Ordinal);

        var id = scenario.Receipts.IdOf(code).Value;
        using var officer = new Visitor(registry) { Now = Scenario.InWindow.AddHours(1) };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var inbox = await officer.GetAsync($"/office/objections?batch={batch.Value}");
        Assert.Contains("等待分办", inbox.Text, StringComparison.Ordinal);
        var page = await officer.GetAsync($"/office/objections/{id}");
        Assert.Contains("仅承办人和结论复核人可以查看", page.Text, StringComparison.Ordinal);
        await GiveAsync(officer, id, "assignment", "assign-objection");
        page = await officer.GetAsync($"/office/objections/{id}");
        Assert.DoesNotContain(Name, page.Text, StringComparison.Ordinal);
        var opened = await officer.PostAsync(page.Form, ("purpose", "审查是否受理"));
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
        Assert.Contains(Name, (await officer.GetAsync($"/office/objections/{id}")).Text, StringComparison.Ordinal);
        await GiveAsync(officer, id, "completion-request", "ask-completion", ("missing", "请补充企业名单。"));

        var status = await citizen.PostAsync((await citizen.GetAsync("/objections/status")).Form, ("code", code));
        Assert.Contains("请补充企业名单", status.Text, StringComparison.Ordinal);
        var completed = await citizen.PostAsync(status.Form, ("facts", "名单如下：演示企业甲。"));
        Assert.Contains("等待审查", completed.Text, StringComparison.Ordinal);

        await GiveAsync(officer, id, "acceptance", "accept-objection");
        var findings = await officer.GetAsync($"/office/objections/{id}/findings");
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(findings.Form, ("findings", "查阅统计数据。"))).Status);
        var conclusion = await officer.GetAsync($"/office/objections/{id}/conclusion-proposal");
        var leaking = await officer.PostAsync(conclusion.Form, ("go", "propose"), ("conditionsMet", "true"), ("reasons", "属实"), ("wording", $"{Name}反映的情况不属实。"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, leaking.Status);
        var preview = await officer.PostAsync(conclusion.Form, ("go", "preview"), ("conditionsMet", "true"), ("reasons", "属实"), ("wording", Wording));
        Assert.Contains("经核实，符合条件", preview.Document.QuerySelector(".preview")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(Wording, preview.Document.QuerySelector(".preview")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(preview.Form, ("go", "propose"))).Status);

        using var second = new Visitor(registry) { Now = Scenario.InWindow.AddHours(2) };
        await second.SignInAsync(Roles.ProvincialOfficer);
        Assert.Contains(Wording, (await second.GetAsync($"/office/objections/{id}")).Document.QuerySelector(".preview")!.TextContent, StringComparison.Ordinal);
        await GiveAsync(second, id, "conclusion", "confirm-conclusion");
        Assert.Contains(Wording, (await citizen.PostAsync((await citizen.GetAsync("/objections/status")).Form, ("code", code))).Text, StringComparison.Ordinal);
        var csv = await officer.GetAsync($"/office/objections?batch={batch.Value}&state=all&format=csv");
        Assert.DoesNotContain(Name, await csv.Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abuse_14_a_form_counts_from_its_arrival_however_long_its_files_are_looked_at()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var lastMoment = Registry.Programme.ChinaTime.EndOf(new DateOnly(2025, 7, 18)).AddMilliseconds(-1);
        using var citizen = new Visitor(registry) { Now = lastMoment };
        var form = (await citizen.GetAsync("/objections")).Form;
        var code = form.QuerySelector("input[name=receiptCode]")!.GetAttribute("value")!;
        var (files, proof) = ((EvidenceStore)registry.Host.Services.GetService(typeof(EvidenceStore))!, Files.MadeFiles.Pdf("late proof"));
        // Midnight passes while the file is looked at and stored.
        citizen.Clock = () => files.HasAsync(scenario.Receipts.IdOf(code).Value, EvidenceStore.DigestOf(proof), default).GetAwaiter().GetResult() ? lastMoment.AddSeconds(30) : lastMoment;
        using var body = new MultipartFormDataContent { { new ByteArrayContent(proof), "file", "证据.pdf" } };
        foreach (var (name, value) in new[]
        {
            ("form-token", form.QuerySelector("input[name=form-token]")!.GetAttribute("value")!), ("receiptCode", code), ("entry", $"{notice.Value}/1"), ("kind", "Person"), ("name", Name),
            ("contact", "演示电话"), ("facts", "规上企业数量不实。"),
        })
            body.Add(new StringContent(value), name);
        var filed = await citizen.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/objections") { Content = body });
        Assert.True(filed.Location == "/objections/receipt", filed.Text);
        Assert.Equal(lastMoment, (await scenario.LastAsync<ObjectionFiled>(scenario.Receipts.IdOf(code).Stream)).ArrivedAt);
    }

    [Fact]
    public async Task Whoever_came_too_late_keeps_what_was_typed_and_sends_it_on_as_a_report()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        using var citizen = new Visitor(registry) { Now = Scenario.InWindow };
        var form = (await citizen.GetAsync("/objections")).Form;
        citizen.Now = Scenario.AfterWindow.AddYears(1);
        var late = await citizen.PostAsync(form, ("entry", $"{notice.Value}/1"), ("kind", "Person"), ("name", Name), ("contact", "演示电话"), ("facts", "写了很久的事实。"), ("evidence", "统计公报"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        var report = Assert.IsAssignableFrom<AngleSharp.Html.Dom.IHtmlFormElement>(late.Document.QuerySelector("main form[action='/reports']"));
        Assert.Contains("统计公报", report.QuerySelector("textarea[name=facts]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/objections/receipt", (await citizen.PostAsync(report)).Location);
        var code = report.QuerySelector("input[name=receiptCode]")!.GetAttribute("value")!;
        var filed = await scenario.LastAsync<ReportFiled>($"report/{scenario.Receipts.Keyed("report", ReceiptCode.Normal(code)!)}");
        var vault = (Registry.Platform.Sealing.Vault)registry.Host.Services.GetService(typeof(Registry.Platform.Sealing.Vault))!;
        Assert.Equal(("写了很久的事实。\n\n统计公报", Name), (vault.Open(filed.Facts), vault.Open(filed.Name!)));
        Assert.Contains("演示集群", vault.Open(filed.Subject), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_objection_by_post_is_entered_with_arrival_and_scan_and_gets_the_same_receipt()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        using var officer = new Visitor(registry) { Now = Scenario.PostingMorning.AddDays(20) };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var page = await officer.GetAsync("/office/objections/entered");
        var (token, code) = (page.Form.QuerySelector("input[name=form-token]")!.GetAttribute("value")!, page.Form.QuerySelector("input[name=receiptCode]")!.GetAttribute("value")!);
        using var sent = new MultipartFormDataContent();
        foreach (var (name, value) in new[]
        {
            ("form-token", token), ("receiptCode", code), ("channel", "Post"), ("arrivedAt", "2025-07-18T23:59"), ("entry", $"{notice.Value}/1"), ("kind", "Person"),
            ("name", Name), ("contact", "演示地址"), ("facts", "规上企业数量不实。"), ("evidence", "随信附件"),
        })
            sent.Add(new StringContent(value), name);
        sent.Add(new ByteArrayContent(Files.MadeFiles.Pdf("scan")), "file", "来信.pdf");
        var entered = await officer.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/office/objections/entered") { Content = sent });
        Assert.Equal("/objections/receipt", entered.Location);
        var filed = await scenario.LastAsync<ObjectionFiled>(scenario.Receipts.IdOf(code).Stream);
        Assert.Equal((new DateTimeOffset(2025, 7, 18, 15, 59, 0, TimeSpan.Zero), 1), (filed.ArrivedAt, filed.Files.Count));
    }

    [Fact]
    public async Task The_notice_page_explains_its_window_and_offers_what_its_state_allows()
    {
        var batch = await registry.Announce();
        var (notice, _) = await scenario.PublicisedAsync(batch, 2);
        using var officer = new Visitor(registry) { Now = Scenario.InWindow };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var page = await officer.GetAsync($"/office/publicity/{notice.Value}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("第 5 个工作日", page.Text, StringComparison.Ordinal);
        Assert.Contains("2025年7月18日 24:00", page.Text, StringComparison.Ordinal);
        Assert.Contains((await scenario.LastAsync<PublicityOpened>(notice.Stream)).TextHash, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Document.QuerySelectorAll("main a"), a => a.GetAttribute("href")!.Contains("verify-posting", StringComparison.Ordinal));
        foreach (var href in page.Document.QuerySelectorAll(".steps-now a").Select(a => a.GetAttribute("href")!))
            Assert.True((await officer.GetAsync(href)).Status == HttpStatusCode.OK, href);
        var shortlist = await officer.GetAsync($"/office/batches/{batch.Value}/shortlist");
        Assert.Contains("已确定", shortlist.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shortlist_is_previewed_with_its_deviations_and_text_before_it_is_proposed()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RankedAsync(batch, 3);
        using var officer = new Visitor(registry) { Now = Scenario.PostingMorning.AddDays(-3) };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var page = await officer.GetAsync($"/office/batches/{batch.Value}/shortlist");
        (string, string)[] typed = [($"choice.{ids[0].Value}", "left"), ($"reason.{ids[0].Value}", "材料存疑"), ($"choice.{ids[1].Value}", "listed"), ($"choice.{ids[2].Value}", "listed"), ($"reason.{ids[2].Value}", "填补空白")];
        var preview = await officer.PostAsync(page.Form, [("go", "preview"), .. typed]);
        Assert.Equal(2, preview.Document.QuerySelectorAll("td .tag.late").Length);
        Assert.Contains("1. ", preview.Document.QuerySelector(".preview")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(preview.Form, ("go", "propose"))).Status);
        Assert.Equal([ids[1], ids[2]], (await scenario.LastAsync<ShortlistProposed>(batch.Stream)).Entries.Select(e => e.Application));
    }

    /// <summary>Gives a command by its form, as it is linked from the page.</summary>
    private static async Task GiveAsync(Visitor visitor, string objection, string path, string command, params (string, string)[] typed)
    {
        var page = await visitor.GetAsync($"/office/objections/{objection}/{path}?do={command}&next=/office/objections/{objection}");
        var done = await visitor.PostAsync(page.Form, typed);
        Assert.True(done.Status == HttpStatusCode.SeeOther, $"{command}: {done.Status} {done.Text}");
        Assert.Equal($"/office/objections/{objection}", done.Location);
    }
}
