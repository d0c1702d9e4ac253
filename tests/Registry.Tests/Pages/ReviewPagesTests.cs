using System.Net;
using AngleSharp.Html.Dom;
using Marten;
using MiniExcelLibs;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Review;

namespace Registry.Tests.Pages;

/// <summary>The journeys of an expert and of the officers who run a panel, as a browser without script walks them.</summary>
public sealed class ReviewPagesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expert_declares_then_reads_scores_signs_and_prints()
    {
        var (panel, application, member) = await DrawnAsync();
        using var expert = new Visitor(registry) { Now = Scenario.Reviewing };
        await expert.SignInAsync(member.Actor);
        var sheet = $"/office/sheets/{new SheetId(panel, application, member.Id).Value}";
        var declarations = $"/office/panels/{panel.Value}/declarations";
        Assert.Equal(declarations, (await expert.GetAsync(sheet + "/score")).Location);

        var page = await expert.GetAsync(declarations);
        Assert.DoesNotContain("演示技术", page.Text, StringComparison.Ordinal);
        var refused = await expert.PostAsync(page.Form, ("serve", "yes"), ($"conflict.{application.Value}", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(2, refused.Document.QuerySelectorAll(".error-summary li").Length);
        var declared = await expert.PostAsync(page.Form, ("serve", "yes"), ("confidentiality", "true"));
        Assert.Equal("/office/review/assignments", declared.Location);

        var list = await expert.GetAsync("/office/review/assignments");
        Assert.NotNull(list.Document.QuerySelector($"a[href='{sheet}/score']"));
        var score = await expert.GetAsync(sheet + "/score");
        var half = await expert.PostAsync(score.Form, ("points.S1", "12.5"), ("comment.S1", "=定位清晰"), ("go", "stay"));
        Assert.Equal(sheet + "/score", half.Location);
        var unsigned = await expert.PostAsync((await expert.GetAsync(sheet + "/score")).Form, ("go", "sign"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsigned.Status);
        var whole = ((string, string)[])[.. Enumerable.Range(1, 7).SelectMany(i => new[] { ($"points.S{i}", "4.5"), ($"comment.S{i}", "=依据材料") }), ("go", "sign")];
        Assert.Equal(HttpStatusCode.SeeOther, (await expert.PostAsync(unsigned.Form, whole)).Status);
        var print = await expert.GetAsync(sheet + "/print");
        Assert.Contains("31.5", print.Text, StringComparison.Ordinal);
        Assert.Contains("专家签名", print.Text, StringComparison.Ordinal);
        Assert.Contains("尚未定稿", print.Text, StringComparison.Ordinal);

        using var other = new Visitor(registry) { Now = Scenario.Reviewing };
        await other.SignInAsync((await scenario.MembersAsync(panel))[1].Actor);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(sheet + "/print")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(sheet + "/score")).Status);
        using var officer = new Visitor(registry) { Now = Scenario.Reviewing };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync(sheet + "/print")).Status);
    }

    [Fact]
    public void A_sheet_goes_out_as_Excel_and_comes_in_again_as_it_was_typed()
    {
        var rubric = Registry.Programme.DefinitionFile.LoadBundled(Registry.Programme.DefinitionFile.SecondBatch).Required().Rubric;
        var file = SheetWorkbook.Write(new SheetAnswer("x", 1, SheetStatus.Open, null, false, [new("S1", 12.5m, "=1+1"), new("S2", null, "＝全角")]), rubric);
        var (lines, refusal) = SheetWorkbook.Read(file, rubric);
        Assert.Null(refusal);
        Assert.Equal([("S1", "12.5", "=1+1"), ("S2", "", "＝全角")], lines!.Take(2));
        Assert.Equal(7, lines!.Count);
        using var foreign = new MemoryStream();
        foreign.SaveAs(new[] { new { A = "X9", B = "", C = "" } });
        Assert.Equal("review.sheet-workbook-foreign", SheetWorkbook.Read(foreign.ToArray(), rubric).Refusal!.Rule.Code);
        Assert.Equal("workbook.unreadable", SheetWorkbook.Read("no"u8.ToArray(), rubric).Refusal!.Rule.Code);
    }

    [Fact]
    public async Task Two_officers_seal_numbers_and_the_page_says_who_is_waited_for()
    {
        await scenario.PoolReadyAsync();
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        var panel = await scenario.PanelFormedAsync(batch);
        using var officer = new Visitor(registry) { Now = Scenario.Reviewing };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var path = $"/office/panels/{panel.Value}";
        Assert.Contains("还需 2 名工作人员", (await officer.GetAsync(path)).Text, StringComparison.Ordinal);
        var seal = await officer.GetAsync(path + "/sealed-number");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await officer.PostAsync(seal.Form)).Status);
        var sealedNumber = await officer.PostAsync(seal.Form, ("kept", "true"));
        Assert.Equal(path, sealedNumber.Location);
        Assert.Contains("还需 1 名工作人员", (await officer.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Null((await officer.GetAsync(path)).Document.QuerySelector($"a[href$='/sealed-number']"));
    }

    [Fact]
    public async Task An_on_site_check_is_ordered_and_recorded_with_a_photo_and_comes_back_to_the_expert()
    {
        var (panel, application, member) = await DrawnAsync();
        await registry.Accepted(member.Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        using var officer = new Visitor(registry) { Now = Scenario.Reviewing };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var path = $"/office/applications/{application.Value}/on-site-checks";
        Assert.Equal(path, (await officer.GetAsync($"/office/applications/{application.Value}/on-site-check?do=order-on-site-check")).Location);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await officer.PostAsync((await officer.GetAsync(path)).Form, ("go", "order"))).Status);
        Assert.Equal(path, (await officer.PostAsync((await officer.GetAsync(path)).Form, ("reason", "核实营业收入"), ("go", "order"))).Location);

        var form = (await officer.GetAsync(path)).Form;
        var multipart = new MultipartFormDataContent { { new ByteArrayContent(Files.MadeFiles.Jpeg()), "photo", "现场.jpg" } };
        foreach (var input in form.Elements.OfType<IHtmlInputElement>().Where(i => i.Type == "hidden"))
            multipart.Add(new StringContent(input.Value), input.Name!);
        foreach (var (name, value) in new[] { ("day", "2025-07-01"), ("team", "张某"), ("findings", "与材料一致"), ("go", "record") })
            multipart.Add(new StringContent(value), name);
        Assert.Equal(path, (await officer.SendAsync(new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = multipart })).Location);
        var shown = await officer.GetAsync(path);
        var photo = shown.Document.QuerySelector("a[href*='/photos/']")!.GetAttribute("href")!;
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync(photo)).Status);

        using var expert = new Visitor(registry) { Now = Scenario.Reviewing };
        await expert.SignInAsync(member.Actor);
        var score = await expert.GetAsync($"/office/sheets/{new SheetId(panel, application, member.Id).Value}/score");
        Assert.Contains("与材料一致", score.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("张某", score.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await expert.GetAsync(score.Document.QuerySelector("#on-site a")!.GetAttribute("href")!)).Status);
    }

    [Fact]
    public async Task A_closed_panel_shows_its_ranking_with_its_rule_and_an_auditor_no_names()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch, Scenario.Jinan, Scenario.Zibo);
        var panel = await scenario.ScoredAsync(batch);
        foreach (var role in new[] { Roles.ProvincialOfficer, Roles.Auditor })
        {
            using var reader = new Visitor(registry) { Now = Scenario.Reviewing };
            await reader.SignInAsync(role);
            var page = await reader.GetAsync($"/office/panels/{panel.Value}");
            Assert.Equal(role == Roles.ProvincialOfficer, page.Text.Contains("演示专家", StringComparison.Ordinal));
            var ranking = await reader.GetAsync($"/office/panels/{panel.Value}/ranking");
            Assert.Contains("去掉一个最高分和一个最低分后的平均值", ranking.Text, StringComparison.Ordinal);
            Assert.Contains("不改变也不代替排名", ranking.Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"/office/batches/{batch.Value}/review-record.json")).Status);
        }
    }

    private async Task<(PanelId Panel, ApplicationId Application, (ExpertId Id, Actor Actor, IReadOnlyList<string> Applications) Member)> DrawnAsync()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDrawnAsync(batch);
        return (panel, application, (await scenario.MembersAsync(panel))[0]);
    }
}
