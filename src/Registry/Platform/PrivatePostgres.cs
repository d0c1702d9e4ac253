using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Registry.Platform;

/// <summary>
/// The registry's own PostgreSQL server for when no connection string is given: it lives in the data folder, listens on a
/// socket that only we can reach, never runs as root and ends with this program.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    internal const int Port = 5432;
    private const string Role = "registry", Owner = "registry_owner";

    private static readonly string SocketName = $".s.PGSQL.{Port}";

    // An address of a Unix socket holds 108 bytes, the last of which is zero.
    private const int LongestSocketPath = 107;

    internal static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    // A server that takes longer than this to write everything is asked directly, and in the end told.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    private readonly SupervisedProcess _server;
    private readonly PostgresCluster _cluster;
    private readonly string? _borrowedFolder;
    private readonly ILogger _logger;
    private bool _stopping;

    private PrivatePostgres(
        SupervisedProcess server, PostgresCluster cluster, string? borrowedFolder, ILogger logger, string adminConnectionString, string ownerConnectionString, string connectionString)
    {
        _server = server;
        _cluster = cluster;
        _borrowedFolder = borrowedFolder;
        _logger = logger;
        AdminConnectionString = adminConnectionString;
        OwnerConnectionString = ownerConnectionString;
        ConnectionString = connectionString;
    }

    /// <summary>Database <c>registry</c> as the role <c>registry</c>, as which the program serves: it owns nothing. Contains the password.</summary>
    public string ConnectionString { get; }

    /// <summary>The same database as the role <c>registry_owner</c>, which owns it and its schema and is no superuser. Contains the password.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>Database <c>postgres</c> as superuser, for backups and tests. Contains the password.</summary>
    public string AdminConnectionString { get; }

    /// <summary>Completes when the server has ended; before <see cref="DisposeAsync"/> that means it was lost and the program cannot go on.</summary>
    public Task Exited => _server.Exited;

    /// <summary>Starts the server, creating its cluster on first use, and returns as soon as it answers.</summary>
    /// <param name="data">The open data folder; the server must be stopped before it is closed.</param>
    /// <param name="walArchive">Where finished pieces of the write-ahead log are kept for a restore to any moment (ops/pitr); by <c>REGISTRY_WAL_ARCHIVE</c>. Null: nowhere.</param>
    /// <param name="durable">False gives up safety against power loss for speed. Only for tests.</param>
    /// <exception cref="StartRefusedException">No PostgreSQL is installed, its user cannot reach the folder, or the server ended at once.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The server passes to the returned object, or is disposed when the start fails.")]
    public static async Task<PrivatePostgres> StartAsync(DataFolder data, ILogger logger, CancellationToken cancel, bool durable = true, string? walArchive = null)
    {
        var user = UserAccount.ForServer();
        var cluster = new PostgresCluster(data, user);
        var existing = cluster.Version;
        var binaries = PostgresBinaries.Find(existing);
        RequireReach(user, data.Path, binaries.Server);

        var log = FreshLog(data, cluster);
        cluster.HandOver(data.Run);
        var superuserPassword = Secret(data, cluster, "postgres-superuser", mayCreate: existing is null);
        var rolePassword = Secret(data, cluster, "postgres-registry", mayCreate: existing is null);
        // A cluster of an earlier program has no owner's role yet; the superuser makes it below.
        var ownerPassword = Secret(data, cluster, "postgres-owner", mayCreate: true);
        if (existing is null)
        {
            logger.LogInformation("Creating the database in {Folder}.", data.Postgres);
            await cluster.CreateAsync(binaries, superuserPassword, log, durable, cancel);
        }

        await cluster.EndLeftoversAsync(logger, cancel);
        var sockets = SocketFolder(data, cluster);
        // Like the cluster's pid file, the socket's may name a process that is another's by now.
        File.Delete(Path.Combine(sockets, SocketName + ".lock"));
        cluster.WriteSettings(sockets, Archive(walArchive, cluster));

        string[] arguments = ["-D", data.Postgres, .. durable ? Array.Empty<string>() : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]];
        var server = SupervisedProcess.Start(user, log, binaries.Server, arguments);
        try
        {
            var admin = Address(sockets, PostgresCluster.Superuser, superuserPassword, PostgresCluster.Superuser);
            await using (var connection = await FirstConnectionAsync(server, admin, log, cancel))
                await EnsureDatabaseAsync(connection, admin, rolePassword, ownerPassword, cancel);
            logger.LogInformation("PostgreSQL {Version} answers on {Socket}.", binaries.MajorVersion, sockets);
            return new PrivatePostgres(
                server, cluster, sockets == data.Run ? null : sockets, logger, admin, Address(sockets, Owner, ownerPassword, Role), Address(sockets, Role, rolePassword, Role));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server in order (open transactions are rolled back) and waits until it has written everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping)
            return;
        _stopping = true;
        if (_server.Exited.IsCompleted)
            _logger.LogError("The database server had already ended, with exit code {ExitCode}.", _server.ExitCode);
        _server.AskToEnd();
        await Task.WhenAny(_server.Exited, Task.Delay(LongestStop));
        // Nothing is left, unless the server hangs or someone killed the supervisor alone.
        await _cluster.EndLeftoversAsync(_logger, CancellationToken.None);
        await _server.DisposeAsync();
        if (_borrowedFolder is not null)
            Directory.Delete(_borrowedFolder, recursive: true);
    }

    internal static StartRefusedException Failed(string program, string log)
    {
        var last = string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(12));
        return new StartRefusedException(
            StartRefusedException.MachineNotReady,
            $"数据库程序 {program} 未能启动,日志见 {log}:",
            $"The database program {program} did not start; its log is {log}:{Environment.NewLine}{last}");
    }

    private static async Task<NpgsqlConnection> FirstConnectionAsync(SupervisedProcess server, string admin, string log, CancellationToken cancel)
    {
        var once = new NpgsqlConnectionStringBuilder(admin) { Pooling = false };
        var socket = Path.Combine(once.Host!, SocketName);
        while (!server.Exited.IsCompleted)
        {
            if (File.Exists(socket))
            {
                var connection = new NpgsqlConnection(once.ConnectionString);
                try
                {
                    await connection.OpenAsync(cancel);
                    return connection;
                }
                catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidPassword)
                {
                    await connection.DisposeAsync();
                    throw new StartRefusedException(
                        StartRefusedException.MachineNotReady,
                        "数据目录 secrets/ 中的数据库密码与数据库不符。请恢复与该数据库同时备份的 secrets/。",
                        "The database password in the data folder's secrets/ does not fit the database. Restore the secrets/ that were backed up together with it.");
                }
                catch (NpgsqlException starting) when (starting is not PostgresException || starting.SqlState is PostgresErrorCodes.CannotConnectNow)
                {
                    // A crash is being recovered from, or the socket file is an old one. Both pass.
                    await connection.DisposeAsync();
                }
            }

            await Task.WhenAny(server.Exited, Task.Delay(Step, cancel));
            cancel.ThrowIfCancellationRequested();
        }

        throw Failed("postgres", log);
    }

    private static async Task EnsureDatabaseAsync(NpgsqlConnection connection, string admin, string rolePassword, string ownerPassword, CancellationToken cancel)
    {
        await using var look = new NpgsqlCommand(
            $"""
            select exists (select from pg_roles where rolname = '{Role}'), exists (select from pg_roles where rolname = '{Owner}'),
                (select pg_get_userbyid(datdba) from pg_database where datname = '{Role}')
            """,
            connection);
        bool role, owner;
        string? ownedBy;
        await using (var reader = await look.ExecuteReaderAsync(cancel))
        {
            await reader.ReadAsync(cancel);
            (role, owner, ownedBy) = (reader.GetBoolean(0), reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        }

        if (!role)
            await RunAsync(connection, $"create role {Role} login password '{rolePassword}'");
        if (!owner)
            await RunAsync(connection, $"create role {Owner} login password '{ownerPassword}'");
        // The store proves that a gap in the events is dead by looking at everybody's transactions.
        await RunAsync(connection, $"grant pg_read_all_stats to {Role}");
        if (ownedBy is null)
            await RunAsync(connection, $"create database {Role} owner {Owner} template template0");
        else if (ownedBy != Owner)
        {
            // A cluster of an earlier program, whose one role owned everything.
            await using var inside = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(admin) { Database = Role, Pooling = false }.ConnectionString);
            await inside.OpenAsync(cancel);
            await RunAsync(inside, $"alter database {Role} owner to {Owner}; reassign owned by {Role} to {Owner}");
        }

        // A definition takes no parameters; the values are constants of this class and a password of our own letters and digits.
        [SuppressMessage("Security", "CA2100", Justification = "No part comes from outside.")]
        async Task RunAsync(NpgsqlConnection on, string sql)
        {
            await using var command = new NpgsqlCommand(sql, on);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private static string Address(string sockets, string user, string password, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = sockets,
            Port = Port,
            Username = user,
            Password = password,
            Database = database,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    private static string Secret(DataFolder data, PostgresCluster cluster, string name, bool mayCreate)
    {
        var file = Path.Combine(data.Secrets, name);
        if (!File.Exists(file))
        {
            if (!mayCreate)
                throw new StartRefusedException(
                    StartRefusedException.MachineNotReady,
                    $"缺少数据库密码文件 {file}。请恢复与该数据库同时备份的 secrets/。",
                    $"The database's password file {file} is missing. Restore the secrets/ that were backed up together with it.");
            PostgresCluster.WritePrivately(file, Convert.ToHexString(RandomNumberGenerator.GetBytes(24)));
        }

        return File.ReadAllText(file);
    }

    /// <summary>The archive's folder, made if need be, in which the server's user may write.</summary>
    private static string? Archive(string? folder, PostgresCluster cluster)
    {
        if (folder is null)
            return null;
        folder = WalArchive.PathOf(folder);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        cluster.HandOver(folder);
        return folder;
    }

    private static string FreshLog(DataFolder data, PostgresCluster cluster)
    {
        var log = Path.Combine(data.Logs, "postgres.log");
        if (File.Exists(log))
            File.Move(log, log + ".1", overwrite: true);
        PostgresCluster.WritePrivately(log, "");
        cluster.HandOver(log);
        return log;
    }

    private static string SocketFolder(DataFolder data, PostgresCluster cluster)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(data.Run, SocketName)) <= LongestSocketPath)
            return data.Run;

        // Only the owner may change a folder's mode, so a folder that someone else prepared under this name is refused by the system.
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Path)))[..16];
        var folder = Path.Combine(Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run" : "/tmp", $"cluster-registry-{hash}");
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, ownerOnly);
        if (new DirectoryInfo(folder).LinkTarget is not null)
            throw new UnauthorizedAccessException($"{folder} is a link");
        File.SetUnixFileMode(folder, ownerOnly);
        cluster.HandOver(folder);
        return folder;
    }

    private static void RequireReach(UserAccount? user, string dataFolder, string server)
    {
        if (user is null || (user.CanEnter(dataFolder) && user.CanEnter(server)))
            return;

        var path = user.CanEnter(dataFolder) ? server : dataFolder;
        var closed = Ancestors(path).Reverse().First(folder => !user.CanEnter(folder));
        throw new StartRefusedException(
            StartRefusedException.MachineNotReady,
            $"数据库以用户 {user.Name} 身份运行(绝不以 root),但该用户无法进入 {closed},因而到不了 {path}。请执行 chmod o+x {closed},或用 --data 指定别处的目录(例如 /var/lib/cluster-registry),或以普通用户启动本程序。",
            $"The database runs as user {user.Name} (never as root), who cannot enter {closed} and so does not reach {path}. Run chmod o+x {closed}, or name a folder elsewhere with --data (such as /var/lib/cluster-registry), or start the program as an ordinary user.");
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (string? folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}
