using JasperFx.Events.Projections;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>What a person signs in with.</summary>
/// <param name="Login">Sign-in name.</param>
/// <param name="Password">Password.</param>
/// <param name="Code">A code of the authenticator, or a recovery code, where the account has one.</param>
/// <param name="NewPassword">The person's own password, where somebody else gave the present one.</param>
public sealed record SignInRequest(string Login, string Password, string? Code = null, string? NewPassword = null);

/// <summary>The accounts' room: sign-in, sessions, who is asking.</summary>
public static class AccountsRoom
{
    /// <summary>The cookie of the officers' pages. The API takes a bearer token only, so no foreign page can make a browser use it.</summary>
    public const string Cookie = "registry-session";

    private static readonly object ActorItem = new();

    /// <summary>Registers the room.</summary>
    public static void AddAccounts(this IServiceCollection services) => services.AddSingleton<SignIn>().AddSingleton<PasswordStrength>();

    /// <summary>The room's views.</summary>
    public static void AddAccountViews(this StoreOptions options)
    {
        options.Projections.Add(new AccountViewProjection(), ProjectionLifecycle.Inline);
        options.Schema.For<Credential>().Index(c => c.Account);
        options.Schema.For<SignedIn>();
        options.Schema.For<LinkedIdentity>().Index(i => i.Account);
    }

    /// <summary>Finds the actor of each request before anything else looks at it: bearer tokens below /api, the cookie elsewhere.</summary>
    public static void UseActors(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (TokenOf(http) is { } token)
        {
            var actor = await http.RequestServices.GetRequiredService<SignIn>().FindAsync(token, http.RequestAborted);
            if (actor is null && http.Request.Path.StartsWithSegments("/api"))
            {
                await CommandRules.NotSignedIn.Refuse().Response(http).ExecuteAsync(http);
                return;
            }
            http.Items[ActorItem] = actor;
        }
        await next();
    });

    /// <summary>Who asks: the signed-in account, or a citizen.</summary>
    public static Actor Actor(this HttpContext http) => http.Items[ActorItem] as Actor ?? Accounts.Actor.Citizen;

    /// <summary>Maps sign-in and sign-out.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder api)
    {
        AccountQueries.Map(api);
        api.MapPost("/session", async (SignIn signIn, HttpContext http) =>
        {
            var (request, malformed) = await CommandEndpoints.ReadAsync<SignInRequest>(http);
            if (malformed is not null)
                return malformed.Response(http);
            var (opened, refusal) = await WholeAsync(http, signIn, request!);
            return opened is not null ? Results.Json(opened, Json.Api) : refusal!.Response(http);
        })
            .WithName("sign-in").WithTags("Accounts").WithSummary("Open a session; send its token as a bearer token.")
            .Accepts<SignInRequest>("application/json")
            .Produces<SessionOpened>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status401Unauthorized, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json");

        api.MapDelete("/session", async (SignIn signIn, HttpContext http) =>
        {
            if (TokenOf(http) is { } token)
                await signIn.CloseAsync(token, http.RequestAborted);
            return Results.NoContent();
        }).WithName("sign-out").WithTags("Accounts").WithSummary("End the session.").Produces(StatusCodes.Status204NoContent);
    }

    /// <summary>A sign-in with all its steps in one request.</summary>
    private static async Task<(SessionOpened?, Refusal?)> WholeAsync(HttpContext http, SignIn signIn, SignInRequest request)
    {
        var ct = http.RequestAborted;
        if (await signIn.OpenAsync(request.Login, request.Password, ct) is not { } opened)
            return (null, AccountRules.SignInFailed.Refuse());
        if (opened.Step == SignInStep.Code)
        {
            if (request.Code is null)
                return (null, AccountRules.CodeNeeded.Refuse());
            if (await signIn.GiveCodeAsync(opened.Token, request.Code, ct) is not { } coded)
                return (null, AccountRules.CodeWrong.Refuse());
            opened = coded;
        }
        if (opened.Step == SignInStep.NewPassword)
        {
            if (request.NewPassword is null)
                return (null, AccountRules.NewPasswordNeeded.Refuse());
            var (replaced, refusal) = await signIn.ReplacePasswordAsync(http.RequestServices, opened.Token, request.NewPassword, ct);
            if (refusal is not null)
                return (null, refusal);
            opened = replaced!;
        }
        return opened.Step == SignInStep.None ? (opened, null) : (null, AccountRules.AuthenticatorNeeded.Refuse());
    }

    private static string? TokenOf(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api"))
            return http.Request.Cookies[Cookie];
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }
}
