using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using Registry.Accounts;
using Registry.Pages;
using Registry.Platform;
using Registry.Tests.Pages;

namespace Registry.Tests.Accounts;

/// <summary>A program whose people may sign in at a provider, and that provider.</summary>
public sealed class ProviderFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private RegistryHost host = null!;

    public TestProvider Provider { get; private set; } = null!;

    public RegistryFixture Registry { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = await TestProvider.StartAsync();
        host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), s => s with { ExternalSignIn = Provider.Settings() });
        Registry = RegistryFixture.On(postgres, host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>Sign-in by OpenID Connect against a real provider: it opens the account that its owner linked, and takes the place of the password alone.</summary>
public sealed class ExternalSignInTests(ProviderFixture shared) : IClassFixture<ProviderFixture>
{
    private static readonly Actor Administrator = new("admin-of-links", Roles.Administrator);
    private readonly TestProvider provider = shared.Provider;
    private readonly RegistryFixture registry = shared.Registry;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_identity_that_nobody_linked_opens_nothing_whatever_its_mail_address_says()
    {
        provider.Subject = "stranger";
        using var visitor = Person();
        var back = await ComeBackAsync(visitor, "/office/sign-in/external?next=/office/applications");
        Assert.Contains("refused=not-linked", back.Location, StringComparison.Ordinal);
        Assert.Contains(Texts.Of(Language.Zh, "page.sign-in.external.not-linked"), (await visitor.GetAsync(back.Location!)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/office")).Status);
    }

    [Fact]
    public async Task The_owner_links_an_identity_with_the_password_and_then_signs_in_with_it_until_the_link_is_taken_off()
    {
        provider.Subject = "person-1";
        using var visitor = Person();
        var officer = await visitor.SignInAsync(Roles.ProvincialOfficer);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(await IdentityFormAsync(visitor), ("shown", "not the password"))).Status);
        Assert.Equal("/office/sign-in", (await LinkAsync(visitor)).Location);

        using var again = Person();
        Assert.Equal("/office/applications", (await ComeBackAsync(again, "/office/sign-in/external?next=/office/applications")).Location);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/office/applications")).Status);

        // Neither the store's documents nor its events say who the person is at the provider.
        await using (var session = registry.Store.QuerySession())
        {
            var events = await session.Events.FetchStreamAsync(new AccountId(officer.Id).Stream, token: Ct);
            Assert.Contains(events, e => e.Data is IdentityLinked l && l.Issuer == provider.Issuer.ToString());
            Assert.DoesNotContain("person-1", JsonSerializer.Serialize(events.Select(e => e.Data)) + JsonSerializer.Serialize(await session.Query<LinkedIdentity>().ToListAsync(Ct)), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await again.PostAsync(await IdentityFormAsync(again), ("shown", Visitor.Password), ("go", "unlink"))).Status);
        using var gone = Person();
        Assert.Contains("refused=not-linked", (await ComeBackAsync(gone, "/office/sign-in/external")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_that_links_is_answered_by_a_page_that_leads_to_the_provider_and_by_no_redirect_that_a_browser_would_stop()
    {
        using var visitor = Person();
        await visitor.SignInAsync(Roles.ProvincialOfficer);
        var leaving = await visitor.PostAsync(await IdentityFormAsync(visitor), ("shown", Visitor.Password), ("go", "link"));
        Assert.Equal((HttpStatusCode.OK, null), (leaving.Status, leaving.Location));
        Assert.Contains("form-action 'self'", leaving.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        // Whoever else is still signed in at the provider in this browser must not be the one that is linked.
        Assert.Contains("prompt=login", WayOf(leaving), StringComparison.Ordinal);
        using var stranger = Person();
        Assert.NotNull((await stranger.GetAsync("/office/sign-in")).Document.QuerySelector("main a[href^='/office/sign-in/external?']"));
    }

    [Fact]
    public async Task An_identity_is_linked_to_one_account_and_by_its_owner_alone()
    {
        var officer = await OfficerAsync();
        var account = new AccountView { Id = new AccountId(officer.Id).Stream, Role = Roles.ProvincialOfficer };
        var command = new LinkIdentity("https://id.demo.example/", "hash", 1);
        Assert.Equal("access.not-found", RefusalOf(LinkIdentity.Decide(command, new Actor("somebody", Roles.Administrator), account, null)));
        Assert.Equal("account.identity-taken", RefusalOf(LinkIdentity.Decide(command, officer, account, "account/other")));
        Assert.Equal("account.no-identity", await registry.Refused(officer, new UnlinkIdentities(await VersionAsync(officer)), officer.Id));
        await registry.Accepted(officer, new LinkIdentity("https://id.demo.example/", "the-same", await VersionAsync(officer)), officer.Id);
        var other = await OfficerAsync();
        Assert.Equal("account.identity-taken", await registry.Refused(other, new LinkIdentity("https://id.demo.example/", "the-same", await VersionAsync(other)), other.Id));
        Assert.Equal("access.not-found", await registry.Refused(other, new UnlinkIdentities(await VersionAsync(officer)), officer.Id));
    }

    [Fact]
    public async Task Who_links_an_identity_that_another_account_has_is_told_so_and_stays_signed_in()
    {
        provider.Subject = "person-of-two-accounts";
        using var first = Person();
        await first.SignInAsync(Roles.ProvincialOfficer);
        await LinkAsync(first);
        using var second = Person();
        await second.SignInAsync(Roles.Auditor);
        var refused = await LinkAsync(second);
        Assert.StartsWith("/office/account", refused.Location, StringComparison.Ordinal);
        Assert.Contains(Texts.Of(Language.Zh, "account.identity-taken"), (await second.GetAsync(refused.Location!)).Document.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        using var again = Person();
        await ComeBackAsync(again, "/office/sign-in/external");
        Assert.Equal(HttpStatusCode.Forbidden, (await again.GetAsync("/office/history")).Status);
    }

    [Fact]
    public async Task A_password_that_an_administrator_set_takes_the_links_off_too_for_somebody_else_may_have_made_them()
    {
        provider.Subject = "person-reset";
        using var visitor = Person();
        var officer = await visitor.SignInAsync(Roles.ProvincialOfficer);
        await LinkAsync(visitor);
        await registry.Accepted(Administrator, new SetPassword("nine quiet harbours 58", await VersionAsync(officer)), officer.Id);
        using var again = Person();
        Assert.Contains("refused=not-linked", (await ComeBackAsync(again, "/office/sign-in/external")).Location, StringComparison.Ordinal);
        Assert.Contains((await EventsAsync(officer)).TakeLast(2), e => e is IdentitiesUnlinked);
    }

    [Fact]
    public async Task Taking_the_links_off_is_offered_where_there_are_some()
    {
        provider.Subject = "person-offered";
        using var visitor = Person();
        var officer = await visitor.SignInAsync(Roles.ProvincialOfficer);
        using var administrator = Person();
        await administrator.SignInAsync(Roles.Administrator);
        async Task<bool> OfferedAsync() => (await administrator.GetAsync($"/office/accounts/{officer.Id}")).Document.QuerySelector("main a[href*='do=unlink-identities']") is not null;
        Assert.False(await OfferedAsync());
        await LinkAsync(visitor);
        Assert.True(await OfferedAsync());
    }

    [Fact]
    public async Task A_link_opens_nothing_once_the_first_password_has_run_out_unreplaced()
    {
        var opened = await registry.Accepted(Actor.Job("test"), new OpenAccount("never-came", "first of two passwords 71", "张三", Roles.Expert, null, null));
        await registry.Accepted(new Actor(opened.Id!, Roles.Expert), new LinkIdentity("https://id.demo.example/", "of-who-never-came", opened.Version), opened.Id);
        var signIn = registry.Host.Services.GetRequiredService<SignIn>();
        Assert.NotNull(await signIn.OpenByIdentityAsync("of-who-never-came", Ct));
        using (RegistryClock.At(DateTimeOffset.UtcNow + OpenAccount.FirstPasswordFor + TimeSpan.FromHours(1)))
            Assert.Null(await signIn.OpenByIdentityAsync("of-who-never-came", Ct));
    }

    [Fact]
    public async Task The_identity_of_a_closed_account_opens_nothing_and_is_free_for_the_account_that_follows()
    {
        provider.Subject = "person-who-left";
        using var visitor = Person();
        var officer = await visitor.SignInAsync(Roles.ProvincialOfficer);
        await LinkAsync(visitor);
        await registry.Accepted(Administrator, new CloseAccount("调离", await VersionAsync(officer)), officer.Id);
        Assert.Contains(await EventsAsync(officer), e => e is IdentitiesUnlinked);
        using var again = Person();
        Assert.Contains("refused=not-linked", (await ComeBackAsync(again, "/office/sign-in/external")).Location, StringComparison.Ordinal);
        using var back = Person();
        await back.SignInAsync(Roles.Auditor);
        Assert.Equal("/office/sign-in", (await LinkAsync(back)).Location);
    }

    [Fact]
    public async Task A_link_that_a_closed_account_kept_does_not_hold_the_identity()
    {
        var (left, next) = (await OfficerAsync(), await OfficerAsync());
        await registry.Accepted(Administrator, new CloseAccount("调离", await VersionAsync(left)), left.Id);
        Assert.DoesNotContain(await EventsAsync(left), e => e is IdentitiesUnlinked);
        await using (var session = registry.Store.LightweightSession())
        {
            session.Store(new LinkedIdentity { Id = "kept-by-who-left", Account = new AccountId(left.Id).Stream });
            await session.SaveChangesAsync(Ct);
        }
        await registry.Accepted(next, new LinkIdentity("https://id.demo.example/", "kept-by-who-left", await VersionAsync(next)), next.Id);
    }

    [Fact]
    public async Task An_answer_that_was_not_asked_for_opens_nothing()
    {
        using var visitor = Person();
        var forged = await visitor.GetAsync(ExternalSignIn.Callback + "?code=forged&state=forged");
        Assert.Contains("refused=external", forged.Location, StringComparison.Ordinal);
        provider.Subject = "person-2";
        var leaving = await visitor.GetAsync("/office/sign-in/external");
        using var victim = Person();
        Assert.Contains("refused=external", (await victim.GetAsync(await TestProvider.VisitAsync(leaving.Location!))).Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OpenIddictConstants.Claims.Nonce, "of-another-sign-in")]
    [InlineData(OpenIddictConstants.Claims.Private.Issuer, "https://elsewhere.example/")]
    [InlineData(OpenIddictConstants.Claims.Private.Audience, "another-client")]
    public async Task An_answer_that_was_made_for_another_sign_in_or_by_another_provider_opens_nothing(string claim, string value)
    {
        provider.Subject = "person-bent";
        using var owner = Person();
        await owner.SignInAsync(Roles.ProvincialOfficer);
        await LinkAsync(owner);
        using var visitor = Person();
        provider.Bend = token => token.SetClaim(claim, value);
        try
        {
            Assert.Contains("refused=external", (await ComeBackAsync(visitor, "/office/sign-in/external")).Location, StringComparison.Ordinal);
        }
        finally
        {
            provider.Bend = null;
        }
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/office")).Status);
        Assert.Equal("/office", (await ComeBackAsync(visitor, "/office/sign-in/external")).Location);
    }

    [Fact]
    public async Task The_state_of_one_sign_in_does_not_carry_the_answer_to_another()
    {
        provider.Subject = "person-crossed";
        using var visitor = Person();
        var one = await TestProvider.VisitAsync((await visitor.GetAsync("/office/sign-in/external")).Location!);
        var other = await TestProvider.VisitAsync((await visitor.GetAsync("/office/sign-in/external")).Location!);
        string Part(string address, string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(new Uri("http://localhost"), address).Query)[name].ToString();
        var crossed = await visitor.GetAsync($"{ExternalSignIn.Callback}?code={Uri.EscapeDataString(Part(one, "code"))}&state={Uri.EscapeDataString(Part(other, "state"))}");
        Assert.Contains("refused=external", crossed.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_from_the_provider_without_an_answer_is_told_that_nothing_was_linked()
    {
        using var visitor = Person();
        await visitor.SignInAsync(Roles.ProvincialOfficer);
        var way = WayOf(await visitor.PostAsync(await IdentityFormAsync(visitor), ("shown", Visitor.Password), ("go", "link")));
        var state = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(way).Query)["state"].ToString();
        foreach (var answer in new[] { $"error=access_denied&state={Uri.EscapeDataString(state)}", "code=forged&state=forged" })
        {
            var back = await visitor.GetAsync($"{ExternalSignIn.Callback}?{answer}");
            Assert.Equal("/office/account?refused=external", back.Location);
            Assert.Contains(Texts.Of(Language.Zh, "page.own-account.link.failed"), (await visitor.GetAsync(back.Location!)).Document.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_session_that_ended_while_the_person_was_at_the_provider_links_nothing_and_says_so()
    {
        provider.Subject = "person-too-late";
        using var visitor = Person();
        var officer = await visitor.SignInAsync(Roles.ProvincialOfficer);
        var way = WayOf(await visitor.PostAsync(await IdentityFormAsync(visitor), ("shown", Visitor.Password), ("go", "link")));
        await registry.Accepted(officer, new SetPassword("nine quiet harbours 58", await VersionAsync(officer), Visitor.Password), officer.Id);
        var back = await visitor.GetAsync(await TestProvider.VisitAsync(way));
        Assert.Contains(Texts.Of(Language.Zh, "page.own-account.link.failed"), (await visitor.GetAsync(back.Location!)).Document.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(await EventsAsync(officer), e => e is IdentityLinked);
    }

    [Theory]
    [InlineData("/signout-oidc")]
    [InlineData("/signout-callback-oidc")]
    public async Task No_address_is_answered_that_the_office_does_not_use(string address)
    {
        using var visitor = Person();
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(address)).Status);
    }

    [Theory]
    [InlineData("http://id.demo.example/", "REGISTRY_OIDC_ISSUER")]
    [InlineData("id.demo.example", "REGISTRY_OIDC_ISSUER")]
    [InlineData("https://id.demo.example/", "REGISTRY_OIDC_SECRET_FILE")]
    public void Settings_that_cannot_be_used_are_named_at_start(string issuer, string named)
    {
        string? Given(string name) => name switch { "REGISTRY_OIDC_ISSUER" => issuer, "REGISTRY_OIDC_CLIENT" => "registry", _ => null };
        Assert.Contains(named, Assert.Throws<StartRefusedException>(() => ExternalSignInSettings.Read(Given)).Message, StringComparison.Ordinal);
        Assert.Null(ExternalSignInSettings.Read(_ => null));
    }

    private Visitor Person() => new(registry) { Now = DateTimeOffset.UtcNow };

    private Task<Actor> OfficerAsync() => registry.OpenAccountAsync($"linked-{Guid.NewGuid():N}"[..20], Visitor.Password, Roles.ProvincialOfficer);

    private static async Task<IHtmlFormElement> IdentityFormAsync(Visitor visitor) =>
        (await visitor.GetAsync("/office/account")).Document.QuerySelectorAll("main form").OfType<IHtmlFormElement>().Single(f => f.GetAttribute("action") == "/office/account/identity");

    /// <summary>The link to the provider that a page offers.</summary>
    private string WayOf(Seen page) => page.Document.QuerySelector($"main a[href^='{provider.Issuer}']")!.GetAttribute("href")!;

    private async Task<Seen> LinkAsync(Visitor visitor) =>
        await visitor.GetAsync(await TestProvider.VisitAsync(WayOf(await visitor.PostAsync(await IdentityFormAsync(visitor), ("shown", Visitor.Password), ("go", "link")))));

    private static async Task<Seen> ComeBackAsync(Visitor visitor, string from) =>
        await visitor.GetAsync(await TestProvider.VisitAsync((await visitor.GetAsync(from)).Location!));

    private static string? RefusalOf(Registry.Platform.Commands.Decision decision) => (decision as Registry.Platform.Commands.Decision.Refused)?.Refusal.Rule.Code;

    private async Task<IReadOnlyList<object>> EventsAsync(Actor actor)
    {
        await using var session = registry.Store.QuerySession();
        return [.. (await session.Events.FetchStreamAsync(new AccountId(actor.Id).Stream, token: Ct)).Select(e => e.Data)];
    }

    private async Task<long> VersionAsync(Actor actor)
    {
        await using var session = registry.Store.QuerySession();
        return (await session.LoadAsync<AccountView>(new AccountId(actor.Id).Stream, Ct))!.Version;
    }
}

/// <summary>Sign-in by OpenID Connect of a program behind a proxy that speaks TLS, while the provider is away and when it is back.</summary>
public sealed class AwayProviderTests(PostgresFixture postgres)
{
    [Fact]
    public async Task While_the_provider_is_away_a_page_says_so_and_when_it_is_back_all_cookies_are_for_tls_alone()
    {
        var provider = await TestProvider.StartAsync();
        var settings = provider.Settings();
        await provider.DisposeAsync();
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), s => s with { ExternalSignIn = settings, Mail = s.Mail with { Address = new Uri("https://registry.demo.example/") } });
        using var visitor = new Visitor(RegistryFixture.On(postgres, host)) { Now = DateTimeOffset.UtcNow };
        var away = await visitor.GetAsync("/office/sign-in/external?next=/office/applications");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.Status);
        Assert.Contains(Texts.Of(Language.Zh, "page.sign-in.external.away"), away.Document.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(away.Document.QuerySelector("main input[name=password]"));

        await using var back = await TestProvider.StartAsync(settings.Issuer.Port);
        var leaving = await visitor.GetAsync("/office/sign-in/external");
        Assert.StartsWith(settings.Issuer.ToString(), leaving.Location, StringComparison.Ordinal);
        Assert.Contains("redirect_uri=" + Uri.EscapeDataString("https://registry.demo.example" + ExternalSignIn.Callback), leaving.Location, StringComparison.Ordinal);
        string[] cookies = [.. away.Response.Headers.GetValues("Set-Cookie"), .. leaving.Response.Headers.GetValues("Set-Cookie")];
        Assert.True(cookies.Length >= 3);
        Assert.All(cookies, c => Assert.Contains("; secure", c, StringComparison.OrdinalIgnoreCase));
        Assert.True(away.Response.Headers.Contains("Strict-Transport-Security"));
    }
}
