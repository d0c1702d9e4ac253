using System.Diagnostics;
using System.Globalization;
using PublicSite;

namespace Benchmarks;

/// <summary>
/// The pages of all clusters in two languages, built one after the other by this site's generator, by Hugo (Debian's) and by Eleventy, each in a process of its own.
/// What they wrote is compared to the byte. This site's figures include everything else that it publishes and checks; the others write these pages only.
/// </summary>
public static class GeneratorBenchmark
{
    private const string EleventyVersion = "3.1.8";

    public static async Task<int> RunAsync(string[] args)
    {
        var sizes = args is ["--entries", var list, ..] ? list.Split(',') : ["1000", "10000", "100000"];
        Console.WriteLine("| entries | generator | elapsed, s | CPU, s | peak memory, MB | pages equal to the byte | elapsed against this site's |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: | ---: |");
        var tools = Directory.CreateTempSubdirectory("generators-");
        try
        {
            var eleventy = await EleventyAsync(tools.FullName);
            foreach (var size in sizes) await MeasureAsync(size, Path.Combine(tools.FullName, size), eleventy);
            return 0;
        }
        finally
        {
            tools.Delete(recursive: true);
        }
    }

    /// <summary>This site's build alone, for a process whose time and memory are measured from outside.</summary>
    public static async Task<int> BuildAsync(string size, string folder)
    {
        var result = await new SiteKeeper(new SiteOptions { OutputFolder = folder }).PublishAsync(Data(size), SyntheticSite.BuildDay);
        foreach (var problem in result.Problems.Take(20)) Console.Error.WriteLine(problem);
        return result.Published ? 0 : 1;
    }

    /// <summary>The pages of the clusters alone, without checks, digests and everything else: what the other generators do.</summary>
    public static async Task<int> BuildPagesAsync(string size, string folder)
    {
        var options = new SiteOptions { OutputFolder = folder };
        foreach (var language in new[] { "cluster", "en/cluster" }) Directory.CreateDirectory(Path.Combine(folder, language));
        var pages = SiteBuilder.Plan(new SiteView(Data(size), SyntheticSite.BuildDay, options.ShortRegister), options)
            .Where(f => f.IsPage && (f.Path.StartsWith("cluster/", StringComparison.Ordinal) || f.Path.StartsWith("en/cluster/", StringComparison.Ordinal)));
        await Parallel.ForEachAsync(pages, async (page, ct) => await File.WriteAllBytesAsync(Path.Combine(folder, page.Path), page.Render(), ct));
        return 0;
    }

    private static Disclosure Data(string size) => SyntheticSite.Of(int.Parse(size, CultureInfo.InvariantCulture), alike: true);

    private static async Task MeasureAsync(string size, string folder, string? eleventy)
    {
        var (own, hugo, other) = (Path.Combine(folder, "own"), Path.Combine(folder, "hugo"), Path.Combine(folder, "eleventy"));
        var data = Data(size);
        var first = await TimeAsync(folder, Environment.ProcessPath!, ["build", size, own]);
        Row(size, "this site, everything", first, "", first);
        var pages = Path.Combine(folder, "pages");
        Row(size, "this site, these pages only", await TimeAsync(folder, Environment.ProcessPath!, ["pages", size, pages]), Equal(data, Path.Combine(own, "current"), pages), first);
        var site = Path.Combine(own, "current");

        Rivals.WriteHugo(data, hugo);
        var byHugo = await TimeAsync(hugo, "hugo", ["--quiet", "--config", "hugo.json", "--destination", "out"]);
        Row(size, "Hugo", byHugo, Equal(data, site, Path.Combine(hugo, "out")), first);
        if (eleventy is null)
        {
            Console.WriteLine($"| {size} | Eleventy | not to be had here | | | | |");
            return;
        }
        Rivals.WriteEleventy(data, other);
        var byEleventy = await TimeAsync(other, "node", ["--max-old-space-size=16384", eleventy, "--quiet"]);
        Row(size, $"Eleventy {EleventyVersion}", byEleventy, Equal(data, site, Path.Combine(other, "out")), first);
    }

    private static string Equal(Disclosure data, string site, string rival)
    {
        var paths = data.Clusters.SelectMany(c => new[] { $"cluster/{c.Id}.html", $"en/cluster/{c.Id}.html" }).ToList();
        var equal = paths.Count(p => File.Exists(Path.Combine(rival, p)) && File.ReadAllBytes(Path.Combine(site, p)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(rival, p))));
        return $"{equal} of {paths.Count}";
    }

    private sealed record Cost(double Elapsed, double Cpu, long PeakMegabytes);

    /// <summary>Runs a program to its end. Memory and CPU time are read from the kernel every fifty milliseconds; the last reading before the end counts.</summary>
    private static async Task<Cost> TimeAsync(string folder, string program, string[] arguments)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false };
        var watch = Stopwatch.StartNew();
        using var running = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
        var (cpu, peak) = (TimeSpan.Zero, 0L);
        while (!running.HasExited)
        {
            try
            {
                running.Refresh();
                (cpu, peak) = (running.TotalProcessorTime, Math.Max(peak, running.PeakWorkingSet64));
            }
            catch (Exception ended) when (ended is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ended between the question and the reading; the reading before stands.
            }
            await Task.WhenAny(running.WaitForExitAsync(), Task.Delay(50));
        }
        return running.ExitCode == 0 ? new(watch.Elapsed.TotalSeconds, cpu.TotalSeconds, peak >> 20) : throw new InvalidOperationException($"{program} ended with {running.ExitCode}");
    }

    /// <summary>The program of Eleventy, fetched by npm; null where it cannot be had.</summary>
    private static async Task<string?> EleventyAsync(string folder)
    {
        try
        {
            await TimeAsync(folder, "npm", ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", $"@11ty/eleventy@{EleventyVersion}"]);
            return Path.Combine(folder, "node_modules/@11ty/eleventy/cmd.cjs");
        }
        catch (Exception missing) when (missing is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await Console.Error.WriteLineAsync($"Eleventy: {missing.Message}");
            return null;
        }
    }

    private static void Row(string size, string generator, Cost cost, string equal, Cost first) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size} | {generator} | {cost.Elapsed:F1} | {cost.Cpu:F1} | {cost.PeakMegabytes} | {equal} | {cost.Elapsed / first.Elapsed:F2} |"));
}
