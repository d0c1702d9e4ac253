using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Platform;
using Registry.Platform.Mail;
using Registry.Programme;
using Registry.Publicity;
using Registry.Tests.Letters;

namespace Registry.Tests.Faults;

/// <summary>A database server and a data folder of their own with a batch in publicity now, a mail server, and nodes that share them.</summary>
public sealed class Bench : IAsyncDisposable
{
    private readonly List<Node> nodes = [];
    private readonly TestMailServer mail = new();
    private readonly string serverFolder, folder = TestFolder.Create();
    private DataFolder? held;
    private PrivatePostgres server = null!;

    private Bench(SmallDisk? disk) => serverFolder = disk is null ? TestFolder.Create() : Path.Combine(disk.Folder, "server");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The notice to which is objected.</summary>
    public PublicityId Notice { get; private set; }

    /// <summary>The nodes' data folder.</summary>
    public string Folder => folder;

    /// <summary>Ports of the nodes that run.</summary>
    public IReadOnlyList<int> Ports
    {
        get
        {
            lock (nodes)
                return nodes.Where(n => n.Runs).Select(n => n.Port).ToList() is { Count: > 0 } running ? running : [nodes[^1].Port];
        }
    }

    /// <summary>Settings of a node.</summary>
    public Dictionary<string, string> Settings => new()
    {
        [RunningDatabase.Setting] = server.ConnectionString,
        [DatabaseSchema.Setting] = server.OwnerConnectionString,
        ["REGISTRY_SMTP"] = $"smtp://127.0.0.1:{mail.Port}",
        ["REGISTRY_MAIL_FROM"] = "registry@demo.example",
        ["REGISTRY_SECOND_FACTOR"] = "nobody",
        ["REGISTRY_LOG_MINUTES"] = "1",
        ["REGISTRY_FILES_LEAST_FREE_MB"] = "1",
    };

    /// <summary>Deliveries of the mail server by address.</summary>
    public IReadOnlyDictionary<string, int> Deliveries => mail.Taken
        .Select(m => m.Split('\n').First(l => l.StartsWith("To: ", StringComparison.OrdinalIgnoreCase))[4..].Trim().Trim('<', '>'))
        .CountBy(a => a).ToDictionary();

    /// <summary>Prepares it; no node runs yet.</summary>
    /// <param name="postgres">Gives the test its scenario.</param>
    /// <param name="disk">On which the database lies; the machine's own if none is given.</param>
    public static async Task<Bench> StartAsync(PostgresFixture postgres, SmallDisk? disk = null)
    {
        var bench = new Bench(disk);
        await bench.StartServerAsync();
        await using var host = await RegistryHost.StartAsync(
            bench.server.OwnerConnectionString, s => RegistrySettings.For(bench.folder, s.ConnectionString) with { Alone = true, Jobs = false }, serving: bench.server.ConnectionString);
        var registry = RegistryFixture.On(postgres, host);
        // On a whole second: the program keeps no finer instants than the store, and nothing is posted later than now.
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        for (var year = 2027; year <= now.AddDays(30).Year; year++)
            await registry.Accepted(Scenario.Province(), new ImportCalendarYear(year, "演示年历", [new("元旦", new(year, 1, 1), new(year, 1, 1))], []));
        bench.Notice = (await new Scenario(registry).PublicisedAsync(await registry.Announce(), at: now)).Notice;
        return bench;
    }

    /// <summary>Starts one more node.</summary>
    public async Task<Node> NodeAsync(string? program = null)
    {
        var node = await Node.StartAsync(folder, Settings, Ct, program);
        lock (nodes)
            nodes.Add(node);
        return node;
    }

    /// <summary>Runs a verb beside the nodes.</summary>
    public Task<(int Code, string Said)> VerbAsync(params string[] verb) => Node.VerbAsync(folder, Settings, Ct, verb);

    /// <summary>SIGKILL to the database server and all its processes at once, then a new start, which recovers from the write-ahead log.</summary>
    public async Task KillServerAsync()
    {
        var cluster = Path.Combine(serverFolder, "postgres");
        foreach (var process in Process.GetProcessesByName("postgres").Where(p => WorksIn(p.Id, cluster)))
            process.Kill();
        await RestartServerAsync();
    }

