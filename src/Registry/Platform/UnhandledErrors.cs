using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Registry.Platform.Commands;

namespace Registry.Platform;

/// <summary>
/// What the framework itself refuses (no such address, wrong method, body too large) and what breaks inside gets the same shape as every
/// other refusal, and never a word about the inside: an error is told by its trace id, which the log has too.
/// </summary>
public static class UnhandledErrors
{
    /// <summary>Something broke inside.</summary>
    public static readonly Rule Broken = new("server.error", "design: operations", 500);

    /// <summary>The database does not answer. Whether what was just sent took effect is not known; sent again under the same key it is done once.</summary>
    public static readonly Rule Away = new("server.unavailable", "design: operations", 503);

    /// <summary>Seconds after which a client may ask again.</summary>
    internal const string AgainAfter = "5";

    /// <summary>No such address.</summary>
    public static readonly Rule NoAddress = new("request.no-address", "design: API", 404);

    /// <summary>The address takes another method.</summary>
    public static readonly Rule Method = new("request.method", "design: API", 405);

    /// <summary>The body is too large.</summary>
    public static readonly Rule TooLarge = new("request.too-large", "design: API", 413);

    /// <summary>The body is of another media type.</summary>
    public static readonly Rule MediaType = new("request.media-type", "design: API", 415);

    private static readonly Rule[] ByStatus = [NoAddress, Method, TooLarge, MediaType];

    /// <summary>
    /// Whether the database refused the request's text: U+0000 is the one character of JSON and of addresses that PostgreSQL cannot hold. Its own word is
    /// taken for it, since text reaches it by many ways: ids, filters, members, forms.
    /// </summary>
    public static bool IsUnstorableText(Exception fault)
    {
        for (var inner = (Exception?)fault; inner is not null; inner = inner.InnerException)
            if (inner is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter })
                return true;
        return false;
    }

    /// <summary>Whether the database is stopped, starting, full, out of connections, or was lost on the way.</summary>
    public static bool IsAway(Exception fault)
    {
        for (var inner = (Exception?)fault; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case PostgresException { SqlState: var state }:
                    if (state.StartsWith("57P0", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal))
                        return true;
                    break;
                // The connection broke under an open transaction, or the disk is full (ENOSPC).
                case NpgsqlException or Marten.Exceptions.SessionTransactionUnusableException or IOException { HResult: 28 }:
                    return true;
            }
        return false;
    }

    private static Refusal Of(Exception? fault, HttpContext http) => fault is not null && IsAway(fault)
        ? Away.Refuse()
        : Broken.Refuse(("trace", System.Diagnostics.Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier));

    /// <summary>Below /api everything that goes wrong is a problem document.</summary>
    public static void UseProblemsForApi(this WebApplication app) => app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api =>
    {
        api.UseExceptionHandler(broken => broken.Run(async http =>
        {
            var refusal = http.Features.Get<IExceptionHandlerFeature>()?.Error switch
            {
                BadHttpRequestException bad => ByStatus.FirstOrDefault(r => r.Status == bad.StatusCode)?.Refuse() ?? CommandRules.Malformed.Refuse(("what", "body")),
                { } fault when IsUnstorableText(fault) => CommandRules.Malformed.Refuse(("what", "U+0000")),
                var fault => Of(fault, http),
            };
            if (refusal.Rule == Away)
                http.Response.Headers.RetryAfter = AgainAfter;
            await refusal.Response(http).ExecuteAsync(http);
        }));
        api.UseStatusCodePages(async context =>
        {
            if (ByStatus.FirstOrDefault(r => r.Status == context.HttpContext.Response.StatusCode) is { } rule)
                await rule.Refuse().Response(context.HttpContext).ExecuteAsync(context.HttpContext);
        });
    });
}
