using System.Net;
using System.Text;
using AngleSharp.Dom;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;

namespace Registry.Tests.Pages;

/// <summary>An applicant fills in, saves, uploads, submits and gets the receipt, without script.</summary>
public sealed class ApplicantJourneyTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task Another_organisations_draft_and_an_unknown_one_look_alike()
    {
        var (id, _) = await scenario.DraftedAsync(await registry.Announce());
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Applicant, Scenario.Jinan, Scenario.NewOrganisation(Scenario.Jinan).Value);
        var foreign = await visitor.GetAsync($"/office/applications/{id.Value}/form");
        var missing = await visitor.GetAsync("/office/applications/00000000000000000000000000000000/form");
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(HttpStatusCode.NotFound, missing.Status);
        Assert.Equal(missing.Document.QuerySelector("main")!.InnerHtml, foreign.Document.QuerySelector("main")!.InnerHtml);
    }

    [Fact]
    public async Task A_save_on_top_of_another_save_is_refused_with_everything_typed_still_there()
    {
        using var visitor = new Visitor(registry);
        var (id, _) = await DraftAsync(visitor);
        var form = (await visitor.GetAsync($"/office/applications/{id}/form/basic")).Form;
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.PostAsync(form, ("cluster_name", "甲集群"), ("go", "stay"))).Status);
        var second = await visitor.PostAsync(form, ("cluster_name", "乙集群"), ("key", "0123456789abcdef"), ("go", "stay"));
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal("乙集群", second.Document.QuerySelector("input[name=cluster_name]")!.GetAttribute("value"));
        Assert.NotNull(second.Document.QuerySelector(".error-summary"));
    }

    [Fact]
    public async Task A_file_that_is_none_of_the_kinds_is_refused_beside_its_indicator_and_the_text_is_saved()
    {
        using var visitor = new Visitor(registry);
        var (id, _) = await DraftAsync(visitor);
        var page = await visitor.GetAsync($"/office/applications/{id}/form/basic");
        var answer = await UploadAsync(visitor, page, "front_rank", "脚本.pdf", "<script>"u8.ToArray(), ("cluster_name", "保存的名称"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal("保存的名称", answer.Document.QuerySelector("input[name=cluster_name]")!.GetAttribute("value"));
        var link = Assert.Single(answer.Document.QuerySelectorAll(".error-summary a"));
        Assert.Contains("error", answer.Document.QuerySelector(link.GetAttribute("href")!)!.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_added_and_taken_out_by_plain_buttons()
    {
        using var visitor = new Visitor(registry);
        var (id, _) = await DraftAsync(visitor);
        var page = await visitor.GetAsync($"/office/applications/{id}/form/chain");
        var added = await visitor.PostAsync(page.Form, ("leading_firms[0].name", "甲公司"), ("leading_firms[1].name", "乙公司"), ("add", "leading_firms"));
        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        page = await visitor.GetAsync($"/office/applications/{id}/form/chain");
        Assert.Equal("乙公司", page.Document.QuerySelector("[name='leading_firms[1].name']")!.GetAttribute("value"));
        Assert.NotNull(page.Document.QuerySelector("[name='leading_firms[2].name']"));
        await visitor.PostAsync(page.Form, ("remove", "leading_firms[0]"));
        page = await visitor.GetAsync($"/office/applications/{id}/form/chain");
        Assert.Equal("乙公司", page.Document.QuerySelector("[name='leading_firms[0].name']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task A_whole_form_is_submitted_once_however_often_the_button_is_pressed()
    {
        using var visitor = new Visitor(registry);
        var (id, organisation) = await DraftAsync(visitor);
        var whole = DemoForm.Make("演示数字产业集群", Scenario.Jinan, "SW", "演示运营机构", Registry.Organisations.CreditCode.Parse(organisation));
        var typed = Registry.Pages.Posted.From(whole);
        foreach (var section in await SectionsAsync(visitor, id))
        {
            var page = await visitor.GetAsync(section);
            var names = page.Form.Elements.Select(e => e.GetAttribute("name")).OfType<string>().ToHashSet();
            var values = typed.Values.Where(v => names.Contains(v.Key) || names.Contains(v.Key.Split('[')[0] + "[0]." + v.Key.Split('.')[^1]) && v.Key.Contains('[', StringComparison.Ordinal))
                .SelectMany(v => v.Value.Select(one => (v.Key, one))).ToArray();
            Assert.Equal(HttpStatusCode.SeeOther, (await visitor.PostAsync(page.Form, [.. values, ("go", "next")])).Status);
            page = await visitor.GetAsync(section);
            foreach (var indicator in page.Document.QuerySelectorAll("button[name=upload]").Select(b => b.GetAttribute("value")!))
                Assert.Equal(HttpStatusCode.SeeOther, (await UploadAsync(visitor, await visitor.GetAsync(section), indicator, "佐证.pdf", Files.MadeFiles.Pdf("demo"))).Status);
        }
        var submit = await visitor.GetAsync($"/office/applications/{id}/submit");
        Assert.Null(submit.Document.QuerySelector(".notice.warning"));
        await UploadAsync(visitor, submit, "truth_undertaking", "承诺书.pdf", Files.MadeFiles.Pdf("undertaking"));
        submit = await visitor.GetAsync($"/office/applications/{id}/submit");
        var unticked = await visitor.PostAsync(submit.Form, ("submit", "yes"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unticked.Status);

        var first = await visitor.PostAsync(submit.Form, ("truth_undertaking", "true"), ("submit", "yes"));
        var again = await visitor.PostAsync(submit.Form, ("truth_undertaking", "true"), ("submit", "yes"));
        Assert.Equal($"/office/applications/{id}/receipt", first.Location);
        Assert.Equal(first.Location, again.Location);
        Assert.Equal(1, await scenario.VersionAsync($"application/{id}"));
        var receipt = await visitor.GetAsync(first.Location!);
        Assert.Contains("演示数字产业集群", receipt.Text, StringComparison.Ordinal);
        Assert.Contains("申报已提交", receipt.Text, StringComparison.Ordinal);

        var page2 = await visitor.GetAsync($"/office/applications/{id}");
        Assert.Contains("已提交", page2.Text, StringComparison.Ordinal);
        var withdrawal = page2.Document.QuerySelectorAll(".actions a").Single(a => a.GetAttribute("href")!.Contains("withdraw", StringComparison.Ordinal));
        var asked = await visitor.GetAsync(withdrawal.GetAttribute("href")!);
        var empty = await visitor.PostAsync(asked.Form);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        var withdrawn = await visitor.PostAsync(empty.Form, ("reason", "另行申报"));
        Assert.Equal($"/office/applications/{id}", withdrawn.Location);
        Assert.Equal(Stage.Withdrawn, await scenario.StageAsync(new ApplicationId(id)));
    }

    private async Task<(string Id, string Organisation)> DraftAsync(Visitor visitor)
    {
        var batch = await registry.Announce();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan).Value;
        await visitor.SignInAsync(Roles.Applicant, Scenario.Jinan, organisation);
        var asked = await visitor.GetAsync($"/office/applications?do=open-draft&batch={batch.Value}");
        var opened = await visitor.PostAsync(asked.Form);
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
        return (opened.Location!.Split('/')[3], organisation);
    }

    private static async Task<List<string>> SectionsAsync(Visitor visitor, string id) =>
        [.. (await visitor.GetAsync($"/office/applications/{id}/form")).Document.QuerySelectorAll(".tasks a").Select(a => a.GetAttribute("href")!)];

    private static Task<Seen> UploadAsync(Visitor visitor, Seen page, string indicator, string name, byte[] content, params (string Name, string Value)[] typed)
    {
        var multipart = new MultipartFormDataContent();
        var names = typed.Select(t => t.Name).ToHashSet();
        foreach (var element in page.Form.Elements.OfType<AngleSharp.Html.Dom.IHtmlElement>())
            if (element.GetAttribute("name") is { } field && !names.Contains(field))
                foreach (var value in element switch
                {
                    AngleSharp.Html.Dom.IHtmlInputElement { Type: "file" } => [],
                    AngleSharp.Html.Dom.IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => [],
                    AngleSharp.Html.Dom.IHtmlInputElement input => [input.Value],
                    AngleSharp.Html.Dom.IHtmlTextAreaElement area => [area.Value],
                    AngleSharp.Html.Dom.IHtmlSelectElement select => select.SelectedOptions.Select(o => o.Value).ToArray(),
                    _ => Array.Empty<string>(),
                })
                    multipart.Add(new StringContent(value, Encoding.UTF8), field);
        foreach (var (field, value) in typed)
            multipart.Add(new StringContent(value, Encoding.UTF8), field);
        multipart.Add(new StringContent(indicator), "upload");
        multipart.Add(new ByteArrayContent(content), "file." + indicator, name);
        return visitor.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Form.GetAttribute("action")) { Content = multipart });
    }
}
