using Hangfire;
using Hangfire.PostgreSql;

namespace Registry.Platform;

/// <summary>Hangfire for what the calendar or a public event sets off. Jobs carry ids only; a job asks, and state answers.</summary>
public static class Jobs
{
    /// <summary>Where the sending of letters waits for its own worker: a mail server may be slow, and must hold up nothing else.</summary>
    public const string MailQueue = "mail";

    /// <summary>The schema of jobs.</summary>
    public const string Schema = "jobs";

    // Filters belong to the process, not to a host.
    static Jobs() => GlobalJobFilters.Filters.Add(new RedoneJobs());

    /// <summary>Registers the job store and, unless switched off, the workers of this node.</summary>
    public static void AddJobs(this IServiceCollection services, RegistrySettings settings)
    {
        services.AddHangfire(jobs => jobs
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UsePostgreSqlStorage(
                postgres => postgres.UseNpgsqlConnection(settings.ConnectionString),
                new PostgreSqlStorageOptions
                {
                    SchemaName = Schema,
                    PrepareSchemaIfNecessary = false,
                    EnableLongPolling = true,
                    QueuePollInterval = TimeSpan.FromSeconds(5),
                    // A job that a killed node had taken is given to another one after this time; a living node keeps what it works on.
                    UseSlidingInvisibilityTimeout = true,
                    InvisibilityTimeout = TimeSpan.FromMinutes(1),
                    // Locks are rows, held for moments. One that was not taken away, because the database was full or gone, is void after this time; until
                    // then whoever wants the same job waits, and with the mail's only worker every letter.
                    DistributedLockTimeout = TimeSpan.FromSeconds(20),
                }));
        if (!settings.Jobs)
            return;
        services.AddHangfireServer(server =>
        {
            server.WorkerCount = 2;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(5);
        });
        services.AddHangfireServer(server =>
        {
            server.ServerName = $"{Environment.MachineName}:{MailQueue}";
            server.Queues = [MailQueue];
            server.WorkerCount = 1;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(5);
        });
    }
}
