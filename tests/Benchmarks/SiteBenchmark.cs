using System.Diagnostics;
using System.Globalization;
using PublicSite;

namespace Benchmarks;

/// <summary>How long the public site takes, and how much memory, at different sizes.</summary>
public static class SiteBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var sizes = args is ["--entries", var list] ? list.Split(',') : ["1000", "10000", "100000"];
        Console.WriteLine("| entries | files | full build, s | peak memory, MB |");
        Console.WriteLine("| ---: | ---: | ---: | ---: |");
        foreach (var size in sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture)))
        {
            var folder = Directory.CreateTempSubdirectory("site-benchmark-");
            try
            {
                var data = SyntheticSite.Of(size);
                var watch = Stopwatch.StartNew();
                var result = await SitePublisher.PublishAsync(data, SyntheticSite.BuildDay, new SiteOptions { OutputFolder = folder.FullName });
                if (!result.Published) throw new InvalidOperationException(string.Join('\n', result.Problems.Take(20)));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size} | {result.Files} | {watch.Elapsed.TotalSeconds:F1} | {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} |"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        return 0;
    }
}
