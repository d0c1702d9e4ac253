using System.Diagnostics;
using System.Globalization;
using PublicSite;

namespace Benchmarks;

/// <summary>How long the public site takes, how much memory, and what one event costs, at different sizes.</summary>
public static class SiteBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var sizes = args is ["--entries", var list, ..] ? list.Split(',') : ["1000", "10000", "100000"];
        Console.WriteLine("| entries | files | full build, s | of it CPU, s | peak memory, MB | event | pages changed | rendering, ms | whole publication, ms |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |");
        foreach (var size in sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture))) await MeasureAsync(size);
        return 0;
    }

    private static async Task MeasureAsync(int size)
    {
        var folder = Directory.CreateTempSubdirectory("site-benchmark-");
        try
        {
            var data = SyntheticSite.Of(size);
            var keeper = new SiteKeeper(new SiteOptions { OutputFolder = folder.FullName });
            var (watch, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
            var built = Sound(await keeper.PublishAsync(data, SyntheticSite.BuildDay));
            Row(size, built.Files, watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds, Process.GetCurrentProcess().PeakWorkingSet64 >> 20, "", "", "", "");

            // The first event also prepares the folder that the following ones reuse.
            foreach (var (name, happens) in Events.Prepend(Events[0]).Select((e, i) => (i == 0 ? "(first) " + e.Name : e.Name, e.Happens)))
            {
                data = happens(data);
                watch.Restart();
                var result = Sound(await keeper.PublishAsync(data, SyntheticSite.BuildDay));
                var rendering = result.Whole ? "whole build" : result.Rendering.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);
                Row(size, result.Files, "", "", "", name, result.ChangedPages, rendering, watch.ElapsedMilliseconds);
            }
            watch.Restart();
            if (await keeper.CatchUpAsync() is { } bulk) Row(size, Sound(bulk).Files, "", "", "", "(bulk files follow)", bulk.ChangedPages, "", watch.ElapsedMilliseconds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static readonly (string Name, Func<Disclosure, Disclosure> Happens)[] Events =
    [
        ("a new name", d => Change(d, c => c with { Name = c.Name + "改" })),
        ("a new operator", d => Change(d, c => c with { Applicant = c.Applicant + "分公司" })),
        ("an expiry", d => Change(d, c => c with { Standing = ClusterStanding.Expired, Since = new(2026, 3, 1) })),
        ("a recognition", Recognise),
    ];

    /// <summary>One more cluster of the last batch, by a supplementary announcement.</summary>
    private static Disclosure Recognise(Disclosure data)
    {
        var (like, of) = (data.Clusters[^1], data.Announcements[^1]);
        var at = of.PublishedAt.AddDays(30);
        var added = of with
        {
            Id = of.Id + "-2",
            DocumentNumber = "示范〔2026〕9号",
            Date = new DateOnly(2026, 2, 27),
            PublishedAt = at,
            AsOf = at,
            Entries = [new AnnouncementEntry("增补产业集群", like.City, like.Industry, like.Applicant, "added")],
        };
        var cluster = like with { Id = "added", Name = "增补产业集群", Since = added.Date, AsOf = at, Standing = ClusterStanding.Recognised, Timeline = [new() { Day = added.Date, Kind = PublicEventKind.Recognised, Announcement = added.Id }] };
        return data with { Clusters = [.. data.Clusters, cluster], Announcements = [.. data.Announcements, added] };
    }

    private static Disclosure Change(Disclosure data, Func<PublicCluster, PublicCluster> change)
    {
        var clusters = data.Clusters.ToArray();
        var at = clusters.Length / 2;
        clusters[at] = change(clusters[at]) with { AsOf = clusters[at].AsOf.AddHours(1) };
        return data with { Clusters = clusters };
    }

    private static PublishResult Sound(PublishResult result) =>
        result.Published ? result : throw new InvalidOperationException(string.Join('\n', result.Problems.Take(20)));

    private static void Row(params object[] cells) =>
        Console.WriteLine("| " + string.Join(" | ", cells.Select(c => c is double number ? number.ToString("F1", CultureInfo.InvariantCulture) : Convert.ToString(c, CultureInfo.InvariantCulture))) + " |");
}
