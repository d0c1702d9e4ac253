using System.Security.Cryptography;
using Marten;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>One request of a page: who, in which language, and what was typed.</summary>
/// <param name="Http">The request.</param>
/// <param name="Page">What its page knows of it.</param>
/// <param name="Posted">What was typed; empty on a GET.</param>
public sealed record PageCall(HttpContext Http, PageContext Page, Posted Posted)
{
    /// <summary>Who is asking.</summary>
    public Actor Actor => Page.Actor;

    /// <summary>Ends with the request.</summary>
    public CancellationToken Cancelled => Http.RequestAborted;

    /// <summary>A service.</summary>
    public T Service<T>() where T : notnull => Http.RequestServices.GetRequiredService<T>();

    /// <summary>A value of the route.</summary>
    public string Route(string name) => Http.Request.RouteValues[name]?.ToString() ?? "";

    /// <summary>A value of the query.</summary>
    public string Query(string name) => Http.Request.Query[name].ToString();

    /// <summary>The page as a response.</summary>
    public IResult Show<TPage>(object parameters, int status = StatusCodes.Status200OK) where TPage : WholePage
    {
        var given = new RouteValueDictionary(parameters) { ["Page"] = Page };
        return new RazorComponentResult<TPage>(given.ToDictionary(g => g.Key, g => g.Value)) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>After a POST: 303 to the next page, which says once what was done.</summary>
    public IResult Next(string address, string? flash = null)
    {
        if (flash is not null)
            Http.Response.Cookies.Append(PageGate.FlashCookie, flash, PageGate.CookieOptions(Http, TimeSpan.FromMinutes(1)));
        return new SeeOther(address);
    }

    /// <summary>There is no such page, or it is not this reader's to see: both look alike.</summary>
    public IResult NotFound() => Show<MessagePage>(new { Title = Page.Say("page.not-found.title"), Message = Page.Say("access.not-found") }, StatusCodes.Status404NotFound);

    /// <summary>What a query of the API would answer to this reader, or null: the pages read nothing in another way.</summary>
    public Reading Reading(IQuerySession session) =>
        new(Actor, Page.Now, session, Service<Vault>(), Http.RequestServices, Cancelled);
}

/// <summary>303: the next request is a GET, so that neither reload nor back repeats the form.</summary>
internal sealed class SeeOther(string address) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        return Task.CompletedTask;
    }
}

/// <summary>
/// The one entrance of all pages: security headers, sign-in, role, antiforgery, reading of forms, and the page for what goes wrong.
/// </summary>
public static class PageGate
{
    /// <summary>Says once, on the next page, what was done.</summary>
    public const string FlashCookie = "registry-done";

    /// <summary>The chosen language.</summary>
    public const string LanguageCookie = "registry-language";

    /// <summary>The antiforgery field of every form.</summary>
    public const string TokenField = "form-token";

    /// <summary>Everybody, signed in or not.</summary>
    public const Roles Anyone = (Roles)(-1);

    /// <summary>Everybody with an account.</summary>
    public const Roles SignedIn = Anyone & ~Roles.Public;

    private const string ContentPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const int MostFields = 20_000;

    /// <summary>A file field of which the form takes the digest alone, the text, or the bytes in base 64.</summary>
    private const string DigestSuffix = ".digest", TextSuffix = ".text", Base64Suffix = ".base64";

