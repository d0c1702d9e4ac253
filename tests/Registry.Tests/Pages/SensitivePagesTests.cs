using System.Net;
using AngleSharp.Html.Dom;
using Registry.Accounts;
using Registry.Applications;

namespace Registry.Tests.Pages;

/// <summary>The journeys around sensitive material, without script: an officer withholds, another one confirms; a city hands over, the province receipts.</summary>
public sealed class SensitivePagesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    [Fact]
    public async Task A_text_is_withheld_on_the_page_and_a_second_person_confirms_it_and_the_first_is_told_to_wait()
    {
        var (id, _) = await new Scenario(registry).SubmittedAsync(await registry.Announce(), change: f => f["positioning"] = "不宜公开的定位");
        using var first = new Visitor(registry);
        using var second = new Visitor(registry);
        await first.SignInAsync(Roles.CityOfficer, Scenario.Jinan);
        await second.SignInAsync(Roles.CityOfficer, Scenario.Jinan);
        var choose = await first.GetAsync($"/office/applications/{id.Value}/quarantines");
        var refused = await first.PostAsync(choose.Form, ("what", "text/positioning"), ("reason", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("请填写内容", refused.Text, StringComparison.Ordinal);
        var done = await first.PostAsync(refused.Form, ("what", "text/positioning"), ("reason", "涉及未公开规划"));
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        var own = await first.GetAsync(done.Location!);
        Assert.Contains("须由另一人继续", own.Text, StringComparison.Ordinal);
        Assert.Empty(own.Document.QuerySelectorAll("main form"));

        var application = await second.GetAsync($"/office/applications/{id.Value}");
        Assert.Contains("已封存，暂不能查看", application.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("不宜公开的定位", application.Text, StringComparison.Ordinal);
        var check = await second.GetAsync($"/office/applications/{id.Value}/city-check");
        Assert.Equal("已封存，暂不能查看", Assert.Single(check.Document.QuerySelectorAll(".form-facts dd > .tag")).TextContent);
        Assert.Contains(done.Location!, (await second.GetAsync("/office")).Document.Body!.InnerHtml, StringComparison.Ordinal);
        var decide = await second.GetAsync(done.Location!);
        Assert.Contains("涉及未公开规划", decide.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await second.PostAsync(decide.Form)).Status);
        Assert.Contains("已确认封存", (await first.GetAsync(done.Location!)).Text, StringComparison.Ordinal);
        using var stranger = new Visitor(registry);
        await stranger.SignInAsync(Roles.CityOfficer, Scenario.Zibo);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(done.Location!)).Status);
    }

    [Fact]
    public async Task A_city_hands_over_and_the_province_receipts_on_their_pages()
    {
        var batch = await registry.Announce();
        await new Scenario(registry).SubmittedAsync(batch, change: f => f["sensitive_material"] = true);
        using var city = new Visitor(registry);
        using var province = new Visitor(registry);
        await city.SignInAsync(Roles.CityOfficer, Scenario.Jinan);
        await province.SignInAsync(Roles.ProvincialOfficer);
        var page = await city.GetAsync($"/office/batches/{batch.Value}/hand-over");
        Assert.Contains("待市登记报送", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await city.PostAsync(page.Form, ("disc", ""), ("day", "2025-05-20"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await city.PostAsync(page.Form, ("disc", "鲁密-7"), ("day", "2025-05-20"), ("key", Guid.NewGuid().ToString("N")))).Status);
        var list = await province.GetAsync($"/office/batches/{batch.Value}/hand-overs");
        Assert.Contains("光盘 鲁密-7，2025年5月20日 报送", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await province.PostAsync(list.Form, ("disc", "鲁密-8"), ("day", "2025-05-20"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await province.PostAsync(list.Form, ("disc", "鲁密-7"), ("day", "2025-05-20"), ("key", Guid.NewGuid().ToString("N")))).Status);
        Assert.Contains("已签收", (await city.GetAsync($"/office/batches/{batch.Value}/hand-over")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_applicant_marks_an_item_as_sensitive_in_the_form_and_it_takes_no_file_any_more()
    {
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var (id, clerk) = await new Scenario(registry).DraftedAsync(await registry.Announce(), organisation: organisation);
        using var applicant = new Visitor(registry);
        await applicant.SignInAsync(Roles.Applicant, Scenario.Jinan, organisation.Value);
        Draft draft;
        await using (var session = registry.Store.QuerySession())
            draft = (await session.LoadAsync<Draft>(id.Stream, TestContext.Current.CancellationToken))!;
        foreach (var file in draft.Evidence.Where(e => e.Indicator == "positioning"))
            await registry.Accepted(clerk, new DetachEvidence("positioning", file.Sha256), id.Value, Scenario.Open);
        var section = (await applicant.GetAsync($"/office/applications/{id.Value}/form")).Document.QuerySelectorAll("main a").OfType<IHtmlAnchorElement>().Select(a => a.GetAttribute("href")!)
            .First(h => h.Contains("/form/", StringComparison.Ordinal));
        foreach (var link in (await applicant.GetAsync($"/office/applications/{id.Value}/form")).Document.QuerySelectorAll("main a").OfType<IHtmlAnchorElement>().Select(a => a.GetAttribute("href")!).Where(h => h.Contains("/form/", StringComparison.Ordinal)).Distinct())
            if ((await applicant.GetAsync(link)).Document.QuerySelector("button[name=mark][value=positioning]") is not null)
                section = link;
        var page = await applicant.GetAsync(section);
        Assert.Equal(HttpStatusCode.SeeOther, (await applicant.PostAsync(page.Form, ("mark", "positioning"))).Status);
        var marked = await applicant.GetAsync(section);
        Assert.Contains("以光盘报送市工业和信息化局，不上传", marked.Text, StringComparison.Ordinal);
        Assert.Null(marked.Document.QuerySelector("[name='file.positioning']"));
    }
}
