using System.Globalization;
using System.Text;

namespace Registry.Platform;

/// <summary>The private database's files: made once, given their settings at every start, freed of what a crash left behind.</summary>
internal sealed class PostgresCluster(DataFolder data, UserAccount? user)
{
    public const string Superuser = "postgres";

    private static readonly TimeSpan BeforeForce = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = data.Postgres;

    /// <summary>Major version of the PostgreSQL that made the cluster; null when there is none yet.</summary>
    public int? Version => Directory.Exists(_folder)
        ? int.Parse(File.ReadAllText(Path.Combine(_folder, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture)
        : null;

    /// <summary>
    /// Makes the cluster under another name and renames it when it is complete, so that a first start that is
    /// interrupted at any moment leaves no half cluster behind.
    /// </summary>
    public async Task CreateAsync(PostgresBinaries binaries, string password, string log, bool durable, CancellationToken cancel)
    {
        foreach (var abandoned in Directory.GetDirectories(data.Path, "postgres.new-*"))
            Directory.Delete(abandoned, recursive: true);

        var unfinished = Path.Combine(data.Path, $"postgres.new-{Environment.ProcessId}");
        Directory.CreateDirectory(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        HandOver(unfinished);
        var passwordFile = Path.Combine(data.Run, "initdb-password");
        WritePrivately(passwordFile, password);
        HandOver(passwordFile);
        try
        {
            string[] arguments =
            [
                "-D", unfinished, "--username", Superuser, "--pwfile", passwordFile, "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C", "--data-checksums", .. durable ? Array.Empty<string>() : ["--no-sync"],
            ];
            await using var initdb = SupervisedProcess.Start(user, log, binaries.InitDb, arguments);
            await initdb.Exited.WaitAsync(cancel);
            if (initdb.ExitCode != 0)
                throw PrivatePostgres.Failed("initdb", log);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        await File.AppendAllTextAsync(Path.Combine(unfinished, "postgresql.conf"), "\ninclude = 'registry.conf'\n", cancel);
        Directory.Move(unfinished, _folder);
    }

    /// <summary>Writes the settings anew at every start: the folder may have moved, or the program may be a newer one.</summary>
    /// <param name="socketFolder">Where it listens.</param>
    /// <param name="walArchive">Where finished pieces of the write-ahead log are kept, or null.</param>
    public void WriteSettings(string socketFolder, string? walArchive)
    {
        // The log must not carry personal data. Messages about failing statements quote values, so they stay out
        // altogether (the program reports its own errors); what remains is about the server itself.
        var settings = $"""
            # Written by the registry at every start; changes here are lost.
            listen_addresses = ''
            port = {PrivatePostgres.Port}
            unix_socket_directories = '"{socketFolder.Replace("\"", "\"\"", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}"'
            unix_socket_permissions = 0700
            password_encryption = 'scram-sha-256'
            max_connections = 400
            shared_buffers = '128MB'
            fsync = on
            synchronous_commit = on
            timezone = 'UTC'
            log_timezone = 'UTC'
            log_destination = 'stderr'
            logging_collector = off
            log_line_prefix = '%m [%p] '
            log_min_messages = log
            log_min_error_statement = panic
            log_error_verbosity = terse
            log_statement = 'none'
            log_checkpoints = off
            {Archiving(walArchive)}

            """;
        var file = Path.Combine(_folder, "registry.conf");
        WritePrivately(file, settings);
        HandOver(file);
    }

    private static string Archiving(string? folder) => folder is null ? "archive_mode = off" : $"""
        archive_mode = on
        archive_timeout = 60
        archive_command = '{WalArchive.Command(folder)}'
        """;

    /// <summary>
    /// After a kill -9 the previous server may still be shutting down, or only its pid file may be left. Waits for the
    /// first (and asks it to hurry), and removes the second: by then its number may belong to any other process,
    /// which PostgreSQL would mistake for a running server.
    /// </summary>
    public async Task EndLeftoversAsync(ILogger logger, CancellationToken cancel)
    {
        var pidFile = Path.Combine(_folder, "postmaster.pid");
        var named = File.Exists(pidFile) ? (await File.ReadAllLinesAsync(pidFile, cancel)).FirstOrDefault() : null;
        var folder = RealFolder();
        var began = TimeProvider.System.GetTimestamp();
        for (var left = ProcessesIn(folder); left.Length > 0; left = ProcessesIn(folder))
        {
            var waited = TimeProvider.System.GetElapsedTime(began);
            if (waited > Patience)
                throw new StartRefusedException(
                    StartRefusedException.DataFolderInUse,
                    $"上一个数据库进程({string.Join(", ", left)})仍在使用 {_folder},未能在 {Patience.TotalSeconds:0} 秒内停止。请停止它后重试。",
                    $"The previous database server (processes {string.Join(", ", left)}) still uses {_folder} and did not stop within {Patience.TotalSeconds:0} seconds. Stop it, then start again.");

            // The server itself ends in order on an interrupt; processes that have lost their server end on a termination.
            if (waited > BeforeForce)
                Signal(left, Posix.Quit);
            else if (int.TryParse(named, CultureInfo.InvariantCulture, out var server) && left.Contains(server))
                Signal([server], Posix.Interrupt);
            else
                Signal(left, Posix.Terminate);
            logger.LogDebug("Waiting for the previous database server to end ({Processes}).", left.Length);
            await Task.Delay(PrivatePostgres.Step, cancel);
        }

        File.Delete(pidFile);

        static void Signal(int[] processes, int signal)
        {
            foreach (var process in processes)
                Posix.Signal(process, signal);
        }
    }

    /// <summary>Writes a file that only its owner can read, whole or not at all.</summary>
    public static void WritePrivately(string path, string text)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var file = new FileStream(fresh, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            file.Write(Encoding.UTF8.GetBytes(text));
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Gives a file or folder to the user as whom the server runs, if that is not ourselves.</summary>
    public void HandOver(string path)
    {
        if (user is not null)
            Posix.Own(path, user);
    }

    // The folder as the system calls it, without links on the way: open a file in it and ask where that is.
    private string RealFolder()
    {
        using var file = File.OpenHandle(Path.Combine(_folder, "PG_VERSION"));
        return Path.GetDirectoryName(new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget!)!;
    }

    // Every process of a PostgreSQL server works in its cluster's folder; a number alone could be anyone's by now.
    private static int[] ProcessesIn(string folder) =>
        [.. Directory.GetDirectories("/proc")
            .Select(process => int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && IsServerIn(folder, pid))];

    private static bool IsServerIn(string folder, int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget == folder && File.ReadAllText($"/proc/{pid}/comm").Trim() == "postgres";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or belongs to another user and so cannot be ours.
            return false;
        }
    }
}