    /// <summary>Maps a page that is looked at.</summary>
    public static RouteHandlerBuilder Page(this IEndpointRouteBuilder routes, string pattern, Roles roles, Func<PageCall, Task<IResult>> show) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], (Delegate)((HttpContext http) => EnterAsync(http, roles, show))).ExcludeFromDescription().WithMetadata(new PageRoles(roles));

    /// <summary>Maps the form of a page.</summary>
    public static RouteHandlerBuilder Form(this IEndpointRouteBuilder routes, string pattern, Roles roles, Func<PageCall, Task<IResult>> receive) =>
        routes.MapPost(pattern, (Delegate)((HttpContext http) => EnterAsync(http, roles, receive))).ExcludeFromDescription().WithMetadata(new PageRoles(roles));

    private static async Task<IResult> EnterAsync(HttpContext http, Roles roles, Func<PageCall, Task<IResult>> handle)
    {
        Protect(http);
        var posting = HttpMethods.IsPost(http.Request.Method);
        // Who may not send the form is told so before a byte of it is read. What somebody typed whose session ended is read all the same: it is kept
        // and offered again. A stranger without any session has nothing to lose.
        var shut = posting ? http.Actor().Barred(roles) : null;
        if (shut is not null && (shut.Rule != CommandRules.NotSignedIn || !http.Request.Cookies.ContainsKey(AccountsRoom.Cookie)))
            return (await CallAsync(http, Posted.Empty)).Barred(shut);
        Posted posted;
        try
        {
            posted = !posting ? Posted.Empty : shut is null ? await ReadAsync(http) : await FormOfEndedSession.ReadAsync(http);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return (await CallAsync(http, Posted.Empty)).Failed("page.too-large", StatusCodes.Status413PayloadTooLarge);
        }
        catch (IOException broken)
        {
            // A form that ends before its end, for example because the connection was cut or was given up as too slow.
            return (await CallAsync(http, Posted.Empty)).Failed("page.cut-off", (broken as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest);
        }
        var call = await CallAsync(http, posted);
        if (call.Actor.Barred(roles) is { } barred)
            return call.Barred(barred);
        if (posting && !await IsOursAsync(http))
            return call.Failed("page.foreign-form", StatusCodes.Status400BadRequest);
        return await handle(call);
    }

    private static IResult Barred(this PageCall call, Refusal barred) =>
        barred.Rule == CommandRules.NotSignedIn
            ? SignInPages.Demand(call)
            : call.Show<MessagePage>(new { Title = call.Page.Say("page.not-yours.title"), Message = call.Page.Say(barred.Rule.Code) }, barred.Rule.Status);

    private static IResult Failed(this PageCall call, string code, int status) =>
        call.Show<MessagePage>(new { Title = call.Page.Say("page.failed.title"), Message = call.Page.Say(code) }, status);

    /// <summary>A form counts if it carries our token and no browser says that another site sent it.</summary>
    private static async Task<bool> IsOursAsync(HttpContext http) =>
        http.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);

    private static async Task<Posted> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
            return Posted.Empty;
        var largest = http.GetEndpoint()?.Metadata.GetMetadata<RequestSizeLimitAttribute>() is null ? CommandEndpoints.LargestBody : EvidenceStore.Largest + 64 * 1024;
        var form = await http.Request.ReadFormAsync(
            new FormOptions { ValueCountLimit = MostFields, ValueLengthLimit = (int)CommandEndpoints.LargestBody, MultipartBodyLengthLimit = largest, BufferBodyLengthLimit = largest, MemoryBufferThreshold = (int)largest }, http.RequestAborted);
        var typed = form.Where(f => f.Key != TokenField).ToDictionary(f => f.Key, f => f.Value.Select(v => (v ?? "").ReplaceLineEndings("\n").InForm()).ToArray());
        foreach (var file in form.Files.Where(f => f.Length > 0))
            if (file.Name.EndsWith(DigestSuffix, StringComparison.Ordinal))
                typed[file.Name[..^DigestSuffix.Length]] = [Convert.ToHexStringLower(await SHA256.HashDataAsync(file.OpenReadStream(), http.RequestAborted))];
            else if (file.Name.EndsWith(TextSuffix, StringComparison.Ordinal))
                typed[file.Name[..^TextSuffix.Length]] = [await new StreamReader(file.OpenReadStream()).ReadToEndAsync(http.RequestAborted)];
            else if (file.Name.EndsWith(Base64Suffix, StringComparison.Ordinal))
                typed[file.Name[..^Base64Suffix.Length]] = [Convert.ToBase64String(await ContentAsync(file, http.RequestAborted))];
        return new Posted(typed);
    }

    private static async Task<byte[]> ContentAsync(IFormFile file, CancellationToken ct)
    {
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, ct);
        return content;
    }

    private static async Task<PageCall> CallAsync(HttpContext http, Posted posted)
    {
        var services = http.RequestServices;
        // The whole request has arrived: what it is judged by is this instant, however long it is worked on.
        var arrived = services.GetRequiredService<RegistryClock>().GetUtcNow();
        var actor = http.Actor();
        var language = http.Request.Cookies[LanguageCookie] == "en" ? Language.En : Language.Zh;
        await using var session = services.GetRequiredService<IDocumentStore>().QuerySession();
        var account = actor.Role == Roles.Public ? null : await session.LoadAsync<AccountView>(new AccountId(actor.Id).Stream, http.RequestAborted);
        var page = new PageContext(
            actor, language, http.Request.Path + http.Request.QueryString,
            services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken!,
            await services.GetRequiredService<DemoData>().IsPresentAsync(http.RequestAborted),
            null,
            account?.Name is { } name ? services.GetRequiredService<Vault>().Open(name) : null,
            arrived);
        page = page with { Navigation = services.GetRequiredService<Catalogue>().NavigationOf(page), Flash = FlashOf(http, language) };
        return new PageCall(http, page, posted);
    }

    private static string? FlashOf(HttpContext http, Language language)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.Request.Cookies[FlashCookie] is not { } code)
            return null;
        http.Response.Cookies.Delete(FlashCookie, CookieOptions(http, null));
        return Texts.Has(language, "done." + code) ? Texts.Of(language, "done." + code) : Texts.Of(language, "done");
    }

    /// <summary>Our cookies: never readable by script, never sent by another site's forms, only over TLS where there is TLS.</summary>
    public static CookieOptions CookieOptions(HttpContext http, TimeSpan? age) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = age, Path = "/", IsEssential = true };

    /// <summary>Headers of every page: nothing from elsewhere, no script or style inside, no frame, no cache, no trace in other sites' logs.</summary>
    public static void Protect(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    /// <summary>A path of our own to go back to, or the console: never an address that a stranger put into a link.</summary>
    public static string LocalOr(string? address, string otherwise) =>
        address is ['/', not ('/' or '\\'), ..] && address.All(c => c is > ' ' and <= '~' and not '\\') ? address : otherwise;

    /// <summary>A new key, so that a form that is sent twice is carried out once.</summary>
    public static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}

/// <summary>Which roles may open a page: for the table test over all pages.</summary>
public sealed record PageRoles(Roles Roles);
