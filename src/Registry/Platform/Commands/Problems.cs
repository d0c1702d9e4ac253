using Microsoft.AspNetCore.Mvc;

namespace Registry.Platform.Commands;

/// <summary>The one place that turns a refusal into an HTTP problem (RFC 9457).</summary>
public static class Problems
{
    /// <summary>Prefix of the problem types; the code follows.</summary>
    public const string TypePrefix = "urn:cluster-registry:problem:";

    /// <summary>The problem: stable code and type, words in the caller's language, figures, wrong fields.</summary>
    public static ProblemDetails Problem(this Refusal refusal, Language language)
    {
        var problem = new ProblemDetails
        {
            Type = TypePrefix + refusal.Rule.Code,
            Title = Texts.Of(language, refusal.Rule.Code, refusal.Arguments),
            Status = refusal.Rule.Status,
        };
        problem.Extensions["code"] = refusal.Rule.Code;
        problem.Extensions["source"] = refusal.Rule.Source;
        if (refusal.Arguments.Count > 0)
            problem.Extensions["arguments"] = refusal.Arguments;
        if (refusal.Errors.Count > 0)
            problem.Extensions["errors"] = refusal.Errors;
        return problem;
    }

    /// <summary>The refusal as a response.</summary>
    public static IResult Response(this Refusal refusal, HttpContext http) =>
        Results.Json(refusal.Problem(LanguageOf(http)), Json.Api, "application/problem+json; charset=utf-8", refusal.Rule.Status);

    /// <summary>English only if the caller asks for it before Chinese.</summary>
    public static Language LanguageOf(HttpContext http)
    {
        var first = http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.Value ?? "")
            .FirstOrDefault(l => l.StartsWith("zh", StringComparison.OrdinalIgnoreCase) || l.StartsWith("en", StringComparison.OrdinalIgnoreCase));
        return first?.StartsWith("en", StringComparison.OrdinalIgnoreCase) == true ? Language.En : Language.Zh;
    }
}
