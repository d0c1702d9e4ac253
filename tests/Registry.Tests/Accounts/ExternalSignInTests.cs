using System.Net;
using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Pages;
using Registry.Platform;
using Registry.Tests.Pages;

namespace Registry.Tests.Accounts;

/// <summary>Sign-in by OpenID Connect against a real provider: it opens the account that its owner linked, and takes the place of the password alone.</summary>
public sealed class ExternalSignInTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Login = "linked-officer";
    private TestProvider provider = null!;
    private RegistryHost host = null!;
    private RegistryFixture registry = null!;
    private Actor officer = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        provider = await TestProvider.StartAsync();
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, TestProvider.Secret + "\n", Ct);
        host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), s => s with { ExternalSignIn = new(provider.Issuer, TestProvider.Client, secret, "演示统一认证") });
        registry = RegistryFixture.On(postgres, host);
        officer = await registry.OpenAccountAsync(Login, Visitor.Password, Roles.ProvincialOfficer, null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task An_identity_that_nobody_linked_opens_nothing_whatever_its_mail_address_says()
    {
        provider.Subject = "stranger";
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        var back = await ComeBackAsync(visitor, "/office/sign-in/external?next=/office/applications");
        Assert.Contains("refused=not-linked", back.Location, StringComparison.Ordinal);
        Assert.Contains(Texts.Of(Language.Zh, "page.sign-in.external.not-linked"), (await visitor.GetAsync(back.Location!)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/office")).Status);
    }

    [Fact]
    public async Task The_owner_links_an_identity_with_the_password_and_then_signs_in_with_it_until_the_link_is_taken_off()
    {
        provider.Subject = "person-1";
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await SignInAsync(visitor);
        var account = await visitor.GetAsync("/office/account");
        var form = account.Document.QuerySelectorAll("main form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single(f => f.GetAttribute("action") == "/office/account/identity");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(form, ("shown", "not the password"))).Status);
        var leaving = await visitor.PostAsync(form, ("shown", Visitor.Password), ("go", "link"));
        Assert.StartsWith(provider.Issuer.ToString(), leaving.Location, StringComparison.Ordinal);
        var linked = await visitor.GetAsync(await TestProvider.VisitAsync(leaving.Location!));
        Assert.Equal("/office/sign-in", linked.Location);

        using var again = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        Assert.Equal("/office/applications", (await ComeBackAsync(again, "/office/sign-in/external?next=/office/applications")).Location);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/office/applications")).Status);

        // Neither the store's documents nor its events say who the person is at the provider.
        await using (var session = registry.Store.QuerySession())
        {
            var events = await session.Events.FetchStreamAsync(new AccountId(officer.Id).Stream, token: Ct);
            Assert.Contains(events, e => e.Data is IdentityLinked l && l.Issuer == provider.Issuer.ToString());
            Assert.DoesNotContain("person-1", JsonSerializer.Serialize(events.Select(e => e.Data)) + JsonSerializer.Serialize(await session.Query<LinkedIdentity>().ToListAsync(Ct)), StringComparison.Ordinal);
        }

        form = (await again.GetAsync("/office/account")).Document.QuerySelectorAll("main form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single(f => f.GetAttribute("action") == "/office/account/identity");
        Assert.Equal(HttpStatusCode.SeeOther, (await again.PostAsync(form, ("shown", Visitor.Password), ("go", "unlink"))).Status);
        using var gone = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        Assert.Contains("refused=not-linked", (await ComeBackAsync(gone, "/office/sign-in/external")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_is_linked_to_one_account_and_by_its_owner_alone()
    {
        var account = new AccountView { Id = new AccountId(officer.Id).Stream, Role = Roles.ProvincialOfficer };
        var command = new LinkIdentity("https://id.demo.example/", "hash", 1);
        Assert.Equal("access.not-found", RefusalOf(LinkIdentity.Decide(command, new Actor("somebody", Roles.Administrator), account, null)));
        Assert.Equal("account.identity-taken", RefusalOf(LinkIdentity.Decide(command, officer, account, "account/other")));
        Assert.Equal("account.no-identity", await registry.Refused(officer, new UnlinkIdentities(await VersionAsync(officer)), officer.Id));
        await registry.Accepted(officer, new LinkIdentity("https://id.demo.example/", "the-same", await VersionAsync(officer)), officer.Id);
        var other = await registry.OpenAccountAsync("other-officer", Visitor.Password, Roles.ProvincialOfficer, null, null);
        Assert.Equal("account.identity-taken", await registry.Refused(other, new LinkIdentity("https://id.demo.example/", "the-same", await VersionAsync(other)), other.Id));
        Assert.Equal("access.not-found", await registry.Refused(other, new UnlinkIdentities(await VersionAsync(officer)), officer.Id));
    }

    [Fact]
    public async Task An_answer_that_was_not_asked_for_opens_nothing()
    {
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        var forged = await visitor.GetAsync(ExternalSignIn.Callback + "?code=forged&state=forged");
        Assert.Contains("refused=external", forged.Location, StringComparison.Ordinal);
        provider.Subject = "person-2";
        var leaving = await visitor.GetAsync("/office/sign-in/external");
        using var victim = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        Assert.Contains("refused=external", (await victim.GetAsync(await TestProvider.VisitAsync(leaving.Location!))).Location, StringComparison.Ordinal);
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

    private static async Task<Seen> ComeBackAsync(Visitor visitor, string from) =>
        await visitor.GetAsync(await TestProvider.VisitAsync((await visitor.GetAsync(from)).Location!));

    private static async Task SignInAsync(Visitor visitor) =>
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.PostAsync((await visitor.GetAsync("/office/sign-in")).Form, ("login", Login), ("password", Visitor.Password))).Status);

    private static string? RefusalOf(Registry.Platform.Commands.Decision decision) => (decision as Registry.Platform.Commands.Decision.Refused)?.Refusal.Rule.Code;

    private async Task<long> VersionAsync(Actor actor)
    {
        await using var session = registry.Store.QuerySession();
        return (await session.LoadAsync<AccountView>(new AccountId(actor.Id).Stream, Ct))!.Version;
    }
}
