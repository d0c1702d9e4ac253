using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Pages;

/// <summary>
/// Signing in and out of the pages. A form that is sent after the session ended is kept, sealed, in the sign-in page itself,
/// and offered again after the same person has signed in: nothing typed is lost, and nobody else sees it.
/// </summary>
public static class SignInPages
{
    /// <summary>Where one signs in.</summary>
    public const string Address = "/office/sign-in";

    private const string StepAddress = Address + "/step";
    private const int LongestKept = 2 * FormOfEndedSession.Longest;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/sign-in", PageGate.Anyone, call => Task.FromResult(
            call.Page.SignedIn ? call.Next("/office") : Form(call, PageGate.LocalOr(call.Query("next"), "/office"), null, RefusedElsewhere(call), StatusCodes.Status200OK)));
        office.Form("/sign-in", PageGate.Anyone, ReceiveAsync);
        office.Page("/sign-in/external", PageGate.Anyone, LeaveAsync);
        office.Page("/sign-in/step", PageGate.Anyone, async call =>
            await UnderWayAsync(call) is { } underWay ? Step(call, underWay, PageGate.LocalOr(call.Query("next"), "/office"), "", null, StatusCodes.Status200OK) : call.Next(Address));
        office.Form("/sign-in/step", PageGate.Anyone, ReceiveStepAsync);
        office.Form("/sign-out", PageGate.Anyone, SignOutAsync);
        office.Page("/language/{code}", PageGate.Anyone, call =>
        {
            call.Http.Response.Cookies.Append(PageGate.LanguageCookie, call.Route("code") == "en" ? "en" : "zh", PageGate.CookieOptions(call.Http, TimeSpan.FromDays(365)));
            return Task.FromResult(call.Next(PageGate.LocalOr(call.Query("back"), "/office")));
        });
    }

    /// <summary>Asks for a sign-in before the page is shown. What was typed into a form goes along.</summary>
    public static IResult Demand(PageCall call) =>
        HttpMethods.IsPost(call.Http.Request.Method)
            ? Keep(call) is { } kept ? Form(call, call.Http.Request.Path, kept, null, StatusCodes.Status401Unauthorized) : Form(call, PageOfForm(call), null, null, StatusCodes.Status401Unauthorized)
            : call.Next($"{Address}?next={Uri.EscapeDataString(call.Page.Address)}");

    /// <summary>Where somebody goes on whose form was not kept: the address of a form alone leads nowhere.</summary>
    private static string PageOfForm(PageCall call) =>
        call.Http.Request.Path.StartsWithSegments(OwnAccountPages.Address) ? OwnAccountPages.Address
        : call.Http.Request.GetTypedHeaders().Referer is { IsAbsoluteUri: true } page && page.Authority == call.Http.Request.Host.Value ? PageGate.LocalOr(page.PathAndQuery, "/office")
        : "/office";

    /// <summary>Why the provider's answer opened nothing.</summary>
    private static string? RefusedElsewhere(PageCall call) => call.Query("refused") switch
    {
        "external" => call.Page.Say("page.sign-in.external.failed"),
        "link" => call.Page.Say("page.own-account.link.failed"),
        "not-linked" => call.Page.Say("page.sign-in.external.not-linked"),
        _ => null,
    };

    private static async Task<IResult> LeaveAsync(PageCall call)
    {
        if (call.Service<RegistrySettings>().ExternalSignIn is null)
            return call.NotFound();
        var next = PageGate.LocalOr(call.Query("next"), "/office");
        return await ExternalSignIn.WayAsync(call.Http, next) is { } way
            ? new SeeOther(way)
            : Form(call, next, null, call.Page.Say("page.sign-in.external.away"), StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Form(PageCall call, string next, string? kept, string? error, int status) =>
        call.Show<SignInPage>(new { Next = next, Kept = kept, Login = call.Posted.One("login"), Error = error, External = call.Service<RegistrySettings>().ExternalSignIn?.Name }, status);

    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        var next = PageGate.LocalOr(call.Posted.One("next"), "/office");
        var kept = call.Posted.One("kept");
        var signIn = call.Service<SignIn>();
        if (await signIn.OpenAsync(call.Posted.One("login"), call.Posted.One("password"), call.Cancelled) is not { } opened)
            return Form(call, next, kept, call.Page.Say(AccountRules.SignInFailed.Code), StatusCodes.Status422UnprocessableEntity);
        return await EnterAsync(call, opened, next, kept);
    }

    /// <summary>Goes in with a session that was opened, or to the step that a sign-in still asks for. What this browser had before ends.</summary>
    public static async Task<IResult> EnterAsync(PageCall call, SessionOpened opened, string next, string kept)
    {
        if (call.Http.Request.Cookies[AccountsRoom.Cookie] is { } before)
            await call.Service<SignIn>().CloseAsync(before, call.Cancelled);
        call.Http.Response.Cookies.Append(AccountsRoom.Cookie, opened.Token, PageGate.CookieOptions(call.Http, null));
        if (opened.Step != SignInStep.None)
            return kept.Length > 0 && await call.Service<SignIn>().UnderWayAsync(opened.Token, call.Cancelled) is { } underWay
                ? Step(call, underWay, next, kept, null, StatusCodes.Status200OK)
                : call.Next($"{StepAddress}?next={Uri.EscapeDataString(next)}");
        if (kept.Length == 0)
            return call.Next(next);
        // A form that cannot be opened is somebody else's, or was kept too long; its address is no page.
        return Open(call, kept, opened.Token) is { } posted ? call.Show<KeptFormPage>(new { Next = next, Posted = posted }) : call.Next("/office");
    }

    private static async Task<IResult> ReceiveStepAsync(PageCall call)
    {
        if (await UnderWayAsync(call) is not { } underWay)
            return Form(call, PageGate.LocalOr(call.Posted.One("next"), "/office"), call.Posted.One("kept"), call.Page.Say("page.sign-in.over"), StatusCodes.Status422UnprocessableEntity);
        var (next, kept, token, signIn) = (PageGate.LocalOr(call.Posted.One("next"), "/office"), call.Posted.One("kept"), call.Http.Request.Cookies[AccountsRoom.Cookie]!, call.Service<SignIn>());
        var (opened, recovery, refusal) = underWay.Step switch
        {
            SignInStep.Code => await signIn.GiveCodeAsync(token, call.Posted.One("code"), call.Cancelled) is { } coded ? (coded, [], null) : (null, [], AccountRules.CodeWrong.Refuse()),
            SignInStep.NewPassword => await signIn.ReplacePasswordAsync(call.Http.RequestServices, token, call.Posted.One("password"), call.Cancelled) is var (replaced, refused) ? (replaced, [], refused) : default,
            _ => await signIn.SetUpAuthenticatorAsync(call.Http.RequestServices, token, call.Posted.One("code"), call.Cancelled),
        };
        if (opened is null)
            return Step(call, underWay, next, kept, call.Page.Say(refusal!.Rule.Code), StatusCodes.Status422UnprocessableEntity);
        var entered = await EnterAsync(call, opened, next, kept);
        return recovery is { Count: > 0 } ? call.Show<RecoveryCodesPage>(new { Codes = recovery, Next = next, Posted = kept.Length > 0 ? Open(call, kept, opened.Token) : null }) : entered;
    }

    private static Task<SignInUnderWay?> UnderWayAsync(PageCall call) =>
        call.Http.Request.Cookies[AccountsRoom.Cookie] is { } token ? call.Service<SignIn>().UnderWayAsync(token, call.Cancelled) : Task.FromResult<SignInUnderWay?>(null);

    private static IResult Step(PageCall call, SignInUnderWay underWay, string next, string kept, string? error, int status) =>
        call.Show<SignInStepPage>(new { UnderWay = underWay, Next = next, Kept = kept, Error = error }, status);

    private static async Task<IResult> SignOutAsync(PageCall call)
    {
        if (call.Http.Request.Cookies[AccountsRoom.Cookie] is { } token)
            await call.Service<SignIn>().CloseAsync(token, call.Cancelled);
        call.Http.Response.Cookies.Delete(AccountsRoom.Cookie, PageGate.CookieOptions(call.Http, null));
        call.Http.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        return call.Next(Address, "sign-out");
    }

    private static ITimeLimitedDataProtector Protector(PageCall call) =>
        call.Service<IDataProtectionProvider>().CreateProtector("registry.kept-form").ToTimeLimitedDataProtector();

    /// <summary>What was typed, for the account whose session ended: the token that is no longer valid still says whose it was.</summary>
    private static string? Keep(PageCall call)
    {
        if (call.Http.Request.Cookies[AccountsRoom.Cookie] is not { } ended || !FormOfEndedSession.IsKept(call.Http.Request.Path) || call.Posted.Values.Count == 0)
            return null;
        var typed = JsonSerializer.Serialize(new KeptForm(AccountOf(ended), call.Posted.WithoutSecrets().Values.ToDictionary()), Json.Store);
        return typed.Length > LongestKept ? null : Protector(call).Protect(typed, KeptFor);
    }

    private static Posted? Open(PageCall call, string kept, string token)
    {
        try
        {
            var form = JsonSerializer.Deserialize<KeptForm>(Protector(call).Unprotect(kept), Json.Store)!;
            return form.Account == AccountOf(token) ? new Posted(form.Typed) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static string AccountOf(string token) => token.Split('.')[0];

    private sealed record KeptForm(string Account, Dictionary<string, string[]> Typed);
}
