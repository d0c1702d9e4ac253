using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Platform;

namespace Registry.Tests.Platform;

/// <summary>A data folder with a stopped database, of which each test takes a copy: making one anew takes longer than the test itself.</summary>
public sealed class StoppedDatabase : IAsyncLifetime
{
    public string Path { get; } = TestFolder.Create();

    public async ValueTask InitializeAsync()
    {
        using var data = DataFolder.Open(Path);
        await using var server = await PrivatePostgres.StartAsync(data, NullLogger.Instance, TestContext.Current.CancellationToken, durable: false);
    }

    public string Copy()
    {
        var copy = TestFolder.Create();
        // The copy keeps owners and modes, which the server checks.
        using var process = Process.Start("cp", ["-a", Path + "/.", copy]);
        process.WaitForExit();
        return copy;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class PrivatePostgresTests(StoppedDatabase stopped) : IClassFixture<StoppedDatabase>, IDisposable
{
    private readonly string _path = stopped.Copy();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_start()
    {
        await WithServerAsync(server => ExecuteAsync(server.OwnerConnectionString, "create table kept as select 42 as answer"));

        await WithServerAsync(async server =>
            Assert.Equal(42, await ScalarAsync(server.OwnerConnectionString, "select answer from kept")));
        Assert.Empty(ServerProcesses());
    }

    [Fact]
    public async Task Run_alone_it_says_in_its_folder_where_it_answers_until_it_stops_and_an_address_of_a_killed_program_is_gone()
    {
        var address = Path.Combine(_path, "run", "address");
        await File.WriteAllTextAsync(address, "Host=/nowhere", Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var said = new FirstLine();
        var verb = Registry.Cli.PostgresVerb.RunAsync(_path, said, NullLogger.Instance, stop.Token);
        var owner = await said.Line.WaitAsync(Cancel);
        Assert.Equal(1, await ScalarAsync(await File.ReadAllTextAsync(address, Cancel), "select 1"));
        Assert.Equal(owner, await File.ReadAllTextAsync(address + "-owner", Cancel));
        await stop.CancelAsync();
        Assert.Equal(0, await verb);
        Assert.False(File.Exists(address));
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => line.Task;

        public override Task WriteLineAsync(string? value)
        {
            line.TrySetResult(value!);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task It_is_durable_closed_to_the_network_and_not_used_as_superuser() =>
        await WithServerAsync(async server =>
        {
            Assert.Equal("on", await ScalarAsync(server.OwnerConnectionString, "show fsync"));
            Assert.Equal("on", await ScalarAsync(server.OwnerConnectionString, "show data_checksums"));
            Assert.Equal("UTF8", await ScalarAsync(server.OwnerConnectionString, "show server_encoding"));
            Assert.Equal("", await ScalarAsync(server.OwnerConnectionString, "show listen_addresses"));
            Assert.Equal(false, await ScalarAsync(server.OwnerConnectionString, "select rolsuper from pg_roles where rolname = current_user"));
            Assert.Equal(true, await ScalarAsync(server.AdminConnectionString, "select rolsuper from pg_roles where rolname = current_user"));
        });

    [Fact]
    public async Task A_wrong_password_is_refused_even_on_the_socket() =>
        await WithServerAsync(async server =>
        {
            var wrong = new NpgsqlConnectionStringBuilder(server.OwnerConnectionString) { Password = "wrong", Pooling = false }.ConnectionString;
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(wrong, "select 1"));
            Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        });

    [Fact]
    public async Task The_log_keeps_values_of_failed_statements_to_itself()
    {
        await WithServerAsync(async server =>
        {
            await ExecuteAsync(server.OwnerConnectionString, "create table person (phone text primary key); insert into person values ('13800000000')");
            await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(server.OwnerConnectionString, "insert into person values ('13800000000')"));
        });

        Assert.DoesNotContain("13800000000", await File.ReadAllTextAsync(Path.Combine(_path, "logs", "postgres.log"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_never_runs_as_root()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only a test run as root can see the server give up its rights.");

        await WithServerAsync(server =>
        {
            var processes = ServerProcesses();
            Assert.NotEmpty(processes);
            foreach (var process in processes)
            {
                // Real, effective, saved and file-system user, and then the groups.
                var status = File.ReadAllLines($"/proc/{process}/status");
                Assert.DoesNotContain("0", Ids(status, "Uid:"));
                Assert.DoesNotContain("0", Ids(status, "Gid:"));
                Assert.Empty(Ids(status, "Groups:"));
            }

            return Task.CompletedTask;
        });

        static string[] Ids(string[] status, string name) =>
            status.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task A_folder_that_the_servers_user_cannot_reach_is_named()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only as root does the server run as another user.");
        var closed = Directory.CreateDirectory(Path.Combine(_path, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        using var data = DataFolder.Open(Path.Combine(closed, "data"));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => PrivatePostgres.StartAsync(data, NullLogger.Instance, Cancel));

        Assert.Contains($"chmod o+x {closed}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_passwords_are_named_and_never_replaced_by_new_ones()
    {
        File.Delete(Path.Combine(_path, "secrets", "postgres-superuser"));
        using var data = DataFolder.Open(_path);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => PrivatePostgres.StartAsync(data, NullLogger.Instance, Cancel));

        Assert.Contains("postgres-superuser", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_with_a_long_path_gets_a_socket_elsewhere()
    {
        using var data = DataFolder.Open(Path.Combine(_path, "数字产业集群数字产业集群数字产业集群数字产业集群"));
        await using var server = await PrivatePostgres.StartAsync(data, NullLogger.Instance, Cancel, durable: false);
        var socket = new NpgsqlConnectionStringBuilder(server.OwnerConnectionString).Host!;
        Assert.Equal(1, await ScalarAsync(server.OwnerConnectionString, "select 1"));
        Assert.DoesNotContain(data.Path, socket, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socket));
    }

    [Fact]
    public async Task After_an_interrupted_first_start_the_next_one_begins_anew()
    {
        Directory.Delete(Path.Combine(_path, "postgres"), recursive: true);
        var half = Directory.CreateDirectory(Path.Combine(_path, "postgres.new-1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(half, "PG_VERSION"), "15", Cancel);

        await WithServerAsync(async server => Assert.Equal(1, await ScalarAsync(server.OwnerConnectionString, "select 1")));

        Assert.False(Directory.Exists(half));
    }

    [Fact]
    public async Task When_the_program_is_killed_the_server_stops_in_order()
    {
        using var program = await StartProgramAsync();
        using var server = Server();

        program.Kill();

        await server.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Contains("database system is shut down", await File.ReadAllTextAsync(Path.Combine(_path, "logs", "postgres.log"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_right_after_a_kill_waits_for_the_old_server_and_has_the_data()
    {
        using var program = await StartProgramAsync();
        await ExecuteAsync(program.ConnectionString, "create table kept as select 42 as answer");

        program.Kill();

        await WithServerAsync(async server =>
            Assert.Equal(42, await ScalarAsync(server.OwnerConnectionString, "select answer from kept")));
        Assert.Empty(ServerProcesses());
    }

    [Fact]
    public async Task When_the_program_and_the_server_are_killed_at_once_the_next_start_has_the_data()
    {
        using var program = await StartProgramAsync();
        await ExecuteAsync(program.ConnectionString, "create table kept as select 42 as answer");

        // The supervisor goes first, so that nothing is left to stop the server in order.
        using var server = Server();
        using var supervisor = ParentOf(server);
        supervisor.Kill();
        server.Kill();
        program.Kill();
        Assert.True(File.Exists(Path.Combine(_path, "postgres", "postmaster.pid")));

        await WithServerAsync(async again =>
            Assert.Equal(42, await ScalarAsync(again.OwnerConnectionString, "select answer from kept")));
    }

    [Fact]
    public async Task A_stop_also_ends_a_server_whose_supervisor_was_killed()
    {
        using var data = DataFolder.Open(_path);
        await using var server = await PrivatePostgres.StartAsync(data, NullLogger.Instance, Cancel);
        using var process = Server();
        using var supervisor = ParentOf(process);
        supervisor.Kill();

        await server.DisposeAsync();

        Assert.Empty(ServerProcesses());
    }

    [Fact]
    public async Task A_stale_pid_file_with_the_number_of_another_process_does_not_hinder_the_start()
    {
        await File.WriteAllTextAsync(Path.Combine(_path, "postgres", "postmaster.pid"), $"{Environment.ProcessId}\n/elsewhere\n", Cancel);

        await WithServerAsync(async server => Assert.Equal(1, await ScalarAsync(server.OwnerConnectionString, "select 1")));
    }

    [Fact]
    public async Task A_second_program_on_the_same_folder_ends_with_its_own_exit_code()
    {
        using var program = await StartProgramAsync();
        using var second = Launch();

        var message = await second.StandardError.ReadToEndAsync(Cancel);
        await second.WaitForExitAsync(Cancel);

        Assert.Equal(StartRefusedException.DataFolderInUse, second.ExitCode);
        Assert.Contains(_path, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_program_and_server_in_order(string signal)
    {
        using var program = await StartProgramAsync();

        await program.SignalAsync(signal, Cancel);

        Assert.Equal(0, program.ExitCode);
        Assert.False(File.Exists(Path.Combine(_path, "postgres", "postmaster.pid")));
        Assert.Contains("database system is shut down", await File.ReadAllTextAsync(Path.Combine(_path, "logs", "postgres.log"), Cancel), StringComparison.Ordinal);
    }

    private async Task WithServerAsync(Func<PrivatePostgres, Task> use)
    {
        using var data = DataFolder.Open(_path);
        await using var server = await PrivatePostgres.StartAsync(data, NullLogger.Instance, Cancel);
        await use(server);
    }

    private Process Launch() => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "registry.dll"), "postgres", "--data", _path])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private async Task<RunningProgram> StartProgramAsync()
    {
        var process = Launch();
        var line = await process.StandardOutput.ReadLineAsync(Cancel);
        return new RunningProgram(process, line ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(Cancel)));
    }

    private Process Server() =>
        Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(_path, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture));

    private static Process ParentOf(Process process) =>
        Process.GetProcessById(int.Parse(
            File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("PPid:", StringComparison.Ordinal))["PPid:".Length..], CultureInfo.InvariantCulture));

    private int[] ServerProcesses() =>
        [.. Process.GetProcessesByName("postgres").Where(process => WorksIn(process.Id, Path.Combine(_path, "postgres"))).Select(process => process.Id)];

    private static bool WorksIn(int pid, string folder)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget == folder;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }

    /// <summary>The program's verb <c>postgres</c> in a process of its own, which a test can kill.</summary>
    private sealed class RunningProgram(Process process, string connectionString) : IDisposable
    {
        public string ConnectionString { get; } = connectionString;

        public int ExitCode => process.ExitCode;

        public void Kill()
        {
            process.Kill();
            process.WaitForExit();
        }

        public async Task SignalAsync(string signal, CancellationToken cancel)
        {
            using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(cancel);
            await process.WaitForExitAsync(cancel);
        }

        public void Dispose()
        {
            if (!process.HasExited)
                Kill();
            process.Dispose();
        }
    }
}
