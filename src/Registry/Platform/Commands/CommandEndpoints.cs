using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;

namespace Registry.Platform.Commands;

/// <summary>Commands over HTTP: one POST each, below /api/v1.</summary>
public static class CommandEndpoints
{
    /// <summary>Bodies above this are refused with 413; evidence has an endpoint of its own.</summary>
    public const long LargestBody = 4 * 1024 * 1024;

    /// <summary>Maps every command of the program.</summary>
    public static void MapCommands(this IEndpointRouteBuilder api)
    {
        foreach (var type in CommandTypes.Where(t => SpecOf(t).Route is not null))
            typeof(CommandEndpoints).GetMethod(nameof(MapCommand))!.MakeGenericMethod(type).Invoke(null, [api]);
    }

    /// <summary>All commands of the program, by name.</summary>
    public static IReadOnlyList<Type> CommandTypes { get; } =
        [.. typeof(CommandEndpoints).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICommand<>) && i.GetGenericArguments()[0] == t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>The spec of a command type.</summary>
    public static CommandSpec SpecOf(Type command) => (CommandSpec)command.GetProperty("Spec")!.GetValue(null)!;

    /// <summary>Maps one command.</summary>
    public static void MapCommand<T>(IEndpointRouteBuilder api) where T : class, ICommand<T> =>
        api.MapPost(T.Spec.Route!, Receive<T>)
            .WithName(T.Spec.Name)
            .WithSummary(T.Spec.Summary)
            .WithTags(typeof(T).Namespace!.Split('.')[^1])
            .WithMetadata(T.Spec)
            .Accepts<T>("application/json")
            .Produces<Answer>(StatusCodes.Status200OK)
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status401Unauthorized, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status403Forbidden, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json");

    /// <summary>The request's idempotency key, or null when it has none that will do.</summary>
    public static string? KeyOf(HttpContext http) =>
        http.Request.Headers["Idempotency-Key"].ToString() is { Length: >= 8 and <= 200 } key && key.All(c => c is > ' ' and <= '~') ? key : null;

    /// <summary>The body, strictly as its type says, or why it is not.</summary>
    internal static async Task<(T? Body, Refusal? Malformed)> ReadAsync<T>(HttpContext http) where T : class
    {
        if (!http.Request.HasJsonContentType())
            return (null, UnhandledErrors.MediaType.Refuse());
        try
        {
            return await http.Request.ReadFromJsonAsync<T>(Json.Sent, http.RequestAborted) is { } body
                ? (body, null)
                : (null, CommandRules.Malformed.Refuse(("what", "$")));
        }
        catch (JsonException e)
        {
            return (null, CommandRules.Malformed.Refuse(("what", $"{e.Path ?? "$"} ({e.LineNumber + 1}:{e.BytePositionInLine + 1})")));
        }
        catch (InvalidOperationException)
        {
            // Half of a pair of surrogates: JSON, but no text.
            return (null, CommandRules.Malformed.Refuse(("what", "Unicode")));
        }
    }

    private static async Task<IResult> Receive<T>(HttpContext http, CommandRunner runner, RegistryClock clock) where T : class, ICommand<T>
    {
        var actor = http.Actor();
        if (actor.Barred(T.Spec.Roles) is { } barred)
            return barred.Response(http);
        if (KeyOf(http) is not { } key)
            return CommandRules.KeyMissing.Refuse().Response(http);

        var (command, malformed) = await ReadAsync<T>(http);
        if (malformed is not null)
            return malformed.Response(http);

        var arrived = clock.GetUtcNow();
        var outcome = await runner.RunAsync(actor, http.Request.RouteValues["id"]?.ToString(), command!, key, arrived, http.RequestAborted);
        if (outcome.Repeated)
            http.Response.Headers["Idempotent-Replay"] = "true";
        return outcome.Refusal is { } refusal ? refusal.Response(http) : Results.Json(outcome.Answer, Json.Api);
    }
}
