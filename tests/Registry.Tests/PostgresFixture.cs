using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Platform;
using Registry.Tests;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Registry.Tests;

/// <summary>
/// One PostgreSQL server for the whole test run: a private one in a folder of its own, or the one that
/// <c>REGISTRY_TEST_PG</c> names (the connection string of a role that may create databases).
/// A test class asks for a database of its own, so classes run side by side.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly ConcurrentDictionary<string, bool> Prepared = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _databases = [];
    private readonly Lazy<Task<string>> _template;
    private readonly string _run = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
    private int _count;
    private DataFolder? _data;
    private PrivatePostgres? _server;

    public PostgresFixture() => _template = new(MakeTemplateAsync);

    /// <summary>What runs on this server and has to end before it does.</summary>
    public ConcurrentStack<IAsyncDisposable> Dependents { get; } = [];

    /// <summary>The role as which programs under test serve: it owns nothing and may not change history.</summary>
    public const string ServingRole = "registry_test_serving";

    /// <summary>The same database as the role that serves.</summary>
    public static string ServingOf(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = ServingRole, Password = ServingRole }.ConnectionString;

    /// <summary>Whether this run copied the database from a template with the program's schema, so that nobody needs to compare the whole of it again.</summary>
    public static bool IsPrepared(string connectionString) => Prepared.ContainsKey(connectionString);

    /// <summary>A role that may create databases and roles.</summary>
    public string AdminConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("REGISTRY_TEST_PG") is { Length: > 0 } given)
        {
            AdminConnectionString = given;
            await MakeServingRoleAsync();
            return;
        }

        _data = DataFolder.Open(TestFolder.Create());
        _server = await PrivatePostgres.StartAsync(_data, NullLogger.Instance, TestContext.Current.CancellationToken, durable: false);
        AdminConnectionString = _server.AdminConnectionString;
        await MakeServingRoleAsync();
    }

    /// <summary>Another run on the same given server may have made it.</summary>
    private Task MakeServingRoleAsync() => ExecuteAsync(
        $"do $$ begin create role {ServingRole} login password '{ServingRole}'; exception when duplicate_object or unique_violation then null; end $$");

    /// <summary>A fresh database with the program's schema in it, owned by the role that may create databases; its connection string.</summary>
    public async Task<string> CreateRegistryAsync()
    {
        var registry = await CopyAsync(await _template.Value);
        Prepared[registry] = true;
        return registry;
    }

    /// <summary>A fresh empty database; its connection string.</summary>
    public Task<string> CreateDatabaseAsync() => CopyAsync("template0");

    private async Task<string> CopyAsync(string template)
    {
        var name = $"test_{_run}_{Interlocked.Increment(ref _count)}";
        await ExecuteAsync($"create database {name} template {template}");
        _databases.Add(name);
        return ConnectionStringOf(name);
    }

    /// <summary>The name of a database with the schema: copying one is many times faster than building it for every test class.</summary>
    private async Task<string> MakeTemplateAsync()
    {
        var connectionString = await CreateDatabaseAsync();
        await Registry.Cli.SchemaVerb.ApplyAsync(RegistrySettings.For(Path.GetTempPath(), ServingOf(connectionString)), connectionString, CancellationToken.None);
        // A database with open connections cannot be copied, and filling it has left some in the pool.
        await using var pool = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(pool);
        await ExecuteAsync($"alter database {pool.Database} allow_connections false");
        await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{pool.Database}'");
        return pool.Database;
    }

    public async ValueTask DisposeAsync()
    {
        while (Dependents.TryPop(out var dependent))
            await dependent.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        if (_server is null)
        {
            foreach (var database in _databases)
                await ExecuteAsync($"drop database if exists {database} with (force)");
            return;
        }

        await _server.DisposeAsync();
        _data!.Dispose();
        Directory.Delete(_data.Path, recursive: true);
    }

    private string ConnectionStringOf(string database) => new NpgsqlConnectionStringBuilder(AdminConnectionString) { Database = database }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(AdminConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Folders of the tests, below the system's place for temporary files.</summary>
public static class TestFolder
{
    /// <summary>A new empty folder through which the database server's user may pass, also when the tests run as root.</summary>
    public static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("registry-tests-").FullName;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}
