using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Registry.Platform;

/// <summary>
/// Whether this node lives (/health/live) and whether it can serve (/health/ready). Database, disk and clock decide: without them it answers 503 and the load
/// balancer leaves it out. Views that lag and jobs that nobody works off are said (Degraded) but do not take a node out: every node would go at once.
/// </summary>
public static class Health
{
    /// <summary>Events behind which a view counts as lagging.</summary>
    private const long MuchLag = 1_000;

    /// <summary>Longest time that one check may take: whoever asks has less patience than a database or a disk that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Registers the checks.</summary>
    public static void AddHealth(this IServiceCollection services) => services.AddSingleton<DiskCheck>().AddHealthChecks()
        .AddCheck<StoreCheck>("database", tags: ["ready"])
        .AddCheck<LagCheck>("views", HealthStatus.Degraded, tags: ["ready"])
        .AddCheck<JobsCheck>("jobs", HealthStatus.Degraded, tags: ["ready"])
        .AddCheck<ClockCheck>("clock", HealthStatus.Degraded, tags: ["ready"])
        .AddCheck<DiskCheck>("disk", tags: ["ready"]);

    /// <summary>Maps the two addresses.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).ExcludeFromDescription();
        app.MapHealthChecks("/health/ready", new()
        {
            Predicate = c => c.Tags.Contains("ready"),
            ResponseWriter = (http, report) => http.Response.WriteAsJsonAsync(
                new { status = report.Status.ToString(), checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Status.ToString()) }, http.RequestAborted),
        }).ExcludeFromDescription();
    }

    /// <summary>
    /// What a clock that is not the database's means. Deadlines are decided by the node's own: one that is far off would take in what came too late, or refuse
    /// what came in time, so it is left out like a node without a database.
    /// </summary>
    public static HealthStatus OfClock(TimeSpan apart) =>
        apart.Duration() > FarApart ? HealthStatus.Unhealthy : apart.Duration() > Apart ? HealthStatus.Degraded : HealthStatus.Healthy;

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(2), FarApart = TimeSpan.FromMinutes(1);

    /// <summary>Free space where the data folder lies.</summary>
    public static long FreeBytes(RegistrySettings settings) => new DriveInfo(Path.GetFullPath(settings.DataFolder)).AvailableFreeSpace;

    private abstract class OfWork(RegistrySettings settings) : IHealthCheck
    {
        protected abstract HealthStatus Judge(WorkState state);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                enough.CancelAfter(Patience);
                return new HealthCheckResult(Judge(await WorkState.ReadAsync(settings.ConnectionString, enough.Token).WaitAsync(Patience, cancellationToken)));
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return new HealthCheckResult(context.Registration.FailureStatus);
            }
        }
    }

    private sealed class StoreCheck(RegistrySettings settings) : OfWork(settings)
    {
        protected override HealthStatus Judge(WorkState state) => HealthStatus.Healthy;
    }

    private sealed class LagCheck(RegistrySettings settings) : OfWork(settings)
    {
        protected override HealthStatus Judge(WorkState state) => state.Lag > MuchLag ? HealthStatus.Degraded : HealthStatus.Healthy;
    }

    private sealed class JobsCheck(RegistrySettings settings) : OfWork(settings)
    {
        private readonly bool works = settings.Jobs;

        protected override HealthStatus Judge(WorkState state) =>
            state.DeadLetters > 0 || state.FailedJobs > 0 || (works && state.Workers == 0) ? HealthStatus.Degraded : HealthStatus.Healthy;
    }

    private sealed class ClockCheck(RegistrySettings settings) : OfWork(settings)
    {
        protected override HealthStatus Judge(WorkState state) => OfClock(state.ClockApart);
    }

    private sealed class DiskCheck(RegistrySettings settings) : IHealthCheck
    {
        private readonly Lock one = new();
        private Task<long> look = Task.FromResult(0L);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await LookAsync().WaitAsync(Patience, cancellationToken) >= settings.Files.Limits.LeastFree
                    ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("disk");
            }
            catch (Exception away) when (away is TimeoutException or IOException or UnauthorizedAccessException)
            {
                return HealthCheckResult.Unhealthy("disk");
            }
        }

        /// <summary>A disk of the network that is away does not answer, and the question cannot be taken back: whoever asks meanwhile waits for the same answer.</summary>
        private Task<long> LookAsync()
        {
            lock (one)
                return look.IsCompleted ? look = Task.Run(() => FreeBytes(settings)) : look;
        }
    }
}
