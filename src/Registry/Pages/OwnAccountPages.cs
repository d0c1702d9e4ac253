using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Pages;

/// <summary>The own account of whoever is signed in: password and authenticator.</summary>
public static class OwnAccountPages
{
    /// <summary>The page of the own account.</summary>
    public const string Address = "/office/account";
    private static readonly HashSet<string> Fields = ["current", "password"];

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/account", PageGate.SignedIn, call => ShowAsync(call, RefusedElsewhere(call), StatusCodes.Status200OK));
        office.Form("/account/password", PageGate.SignedIn, SetPasswordAsync);
        office.Form("/account/authenticator", PageGate.SignedIn, ReplaceAuthenticatorAsync);
        office.Form("/account/identity", PageGate.SignedIn, LinkAsync);
    }

    /// <summary>Why the provider's answer linked nothing.</summary>
    private static FormErrors RefusedElsewhere(PageCall call) => call.Query("refused") switch
    {
        "taken" => new(call.Page.Say(AccountRules.IdentityTaken.Code), []),
        "external" => new(call.Page.Say("page.own-account.link.failed"), []),
        _ => FormErrors.None,
    };

    private static async Task<IResult> ShowAsync(PageCall call, FormErrors errors, int status)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var stream = new AccountId(call.Actor.Id).Stream;
        var account = await session.LoadAsync<AccountView>(stream, call.Cancelled);
        var credential = await session.Query<Credential>().FirstAsync(c => c.Account == stream, call.Cancelled);
        return call.Show<OwnAccountPage>(new
        {
            Credential = credential,
            account!.Version,
            Errors = errors,
            External = call.Service<RegistrySettings>().ExternalSignIn?.Name,
            Linked = await session.Query<LinkedIdentity>().AnyAsync(i => i.Account == stream, call.Cancelled),
        }, status);
    }

    private static async Task<IResult> SetPasswordAsync(PageCall call)
    {
        _ = long.TryParse(call.Posted.One("version"), out var version);
        var done = await CommandPost.GiveAsync(call, call.Actor.Id, new SetPassword(call.Posted.One("password"), version, call.Posted.One("current")), Fields);
        if (done.Errors is { } errors)
            return await ShowAsync(call, errors, done.Status);
        // All sessions ended with the old password, this one too: a new one begins with the new password.
        call.Http.Response.Cookies.Delete(AccountsRoom.Cookie, PageGate.CookieOptions(call.Http, null));
        return call.Next(SignInPages.Address, "set-password");
    }

    /// <summary>
    /// Links the account to an identity at the provider, or takes the link off. The password is asked for: an open browser alone must not change who gets in.
    /// The way to the provider is a link, because our policy and with it the browser stop a form that ends at another address.
    /// </summary>
    private static async Task<IResult> LinkAsync(PageCall call)
    {
        if (call.Service<RegistrySettings>().ExternalSignIn is not { } provider)
            return call.NotFound();
        if (!await call.Service<SignIn>().IsPasswordAsync(new AccountId(call.Actor.Id).Stream, call.Posted.One("shown"), call.Cancelled))
            return await ShowAsync(call, new FormErrors(null, [("shown", call.Page.Say(AccountRules.CurrentPasswordWrong.Code))]), StatusCodes.Status422UnprocessableEntity);
        if (call.Posted.One("go") != "unlink")
        {
            return await ExternalSignIn.WayAsync(call.Http, Address, call.Actor.Id) is { } way
                ? call.Show<LinkPage>(new { Way = way, Provider = provider.Name })
                : await ShowAsync(call, new FormErrors(call.Page.Say("page.sign-in.external.away"), []), StatusCodes.Status503ServiceUnavailable);
        }
        var done = await CommandPost.GiveAsync(call, call.Actor.Id, new UnlinkIdentities(call.Posted.SeenVersion));
        return done.Errors is { } errors ? await ShowAsync(call, errors, done.Status) : call.Next(SignInPages.Address, "unlink-identities");
    }

    private static async Task<IResult> ReplaceAuthenticatorAsync(PageCall call)
    {
        var signIn = call.Service<SignIn>();
        if (await signIn.ReplaceAuthenticatorAsync(new AccountId(call.Actor.Id).Stream, call.Posted.One("known"), call.Cancelled) is not { } opened)
            return await ShowAsync(call, new FormErrors(null, [("known", call.Page.Say(AccountRules.CurrentPasswordWrong.Code))]), StatusCodes.Status422UnprocessableEntity);
        return await SignInPages.EnterAsync(call, opened, Address, "");
    }
}
