using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Pages;

namespace Registry.Tests.Pages;

/// <summary>Which role opens which page: navigation and console lead nowhere else, and a page of another role says so.</summary>
public sealed class RolePageTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    public static readonly TheoryData<Roles> Everybody =
        [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.Expert, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task Everything_that_navigation_and_console_offer_opens(Roles role)
    {
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(role, role is Roles.CityOfficer or Roles.Applicant ? Scenario.Zibo : null, role == Roles.Applicant ? Scenario.NewOrganisation(Scenario.Zibo).Value : null);
        var console = await visitor.GetAsync("/office");
        Assert.Equal(HttpStatusCode.OK, console.Status);
        foreach (var href in console.Document.QuerySelectorAll("nav.sections a, main a").Select(a => a.GetAttribute("href")!).Distinct())
            Assert.Equal((href, HttpStatusCode.OK), (href, (await visitor.GetAsync(href)).Status));
    }

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task A_page_with_roles_of_its_own_is_closed_to_the_others(Roles role)
    {
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(role, role is Roles.CityOfficer or Roles.Applicant ? Scenario.Zibo : null, role == Roles.Applicant ? Scenario.NewOrganisation(Scenario.Zibo).Value : null);
        var pages = registry.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<PageRoles>() is { } page && (page.Roles & role) == 0 && e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET"));
        foreach (var page in pages)
            Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/" + page.RoutePattern.RawText!.TrimStart('/').Replace("{id}", "0123", StringComparison.Ordinal).Replace("{section}", "basic", StringComparison.Ordinal).Replace("{sha256}", "00", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task A_list_is_exported_as_it_is_filtered_with_formulas_made_harmless()
    {
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        await scenario.SubmittedAsync(batch, Scenario.Zibo, cluster: "=演示公式集群");
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.ProvincialOfficer);
        var file = await visitor.GetAsync($"/office/applications?batch={batch.Value}&stage=Submitted&format=csv");
        Assert.Equal("text/csv", file.Response.Content.Headers.ContentType!.MediaType);
        var text = await file.Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"'=演示公式集群\"", text, StringComparison.Ordinal);
        Assert.Contains("淄博市", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_holds_no_code_learns_nothing_and_a_report_is_followed_by_its_code()
    {
        using var visitor = new Visitor(registry);
        var unknown = await visitor.PostAsync((await visitor.GetAsync("/objections/status")).Form, ("code", Registry.Objections.ReceiptCode.New()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.Status);

        var page = await visitor.GetAsync("/reports");
        var empty = await visitor.PostAsync(page.Form, ("subject", "演示集群"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Equal("演示集群", empty.Document.QuerySelector("input[name=subject]")!.GetAttribute("value"));
        var code = empty.Document.QuerySelector("input[name=receiptCode]")!.GetAttribute("value")!;
        var filed = await visitor.PostAsync(empty.Form, ("facts", "材料与事实不符。"));
        Assert.Equal("/objections/receipt", filed.Location);
        Assert.DoesNotContain(code, filed.Location!, StringComparison.Ordinal);
        Assert.Contains(code, (await visitor.GetAsync(filed.Location!)).Text, StringComparison.Ordinal);
        using var other = new Visitor(registry);
        Assert.DoesNotContain(code, (await other.GetAsync("/objections/receipt")).Text, StringComparison.Ordinal);
        var status = await other.PostAsync((await other.GetAsync("/objections/status")).Form, ("code", code));
        Assert.Equal(HttpStatusCode.OK, status.Status);
    }
}
