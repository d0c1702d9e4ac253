using Hangfire;
using Hangfire.Dashboard;
using Marten;
using Registry.Accounts;
using Registry.Pages;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Mail;

namespace Registry.Operations;

/// <summary>How this node and its store are doing. Numbers alone: nothing of any person or application.</summary>
/// <param name="Requests">Requests since the start.</param>
/// <param name="Refused">Of these, answered with 4xx.</param>
/// <param name="Failed">Of these, answered with 5xx.</param>
/// <param name="MeanMilliseconds">Mean time of a request.</param>
/// <param name="SlowestMilliseconds">Time of the slowest request.</param>
/// <param name="MemoryMegabytes">Memory that the process holds.</param>
/// <param name="Events">Number of the newest event.</param>
/// <param name="DatabaseMegabytes">Size of the database.</param>
/// <param name="FreeDiskMegabytes">Room left where the data folder lies.</param>
/// <param name="LettersWaiting">Letters that have not left yet.</param>
/// <param name="LettersGivenUp">Letters given up: a person should look at them.</param>
/// <param name="JobsWaiting">Jobs that wait for a worker.</param>
/// <param name="JobsFailed">Jobs that failed for good.</param>
public sealed record MetricsAnswer(
    DateTimeOffset StartedAt, long Requests, long Refused, long Failed, double MeanMilliseconds, double SlowestMilliseconds, long MemoryMegabytes,
    long Events, long DatabaseMegabytes, long FreeDiskMegabytes, long LettersWaiting, long LettersGivenUp, long JobsWaiting, long JobsFailed);

/// <summary>What whoever runs the machine looks at: figures, and the jobs. For administrators alone, and only to look.</summary>
public static class OperationsRoom
{
    private const string Jobs = "/office/jobs";
    private const int Megabyte = 1024 * 1024;

    private static readonly QuerySpec GetMetrics = new("get-metrics", "/metrics", Roles.Administrator, "How this node and its store are doing, in numbers.");

    /// <summary>Registers the room.</summary>
    public static void AddOperations(this IServiceCollection services) => services.AddSingleton<RequestMeter>();

    /// <summary>The room's query.</summary>
    public static void MapOperations(this IEndpointRouteBuilder api) => api.MapQuery(GetMetrics, async (_, reading) => await MeasureAsync(reading)).WithTags("Operations");

    /// <summary>
    /// Hangfire's own pages below /office/jobs. Jobs carry ids only, so the pages tell nothing of anybody; still nobody but an administrator sees them, and they
    /// change nothing: what is to happen is said by commands.
    /// </summary>
    public static void UseJobsDashboard(this WebApplication app)
    {
        // It counts from the start, not from the first look.
        app.Services.GetRequiredService<RequestMeter>();
        app.UseWhen(http => http.Request.Path.StartsWithSegments(Jobs), jobs =>
        {
            jobs.Use(async (http, next) =>
            {
                PageGate.Protect(http);
                // Its signs are letters of a font that lies beside its pages.
                http.Response.Headers.ContentSecurityPolicy = $"{http.Response.Headers.ContentSecurityPolicy}; font-src 'self'";
                if (http.Actor().Role == Roles.Public)
                    http.Response.Redirect($"{SignInPages.Address}?next={Uri.EscapeDataString(Jobs)}");
                else if (http.Actor().Role != Roles.Administrator)
                    http.Response.StatusCode = StatusCodes.Status403Forbidden;
                else
                    await next();
            });
            jobs.UseHangfireDashboard(Jobs, new DashboardOptions
            {
                Authorization = [new Admitted()],
                IsReadOnlyFunc = _ => true,
                AppPath = "/office",
                DisplayStorageConnectionString = false,
                DashboardTitle = "Hangfire",
                IgnoreAntiforgeryToken = true,
            }, app.Services.GetRequiredService<JobStorage>());
        });
    }

    private static async Task<MetricsAnswer> MeasureAsync(Reading reading)
    {
        var (services, session, ct) = (reading.Services, reading.Session, reading.Cancelled);
        var counts = services.GetRequiredService<RequestMeter>().Counts;
        var jobs = services.GetRequiredService<JobStorage>().GetMonitoringApi().GetStatistics();
        var sizes = await session.QueryAsync<long>(
            $"select n from (values (1, (select coalesce(max(seq_id), 0) from {Store.Schema}.mt_events)), (2, pg_database_size(current_database()))) as v(i, n) order by i", ct);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new MetricsAnswer(
            process.StartTime.ToUniversalTime(), counts.All, counts.Refused, counts.Failed,
            counts.All == 0 ? 0 : Math.Round(counts.Seconds / counts.All * 1000, 1), Math.Round(counts.Slowest * 1000, 1), process.WorkingSet64 / Megabyte,
            sizes[0], sizes[1] / Megabyte, new DriveInfo(Path.GetFullPath(services.GetRequiredService<RegistrySettings>().DataFolder)).AvailableFreeSpace / Megabyte,
            await session.Query<Letter>().CountAsync(l => l.State == LetterState.Waiting, ct), await session.Query<Letter>().CountAsync(l => l.State == LetterState.GivenUp, ct),
            jobs.Enqueued + jobs.Scheduled, jobs.Failed);
    }

    /// <summary>Who comes this far was let in above.</summary>
    private sealed class Admitted : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => context.GetHttpContext().Actor().Role == Roles.Administrator;
    }
}
