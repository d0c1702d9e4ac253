using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Marten.Events.Daemon.Coordination;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry;
using Registry.Accounts;
using Registry.Cli;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Proof;
using Verify;

namespace Benchmarks;

/// <summary>
/// What the public log costs: its share of a command, how far leaves lag behind commits, and how long a stranger takes over a whole log, beside nothing but
/// the hashing of the same bytes.
/// </summary>
internal static class LogBenchmark
{
    private const int Warming = 40, Commands = 400, Lags = 200;

    /// <summary>Share of a command and lag of the leaves, on a private database of its own.</summary>
    public static async Task<int> CommandsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-log-").FullName;
        // The database's own user has to pass through it.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        try
        {
            await using var database = await RunningDatabase.StartAsync(folder, NullLogger.Instance, CancellationToken.None);
            var connection = database.ConnectionString;
            await using var app = App.Build(RegistrySettings.For(folder, connection) with { Jobs = false, Alone = true, Url = "http://127.0.0.1:0" });
            await app.PrepareAsync(database);
            await app.StartAsync();
            await MeasureAsync(app, connection);
            await app.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static async Task MeasureAsync(WebApplication app, string connection)
    {
        var (store, runner) = ((DocumentStore)app.Services.GetRequiredService<IDocumentStore>(), app.Services.GetRequiredService<CommandRunner>());
        var now = new DateTimeOffset(2025, 5, 26, 2, 0, 0, TimeSpan.Zero);
        using var clock = RegistryClock.At(now);
        var source = Encoding.UTF8.GetString(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source);
        var batch = (await runner.RunAsync(Actor.Job("benchmark"), null, new AnnounceBatch(source), "announce", now, CancellationToken.None)).Answer!;
        var (version, day) = (batch.Version, new DateOnly(2030, 1, 1));
        async Task<TimeSpan> ExtendAsync()
        {
            var start = Stopwatch.GetTimestamp();
            var outcome = await runner.RunAsync(
                new Actor("officer", Roles.ProvincialOfficer), batch.Id, new ExtendDeadline(day = day.AddDays(1), "系统维护，申报时间顺延。", version), Guid.NewGuid().ToString("N"), now, CancellationToken.None);
            var taken = Stopwatch.GetElapsedTime(start);
            version = outcome.Answer?.Version ?? throw new InvalidOperationException(outcome.Refusal!.Rule.Code);
            return taken;
        }

        for (var i = 0; i < Warming; i++)
            await ExtendAsync();
        var lags = new List<double>();
        await using (var look = new NpgsqlConnection(connection))
        {
            await look.OpenAsync();
            await using var events = new NpgsqlCommand($"select count(*) from {Store.Schema}.mt_events where type <> 'tombstone'", look);
            await using var leaves = new NpgsqlCommand($"select count(*) from {Store.Schema}.{LeafTable.Name}", look);
            for (var i = 0; i < Lags; i++)
            {
                await ExtendAsync();
                var committed = Stopwatch.GetTimestamp();
                var wanted = (long)(await events.ExecuteScalarAsync())!;
                while ((long)(await leaves.ExecuteScalarAsync())! < wanted)
                {
                }
                lags.Add(Stopwatch.GetElapsedTime(committed).TotalMilliseconds);
            }
        }

        // The same commands on the same store in turns, with the commitments and with nothing but the sealing that they bring along.
        await app.Services.GetRequiredService<IProjectionCoordinator>().PauseAsync();
        var listeners = store.Options.Listeners;
        var (commitments, sealing) = (listeners.OfType<Commitments>().Single(), new SealingOnly(app.Services.GetRequiredService<Vault>()));
        var (with, without) = (new List<double>(), new List<double>());
        for (var i = -Warming; i < Commands; i++)
        {
            var bare = i % 2 != 0;
            listeners.Clear();
            listeners.Add(bare ? sealing : commitments);
            var taken = (await ExtendAsync()).TotalMilliseconds;
            if (i >= 0)
                (bare ? without : with).Add(taken);
        }
        Console.WriteLine("| | median, ms | 90 %, ms | 99 %, ms |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        Row("a command, with commitments", with);
        Row("the same command without", without);
        Row("leaf behind its commit", lags);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Added by the commitments: {100 * (At(with, 0.5) / At(without, 0.5) - 1):0.0} % of the median, over {with.Count} and {without.Count} commands in turns."));

        static void Row(string what, List<double> taken) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {At(taken, 0.5):0.00} | {At(taken, 0.9):0.00} | {At(taken, 0.99):0.00} |"));
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    /// <summary>What a store needs to write sealed values at all, and nothing of the log.</summary>
    private sealed class SealingOnly(Vault vault) : DocumentSessionListenerBase
    {
        public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token)
        {
            foreach (var stream in session.PendingChanges.Streams())
                foreach (var e in stream.Events)
                    SealedValues.ForEach(e.Data, (value, path) => vault.Seal(value, stream.Key!, $"{stream.Key}|{e.Id:N}|{path}"));
            return Task.CompletedTask;
        }
    }

    /// <summary>A stranger's whole check of a log of so many leaves, beside the plain loop over the same bytes.</summary>
    public static async Task<int> VerifyAsync(int size)
    {
        var folder = Directory.CreateTempSubdirectory("benchmark-log-").FullName;
        try
        {
            var (key, bytes) = Write(folder, size);
            Console.WriteLine("| | s | leaves in a second | MB in a second |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            await MeasuredAsync("the stranger's check: every leaf, every tile, the root, the signature", async () =>
            {
                var report = new Report("benchmark");
                await Stranger.RunAsync(folder, null, [VerifierKey.Parse(key)!], null, null, report, CancellationToken.None);
                if (!report.Holds || report.Findings.All(f => f.Name != "log.root"))
                    throw new InvalidOperationException(report.ToText());
            });
            await MeasuredAsync("the plain loop: read, split, SHA256.HashData of each leaf", () =>
            {
                for (var bundle = 0; bundle * TilePath.Full < size; bundle++)
                    foreach (var leaf in Tiles.Unbundle(File.ReadAllBytes(Path.Combine(folder, TilePath.Entries(bundle, Math.Min(TilePath.Full, size - bundle * TilePath.Full)).ToString()))))
                        _ = SHA256.HashData(leaf);
                return Task.CompletedTask;
            });
            var one = RandomNumberGenerator.GetBytes((int)(bytes / size));
            await MeasuredAsync("SHA256.HashData alone, one buffer of a leaf's size", () =>
            {
                for (var i = 0; i < size; i++)
                    _ = SHA256.HashData(one);
                return Task.CompletedTask;
            });
            foreach (var processes in new[] { 1, 2 })
                await OpenSslAsync(one.Length, processes);

            async Task MeasuredAsync(string what, Func<Task> run)
            {
                var start = Stopwatch.GetTimestamp();
                await run();
                var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {seconds:0.00} | {size / seconds:N0} | {bytes / seconds / 1e6:0} |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    /// <summary>A log of this size, as the program would publish it; its key, and the bytes of its leaves.</summary>
    private static (string Key, long Bytes) Write(string folder, int size)
    {
        var files = new Dictionary<string, byte[]>();
        var hashes = new List<byte[]>(size);
        var (bundle, bytes) = (new List<byte[]>(), 0L);
        Span<byte> random = stackalloc byte[17 * SHA256.HashSizeInBytes];
        for (var i = 0; i < size; i++)
        {
            RandomNumberGenerator.Fill(random);
            var entry = LeafEntry.Write(i, DateTimeOffset.UnixEpoch, random[..SHA256.HashSizeInBytes], Sorted(random[SHA256.HashSizeInBytes..]));
            bytes += entry.Length;
            hashes.Add(Merkle.Leaf(entry));
            bundle.Add(entry);
            if (bundle.Count == TilePath.Full || i == size - 1)
            {
                Put(TilePath.Entries(i / TilePath.Full, bundle.Count).ToString(), Tiles.Bundle(bundle));
                bundle.Clear();
            }
        }
        foreach (var (path, content) in Tiles.Grow(0, hashes, _ => []))
        {
            files[path.ToString()] = content;
            Put(path.ToString(), content);
        }
        using var signer = NoteSigner.Parse(NoteSigner.NewText("benchmark.example/log", NoteKeyKind.Note))!;
        var text = Registry.Proof.Checkpoint.Of("benchmark.example/log", size, Merkle.Root(size, Tiles.Reader(size, path => files[path.ToString()]))).ToString();
        Put("checkpoint", Encoding.UTF8.GetBytes(new SignedNote(text, [signer.Sign(text)]).ToString()));
        Put("key", Encoding.UTF8.GetBytes($"{signer.Public}\n"));
        return (signer.Public.ToString(), bytes);

        void Put(string path, byte[] content)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, content);
        }

        static byte[] Sorted(ReadOnlySpan<byte> digests)
        {
            var each = digests.ToArray().Chunk(SHA256.HashSizeInBytes).ToArray();
            Array.Sort(each, (a, b) => a.AsSpan().SequenceCompareTo(b));
            return [.. each.SelectMany(d => d)];
        }
    }

    /// <summary>The same size by openssl, as it says itself: its last line gives thousands of bytes in a second.</summary>
    private static async Task OpenSslAsync(int length, int processes)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", ["speed", "-seconds", "3", "-bytes", $"{length}", "-multi", $"{processes}", "-evp", "sha256"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var progress = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await progress;
        var rate = said.Trim().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1].TrimEnd('k');
        var each = double.Parse(rate, CultureInfo.InvariantCulture) * 1000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| openssl speed, {processes} process{(processes > 1 ? "es" : "")} |  | {each / length:N0} | {each / 1e6:0} |"));
    }
}
