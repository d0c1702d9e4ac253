using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Registry.Tests.Faults;

/// <summary>One run of the program in a process of its own, which can be killed.</summary>
public sealed class Node : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> said;

    private Node(Process process, int port, ConcurrentQueue<string> said)
    {
        this.process = process;
        this.said = said;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Whether it runs.</summary>
    public bool Runs => !process.HasExited;

    /// <summary>Memory that it holds, bytes.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>What it wrote on its error output.</summary>
    public string Said => string.Join('\n', said);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="program">The program's file; this build's by default.</param>
    /// <param name="verb">What it does; it serves by default.</param>
    /// <param name="on">Its port; a free one by default.</param>
    public static async Task<Node> StartAsync(
        string folder, IReadOnlyDictionary<string, string> settings, CancellationToken ct, string? program = null, string[]? verb = null, int? on = null)
    {
        var port = on ?? FreePort();
        var start = new ProcessStartInfo("dotnet", [program ?? typeof(App).Assembly.Location, .. verb ?? ["serve", "--no-demo", "--port", $"{port}"], "--data", folder])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("REGISTRY_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var said = new ConcurrentQueue<string>();
        // Whoever waits goes on elsewhere: on the reader of the output it could wait for the end of that reader.
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) =>
        {
            said.Enqueue(line.Data ?? "");
            if (line.Data?.Contains("Now listening on", StringComparison.Ordinal) is true)
                up.TrySetResult();
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var node = new Node(process, port, said);
        if (verb is not null)
            return node;
        if (await Task.WhenAny(up.Task, process.WaitForExitAsync(ct)) != up.Task)
            throw new InvalidOperationException($"The program ended with {process.ExitCode}: {node.Said}");
        return node;
    }

    /// <summary>Runs a verb to its end; its exit code and what it said.</summary>
    public static async Task<(int Code, string Said)> VerbAsync(string folder, IReadOnlyDictionary<string, string> settings, CancellationToken ct, params string[] verb)
    {
        using var node = await StartAsync(folder, settings, ct, verb: verb);
        await node.process.WaitForExitAsync(ct);
        return (node.process.ExitCode, node.Said);
    }

    /// <summary>SIGKILL: nothing is tidied up.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGTERM, as a supervisor stops it; its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken ct)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
