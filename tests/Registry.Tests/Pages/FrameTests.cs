using System.Net;
using Registry.Accounts;
using Registry.Pages;
using Registry.Platform;

namespace Registry.Tests.Pages;

/// <summary>The frame of all pages: who may enter, what a browser is told, forms that are not ours.</summary>
public sealed class FrameTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Secret = "never-to-be-seen-again-71";

    [Fact]
    public async Task A_form_without_our_token_is_refused_and_does_nothing()
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Administrator);
        var answer = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/office/accounts")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("command", "open-account"), KeyValuePair.Create("login", "intruder")]),
        });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task A_form_that_the_browser_says_comes_from_another_site_is_refused()
    {
        using var visitor = new Visitor(registry);
        var form = (await visitor.GetAsync("/office/sign-in")).Form;
        var request = new HttpRequestMessage(HttpMethod.Post, "/office/sign-in")
        {
            Content = new FormUrlEncodedContent(form.Elements.OfType<AngleSharp.Html.Dom.IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value))),
        };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("//elsewhere.example/")]
    [InlineData("https://elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Signing_in_never_leads_to_another_site(string next)
    {
        using var visitor = new Visitor(registry);
        var page = await visitor.GetAsync("/office/sign-in?next=" + Uri.EscapeDataString(next));
        Assert.Equal("/office", page.Form.Elements.OfType<AngleSharp.Html.Dom.IHtmlInputElement>().Single(i => i.Name == "next").Value);
    }

    [Fact]
    public async Task A_wrong_password_is_422_with_a_summary_that_leads_to_its_field_and_the_name_kept()
    {
        using var visitor = new Visitor(registry);
        var answer = await visitor.PostAsync((await visitor.GetAsync("/office/sign-in")).Form, ("login", "nobody-here"), ("password", "wrong password!"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.StartsWith("错误：", answer.Document.Title, StringComparison.Ordinal);
        var link = Assert.Single(answer.Document.QuerySelectorAll(".error-summary a"));
        Assert.NotNull(answer.Document.QuerySelector(link.GetAttribute("href")!));
        Assert.Equal("nobody-here", answer.Document.QuerySelector("input[name=login]")!.GetAttribute("value"));
        Assert.Equal("", answer.Document.QuerySelector("input[name=password]")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task Every_page_forbids_foreign_content_frames_and_caches_and_has_no_script_or_style_inside()
    {
        using var visitor = new Visitor(registry);
        var page = await visitor.GetAsync("/office/sign-in");
        var policy = page.Response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("no-store", page.Response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.All(page.Document.QuerySelectorAll("script"), s => Assert.False(string.IsNullOrEmpty(s.GetAttribute("src"))));
        Assert.Empty(page.Document.QuerySelectorAll("style, [style], [onclick]"));
        Assert.All(page.Document.QuerySelectorAll("[src], link[href]"), e => Assert.StartsWith("/office/assets/", e.GetAttribute("src") ?? e.GetAttribute("href"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_stylesheet_and_the_script_come_from_the_program()
    {
        using var visitor = new Visitor(registry);
        var page = await visitor.GetAsync("/office/sign-in");
        foreach (var address in new[] { page.Document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!, page.Document.QuerySelector("script")!.GetAttribute("src")! })
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(address)).Status);
    }

    [Fact]
    public async Task A_page_asked_for_without_a_session_leads_to_the_sign_in_and_back()
    {
        using var visitor = new Visitor(registry);
        var answer = await visitor.GetAsync("/office/applications?x=1");
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal("/office/sign-in?next=%2Foffice%2Fapplications%3Fx%3D1", answer.Location);
    }

    [Fact]
    public async Task A_form_sent_after_the_session_ended_is_kept_and_offered_again()
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Administrator);
        var login = visitor.Login;
        var form = (await visitor.GetAsync("/office/accounts?do=open-account")).Form;
        visitor.Now += TimeSpan.FromHours(9);
        var demanded = await visitor.PostAsync(form, ("login", "kept-name"), ("name", "李四"), ("role", "Auditor"));
        Assert.Equal(HttpStatusCode.Unauthorized, demanded.Status);

        var kept = await visitor.PostAsync(demanded.Form, ("login", login), ("password", Visitor.Password));
        Assert.Equal(HttpStatusCode.OK, kept.Status);
        Assert.Equal("kept-name", kept.Document.QuerySelector("main input[name=login]")!.GetAttribute("value"));
        Assert.Equal("/office/accounts", kept.Form.GetAttribute("action"));
    }

    [Fact]
    public async Task No_password_is_kept_with_a_form_whose_session_had_ended()
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Administrator);
        visitor.Now += TimeSpan.FromHours(9);
        var demanded = await visitor.SendAsync(Sent("/office/accounts", ("name", "李四"), ("password", Secret), ("current", Secret), ("known", Secret), ("shown", Secret)));
        var kept = await visitor.PostAsync(demanded.Form, ("login", visitor.Login), ("password", Visitor.Password));
        Assert.Equal("李四", kept.Document.QuerySelector("main input[name=name]")?.GetAttribute("value"));
        Assert.DoesNotContain(Secret, kept.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/office/account/password")]
    [InlineData("/office/account/authenticator")]
    [InlineData("/office/account/identity")]
    public async Task A_form_that_is_nothing_without_its_password_is_not_kept_and_its_page_comes_after_the_sign_in(string form)
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Auditor);
        visitor.Now += TimeSpan.FromHours(9);
        var demanded = await visitor.SendAsync(Sent(form, ("current", Secret), ("known", Secret), ("shown", Secret), ("password", Secret)));
        Assert.Equal(HttpStatusCode.Unauthorized, demanded.Status);
        var after = await visitor.PostAsync(demanded.Form, ("login", visitor.Login), ("password", Visitor.Password));
        Assert.Equal((HttpStatusCode.SeeOther, "/office/account"), (after.Status, after.Location));
    }

    [Fact]
    public void Every_field_that_takes_a_password_is_known_as_a_secret()
    {
        var context = new PageContext(new Actor("a", Roles.Administrator), Language.Zh, "/office", "", false, null, null, Scenario.Open);
        var commands = CommandForm.All.Values.SelectMany(f => f.Shapes(context)).Where(s => s.Kind == InputKind.Password).Select(s => s.Name);
        var pages = Directory.EnumerateFiles(Path.Combine(DocumentsTests.FindRoot(), "src", "Registry", "Pages"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "FieldShape\\(\"(\\w+)\", InputKind.Password")).Select(m => m.Groups[1].Value);
        string[] names = [.. commands.Concat(pages).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["current", "known", "password", "shown"], names);
        Assert.All(names, n => Assert.True(SecretFields.Has(n), n));
    }

    [Fact]
    public async Task What_a_stranger_sends_with_an_invented_session_is_not_held_in_memory_however_long()
    {
        using var stranger = new Visitor(registry);
        var request = Sent("/office/accounts", [.. Enumerable.Range(0, 20).Select(i => ($"f{i}", new string('x', 50_000)))]);
        request.Headers.Add("Cookie", $"{AccountsRoom.Cookie}=nobody.invented");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await stranger.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_page_opened_from_a_link_elsewhere_leaves_the_forms_of_other_tabs_usable()
    {
        using var visitor = new Visitor(registry);
        var page = await visitor.GetAsync("/office/sign-in");
        Assert.Contains("samesite=lax", Assert.Single(page.Response.Headers.GetValues("Set-Cookie"), c => c.StartsWith("registry-form=", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_kept_form_is_not_shown_to_somebody_else_who_signs_in()
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Administrator);
        var form = (await visitor.GetAsync("/office/accounts?do=open-account")).Form;
        visitor.Now += TimeSpan.FromHours(9);
        var demanded = await visitor.PostAsync(form, ("login", "kept-name"), ("name", "李四"), ("role", "Auditor"));
        using var other = new Visitor(registry);
        await other.SignInAsync(Roles.Administrator);
        var answer = await visitor.PostAsync(demanded.Form, ("login", other.Login), ("password", Visitor.Password));
        Assert.Equal((HttpStatusCode.SeeOther, "/office"), (answer.Status, answer.Location));
    }

    private static HttpRequestMessage Sent(string address, params (string Name, string Value)[] fields) =>
        new(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        using var visitor = new Visitor(registry);
        await visitor.SignInAsync(Roles.Auditor);
        var console = await visitor.GetAsync("/office");
        Assert.Equal(HttpStatusCode.OK, console.Status);
        var out_ = console.Document.QuerySelectorAll("header form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single();
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.PostAsync(out_)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/office")).Status);
    }

    [Fact]
    public void The_two_languages_have_the_same_words() =>
        Assert.Equal(Texts.Codes(Language.Zh).Order(StringComparer.Ordinal), Texts.Codes(Language.En).Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_language_is_chosen_once_and_kept()
    {
        using var visitor = new Visitor(registry);
        var answer = await visitor.GetAsync("/office/language/en?back=%2Foffice%2Fsign-in");
        Assert.Equal("/office/sign-in", answer.Location);
        var page = await visitor.GetAsync("/office/sign-in");
        Assert.Equal("en", page.Document.DocumentElement.GetAttribute("lang"));
        Assert.Contains("Sign in", page.Document.Title!, StringComparison.Ordinal);
    }
}
