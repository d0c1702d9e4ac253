using System.Diagnostics.Metrics;
using Npgsql;

namespace Registry.Platform;

/// <summary>How far the store is with its work.</summary>
/// <param name="Events">Events in the store.</param>
/// <param name="Lag">Events that the slowest view has not seen.</param>
/// <param name="FailedJobs">Jobs that were tried and given up.</param>
/// <param name="Workers">Nodes whose job workers gave a sign of life in the last two minutes.</param>
/// <param name="Waiting">Messages that wait to be handled.</param>
/// <param name="DeadLetters">Messages that were given up.</param>
/// <param name="ClockApart">How far this machine's clock is before the database's; nothing while the answer's own way can explain it.</param>
public sealed record WorkState(long Events, long Lag, long FailedJobs, long Workers, long Waiting, long DeadLetters, TimeSpan ClockApart)
{
    private const string Sql = $"""
        select e.last, e.last - coalesce((select min(last_seq_id) from {Store.Schema}.mt_event_progression where name like '%:%'), 0),
            (select count(*) from {Jobs.Schema}.job where statename = 'Failed'),
            (select count(*) from {Jobs.Schema}.server where lastheartbeat > (now() at time zone 'utc') - interval '2 minutes'),
            (select count(*) from {Store.MessageSchema}.wolverine_incoming_envelopes where status <> 'Handled'),
            (select count(*) from {Store.MessageSchema}.wolverine_dead_letters),
            clock_timestamp()
        from (select coalesce(max(seq_id), 0) last from {Store.Schema}.mt_events) e
        """;

    /// <summary>Reads it.</summary>
    public static async Task<WorkState> ReadAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(Sql, connection);
        var asked = TimeProvider.System.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (answered, database) = (TimeProvider.System.GetUtcNow(), reader.GetFieldValue<DateTimeOffset>(6));
        var apart = database < asked ? asked - database : database > answered ? answered - database : TimeSpan.Zero;
        return new WorkState(reader.GetInt64(0), Math.Max(0, reader.GetInt64(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), apart);
    }
}

/// <summary>Keeps the program's gauges: looks at the store now and then, and only while somebody listens.</summary>
public sealed class Gauges(RegistrySettings settings, ILogger<Gauges> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private WorkState? state;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Collector is null)
            return;
        Watch("registry.events", s => s.Events, "Number of the newest event.");
        Watch("registry.views.lag", s => s.Lag, "Events that the slowest view has not seen.");
        Watch("registry.jobs.failed", s => s.FailedJobs, "Jobs given up.");
        Watch("registry.jobs.workers", s => s.Workers, "Nodes with living job workers.");
        Watch("registry.messages.waiting", s => s.Waiting, "Messages that wait.");
        Watch("registry.messages.dead", s => s.DeadLetters, "Messages given up.");
        Telemetry.Meter.CreateObservableGauge("registry.disk.free", () => Health.FreeBytes(settings), "By", "Free space where the data folder lies.");
        using var timer = new PeriodicTimer(Every);
        do
            try
            {
                state = await WorkState.ReadAsync(settings.ConnectionString, stoppingToken);
            }
            catch (NpgsqlException away)
            {
                state = null;
                log.LogWarning("the store could not be measured: {State}", away.SqlState);
            }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Watch(string name, Func<WorkState, long> figure, string meaning) =>
        Telemetry.Meter.CreateObservableGauge(name, () => state is { } known ? [new Measurement<long>(figure(known))] : Array.Empty<Measurement<long>>(), description: meaning);
}
