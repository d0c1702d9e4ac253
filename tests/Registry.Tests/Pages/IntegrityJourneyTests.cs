using System.Net;
using System.Text;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform;
using Registry.Recognition;
using static Registry.Tests.TestData;

namespace Registry.Tests.Pages;

/// <summary>Integrity and provincial officers go their whole way without script: a case from its notice to its publication, the organisation's standing, the register, a proof.</summary>
public sealed class IntegrityJourneyTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_case_page_says_what_is_next_offers_only_that_and_previews_what_becomes_public()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: Scenario.CaseDay);
        var opened = await scenario.CaseOpenedAsync(id);
        var address = $"/office/cases/{opened.Id.Value}";
        using var first = await VisitorAsync(Roles.IntegrityOfficer);
        using var second = await VisitorAsync(Roles.IntegrityOfficer);
        using var applicant = await VisitorAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);

        var page = await first.GetAsync(address);
        Assert.Contains("下一步：向该单位送达案件告知", page.Text, StringComparison.Ordinal);
        Assert.Contains("立案时掌握的材料", page.Text, StringComparison.Ordinal);
        Assert.Equal(["propose-finding", "serve-notice"], Offered(page).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await applicant.GetAsync(address)).Status);

        await GiveAsync(first, address, "serve-notice", ("method", "direct"), ("servedOn", "2025-05-26"));
        Assert.Contains("正在等待该单位陈述申辩", (await applicant.GetAsync(address)).Text, StringComparison.Ordinal);
        await GiveAsync(applicant, address, "record-defence", ("statement", "统计口径不同，附说明。"));
        var refused = await first.PostAsync((await first.GetAsync($"{address}/proposal?do=propose-finding")).Form, Finding("经办人13800138000伪造审计报告"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("公开文字", refused.Text, StringComparison.Ordinal);
        Assert.Contains("核对年报", refused.Document.QuerySelector("textarea[name=reason]")!.TextContent, StringComparison.Ordinal);
        await GiveAsync(first, address, "propose-finding", Finding("多填营业收入约四成。"));
        page = await second.GetAsync(address);
        Assert.Contains("如今天确认：2025年5月26日至2028年5月26日", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("多填营业收入", (await applicant.GetAsync(address)).Text, StringComparison.Ordinal);

        await GiveAsync(first, address, "decide-finding", ("meeting", "厅党组会议"), ("day", "2025-05-26"), ("signatory", "签发人"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await first.PostAsync((await first.GetAsync($"{address}/confirmation?do=confirm-finding")).Form)).Status);
        await GiveAsync(second, address, "confirm-finding");
        Assert.Equal(Stage.Disqualified, await scenario.StageAsync(id));
        Assert.Contains("下一步：向该单位送达决定", (await first.GetAsync(address)).Text, StringComparison.Ordinal);
        await GiveAsync(first, address, "serve-decision", ("method", "direct"), ("servedOn", "2025-05-26"));
        await GiveAsync(first, address, "publish-finding");
        Assert.Contains("多填营业收入约四成。", (await applicant.GetAsync(address)).Text, StringComparison.Ordinal);

        var standing = await first.GetAsync($"/office/organisations/{clerk.Organisation}?day=2028-05-26");
        Assert.Contains("2028年5月27日起可以再次申报", standing.Text, StringComparison.Ordinal);
        Assert.Contains("2028年5月27日该单位没有申报限制", (await first.GetAsync($"/office/organisations/{clerk.Organisation}?day=2028-05-27")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_register_has_its_filters_in_the_address_and_a_proof_leads_by_its_code_to_the_public_page()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognisedAsync(batch, 2);
        using var officer = await VisitorAsync(Roles.ProvincialOfficer, now: Instant("2025-09-01T10:00:00+08:00"));
        await registry.Accepted(
            Scenario.Province(), new ChangeOperator(Scenario.NewOrganisation(Scenario.Jinan).Value, "演示新运营机构", Day("2025-08-01"), "原运营机构注销。", await scenario.VersionAsync(ids[0].Stream)), ids[0].Value, officer.Now);

        var proof = await officer.GetAsync($"/office/applications/{ids[0].Value}/proof");
        var address = registry.Host.Services.GetService(typeof(RegistrySettings)) is RegistrySettings settings ? settings.PublicPage($"cluster/{ids[0].Value}.html") : "";
        Assert.Contains(address, proof.Text, StringComparison.Ordinal);
        Assert.StartsWith("M", proof.Document.QuerySelector("svg.qr path")!.GetAttribute("d"), StringComparison.Ordinal);
        Assert.Empty(proof.Document.QuerySelectorAll("[style], script:not([src])"));
        Assert.Contains("截至2025年9月1日认定有效", proof.Text, StringComparison.Ordinal);

        var found = await scenario.BannedAsync(ids[1], officer.Now);
        Assert.Contains("已于2025年9月1日撤销", (await officer.GetAsync($"/office/applications/{ids[1].Value}/proof")).Text, StringComparison.Ordinal);
        Assert.NotNull(found.Finding);
        var page = await officer.GetAsync($"/office/applications/{ids[0].Value}/recognition");
        Assert.Contains("原运营机构：", page.Text, StringComparison.Ordinal);
        Assert.Contains(page.Document.QuerySelectorAll(".actions a"), a => a.GetAttribute("href")!.Contains("do=rename-cluster", StringComparison.Ordinal));

        var register = await officer.GetAsync($"/office/register?batch={Uri.EscapeDataString(batch.Value)}&city={Scenario.Zibo}");
        Assert.Equal(HttpStatusCode.OK, register.Status);
        var csv = await (await officer.GetAsync($"/office/register?batch={Uri.EscapeDataString(batch.Value)}&format=csv")).Response.Content.ReadAsByteArrayAsync(Ct);
        Assert.StartsWith("\uFEFF", Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_applicant_that_was_not_recognised_reads_why_and_asks_for_a_review_within_the_term()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids, "创新平台数量不足。"), batch.Value, Scenario.AfterWindow);
        await using var session = registry.Store.QuerySession();
        var head = (await session.LoadAsync<Draft>(ids[0].Stream, Ct))!;
        using var applicant = await VisitorAsync(Roles.Applicant, head.City, head.Organisation.Value, Scenario.AfterWindow.AddDays(1));

        var page = await applicant.GetAsync($"/office/applications/{ids[0].Value}/recognition");
        Assert.Contains("创新平台数量不足。", page.Text, StringComparison.Ordinal);
        Assert.Contains("2025年7月28日 24:00", page.Text, StringComparison.Ordinal);
        var asked = await applicant.PostAsync((await applicant.GetAsync(page.Document.QuerySelector(".actions a")!.GetAttribute("href")!)).Form, ("grounds", "平台证书已附。"));
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
        page = await applicant.GetAsync($"/office/applications/{ids[0].Value}/recognition");
        Assert.NotNull(page.Document.QuerySelector("a[href^='/office/review-requests/']"));
        Assert.Empty(page.Document.QuerySelectorAll(".actions a"));
    }

    private static (string, string)[] Finding(string publicWords) =>
        [("falseMaterial", "true"), ("clause", "五(三)"), ("publicWhatWasFalse", publicWords), ("publicHowToSeekReview", "自收到决定之日起六十日内可申请行政复议。"), ("reason", "核对年报")];

    private static IEnumerable<string> Offered(Seen page) => page.Document.QuerySelectorAll(".actions a").Select(a => a.GetAttribute("href")!.Split("do=")[^1]);

    /// <summary>Follows the button of the case's page and sends its form.</summary>
    private static async Task GiveAsync(Visitor visitor, string address, string command, params (string, string)[] typed)
    {
        var link = (await visitor.GetAsync(address)).Document.QuerySelector($".actions a[href$='do={command}']");
        Assert.NotNull(link);
        var answer = await visitor.PostAsync((await visitor.GetAsync(link.GetAttribute("href")!)).Form, typed);
        Assert.True(answer.Status == HttpStatusCode.SeeOther, $"{command}: {answer.Document.QuerySelector(".error-summary")?.TextContent ?? answer.Text}");
    }

    private async Task<Visitor> VisitorAsync(Roles role, string? city = null, string? organisation = null, DateTimeOffset? now = null)
    {
        var visitor = new Visitor(registry) { Now = now ?? Scenario.CaseDay.AddHours(1) };
        await visitor.SignInAsync(role, city, organisation);
        return visitor;
    }
}
