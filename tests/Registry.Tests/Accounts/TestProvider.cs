using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace Registry.Tests.Accounts;

/// <summary>A real OpenID Connect provider on the loopback address: whoever comes is who the test says.</summary>
public sealed class TestProvider : IAsyncDisposable
{
    public const string Client = "registry", Secret = "a-secret-of-the-test-provider";

    private readonly WebApplication app;

    private TestProvider(WebApplication app) => this.app = app;

    /// <summary>Its issuer identifier.</summary>
    public Uri Issuer => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");

    /// <summary>The subject of whoever signs in there next.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Changes the identity token before it is signed.</summary>
    public Action<ClaimsPrincipal>? Bend { get; set; }

    /// <summary>The settings of a program that uses it.</summary>
    public Registry.Accounts.ExternalSignInSettings Settings()
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, Secret + "\n");
        return new(Issuer, Client, secret, "演示统一认证");
    }

    /// <summary>Starts it on this port, or on a free one.</summary>
    public static async Task<TestProvider> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        TestProvider provider = null!;
        builder.Services.AddOpenIddict().AddServer(o =>
        {
            o.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetPushedAuthorizationEndpointUris("par");
            o.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
            o.AddEphemeralEncryptionKey().AddEphemeralSigningKey().DisableAccessTokenEncryption();
            o.EnableDegradedMode();
            o.UseAspNetCore().DisableTransportSecurityRequirement();
            o.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(b => b.UseInlineHandler(c =>
            {
                if (c.ClientId != Client)
                    c.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            // Requests may be pushed there, but not by this client: who does it all the same gets nobody in.
            o.AddEventHandler<OpenIddictServerEvents.ValidatePushedAuthorizationRequestContext>(b => b.UseInlineHandler(c =>
            {
                c.Reject(OpenIddictConstants.Errors.UnauthorizedClient);
                return default;
            }));
            o.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(b => b.UseInlineHandler(c =>
            {
                if (c.ClientId != Client || c.ClientSecret != Secret)
                    c.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            o.AddEventHandler<OpenIddictServerEvents.HandleAuthorizationRequestContext>(b => b.UseInlineHandler(c =>
            {
                var identity = new ClaimsIdentity("test", OpenIddictConstants.Claims.Name, OpenIddictConstants.Claims.Role);
                identity.SetClaim(OpenIddictConstants.Claims.Subject, provider.Subject);
                identity.SetClaim(OpenIddictConstants.Claims.Email, "officer@demo.example");
                identity.SetScopes(c.Request.GetScopes());
                identity.SetDestinations(_ => [OpenIddictConstants.Destinations.IdentityToken]);
                c.Principal = new ClaimsPrincipal(identity);
                return default;
            }));
            o.AddEventHandler<OpenIddictServerEvents.ProcessSignInContext>(b => b.SetOrder(OpenIddictServerHandlers.GenerateIdentityToken.Descriptor.Order - 1).UseInlineHandler(c =>
            {
                if (c.IdentityTokenPrincipal is { } token)
                    provider.Bend?.Invoke(token);
                return default;
            }));
        });
        var app = builder.Build();
        app.UseAuthentication();
        provider = new TestProvider(app);
        await app.StartAsync();
        // Its first answer makes keys, which takes long on a busy machine; whoever signs in here waits for them no more.
        using var first = new HttpClient { BaseAddress = provider.Issuer };
        await first.GetStringAsync(new Uri(".well-known/jwks", UriKind.Relative));
        await first.GetStringAsync(new Uri(".well-known/openid-configuration", UriKind.Relative));
        return provider;
    }

    /// <summary>Follows the registry's redirect as a browser would: the address that the provider sends the person back to.</summary>
    public static async Task<string> VisitAsync(string address)
    {
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await browser.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        Assert.True(answer.Headers.Location is not null, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.Headers.Location!.PathAndQuery;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
