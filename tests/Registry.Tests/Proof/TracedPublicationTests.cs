using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>
/// TL-6 and TL-9 on the real program, seen from the kernel: in which order what is written becomes durable, and what is left when each single call to make
/// something durable or visible fails or is the last that the program ever did. Needs strace.
/// </summary>
[Trait("Category", "Long")]
public sealed partial class TracedPublicationTests(PostgresFixture postgres, ITestOutputHelper output) : IDisposable
{
    private const int Before = 257, After = 557;
    private readonly string scratch = Directory.CreateTempSubdirectory("registry-test-traced-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(scratch, recursive: true);

    [Fact]
    public async Task TL_06_whatever_call_fails_or_is_the_last_one_a_reader_finds_a_whole_log_and_the_next_run_completes()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "apt-get install strace");
        await using var bench = await PreparedAsync();
        Copy(bench.Settings.LogFolder, At("log"));
        Copy(bench.Settings.LogStateFolder, At("log-state"));
        var (whole, calls) = await TraceAsync(bench);
        Assert.Equal(0, whole);
        Assert.Equal(After, bench.Checked().Size);
        AssertOrder(bench, calls);

        foreach (var call in new[] { "fsync", "rename" })
            foreach (var how in new[] { "error=EIO", "signal=KILL" })
                for (var n = 1; ; n++)
                {
                    foreach (var name in new[] { "log", "log-state" })
                    {
                        Directory.Delete(Path.Combine(bench.Settings.DataFolder, name), recursive: true);
                        Copy(At(name), Path.Combine(bench.Settings.DataFolder, name));
                    }
                    var (code, trace) = await TraceAsync(bench, $"inject={call}:{how}:when={n}");
                    var hit = code != 0 || trace.Any(l => l.Contains("(INJECTED)", StringComparison.Ordinal));
                    // What did not reach the disk, or got no name, is never taken for done.
                    Assert.True(!hit || code != 0, $"{call} {how} {n} failed, and the program ended well");
                    var seen = bench.Checked();
                    output.WriteLine($"{call} {how} {n}: ended with {code}, readers see {seen.Size}");
                    Assert.True(seen.Size is Before or After, $"{call} {how} {n}: {seen.Size}");
                    var next = await bench.PublishAsync(hours: 0.1);
                    Assert.Equal((null, After), (next.Problem, next.Size));
                    Assert.Equal(After, bench.Checked().Size);
                    if (!hit)
                    {
                        Assert.True(n > 2, $"{call} was never met");
                        break;
                    }
                }
    }

    /// <summary>257 leaves are published, 300 more are due.</summary>
    private async Task<LogBench> PreparedAsync()
    {
        var bench = await LogBench.StartAsync(postgres);
        foreach (var events in new[] { Before, After - Before })
        {
            await bench.HappenAsync(events);
            await bench.TakenInAsync();
            await using var connection = new NpgsqlConnection(bench.OwnerConnectionString);
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand("update registry.log_leaves set batch = now() - interval '1 hour' where batch > now()", connection);
            await command.ExecuteNonQueryAsync(Ct);
            if (events == Before)
                Assert.Equal(Before, (await bench.PublishAsync(hours: 0)).Size);
        }
        return bench;
    }

    /// <summary>Runs the program's own verb under strace; its exit code and what it asked of the kernel, in order.</summary>
    private async Task<(int Code, string[] Calls)> TraceAsync(LogBench bench, string? inject = null)
    {
        var trace = At("trace");
        var start = new ProcessStartInfo("strace", [
            "-f", "-y", "-qq", "-o", trace, "-e", "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2", .. inject is null ? Array.Empty<string>() : ["-e", inject],
            "dotnet", typeof(App).Assembly.Location, "log", "publish", "--data", bench.Settings.DataFolder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[RunningDatabase.Setting] = bench.Settings.ConnectionString;
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(Ct);
        await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        if (inject is null && process.ExitCode != 0)
            output.WriteLine(await said);
        return (process.ExitCode, [.. Joined(await File.ReadAllLinesAsync(trace, Ct))]);
    }

    /// <summary>A call that another thread's interrupted is told in two lines; it counts where it ended.</summary>
    private static IEnumerable<string> Joined(string[] lines)
    {
        const string unfinished = " <unfinished ...>", resumed = " resumed>";
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var thread = line.Split(' ')[0];
            if (line.EndsWith(unfinished, StringComparison.Ordinal))
                begun[thread] = line[..^unfinished.Length];
            else if (line.IndexOf(resumed, StringComparison.Ordinal) is > 0 and var at && begun.Remove(thread, out var first))
                yield return first + line[(at + resumed.Length)..];
            else
                yield return line;
        }
    }

    /// <summary>Every file is on disk before its name is; every tile and its folder before the signature; the signature before the checkpoint; and that at last.</summary>
    private static void AssertOrder(LogBench bench, string[] calls)
    {
        var folder = bench.Settings.DataFolder + "/";
        int Last(Func<string, bool> matches) => Array.FindLastIndex(calls, c => matches(c));
        var renames = calls.Select((c, i) => (At: i, Match: Renamed().Match(c))).Where(r => r.Match.Success && r.Match.Groups[2].Value.StartsWith(folder, StringComparison.Ordinal))
            .Select(r => (r.At, From: r.Match.Groups[1].Value, To: r.Match.Groups[2].Value[folder.Length..])).ToList();
        Assert.Contains(renames, r => r.To.StartsWith("log/tile/entries/", StringComparison.Ordinal));
        Assert.Contains(renames, r => r.To.StartsWith("log/tile/1/", StringComparison.Ordinal));
        foreach (var (at, from, to) in renames)
        {
            var written = Last(c => c.Contains("write", StringComparison.Ordinal) && c.Contains($"<{from}>", StringComparison.Ordinal));
            var synced = Last(c => c.Contains("fsync(", StringComparison.Ordinal) && c.Contains($"<{from}>", StringComparison.Ordinal));
            Assert.True(written >= 0 && written < synced && synced < at, $"{to}: written {written}, on disk {synced}, named {at}");
        }
        int Named(string to) => renames.Last(r => r.To == to).At;
        int FolderSynced(string path, int after) => Array.FindIndex(calls, after, c => c.Contains("fsync(", StringComparison.Ordinal) && c.Contains($"<{folder}{path}>", StringComparison.Ordinal));
        var (signed, pointed) = (Named("log-state/signed"), Named("log/checkpoint"));
        foreach (var tile in renames.Where(r => r.To.StartsWith("log/tile/", StringComparison.Ordinal)))
        {
            Assert.True(tile.At < signed, $"{tile.To} is named after the signature");
            for (var parent = Path.GetDirectoryName(tile.To)!; parent != ""; parent = Path.GetDirectoryName(parent)!)
                if (parent.StartsWith("log", StringComparison.Ordinal))
                    Assert.InRange(FolderSynced(parent, tile.At), tile.At, signed);
        }
        Assert.InRange(FolderSynced("log-state", signed), signed, pointed);
        Assert.True(FolderSynced("log", pointed) > pointed);
    }

    [GeneratedRegex("rename(?:at2?)?\\((?:AT_FDCWD[^,]*, )?\"([^\"]+)\", (?:AT_FDCWD[^,]*, )?\"([^\"]+)\"(?:, [^)]*)?\\) += 0")]
    private static partial Regex Renamed();

    private string At(string name) => Path.Combine(scratch, name);

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }
}
