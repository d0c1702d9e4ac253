using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform.Sealing;

namespace Registry.Platform.Commands;

/// <summary>Where a query is found, who may ask it.</summary>
/// <param name="Name">Stable name and OpenAPI operation id, for example <c>list-applications</c>.</param>
/// <param name="Route">Path below /api/v1.</param>
/// <param name="Roles">Who may ask. What they get to see of it is limited by <see cref="Access.Reaches"/>.</param>
/// <param name="Summary">One sentence for the API's reader.</param>
public sealed record QuerySpec(string Name, string Route, Roles Roles, string Summary)
{
    /// <summary>What the question may carry besides its path. Anything else in the query string is refused, so a misspelt filter never answers with everything.</summary>
    public IReadOnlyList<QueryInput> Inputs { get; init; } = [];

    /// <summary>Whether it has an answer about every thing of its kind, so that a page may lead there without asking it: set where asking costs much.</summary>
    public bool Always { get; init; }
}

/// <summary>One thing that a question may carry: a filter in the query string, or a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it says, for the API's reader.</param>
public sealed record QueryInput(string Name, string Meaning, bool Header = false);

/// <summary>Where one question is answered: who asks, when, and a session that only reads.</summary>
public sealed record Reading(Actor Actor, DateTimeOffset Now, IQuerySession Session, Vault Vault, IServiceProvider Services, CancellationToken Cancelled)
{
    /// <summary>Names of the keys under which the opened values were sealed: whoever reads such values leaves a record.</summary>
    public ISet<string> Opened { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether only the existence of an answer is asked for: then nothing sealed is opened, and no record of a reading is left.</summary>
    public bool Glance { get; init; }

    /// <summary>A sealed value's text for a reader who has the right to it; null when its key was destroyed.</summary>
    public string? Open(Sealed? value)
    {
        if (value is null || Glance || Vault.Open(value) is not { } text)
            return null;
        if (value.Box is { } box)
            Opened.Add(box.Key);
        return text;
    }
}

/// <summary>A query's answer that is a file to keep: sent as an attachment, never to be taken for a page.</summary>
/// <param name="Name">Name of the file, ASCII.</param>
public sealed record Download(byte[] Content, string Type, string Name)
{
    internal IResult Response(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return Results.File(Content, Type, Name);
    }
}

/// <summary>Queries over HTTP: GET below /api/v1. A null answer is 404, alike for missing and foreign.</summary>
public static class QueryEndpoints
{
    /// <summary>Maps a query whose handler gets the request and the reading.</summary>
    /// <param name="wrong">Why the question cannot be answered as it was put: a filter that says nothing.</param>
    public static RouteHandlerBuilder MapQuery<TAnswer>(
        this IEndpointRouteBuilder api, QuerySpec spec, Func<HttpContext, Reading, Task<TAnswer?>> answer, Func<HttpContext, Refusal?>? wrong = null)
    {
        return api.MapGet(spec.Route, async (HttpContext http, IDocumentStore store, Vault vault, RegistryClock clock) =>
        {
            var actor = http.Actor();
            if ((actor.Barred(spec.Roles) ?? spec.Unknown(http) ?? wrong?.Invoke(http)) is { } refusal)
                return refusal.Response(http);
            await using var session = store.QuerySession();
            var result = await RecordedAsync(http, new Reading(actor, clock.GetUtcNow(), session, vault, http.RequestServices, http.RequestAborted));
            http.Response.Headers.CacheControl = "no-store";
            return result switch
            {
                null => CommandRules.NotFound.Refuse().Response(http),
                Download file => file.Response(http),
                _ => Results.Json(result, Json.Api),
            };
        })
        .WithName(spec.Name)
        .WithMetadata(new QueryAnswer(async (http, reading) => await RecordedAsync(http, reading), typeof(TAnswer), wrong))
        .WithSummary(spec.Summary)
        .WithMetadata(spec)
        .Produces(StatusCodes.Status200OK, typeof(TAnswer) == typeof(Download) ? typeof(void) : typeof(TAnswer))
        .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
        .Produces<ProblemDetails>(StatusCodes.Status401Unauthorized, "application/problem+json")
        .Produces<ProblemDetails>(StatusCodes.Status403Forbidden, "application/problem+json")
        .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");

        async Task<TAnswer?> RecordedAsync(HttpContext http, Reading reading)
        {
            var result = await answer(http, reading);
            await SensitiveReadings.RecordAsync(spec, reading);
            return result;
        }
    }

    private static Refusal? Unknown(this QuerySpec spec, HttpContext http) =>
        http.Request.Query.Keys.All(k => spec.Inputs.Any(i => !i.Header && i.Name == k)) ? null : CommandRules.Malformed.Refuse(("what", "query"));
}
