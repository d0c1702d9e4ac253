using System.Diagnostics;

namespace Registry.Platform;

/// <summary>
/// Another program that ends when this one ends, however that happens: even after kill -9 nothing of ours runs on.
/// </summary>
/// <remarks>
/// A small shell holds the other end of a pipe. The system closes our end when we die, and the shell then interrupts the
/// program, which for PostgreSQL is an orderly fast shutdown. Linux's own parent-death signal would not do: it fires when
/// the thread that started the child ends, and threads of the pool come and go. The base library marks our end of the pipe
/// close-on-exec, so no other child keeps it open. A session of its own keeps a terminal's Ctrl-C away from the program:
/// it has to outlive us for as long as we still write.
/// </remarks>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    // The interrupt is repeated because a program that has only just started ignores it until its handler is in place;
    // not for ever, because without its parent an ended process may keep its number.
    private const string Supervisor = """
        exec 3<&0 </dev/null >>"$1" 2>&1
        shift
        trap '' HUP INT TERM
        "$@" 3<&- &
        child=$!
        { while read -r _ <&3; do :; done; for again in 1 2 3 4 5; do kill -INT "$child" 2>/dev/null || break; sleep 1; done; } &
        watcher=$!
        wait "$child"
        status=$?
        kill -KILL "$watcher" 2>/dev/null
        exit "$status"
        """;

    private readonly Process _process;

    private SupervisedProcess(Process process)
    {
        _process = process;
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Completes when the program has ended, for whatever reason.</summary>
    public Task Exited { get; }

    /// <summary>The program's own exit code; only after <see cref="Exited"/>.</summary>
    public int ExitCode => _process.ExitCode;

    /// <param name="user">The user to run as, or null for our own.</param>
    /// <param name="log">A file that this user can write; the program's output is appended to it.</param>
    public static SupervisedProcess Start(UserAccount? user, string log, string program, params string[] arguments)
    {
        string[] command = [.. user?.Prefix ?? [], "/bin/sh", "-c", Supervisor, "supervisor", log, program, .. arguments];
        var start = new ProcessStartInfo("setsid", command)
        {
            // A folder that every user can enter: ours may be closed to the server's user.
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Our environment may hold secrets or PG* settings, and the server needs none of it.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        return new SupervisedProcess(Process.Start(start)!);
    }

    /// <summary>Asks the program to end, without waiting.</summary>
    public void AskToEnd() => _process.StandardInput.Close();

    /// <summary>Asks the program to end and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        AskToEnd();
        await Exited;
        _process.Dispose();
    }
}
