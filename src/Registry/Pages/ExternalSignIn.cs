using System.Net;
using Marten;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Pages;

/// <summary>
/// Sign-in by OpenID Connect (authorization code with PKCE). It takes the password's place and no more: the account has to be linked, by its owner, who was
/// signed in and gave the password; it is found by issuer and subject, never by a name or an e-mail address that somebody could be given there; and whatever
/// else a sign-in asks for here, it still asks for.
/// </summary>
public static class ExternalSignIn
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "external";

    /// <summary>Where the provider sends people back to.</summary>
    public const string Callback = SignInPages.Address + "/external/callback";

    /// <summary>In the state that travels along: the account that is to be linked.</summary>
    private const string LinkTo = "link";

    /// <summary>Registers the provider, if the settings name one.</summary>
    public static void AddExternalSignIn(this IServiceCollection services, RegistrySettings settings)
    {
        if (settings.ExternalSignIn is not { } provider)
            return;
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, NoSession>(NoSession.Scheme, null).AddOpenIdConnect(Scheme, o =>
        {
            o.Authority = provider.Issuer.ToString();
            o.RequireHttpsMetadata = !provider.Issuer.IsLoopback;
            o.ClientId = provider.Client;
            o.ClientSecret = File.ReadAllText(provider.SecretFile).Trim();
            o.ResponseType = OpenIdConnectResponseType.Code;
            o.ResponseMode = OpenIdConnectResponseMode.Query;
            o.CallbackPath = Callback;
            // The way to the provider is made here alone: to push the request there first is one more call that can fail while a person waits.
            o.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
            o.Scope.Clear();
            o.Scope.Add("openid");
            // A person waits for it.
            o.BackchannelTimeout = TimeSpan.FromSeconds(10);
            o.MapInboundClaims = false;
            o.GetClaimsFromUserInfoEndpoint = false;
            o.SaveTokens = false;
            // Our own session follows; the framework keeps none.
            o.SignInScheme = NoSession.Scheme;
            o.CorrelationCookie.SameSite = o.NonceCookie.SameSite = SameSiteMode.Lax;
            o.CorrelationCookie.SecurePolicy = o.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Nobody is signed out here by the provider, nor there by us.
            o.RemoteSignOutPath = o.SignedOutCallbackPath = default;
            o.Events.OnRedirectToIdentityProvider = leaving =>
            {
                // To be linked is who shows there anew that it is they, not whoever left a session open in this browser.
                if (leaving.Properties.Items.ContainsKey(LinkTo))
                    leaving.ProtocolMessage.Prompt = OpenIdConnectPrompt.Login;
                if (settings.Mail.Address is { } home)
                    leaving.ProtocolMessage.RedirectUri = new Uri(home, Callback).ToString();
                return Task.CompletedTask;
            };
            o.Events.OnTicketReceived = async ticket =>
            {
                ticket.HandleResponse();
                await ReceiveAsync(ticket.HttpContext, provider.Issuer, ticket.Principal?.FindFirst("sub")?.Value, ticket.ReturnUri, ticket.Properties?.Items.TryGetValue(LinkTo, out var account) == true ? account : null);
            };
            o.Events.OnRemoteFailure = failure =>
            {
                failure.HandleResponse();
                failure.HttpContext.RequestServices.GetRequiredService<ILogger<SignIn>>().LogWarning("the identity provider's answer was not accepted: {Kind}", failure.Failure?.GetType().Name);
                Send(failure.HttpContext, Unfinished(failure.HttpContext));
                return Task.CompletedTask;
            };
        });
    }

    /// <summary>Receives what the provider answers.</summary>
    public static void UseExternalSignIn(this WebApplication app)
    {
        if (app.Services.GetRequiredService<RegistrySettings>().ExternalSignIn is not null)
            app.UseAuthentication();
    }

    /// <summary>
    /// The address at the provider to which the person goes now, and from there back to <paramref name="next"/>; with an account, to link it. Null while the
    /// provider does not answer.
    /// </summary>
    public static async Task<string?> WayAsync(HttpContext http, string next, string? link = null)
    {
        var provider = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(Scheme);
        var along = new AuthenticationProperties { RedirectUri = next };
        if (link is not null)
            along.Items[LinkTo] = link;
        try
        {
            await provider.ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
            // The framework answers with a redirect. Whether it may be one is the page's to say: a browser stops it after a form.
            await http.ChallengeAsync(Scheme, along);
        }
        catch (InvalidOperationException away)
        {
            http.RequestServices.GetRequiredService<ILogger<SignIn>>().LogWarning("the identity provider does not answer: {Kind}", (away.InnerException ?? away).GetType().Name);
            return null;
        }
        var way = http.Response.Headers.Location.ToString();
        http.Response.Headers.Location = default;
        http.Response.StatusCode = StatusCodes.Status200OK;
        return way;
    }

    /// <summary>Where the person is told that nothing came of it: on the own account's page, or at the sign-in.</summary>
    private static string Unfinished(HttpContext http) => $"{(http.Actor().Role == Roles.Public ? SignInPages.Address : OwnAccountPages.Address)}?refused=external";

    private static async Task ReceiveAsync(HttpContext http, Uri issuer, string? subject, string? back, string? link)
    {
        var services = http.RequestServices;
        if (string.IsNullOrEmpty(subject))
        {
            Send(http, Unfinished(http));
            return;
        }
        var identity = LinkedIdentity.HashOf(services.GetRequiredService<KeyStore>(), issuer, subject);
        if (link is not null)
        {
            await LinkAsync(http, link, issuer, identity);
            return;
        }
        var next = PageGate.LocalOr(back, "/office");
        if (await services.GetRequiredService<SignIn>().OpenByIdentityAsync(identity, http.RequestAborted) is not { } opened)
        {
            Send(http, $"{SignInPages.Address}?refused=not-linked&next={Uri.EscapeDataString(next)}");
            return;
        }
        if (http.Request.Cookies[AccountsRoom.Cookie] is { } before)
            await services.GetRequiredService<SignIn>().CloseAsync(before, http.RequestAborted);
        http.Response.Cookies.Append(AccountsRoom.Cookie, opened.Token, PageGate.CookieOptions(http, null));
        Send(http, opened.Step == SignInStep.None ? next : $"{SignInPages.Address}/step?next={Uri.EscapeDataString(next)}");
    }

    /// <summary>Links what the provider answered to the account that asked for it, if it is still the one that is signed in here.</summary>
    private static async Task LinkAsync(HttpContext http, string account, Uri issuer, string identity)
    {
        var (services, ct) = (http.RequestServices, http.RequestAborted);
        await using var session = services.GetRequiredService<IDocumentStore>().QuerySession();
        if (http.Actor().Id != account || await session.LoadAsync<AccountView>(new AccountId(account).Stream, ct) is not { } view)
        {
            Send(http, http.Actor().Role == Roles.Public ? $"{SignInPages.Address}?refused=link" : Unfinished(http));
            return;
        }
        var outcome = await services.GetRequiredService<CommandRunner>().RunAsync(
            http.Actor(), account, new LinkIdentity(issuer.ToString(), identity, view.Version), Desk.NewId(), services.GetRequiredService<RegistryClock>().GetUtcNow(), ct);
        if (outcome.Refusal is { } refusal)
        {
            Send(http, $"{OwnAccountPages.Address}?refused={(refusal.Rule == AccountRules.IdentityTaken ? "taken" : "external")}");
            return;
        }
        // The account's sessions end with every change of how one gets in, this one too.
        http.Response.Cookies.Delete(AccountsRoom.Cookie, PageGate.CookieOptions(http, null));
        http.Response.Cookies.Append(PageGate.FlashCookie, LinkIdentity.Spec.Name, PageGate.CookieOptions(http, TimeSpan.FromMinutes(1)));
        Send(http, SignInPages.Address);
    }

    /// <summary>
    /// The framework's place for a session of its own, which stays empty. That there are two schemes also keeps the framework from asking the provider's at
    /// every request.
    /// </summary>
    private sealed class NoSession(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public new const string Scheme = "own-session";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }

    private static void Send(HttpContext http, string address)
    {
        http.Response.StatusCode = (int)HttpStatusCode.SeeOther;
        http.Response.Headers.Location = address;
    }
}
