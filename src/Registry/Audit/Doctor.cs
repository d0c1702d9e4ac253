using Marten;
using Npgsql;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Platform.Sealing;

namespace Registry.Audit;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Fine,
    /// <summary>Worth knowing; nothing is lost.</summary>
    Note,
    /// <summary>Something is wrong, and a person has to act.</summary>
    Fault,
}

/// <summary>One thing that the doctor found. Its words are <c>doctor.CODE</c>, what to do is <c>doctor.CODE.todo</c>.</summary>
/// <param name="Code">What was found.</param>
/// <param name="Facts">Figures, ids and names; never content.</param>
public sealed record Finding(string Code, Severity Severity, IReadOnlyDictionary<string, object?> Facts)
{
    internal static Finding Of(string code, Severity severity, params (string Name, object? Value)[] facts) =>
        new(code, severity, facts.ToDictionary(f => f.Name, f => f.Value));
}

/// <summary>
/// Examines the store. It changes nothing, and it can run beside a serving program: everything in the database is read as of one moment, so what happens
/// meanwhile is not taken for a fault.
/// </summary>
public sealed partial class Doctor(IDocumentStore store, Vault vault, KeyStore keys, EvidenceStore evidence, ISealedFiles files, RegistrySettings settings, RegistryClock clock)
{
    /// <summary>Findings of one code that are listed; the rest is counted.</summary>
    private const int MostOfACode = 50;

    private readonly List<Finding> findings = [];
    private readonly Dictionary<string, (int Count, Severity Severity)> counts = [];

    /// <summary>What happens between the reading of the events and that of the views; tests let the program go on working here.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>Everything that was found, faults first. A part in which nothing is wrong has one line that says what was looked at.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken ct)
    {
        findings.Clear();
        counts.Clear();
        await using (var connection = (NpgsqlConnection)store.Storage.Database.CreateConnection())
        {
            await connection.OpenAsync(ct);
            await using var moment = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
            await using var session = store.QuerySession(Marten.Services.SessionOptions.ForTransaction(moment));
            await StreamsAsync(connection, ct);
            var views = await ReplaysAsync(connection, ct);
            var named = await EventsAsync(connection, views, ct);
            await Meanwhile();
            await ViewsAsync(views, connection, session, ct);
            await EvidenceAsync(session, named, ct);
            await WaitingAsync(connection, session, ct);
            await ClockAsync(connection, ct);
        }
        Disk();
        foreach (var (code, (count, severity)) in counts.Where(c => c.Value.Count > MostOfACode))
            findings.Add(Finding.Of("more", severity, ("code", code), ("count", count - MostOfACode)));
        return [.. findings.OrderByDescending(f => f.Severity)];
    }

    private void Add(string code, Severity severity, params (string Name, object? Value)[] facts)
    {
        var before = counts.GetValueOrDefault(code);
        counts[code] = (before.Count + 1, severity > before.Severity ? severity : before.Severity);
        if (before.Count < MostOfACode)
            findings.Add(Finding.Of(code, severity, facts));
    }

    private void Fine(string code, params (string Name, object? Value)[] facts) => findings.Add(Finding.Of(code, Severity.Fine, facts));

    private void Disk()
    {
        var free = new DriveInfo(Path.GetFullPath(settings.DataFolder)).AvailableFreeSpace;
        if (free < settings.Files.Limits.LeastFree)
            Add("disk-low", Severity.Fault, ("free", free >> 20), ("least", settings.Files.Limits.LeastFree >> 20));
        else
            Fine("disk", ("free", free >> 20));
    }

    private async Task ClockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var database = await ScalarAsync<DateTime>(connection, "select clock_timestamp()", ct);
        var apart = (TimeProvider.System.GetUtcNow().UtcDateTime - database).Duration();
        if (apart > TimeSpan.FromSeconds(2))
            Add("clock-apart", Severity.Fault, ("seconds", Math.Round(apart.TotalSeconds, 1)));
        else
            Fine("clock");
        // An event bears the time at which its request had arrived, and one that arrived a moment earlier may be recorded later; more than that is a clock that was set back.
        var back = $"""
            select stream_id, count(*) over () from (
                select stream_id, timestamp < lag(timestamp) over (partition by stream_id order by version) - interval '1 minute' as back from {Store.Schema}.mt_events where {NoTombstone}) e
            where back limit 1
            """;
        await foreach (var row in RowsAsync(connection, back, ct))
            Add("time-goes-back", Severity.Note, ("stream", row.GetString(0)), ("count", row.GetInt64(1)));
        var now = clock.GetUtcNow().AddSeconds(2);
        await foreach (var e in RowsAsync(connection, $"select id, stream_id from {Store.Schema}.mt_events where timestamp > $1 order by seq_id", ct, now.UtcDateTime))
            Add("event-in-future", Severity.Fault, ("event", e.GetGuid(0)), ("stream", e.GetString(1)));
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<bool> HasTableAsync(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select to_regclass($1) is not null", connection) { Parameters = { new() { Value = table } } };
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async IAsyncEnumerable<NpgsqlDataReader> RowsAsync(
        NpgsqlConnection connection, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct, params object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return reader;
    }
}
