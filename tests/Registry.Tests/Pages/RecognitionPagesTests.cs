using System.Net;
using System.Text;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Recognition;

namespace Registry.Tests.Pages;

/// <summary>The pages of the decision on recognition, of the announcement, of the restrictions on applying, and of requests for review, without script.</summary>
public sealed class RecognitionPagesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_decision_page_says_why_each_may_or_may_not_be_recognised_and_an_announcement_is_issued_from_its_preview_only()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch, 2);
        await scenario.CaseOpenedAsync(ids[1], Scenario.AfterWindow);
        using var officer = await VisitorAsync(Roles.ProvincialOfficer);
        var address = $"/office/batches/{batch.Value}/recognition";

        var page = await officer.GetAsync(address);
        Assert.Contains("可以认定", page.Text, StringComparison.Ordinal);
        Assert.Contains("有尚未办结的诚信案件", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(ids[1].Value, page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector($"select[name='choice.{ids[0].Value}'] option[value=yes]"));
        Assert.Null(page.Document.QuerySelector($"select[name='choice.{ids[1].Value}'] option[value=yes]"));

        (string, string)[] decided = [($"choice.{ids[0].Value}", "yes"), ($"choice.{ids[1].Value}", "no"), ("meeting", "厅党组会议"), ("day", "2025-07-21"), ("signatory", "演示签发人")];
        var refused = await officer.PostAsync(page.Form, decided);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($".error-summary a[href='#f-reason-{ids[1].Value}']"));
        Assert.Equal("厅党组会议", refused.Document.QuerySelector("input[name=meeting]")!.GetAttribute("value"));
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(refused.Form, [.. decided, ($"reason.{ids[1].Value}", "创新平台数量不足。")])).Status);
        Assert.Equal(Stage.NotRecognised, await scenario.StageAsync(ids[1]));

        page = await officer.GetAsync($"/office/batches/{batch.Value}/announcements?do=issue-announcement");
        Assert.Equal(["preview"], Buttons(page));
        Assert.Equal([ids[0].Value], page.Document.QuerySelectorAll("input[name=applications]").Select(i => i.GetAttribute("value")));
        var missing = await officer.PostAsync(page.Form, ("go", "preview"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.Status);
        var number = Scenario.NewNumber();
        page = await officer.PostAsync(page.Form, ("number", number), ("go", "preview"));
        Assert.Equal(["issue", "preview"], Buttons(page));
        Assert.Contains("经公示，认定", page.Document.QuerySelector(".preview")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(number, page.Document.QuerySelector(".preview")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(page.Form, ("go", "issue"))).Status);
        Assert.Equal(Stage.Recognised, await scenario.StageAsync(ids[0]));
        Assert.Contains("认定名单已公告", (await officer.GetAsync(address)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync($"/office/batches/{batch.Value}/announcements")).Status);
    }

    [Fact]
    public async Task The_list_of_restrictions_answers_for_any_day_and_as_a_file()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: Scenario.CaseDay);
        await scenario.BannedAsync(id);
        using var officer = await VisitorAsync(Roles.IntegrityOfficer);
        string Address(string day, string more = "") => $"/office/restrictions?organisation={clerk.Organisation}&day={day}{more}";

        Assert.Contains("2028年5月26日有效的申报限制共 1 项", (await officer.GetAsync(Address("2028-05-26"))).Text, StringComparison.Ordinal);
        Assert.Contains("2028年5月27日该单位没有有效的申报限制", (await officer.GetAsync(Address("2028-05-27"))).Text, StringComparison.Ordinal);
        Assert.Contains("2025年5月25日该单位没有有效的申报限制", (await officer.GetAsync(Address("2025-05-25"))).Text, StringComparison.Ordinal);
        Assert.Contains("已期满", (await officer.GetAsync(Address("2028-05-27", "&all=true"))).Text, StringComparison.Ordinal);
        var csv = Encoding.UTF8.GetString(await (await officer.GetAsync(Address("2028-05-26", "&format=csv"))).Response.Content.ReadAsByteArrayAsync(Ct));
        Assert.Contains(clerk.Organisation!, csv, StringComparison.Ordinal);
        Assert.Contains("2028", csv, StringComparison.Ordinal);
        Assert.Contains("例如 2025-06-20", (await officer.GetAsync(Address("2028-02-30"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restriction_that_gates_enforce_is_listed_even_where_its_case_is_unknown()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: Scenario.CaseDay);
        await scenario.BanDirectlyAsync(id, new DateOnly(2025, 6, 1));
        using var officer = await VisitorAsync(Roles.IntegrityOfficer);

        var page = await officer.GetAsync($"/office/restrictions?organisation={clerk.Organisation}&day=2025-06-02");
        Assert.Equal(clerk.Organisation, page.Document.QuerySelector("td.main a")!.TextContent);
    }

    [Fact]
    public async Task The_inbox_of_reviews_says_what_waits_since_when_and_for_whom()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        using var decider = new Visitor(registry) { Now = Scenario.AfterWindow };
        var own = await decider.SignInAsync(Roles.ProvincialOfficer);
        await registry.Accepted(own, Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids, "创新平台数量不足。"), batch.Value, Scenario.AfterWindow);
        await using var session = registry.Store.QuerySession();
        var head = (await session.LoadAsync<Draft>(ids[0].Stream, Ct))!;
        var asked = await registry.Accepted(
            Scenario.Clerk(head.Organisation, head.City), new RequestReview("平台证书已附。", await scenario.VersionAsync(ids[0].Stream)), ids[0].Value, Scenario.AfterWindow);
        using var other = await VisitorAsync(Roles.ProvincialOfficer, Scenario.AfterWindow.AddDays(3));

        Assert.Contains("须由另一名省级工作人员办理", (await decider.GetAsync("/office/review-requests")).Text, StringComparison.Ordinal);
        var page = await other.GetAsync("/office/review-requests");
        Assert.Contains("已等待 3 天", page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector($"a.button[href='/office/review-requests/{asked.Id}']"));

        // On its page stands which decision it is, why it was taken and what the applicant says; whoever decided first has no form there.
        var address = $"/office/review-requests/{asked.Id}";
        Assert.Null((await decider.GetAsync(address)).Document.QuerySelector("textarea[name=reason]"));
        var one = await other.GetAsync(address);
        Assert.Contains("创新平台数量不足。", one.Text, StringComparison.Ordinal);
        Assert.Contains("平台证书已附。", one.Text, StringComparison.Ordinal);
        var card = (await session.LoadAsync<ApplicationCard>(ids[0].Stream, Ct))!;
        Assert.Contains(card.Cluster, one.Document.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(card.OrganisationName, one.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await other.PostAsync(one.Form, ("reason", "平台证书有效。"))).Status);
        var refused = await other.PostAsync(one.Form, ("reopen", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var open = await other.GetAsync(address);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.PostAsync(refused.Form, ("reopen", "true"), ("reason", "平台证书有效。"))).Status);
        var late = await other.PostAsync(open.Form, ("reopen", "false"), ("reason", "另一人写了很久的理由。"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("另一人写了很久的理由。", late.Text, StringComparison.Ordinal);
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(ids[0]));
        Assert.Contains("平台证书有效。", (await decider.GetAsync(address)).Text, StringComparison.Ordinal);
        using var stranger = new Visitor(registry) { Now = Scenario.AfterWindow };
        await stranger.SignInAsync(Roles.CityOfficer, head.City == Scenario.Zibo ? Scenario.Jinan : Scenario.Zibo);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(address)).Status);
    }

    private static IEnumerable<string> Buttons(Seen page) => page.Document.QuerySelectorAll("main .buttons button[name=go]").Select(b => b.GetAttribute("value")!).Order(StringComparer.Ordinal);

    private async Task<Visitor> VisitorAsync(Roles role, DateTimeOffset? now = null)
    {
        var visitor = new Visitor(registry) { Now = now ?? Scenario.AfterWindow };
        await visitor.SignInAsync(role);
        return visitor;
    }
}
