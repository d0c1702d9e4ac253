using System.Diagnostics;
using Npgsql;
using Registry.Platform;

namespace Registry.Backups;

/// <summary>PostgreSQL's own programs for copies of a database, of the server's version. The password goes through the environment, never the command line.</summary>
public static class PostgresTools
{
    /// <summary>Writes the whole database into one file, as of one moment.</summary>
    public static Task DumpAsync(string connectionString, string file, CancellationToken ct) =>
        RunAsync("pg_dump", connectionString, ["--format=custom", "--no-owner", "--no-privileges", $"--file={file}"], ct);

    /// <summary>Fills an empty database from such a file, in one transaction: all of it or nothing.</summary>
    public static Task FillAsync(string connectionString, string file, CancellationToken ct) =>
        RunAsync("pg_restore", connectionString, ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", $"--dbname={new NpgsqlConnectionStringBuilder(connectionString).Database}", file], ct);

    /// <summary>Reads such a file to its end; a torn one fails.</summary>
    public static Task ReadThroughAsync(string connectionString, string file, CancellationToken ct) =>
        RunAsync("pg_restore", connectionString, ["--file=/dev/null", file], ct);

    /// <summary>How the tools reach the server: as the connection string says, and never with less protection on the way.</summary>
    /// <param name="target">The connection string's parts.</param>
    /// <param name="major">Version of the tools.</param>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(NpgsqlConnectionStringBuilder target, int major)
    {
        var mode = target.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var other => other.ToString().ToLowerInvariant(),
        };
        var all = new Dictionary<string, string?>
        {
            ["PGHOST"] = target.Host,
            ["PGPORT"] = $"{target.Port}",
            ["PGUSER"] = target.Username,
            ["PGDATABASE"] = target.Database,
            ["PGPASSWORD"] = target.Password,
            ["PGPASSFILE"] = target.Passfile,
            ["PGOPTIONS"] = target.Options,
            ["PGSSLMODE"] = mode,
            ["PGSSLCERT"] = target.SslCertificate,
            ["PGSSLKEY"] = target.SslKey,
            // The program asks the system whom it trusts where no certificate is named; older tools cannot, look for a file and refuse if there is none.
            ["PGSSLROOTCERT"] = target.RootCertificate ?? (major >= 16 && mode == "verify-full" ? "system" : null),
            ["PGCHANNELBINDING"] = target.ChannelBinding.ToString().ToLowerInvariant(),
            ["PGGSSENCMODE"] = target.GssEncryptionMode.ToString().ToLowerInvariant(),
        };
        return all.Where(v => !string.IsNullOrEmpty(v.Value)).ToDictionary(v => v.Key, v => v.Value!);
    }

    private static async Task RunAsync(string program, string connectionString, string[] arguments, CancellationToken ct)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        var path = Path.Combine(PostgresBinaries.Find(connection.PostgreSqlVersion.Major).Folder, program);
        if (!File.Exists(path))
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"缺少 {path}。请安装 postgresql-client。", $"{path} is missing. Install postgresql-client.");
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach (var (name, value) in EnvironmentOf(target, connection.PostgreSqlVersion.Major))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(ct);
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new BackupException($"{program} 失败 / failed (exit code {process.ExitCode}): {(await said).Trim()}");
    }
}

/// <summary>A backup or a restore did not succeed. The message says what failed; what was written so far is no backup.</summary>
public sealed class BackupException(string message) : Exception(message)
{
    /// <summary>Whether something had been written already; what was written is to be thrown away.</summary>
    public bool Begun { get; private set; }

    /// <summary>Carries out what writes, and notes of its failure that it had begun.</summary>
    public static async Task<T> WritingAsync<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (BackupException failed)
        {
            failed.Begun = true;
            throw;
        }
    }
}
