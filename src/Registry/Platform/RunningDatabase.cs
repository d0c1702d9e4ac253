using Npgsql;

namespace Registry.Platform;

/// <summary>The database of this run: the one that REGISTRY_CONNECTION names, or the private one of the data folder.</summary>
public sealed class RunningDatabase : IAsyncDisposable
{
    /// <summary>The setting that names a server.</summary>
    public const string Setting = "REGISTRY_CONNECTION";

    private readonly DataFolder? folder;
    private readonly PrivatePostgres? server;

    private RunningDatabase(string connectionString, string? owner, string dataFolder, DataFolder? folder, PrivatePostgres? server)
    {
        ConnectionString = connectionString;
        OwnerConnectionString = owner;
        DataPath = dataFolder;
        this.folder = folder;
        this.server = server;
    }

    /// <summary>How to reach it, as the role that serves.</summary>
    public string ConnectionString { get; }

    /// <summary>How to reach it as the role that owns the schema: the private server's, or what <see cref="DatabaseSchema.Setting"/> names; null when nobody named it.</summary>
    public string? OwnerConnectionString { get; }

    /// <summary>The data folder's path.</summary>
    public string DataPath { get; }

    /// <summary>Completes when the private server is lost while the program still runs; never for a given server.</summary>
    public Task Lost => server?.Exited ?? new TaskCompletionSource().Task;

    /// <summary>Holds the data folder for a serving program, and uses the given server or starts the private one.</summary>
    /// <exception cref="StartRefusedException">Another program serves on this folder, or the machine lacks something; the message says what.</exception>
    public static async Task<RunningDatabase> StartAsync(string dataFolder, ILogger log, CancellationToken ct)
    {
        if (Given is not { } given)
            return await StartPrivateAsync(dataFolder, log, ct);
        var folder = DataFolder.Open(dataFolder, shared: true);
        try
        {
            await RequireAsync(given, ct);
            return new RunningDatabase(given, await GivenOwnerAsync(ct), folder.Path, folder, null);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Holds the data folder, starts its private server whatever is set, and says in the folder how verbs beside this program reach it.</summary>
    /// <exception cref="StartRefusedException">Another program serves on this folder, or the machine lacks something; the message says what.</exception>
    public static async Task<RunningDatabase> StartPrivateAsync(string dataFolder, ILogger log, CancellationToken ct)
    {
        var folder = DataFolder.Open(dataFolder);
        try
        {
            // What a program left behind that was killed names a server that is gone.
            File.Delete(AddressFile(folder.Path));
            var server = await PrivatePostgres.StartAsync(folder, log, ct, walArchive: Of(WalArchive.Setting));
            DurableFile.Replace(OwnerFile(folder.Path), System.Text.Encoding.UTF8.GetBytes(server.OwnerConnectionString));
            DurableFile.Replace(AddressFile(folder.Path), System.Text.Encoding.UTF8.GetBytes(server.ConnectionString));
            return new RunningDatabase(server.ConnectionString, server.OwnerConnectionString, folder.Path, folder, server);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>For a verb beside a serving program: uses the server that runs, or else starts the private one for as long as the verb takes.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="log">Where the private database's start is told.</param>
    /// <param name="ct">Ends with the caller.</param>
    /// <param name="setting">The setting that names a server.</param>
    public static async Task<RunningDatabase> JoinAsync(string dataFolder, ILogger log, CancellationToken ct, string setting = Setting)
    {
        if (Of(setting) is { } given)
        {
            await RequireAsync(given, ct, setting);
            return new RunningDatabase(given, setting == Setting ? await GivenOwnerAsync(ct) : null, Path.GetFullPath(dataFolder), null, null);
        }
        try
        {
            return await StartAsync(dataFolder, log, ct);
        }
        catch (StartRefusedException inUse) when (inUse.ExitCode == StartRefusedException.DataFolderInUse && File.Exists(AddressFile(dataFolder)))
        {
            return new RunningDatabase(await File.ReadAllTextAsync(AddressFile(dataFolder), ct), await File.ReadAllTextAsync(OwnerFile(dataFolder), ct), Path.GetFullPath(dataFolder), null, null);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            File.Delete(AddressFile(DataPath));
            File.Delete(OwnerFile(DataPath));
            await server.DisposeAsync();
        }
        folder?.Dispose();
    }

    /// <summary>The given server answers, or a person is told what it said. The connection string itself is never repeated: it may hold a password.</summary>
    /// <exception cref="StartRefusedException">It does not.</exception>
    public static async Task RequireAsync(string connectionString, CancellationToken ct, string setting = Setting)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(ct);
        }
        catch (Exception fault) when (fault is ArgumentException or NpgsqlException or InvalidOperationException)
        {
            var said = fault is ArgumentException ? "" : $" {fault.Message}";
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"无法用 {setting} 给出的连接字符串连接数据库。{said} 请检查格式(Host=…;Database=…;Username=…;Password=…)以及数据库是否在运行;不设 {setting} 则使用自带数据库。",
                $"The database named by {setting} cannot be reached.{said} Check its form (Host=…;Database=…;Username=…;Password=…) and that the server runs; without {setting} a private database is used.");
        }
    }

    /// <summary>The server that a setting names; null when it is not set.</summary>
    public static string? Of(string setting) => Environment.GetEnvironmentVariable(setting) is { Length: > 0 } given ? given : null;

    private static string? Given => Of(Setting);

    private static async Task<string?> GivenOwnerAsync(CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(DatabaseSchema.Setting) is not { Length: > 0 } owner)
            return null;
        await RequireAsync(owner, ct);
        return owner;
    }

    private static string OwnerFile(string dataFolder) => Path.Combine(dataFolder, "run", "address-owner");

    private static string AddressFile(string dataFolder) => Path.Combine(dataFolder, "run", "address");
}
