using System.Globalization;
using PublicSite;

namespace PublicSite.Tests;

public sealed class DeterminismTests
{
    [Fact]
    public void The_same_data_on_the_same_day_is_the_same_bytes() =>
        Assert.Equal(SiteFixture.Digest(Sample.Full, Sample.AfterRecognition), SiteFixture.Digest(Sample.Full, Sample.AfterRecognition));

    [Fact]
    public void The_order_of_the_data_set_does_not_show()
    {
        var turned = Sample.Full with
        {
            Notices = [.. Sample.Full.Notices.Reverse()],
            Announcements = [.. Sample.Full.Announcements.Reverse()],
            Clusters = [.. Sample.Full.Clusters.Reverse()],
        };

        Assert.Equal(SiteFixture.Digest(Sample.Full, Sample.AfterRecognition), SiteFixture.Digest(turned, Sample.AfterRecognition));
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("tr-TR")]
    public void The_machines_culture_does_not_show(string culture)
    {
        var expected = SiteFixture.Digest(Sample.Full, Sample.AfterRecognition);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal(expected, SiteFixture.Digest(Sample.Full, Sample.AfterRecognition));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Another_day_changes_only_what_the_day_decides()
    {
        var open = SiteFixture.Render(Sample.Full, new(2025, 11, 21));
        var closed = SiteFixture.Render(Sample.Full, new(2025, 11, 22));

        var changed = open.Keys.Where(k => !open[k].AsSpan().SequenceEqual(closed[k])).Where(k => !k.StartsWith("en/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal([$"cluster/{Sample.Full.Clusters[0].Id}.html", "how-to-object.html", "index.html", "notice/2025-2-addition.html", "notices/index.html"], changed);
    }

    [Theory]
    [InlineData("a new name")]
    [InlineData("an expiry")]
    [InlineData("a concluded objection")]
    public void Among_ten_thousand_clusters_one_event_touches_at_most_twelve_pages(string what)
    {
        var batches = new[] { "2025-2", "2026-1" };
        var many = Enumerable.Range(0, 10_000).Select(i => Sample.Full.Clusters[i % 33] with
        {
            Id = $"many-{i}",
            ApplicantCode = Sample.Code(i),
            City = Sample.Site.Cities[i % 16].Code,
            Industry = Sample.Site.Industries[i / 16 % 10].Code,
            Batch = batches[i / 160 % 2],
            Standing = i % 50 == 0 ? ClusterStanding.Expired : ClusterStanding.Recognised,
        }).ToList();
        var notice = Sample.Full.Notices[0] with { Objections = [], Entries = [.. many.Select(c => new NoticeEntry { Id = c.Id, Name = c.Name, City = c.City, Industry = c.Industry, Applicant = c.Applicant, Cluster = c.Id })] };
        var before = Sample.Full with
        {
            Clusters = many,
            Announcements = [],
            Notices = [notice],
            Tombstones = [],
            Batches = [.. batches.Select(b => Sample.Full.Batches[0] with { Id = b, Title = b })],
        };
        var at = Sample.At(2025, 11, 19, 9, 0);
        Disclosure Cluster(Func<PublicCluster, PublicCluster> change) => before with { Clusters = [.. many.Select((c, i) => i == 5001 ? change(c) with { AsOf = at } : c)] };
        var after = what switch
        {
            "a new name" => Cluster(c => c with { Name = "新名称产业集群" }),
            "an expiry" => Cluster(c => c with { Standing = ClusterStanding.Expired, Since = new(2025, 11, 19) }),
            _ => Cluster(c => c) with { Notices = [notice with { AsOf = at, ListAsOf = notice.AsOf, Objections = [new("1", "many-5001", ObjectionOutcome.ConditionsMet, "经核实。", new(2025, 11, 19))] }] },
        };
        var options = new SiteOptions { OutputFolder = "unused" };
        var old = new SiteView(before, Sample.AfterRecognition);

        var touched = Touched.Between(old, new SiteView(after, Sample.AfterRecognition), options)!.Where(f => f.IsPage).ToList();
        var standing = SiteBuilder.Plan(old, options).Where(f => touched.Any(t => t.Path == f.Path)).ToDictionary(f => f.Path, f => f.Render(), StringComparer.Ordinal);
        Assert.InRange(touched.Count(f => !standing.TryGetValue(f.Path, out var same) || !same.AsSpan().SequenceEqual(f.Render())), 2, 12);
    }

    [Fact]
    public void An_event_elsewhere_leaves_a_page_untouched()
    {
        var cluster = Sample.Full.Clusters[0];
        var renamed = cluster with { Name = "新名称产业集群", AsOf = Sample.At(2025, 11, 19, 9, 0) };
        var before = SiteFixture.Render(Sample.Full, Sample.AfterRecognition);
        var after = SiteFixture.Render(Sample.Full with { Clusters = [renamed, .. Sample.Full.Clusters.Skip(1)] }, Sample.AfterRecognition);

        var changed = after.Keys.Where(k => k.EndsWith(".html", StringComparison.Ordinal) && !before[k].AsSpan().SequenceEqual(after[k])).Where(k => !k.StartsWith("en/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal([$"cluster/{cluster.Id}.html",
             "clusters/batch-2025-2.html", "clusters/city-370100.html", "clusters/city-370100.industry-ic.html", "clusters/city-370100.industry-ic.standing-recognised.html",
            "clusters/city-370100.standing-recognised.html", "clusters/index.html", "clusters/industry-ic.html", "clusters/industry-ic.standing-recognised.html", "clusters/standing-recognised.html"], changed);
    }
}
