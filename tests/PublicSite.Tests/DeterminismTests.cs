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

    [Fact]
    public void Among_ten_thousand_clusters_one_event_touches_at_most_twelve_pages()
    {
        var many = Enumerable.Range(0, 10_000).Select(i => Sample.Full.Clusters[i % 33] with { Id = $"many-{i}", ApplicantCode = Sample.Code(i) }).ToList();
        var before = Pages(many);
        many[5000] = many[5000] with { Name = "新名称产业集群", AsOf = Sample.At(2025, 11, 19, 9, 0) };
        var after = Pages(many);

        Assert.InRange(after.Count(f => before[f.Key] != f.Value), 2, 12);

        static Dictionary<string, string> Pages(List<PublicCluster> clusters) =>
            SiteBuilder.Render(Sample.Full with { Clusters = clusters, Announcements = [], Notices = [], Tombstones = [] }, Sample.AfterRecognition, new SiteOptions { OutputFolder = "unused" })
                .Where(f => f.Path.EndsWith(".html", StringComparison.Ordinal))
                .ToDictionary(f => f.Path, f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(f.Content.Span)), StringComparer.Ordinal);
    }

    [Fact]
    public void An_event_elsewhere_leaves_a_page_untouched()
    {
        var cluster = Sample.Full.Clusters[0];
        var renamed = cluster with { Name = "新名称产业集群", AsOf = Sample.At(2025, 11, 19, 9, 0) };
        var before = SiteFixture.Render(Sample.Full, Sample.AfterRecognition);
        var after = SiteFixture.Render(Sample.Full with { Clusters = [renamed, .. Sample.Full.Clusters.Skip(1)] }, Sample.AfterRecognition);

        var changed = after.Keys.Where(k => k.EndsWith(".html", StringComparison.Ordinal) && !before[k].AsSpan().SequenceEqual(after[k])).Where(k => !k.StartsWith("en/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(["cluster/" + cluster.Id + ".html", "clusters/batch-2025-2.html", "clusters/city-370100.html", "clusters/index.html", "clusters/industry-ic.html", "clusters/standing-recognised.html"], changed);
    }
}
