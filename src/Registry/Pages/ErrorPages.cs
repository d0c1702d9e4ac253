using System.Diagnostics;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Pages;

/// <summary>
/// What goes wrong outside the pages themselves is a page too, in the person's language: no such address, too large, too often, broken inside. It is made
/// without the database, which may be what is broken. A form that met a fault is offered again: its key makes sure that it counts once.
/// </summary>
public static class ErrorPages
{
    /// <summary>Bytes from which on a form that was sent too soon is not read.</summary>
    private const long MostReadTooSoon = 1024 * 1024;

    /// <summary>Turns faults and bare refusals into pages, everywhere but below /api and the machine-read addresses.</summary>
    public static void UsePagesForErrors(this WebApplication app) => app.UseWhen(http => IsForPeople(http.Request.Path), pages =>
    {
        pages.UseExceptionHandler(broken => broken.Run(http => ShowAsync(http, http.Features.Get<IExceptionHandlerFeature>()?.Error switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            { } fault when UnhandledErrors.IsUnstorableText(fault) => StatusCodes.Status400BadRequest,
            { } fault when UnhandledErrors.IsAway(fault) => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        })));
        pages.UseStatusCodePages(context => ShowAsync(context.HttpContext, context.HttpContext.Response.StatusCode));
    });

    /// <summary>The page of an error.</summary>
    public static async Task ShowAsync(HttpContext http, int status)
    {
        var language = http.Request.Cookies[PageGate.LanguageCookie] == "en" ? Language.En : Language.Zh;
        var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        var kept = status >= StatusCodes.Status500InternalServerError ? TypedIn(http) : status == StatusCodes.Status429TooManyRequests ? await TypedTooFastAsync(http) : null;
        // The token stands in the form that is offered again, and sets a cookie. Who merely came to a wrong address is given none.
        var token = kept is null ? "" : http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken!;
        var page = new PageContext(
            Actor.Citizen, language, http.Request.Path, token, Demo: false, null, null,
            http.RequestServices.GetRequiredService<RegistryClock>().GetUtcNow());
        PageGate.Protect(http);
        if (status == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = UnhandledErrors.AgainAfter;
        var shown = new Dictionary<string, object?>
        {
            ["Page"] = page,
            ["Title"] = page.Say(status == StatusCodes.Status404NotFound ? "page.not-found.title" : "page.failed.title"),
            ["Message"] = page.Say(CodeOf(status), ("trace", trace), ("what", page.Say("page.error.request"))),
            ["Kept"] = kept,
            ["Why"] = status == StatusCodes.Status429TooManyRequests ? "page.kept.too-fast" : "page.kept.fault",
        };
        await new RazorComponentResult<ErrorPage>(shown) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(http);
    }

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => CommandRules.NotSignedIn.Code,
        StatusCodes.Status403Forbidden => CommandRules.NotThisRole.Code,
        StatusCodes.Status404NotFound => CommandRules.NotFound.Code,
        StatusCodes.Status405MethodNotAllowed => UnhandledErrors.Method.Code,
        StatusCodes.Status408RequestTimeout => "page.cut-off",
        StatusCodes.Status413PayloadTooLarge => "page.too-large",
        StatusCodes.Status429TooManyRequests => FilingRules.TooFast.Code,
        StatusCodes.Status503ServiceUnavailable => UnhandledErrors.Away.Code,
        >= StatusCodes.Status500InternalServerError => UnhandledErrors.Broken.Code,
        _ => CommandRules.Malformed.Code,
    };

    /// <summary>What stood in the form that met the fault. Secrets are not shown again, and what was never read whole is not there.</summary>
    private static Posted? TypedIn(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !FormOfEndedSession.IsKept(http.Request.Path) || http.Features.Get<IFormFeature>()?.Form is not { } form)
            return null;
        var typed = form.Where(f => f.Key != PageGate.TokenField).ToDictionary(f => f.Key, f => f.Value.Select(v => v ?? "").ToArray());
        if (form.Files.Any(f => f.Length > 0))
            typed[FormOfEndedSession.FilesLeftOut] = ["true"];
        return new Posted(typed).WithoutSecrets();
    }

    /// <summary>What stood in the form that was sent too soon: nothing has read it yet. A large one stays unread, for the limit is there to spare that work.</summary>
    private static async Task<Posted?> TypedTooFastAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !FormOfEndedSession.IsKept(http.Request.Path) || http.Request.ContentLength is not < MostReadTooSoon)
            return null;
        try
        {
            return (await FormOfEndedSession.ReadAsync(http)).WithoutSecrets();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static bool IsForPeople(PathString path) =>
        !new[] { "/api", "/log", "/health", "/openapi", "/data", "/office/assets" }.Any(machine => path.StartsWithSegments(machine));
}
