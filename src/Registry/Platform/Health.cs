using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Registry.Platform;

/// <summary>Whether this node lives (/health/live) and whether it can serve (/health/ready): database, disk. Numbers only, nothing about the inside.</summary>
public static class Health
{
    /// <summary>Registers the checks.</summary>
    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DatabaseCheck>("database", tags: ["ready"])
        .AddCheck<DiskCheck>("disk", tags: ["ready"]);

    /// <summary>Maps the two addresses.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).ExcludeFromDescription();
        app.MapHealthChecks("/health/ready", new() { Predicate = c => c.Tags.Contains("ready") }).ExcludeFromDescription();
    }

    private sealed class DatabaseCheck(IDocumentStore store) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var session = store.QuerySession();
                await session.QueryAsync<int>("select 1", cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or Marten.Exceptions.MartenCommandException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy("database", e);
            }
        }
    }

    private sealed class DiskCheck(RegistrySettings settings) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(new DriveInfo(Path.GetFullPath(settings.DataFolder)).AvailableFreeSpace >= settings.Files.Limits.LeastFree ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("disk"));
    }
}
