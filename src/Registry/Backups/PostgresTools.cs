using System.Diagnostics;
using Npgsql;
using Registry.Platform;

namespace Registry.Backups;

/// <summary>PostgreSQL's own programs for copies of a database, of the server's version. The password goes through the environment, never the command line.</summary>
internal static class PostgresTools
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
        (start.Environment["PGHOST"], start.Environment["PGPORT"], start.Environment["PGUSER"], start.Environment["PGDATABASE"], start.Environment["PGPASSWORD"]) =
            (target.Host, $"{target.Port}", target.Username, target.Database, target.Password);
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(ct);
        await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new BackupException($"{program} 失败 / failed (exit code {process.ExitCode}): {(await said).Trim()}");
    }
}

/// <summary>A backup or a restore did not succeed. The message says what failed; what was written so far is no backup.</summary>
public sealed class BackupException(string message) : Exception(message);