    /// <summary>The server stops in order, stays away for a while and comes again.</summary>
    public async Task StopServerAsync(TimeSpan away)
    {
        await server.DisposeAsync();
        await Task.Delay(away, Ct);
        await RestartServerAsync();
    }

    /// <summary>A figure of the database, asked by somebody who may read everything.</summary>
    public async Task<T> OneAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.OwnerConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>A statement as the superuser.</summary>
    public async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>
    /// What must hold whatever happened, as sentences about what does not: every acknowledged objection is there once under its receipt, nothing is there that
    /// was not meant, nothing was told two things, every objector had one letter, views and commitments are whole.
    /// </summary>
    /// <param name="ledger">The client's own ledger.</param>
    /// <param name="kills">How often a sender was killed: each may leave one letter that is sent again under the same Message-ID.</param>
    /// <param name="within">How long the nodes have to get done what waits.</param>
    public async Task<IReadOnlyList<string>> BrokenAsync(Ledger ledger, int kills, TimeSpan within)
    {
        var broken = ledger.Troubles.ToList();
        foreach (var intent in ledger.Intents.Where(i => i.Receipt is null))
            broken.Add($"{intent.Number} was never acknowledged");
        var numbers = new List<string>();
        await using (var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.OwnerConnectionString) { Pooling = false }.ConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand("select data ->> 'Number' from registry.mt_events where type = 'objection-filed'", connection);
            await using var reader = await command.ExecuteReaderAsync(Ct);
            while (await reader.ReadAsync(Ct))
                numbers.Add(reader.GetString(0));
        }
        broken.AddRange(numbers.CountBy(n => n).Where(n => n.Value > 1).Select(n => $"number {n.Key} was given {n.Value} times"));
        broken.AddRange(ledger.Intents.Where(i => i.Receipt is not null && !numbers.Contains(i.Receipt)).Select(i => $"{i.Number} was acknowledged as {i.Receipt} and is not there"));
        if (numbers.Count > ledger.Intents.Count)
            broken.Add($"{numbers.Count} objections for {ledger.Intents.Count} intents");
        var began = TimeProvider.System.GetTimestamp();
        while (Undelivered() > 0 && TimeProvider.System.GetElapsedTime(began) < within)
            await Task.Delay(200, Ct);
        if (Undelivered() is > 0 and var missing)
            broken.Add($"{missing} objectors had no letter within {within}");
        if (Deliveries.Values.Sum(d => d - 1) is var again && again > kills)
            broken.Add($"{again} letters were sent again, with {kills} kills");
        while (await LagAsync() > 0 && TimeProvider.System.GetElapsedTime(began) < within)
            await Task.Delay(200, Ct);
        if (await LagAsync() is > 0 and var lag)
            broken.Add($"the views lag by {lag} after {within}");
        var (code, said) = await VerbAsync("doctor");
        if (code != 0)
            broken.Add($"the doctor ends with {code}: {string.Join('\n', said.Split('\n').Where(l => l.StartsWith("[!]", StringComparison.Ordinal)))}");
        return broken;

        int Undelivered() => ledger.Intents.Count(i => i.Receipt is not null && !Deliveries.ContainsKey(i.Address));
    }

    /// <summary>Events that the slowest view has not seen.</summary>
    public Task<long> LagAsync() => OneAsync<long>("select (select coalesce(max(seq_id), 0) from registry.mt_events) - (select min(last_seq_id) from registry.mt_event_progression where name like '%:%')");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            node.Dispose();
        await mail.DisposeAsync();
        await server.DisposeAsync();
        held!.Dispose();
        Directory.Delete(serverFolder, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartServerAsync()
    {
        held = DataFolder.Open(serverFolder);
        server = await PrivatePostgres.StartAsync(held, NullLogger.Instance, Ct);
    }

    private async Task RestartServerAsync()
    {
        await server.DisposeAsync();
        held!.Dispose();
        await StartServerAsync();
    }

    private static bool WorksIn(int pid, string folder)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cwd")).LinkTarget == folder;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
