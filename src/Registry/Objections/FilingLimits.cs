using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>
/// How fast one address may ask for states, complete and upload files. Filing itself has no such limit: nothing that is filed is ever turned away for its number
/// (see <see cref="FilingSource"/>). Must hold: 39, 40.
/// </summary>
public static class FilingLimits
{
    /// <summary>Questions for the state behind a code.</summary>
    public const string Status = "receipt-status";

    /// <summary>Completions of an objection. Whoever asked for the state too often has not used them up.</summary>
    public const string Completions = "completions";

    /// <summary>Uploads of files.</summary>
    public const string Uploads = "uploads";

    /// <summary>Questions of one address in a minute. A code has 130 random bits, so this is about load, not about guessing.</summary>
    public const int StatusPerMinute = 60;

    /// <summary>Completions of one address in a minute.</summary>
    public const int CompletionsPerMinute = 60;

    /// <summary>Uploads of one address in a minute: a whole office behind it may file at once.</summary>
    public const int UploadsPerMinute = 120;

    /// <summary>Registers the limits.</summary>
    public static void AddFilingLimits(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Status, http => PerMinute(http, StatusPerMinute));
        limits.AddPolicy(Completions, http => PerMinute(http, CompletionsPerMinute));
        limits.AddPolicy(Uploads, http => PerMinute(http, UploadsPerMinute));
        limits.OnRejected = async (rejected, _) =>
        {
            var http = rejected.HttpContext;
            http.Response.Headers.RetryAfter = "60";
            if (http.Request.Path.StartsWithSegments("/api"))
                await FilingRules.TooFast.Refuse().Response(http).ExecuteAsync(http);
            else
                http.Response.StatusCode = FilingRules.TooFast.Status;
        };
    });

    private static RateLimitPartition<string> PerMinute(HttpContext http, int most) => RateLimitPartition.GetFixedWindowLimiter(
        http.Connection.RemoteIpAddress?.ToString() ?? "", _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 });
}
