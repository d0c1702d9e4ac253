using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Tests.Pages;

/// <summary>What a person typed or chose outlasts the end of a session, a refusal and a second press of the button; what is on record can be reached.</summary>
public sealed class NothingLostTests(RegistryFixture registry, PostgresFixture postgres) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_with_files_that_came_after_the_session_ended_keeps_what_was_typed_and_says_that_files_must_be_chosen_again()
    {
        var batch = await registry.Announce();
        using var city = new Visitor(registry);
        await city.SignInAsync(Roles.CityOfficer, Scenario.Jinan);
        var login = city.Login;
        city.Now += TimeSpan.FromHours(9);
        var address = $"/office/batches/{batch.Value}/city-report/draft";
        var demanded = await city.SendAsync(new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new MultipartFormDataContent { { new StringContent("济工信〔2025〕7号"), "documentNumber" }, { new ByteArrayContent(Files.MadeFiles.Pdf("scan")), "document.base64", "scan.pdf" } },
        });
        Assert.Equal(HttpStatusCode.Unauthorized, demanded.Status);
        var kept = await city.PostAsync(demanded.Form, ("login", login), ("password", Visitor.Password));
        Assert.Equal("济工信〔2025〕7号", kept.Document.QuerySelector("main input[name=documentNumber]")?.GetAttribute("value"));
        Assert.Equal(address, kept.Form.GetAttribute("action"));
        Assert.Contains(Texts.Of(Language.Zh, "page.kept.files"), kept.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_Chinese_text_that_came_after_the_session_ended_is_kept_whole()
    {
        using var officer = new Visitor(registry);
        await officer.SignInAsync(Roles.Administrator);
        officer.Now += TimeSpan.FromHours(9);
        var text = new string('演', 30_000);
        var demanded = await officer.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/office/accounts") { Content = new FormUrlEncodedContent([KeyValuePair.Create("name", text)]) });
        Assert.Equal(HttpStatusCode.Unauthorized, demanded.Status);
        var kept = await officer.PostAsync(demanded.Form, ("login", officer.Login), ("password", Visitor.Password));
        Assert.Equal(text, kept.Document.QuerySelector("main input[name=name]")?.GetAttribute("value"));
    }

    [Fact]
    public async Task A_kept_form_is_offered_beside_the_recovery_codes_when_the_sign_in_sets_up_an_authenticator()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), s => s with { SecondFactor = SecondFactorRule.Everybody });
        var strict = RegistryFixture.On(postgres, host);
        await strict.OpenAccountAsync("kept-at-setup", Visitor.Password, Roles.Administrator, null, null);
        using var visitor = new Visitor(strict) { Now = DateTimeOffset.UtcNow };
        var step = await visitor.PostAsync((await visitor.GetAsync("/office/sign-in")).Form, ("login", "kept-at-setup"), ("password", Visitor.Password));
        Assert.StartsWith("/office/sign-in/step", step.Location, StringComparison.Ordinal);
        var demanded = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/office/accounts") { Content = new FormUrlEncodedContent([KeyValuePair.Create("name", "李四")]) });
        var setUp = await visitor.PostAsync(demanded.Form, ("login", "kept-at-setup"), ("password", Visitor.Password));
        var secret = Regex.Replace(setUp.Document.QuerySelector("main .code")!.TextContent, @"\s", "");
        var done = await visitor.PostAsync(setUp.Form, ("code", Accounts.SecondFactorTests.CodeOf(secret, visitor.Now)));
        Assert.NotEmpty(done.Document.QuerySelectorAll("ol.codes li"));
        Assert.Equal("李四", done.Document.QuerySelector("main input[name=name]")?.GetAttribute("value"));
    }

    [Fact]
    public async Task Scans_of_a_refused_city_report_need_not_be_uploaded_again()
    {
        var batch = await registry.Announce();
        var (first, _) = await scenario.RecommendedAsync(batch, Scenario.Jinan, 1);
        await scenario.RecommendedAsync(batch, Scenario.Jinan, 2);
        using var city = new Visitor(registry);
        await city.SignInAsync(Roles.CityOfficer, Scenario.Jinan);
        var page = await city.GetAsync($"/office/batches/{batch.Value}/city-report");
        var form = page.Document.QuerySelectorAll("main form").OfType<IHtmlFormElement>().Single(f => f.GetAttribute("action")!.EndsWith("/draft", StringComparison.Ordinal));
        using var content = new MultipartFormDataContent
        {
            { new ByteArrayContent(Files.MadeFiles.Pdf("report")), "document.base64", "report.pdf" },
            { new ByteArrayContent(Files.MadeFiles.Pdf("table")), "summaryTable.base64", "table.pdf" },
            { new StringContent("1"), "order." + first.Value },
        };
        foreach (var input in form.Elements.OfType<IHtmlInputElement>().Where(i => i.Type == "hidden"))
            content.Add(new StringContent(input.Value), input.Name!);
        var refused = await city.SendAsync(new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = content });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        form = refused.Document.QuerySelectorAll("main form").OfType<IHtmlFormElement>().Single(f => f.GetAttribute("action")!.EndsWith("/draft", StringComparison.Ordinal));
        (string, string)[] order = [.. form.Elements.OfType<IHtmlInputElement>().Where(i => i.Name!.StartsWith("order.", StringComparison.Ordinal)).Select((i, n) => (i.Name!, $"{n + 1}"))];
        var sent = await city.PostAsync(form, [("documentNumber", "济工信〔2025〕7号"), .. order]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    [Theory]
    [InlineData("/reports", "subject", "演示集群")]
    [InlineData("/complaints", "about", "Officer")]
    public async Task A_report_or_complaint_that_is_sent_twice_at_once_is_one_with_one_receipt(string path, string field, string value)
    {
        using var visitor = new Visitor(registry);
        var form = (await visitor.GetAsync(path)).Form;
        var facts = $"材料与事实不符:{path}。";
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => visitor.PostAsync(form, (field, value), ("facts", facts))));
        Assert.All(both, b => Assert.Equal(HttpStatusCode.SeeOther, b.Status));
        await using var session = registry.Store.QuerySession();
        var vault = registry.Host.Services.GetRequiredService<Vault>();
        Assert.Single(await session.Query<ReportCard>().ToListAsync(Ct), r => vault.Open(r.Facts) == facts);
    }

    [Fact]
    public async Task A_complaint_is_settled_on_its_page_by_supervision_alone_and_whoever_holds_the_code_reads_the_answer()
    {
        var code = ReceiptCode.New();
        var number = (await registry.Accepted(Actor.Citizen, new FileComplaint(code, ComplaintAbout.Officer, "经办人态度生硬。"))).Id!;
        using var supervision = new Visitor(registry);
        await supervision.SignInAsync(Roles.Supervision);
        var address = (await supervision.GetAsync("/office/complaints?open=true")).Document.QuerySelectorAll("main td.main a").Single(a => a.TextContent == number).GetAttribute("href")!;
        using var officer = new Visitor(registry);
        await officer.SignInAsync(Roles.ProvincialOfficer);
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync(address)).Status);

        var page = await supervision.GetAsync(address);
        Assert.Contains("经办人态度生硬。", page.Text, StringComparison.Ordinal);
        var refused = await supervision.PostAsync(page.Form, ("outcome", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var open = await supervision.GetAsync(address);
        Assert.Equal(HttpStatusCode.SeeOther, (await supervision.PostAsync(refused.Form, ("outcome", "已约谈经办人。"))).Status);
        // Whoever comes second is told so, and what they wrote still stands there to be copied.
        var late = await supervision.PostAsync(open.Form, ("outcome", "另一人写了很久的答复。"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("另一人写了很久的答复。", late.Text, StringComparison.Ordinal);
        var after = await supervision.GetAsync(address);
        Assert.Contains("已约谈经办人。", after.Text, StringComparison.Ordinal);
        Assert.Null(after.Document.QuerySelector("textarea[name=outcome]"));
        using var citizen = registry.Host.Server.CreateClient();
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/reports/status");
        asked.Headers.Add(ObjectionsRoom.CodeHeader, code);
        Assert.Contains("已约谈经办人。", await (await citizen.SendAsync(asked, Ct)).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_report_is_on_some_page_of_the_list_and_opens_however_many_came_after_it()
    {
        var at = Scenario.Open.AddYears(-1);
        for (var i = 0; i < 51; i++)
            await registry.Accepted(Actor.Citizen, new FileReport(ReceiptCode.New(), $"演示事项{i}", "材料与事实不符。"), at: at.AddMinutes(i));
        using var officer = new Visitor(registry);
        await officer.SignInAsync(Roles.IntegrityOfficer);
        var first = await officer.GetAsync("/office/reports");
        Assert.DoesNotContain("演示事项0", first.Document.QuerySelectorAll("td").Select(t => t.TextContent));
        // Those that wait are listed by how long they do, so that no limit hides the longest.
        Assert.Contains("演示事项0", (await officer.GetAsync("/office/reports?open=true")).Document.QuerySelector("main tbody tr")!.TextContent, StringComparison.Ordinal);
        var last = first;
        while (last.Document.QuerySelector("a[rel=next]") is { } next)
            last = await officer.GetAsync(next.GetAttribute("href")!);
        var row = last.Document.QuerySelectorAll("tr").Single(r => r.TextContent.Contains("演示事项0", StringComparison.Ordinal) && r.QuerySelectorAll("td").Any(t => t.TextContent == "演示事项0"));
        var oldest = await officer.GetAsync(row.QuerySelector("a")!.GetAttribute("href")!);
        Assert.Equal(HttpStatusCode.OK, oldest.Status);
        Assert.Contains("材料与事实不符", oldest.Text, StringComparison.Ordinal);
        var settle = await officer.GetAsync($"{oldest.Response.RequestMessage!.RequestUri!.AbsolutePath}/outcome?do=settle-report");
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(settle.Form, ("outcome", "已核实并处理。"))).Status);
        Assert.DoesNotContain("演示事项0", (await officer.GetAsync("/office/reports?open=true&page=2")).Document.QuerySelectorAll("td").Select(t => t.TextContent));
    }

    [Fact]
    public async Task A_page_that_asks_several_queries_keeps_its_own_address()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        using var officer = new Visitor(registry) { Now = Scenario.InWindow };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        Assert.Equal("text/csv", (await officer.GetAsync("/office/batches?format=csv")).Response.Content.Headers.ContentType?.MediaType);
        var form = (await officer.GetAsync($"/office/publicity/{notice.Value}/outages?do=record-outage&next=/office/publicity")).Form;
        Assert.Equal("/office/publicity", form.Elements.OfType<IHtmlInputElement>().Single(i => i.Name == "next").Value);
    }

    [Fact]
    public async Task Wrong_fields_are_told_in_the_language_of_the_page()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDrawnAsync(batch);
        var member = (await scenario.MembersAsync(panel))[0];
        await registry.Accepted(member.Actor, new Registry.Review.DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        using var expert = new Visitor(registry) { Now = Scenario.Reviewing };
        await expert.SignInAsync(member.Actor);
        await expert.GetAsync("/office/language/en?back=%2Foffice");
        var score = await expert.GetAsync($"/office/sheets/{new Registry.Review.SheetId(panel, application, member.Id).Value}/score");
        var wrong = await expert.PostAsync(score.Form, ("points.S1", "10.25"), ("points.S2", "1000"), ("go", "stay"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        var links = wrong.Document.QuerySelectorAll(".error-summary li a");
        Assert.Equal(2, links.Length);
        Assert.All(links, l => Assert.NotNull(wrong.Document.QuerySelector(l.GetAttribute("href")!)));
        Assert.DoesNotMatch("[一-鿿]|S[12]", wrong.Document.QuerySelector(".error-summary")!.TextContent);
    }
}
