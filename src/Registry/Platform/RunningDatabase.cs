namespace Registry.Platform;

/// <summary>The database of this run: the one that REGISTRY_CONNECTION names, or the private one.</summary>
public sealed class RunningDatabase : IAsyncDisposable
{
    /// <summary>The setting that names a server.</summary>
    public const string Setting = "REGISTRY_CONNECTION";

    private readonly PrivatePostgres? server;

    private RunningDatabase(string connectionString, PrivatePostgres? server)
    {
        ConnectionString = connectionString;
        this.server = server;
    }

    /// <summary>How to reach it.</summary>
    public string ConnectionString { get; }

    /// <summary>Uses the given server, or starts the private one in the data folder.</summary>
    public static async Task<RunningDatabase> StartAsync(DataFolder folder, ILogger log, CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } given)
            return new RunningDatabase(given, null);
        var server = await PrivatePostgres.StartAsync(folder, log, ct);
        return new RunningDatabase(server.ConnectionString, server);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
