using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Pages;

/// <summary>What goes wrong outside a page is a page too, in words, and a form that met a fault is still there. The machine's own pages are the administrators'.</summary>
public sealed class ErrorPageTests(RegistryFixture registry, PostgresFixture postgres) : IClassFixture<RegistryFixture>
{
    [Theory]
    [InlineData("/office/no/such/page/at/all", HttpStatusCode.NotFound)]
    [InlineData("/no-such-page", HttpStatusCode.NotFound)]
    [InlineData("/office/assets", HttpStatusCode.NotFound)]
    public async Task An_address_that_does_not_exist_says_so_on_a_page(string path, HttpStatusCode status)
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Auditor);
        var page = await visitor.GetAsync(path);
        Assert.Equal(status, page.Status);
        if (path != "/office/assets")
            Assert.Equal("没有找到", page.Document.QuerySelector("h1")?.TextContent);
    }

    [Fact]
    public async Task Who_asks_for_an_address_that_does_not_exist_is_given_no_cookie()
    {
        using var visitor = new Visitor(registry);
        Assert.False((await visitor.GetAsync("/no-such-page")).Response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_method_that_a_page_does_not_take_is_answered_by_a_page()
    {
        using var visitor = new Visitor(registry);
        var page = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/objections/status"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, page.Status);
        Assert.Contains(Texts.Of(Language.Zh, "request.method"), page.Text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_are_answered_by_a_page_that_says_when_to_come_back()
    {
        using var visitor = new Visitor(registry);
        var form = (await visitor.GetAsync("/objections/status")).Form;
        // All at once, so that they fall into two of the limit's minutes at most.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2 * FilingLimits.StatusPerMinute + 1).Select(_ => visitor.PostAsync(form, ("code", "nothing"))));
        var last = answers.First(a => a.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal("60", last.Response.Headers.RetryAfter?.ToString());
        Assert.Contains(Texts.Of(Language.Zh, "objection.too-fast"), last.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("nothing", last.Document.QuerySelector("main form[action='/objections/status'] input[name=code]")?.GetAttribute("value"));

        // Who asked too often may complete an objection all the same.
        form.SetAttribute("action", "/objections/completion");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(form, ("code", "nothing"))).Status);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(1_048_576, false)]
    public async Task What_came_too_soon_is_kept_if_it_is_small_and_otherwise_not_even_read(int length, bool kept)
    {
        await using var scope = registry.Host.Services.CreateAsyncScope();
        using var body = new MemoryStream(System.Text.Encoding.ASCII.GetBytes("code=typed&facts=".PadRight(length, 'x')));
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, Response = { Body = new MemoryStream() } };
        http.Request.Scheme = "http";
        http.Request.Host = new HostString("localhost");
        http.Request.Method = HttpMethods.Post;
        http.Request.Path = "/objections/status";
        http.Request.ContentType = "application/x-www-form-urlencoded";
        http.Request.ContentLength = length;
        http.Request.Body = body;
        await Registry.Pages.ErrorPages.ShowAsync(http, StatusCodes.Status429TooManyRequests);
        Assert.Equal((kept, kept), (body.Position > 0, System.Text.Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray()).Contains("typed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_the_database_is_gone_the_page_says_so_names_a_trace_and_keeps_what_was_typed()
    {
        var database = await postgres.CreateRegistryAsync();
        await using var host = await RegistryHost.StartAsync(database);
        var own = RegistryFixture.On(postgres, host);
        using var visitor = new Visitor(own);
        var form = (await visitor.GetAsync("/reports")).Form;
        await DropAsync(database);
        var broken = await visitor.PostAsync(form, ("subject", "演示集群"), ("facts", "写了很久的内容"));
        Assert.Equal(HttpStatusCode.InternalServerError, broken.Status);
        Assert.Equal("zh-CN", broken.Document.DocumentElement.GetAttribute("lang"));
        Assert.Equal("写了很久的内容", broken.Document.QuerySelector("main form[action='/reports'] input[name=facts]")?.GetAttribute("value"));
        Assert.NotNull(broken.Document.QuerySelector("main form input[name=receiptCode]"));
        Assert.DoesNotContain("Exception", broken.Text, StringComparison.Ordinal);
    }

    private async Task DropAsync(string connectionString)
    {
        await using var admin = new Npgsql.NpgsqlConnection(postgres.AdminConnectionString);
        await admin.OpenAsync(TestContext.Current.CancellationToken);
        await using var drop = admin.CreateCommand();
        drop.CommandText = $"drop database \"{new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Database}\" with (force)";
        await drop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(Roles.Administrator, HttpStatusCode.OK)]
    [InlineData(Roles.ProvincialOfficer, HttpStatusCode.Forbidden)]
    [InlineData(Roles.Auditor, HttpStatusCode.Forbidden)]
    public async Task Jobs_are_seen_by_administrators_alone_and_changed_by_nobody(Roles role, HttpStatusCode status)
    {
        using var visitor = new Visitor(registry);
        Assert.StartsWith("/office/sign-in", (await visitor.GetAsync("/office/jobs")).Location, StringComparison.Ordinal);
        await visitor.SignInAsync(role);
        foreach (var path in new[] { "/office/jobs", "/office/jobs/jobs/enqueued", "/office/jobs/recurring" })
        {
            var page = await visitor.GetAsync(path);
            Assert.Equal(status, page.Status);
            Assert.DoesNotContain("unsafe", page.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
        var change = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/office/jobs/recurring/trigger") { Content = new FormUrlEncodedContent([KeyValuePair.Create("jobs[]", "remind")]) });
        Assert.NotEqual(HttpStatusCode.OK, change.Status);
        Assert.NotEqual(HttpStatusCode.NoContent, change.Status);
        Assert.Equal(role == Roles.Administrator ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await visitor.GetAsync("/office/metrics")).Status);
    }
}
