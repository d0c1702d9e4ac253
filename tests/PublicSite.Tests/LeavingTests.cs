using System.Text;
using System.Text.Json;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>五(三): what has ended or was rescinded leaves everything public but its bare id.</summary>
public sealed class LeavingTests
{
    private const string Organisation = "演示虚构园区运营有限公司";
    private static readonly DateOnly LastDay = Sample.Full.Findings[0].LastDay;
    private static readonly string Revoked = Sample.Full.Clusters[5].Id;

    /// <summary>A cluster whose recognition was revoked for the finding, with its announcement and its line of history.</summary>
    private static Disclosure WithRevocation => Sample.Full with
    {
        Clusters =
        [
            .. Sample.Full.Clusters.Select(c => c.Id != Revoked ? c : c with
            {
                Standing = ClusterStanding.Revoked, Finding = "f-7d21", Applicant = Organisation,
                Timeline = [.. c.Timeline, new() { Day = new(2025, 11, 1), Kind = PublicEventKind.Revoked, Text = "虚假材料", Finding = "f-7d21", Announcement = "2025-2-revocation" }],
            }),
        ],
        Announcements =
        [
            .. Sample.Full.Announcements,
            new()
            {
                Id = "2025-2-revocation", Batch = "2025-2", Kind = AnnouncementKind.Revocation, DocumentNumber = "鲁工信演示〔2025〕3号", Title = "关于撤销认定的公告（演示）", Finding = "f-7d21",
                Date = new(2025, 11, 1), PublishedAt = Sample.At(2025, 11, 1, 9, 0), Signatory = "山东省工业和信息化厅", AsOf = Sample.At(2025, 11, 1, 9, 0),
                Entries = [new(Sample.Full.Clusters[5].Name, Sample.Full.Clusters[5].City, Sample.Full.Clusters[5].Industry, Organisation, Revoked)],
            },
        ],
    };

    [Fact]
    public void On_its_last_day_a_finding_is_public()
    {
        var files = SiteFixture.Render(WithRevocation, LastDay);

        Assert.Contains(Organisation, Text(files, "findings/index.html"), StringComparison.Ordinal);
        Assert.Contains(Organisation, Text(files, "finding/f-7d21.html"), StringComparison.Ordinal);
        Assert.Contains(Organisation, Text(files, "feed.xml"), StringComparison.Ordinal);
        Assert.Contains("2028年8月19日", Text(files, "finding/f-7d21.html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Afterwards_or_when_rescinded_nothing_of_it_is_left_but_its_id(bool rescinded)
    {
        var data = rescinded ? WithRevocation with { Findings = [Sample.Full.Findings[0] with { Standing = FindingStanding.Rescinded }] } : WithRevocation;
        var files = SiteFixture.Render(data, rescinded ? Sample.AfterRecognition : LastDay.AddDays(1));

        Assert.All(files.Where(f => !f.Key.EndsWith(".xlsx", StringComparison.Ordinal)), f =>
        {
            var text = Encoding.UTF8.GetString(f.Value);
            Assert.DoesNotContain(Organisation, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Sample.Code(9001), text, StringComparison.Ordinal);
            Assert.DoesNotContain("鲁工信演示〔2025〕3号", text, StringComparison.Ordinal);
        });
        Assert.Equal("""{"id":"f-7d21"}""", Text(files, "data/v1/finding/f-7d21.json"));
        Assert.Contains("本页内容已撤下", Text(files, "finding/f-7d21.html"), StringComparison.Ordinal);
        Assert.Contains("本页内容已撤下", Text(files, $"cluster/{Revoked}.html"), StringComparison.Ordinal);
        Assert.Contains("本页内容已撤下", Text(files, "announcement/2025-2-revocation.html"), StringComparison.Ordinal);
        using var findings = JsonDocument.Parse(files["data/v1/findings.json"]);
        Assert.Equal("""[{"id":"f-7d21"}]""", findings.RootElement.GetProperty("tombstones").GetRawText());
        Assert.Equal(0, findings.RootElement.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void A_withdrawn_page_keeps_its_address_and_gives_no_reason()
    {
        var files = SiteFixture.Render(Sample.Full, Sample.AfterRecognition);
        var gone = Sample.Full.Tombstones[0].Id;

        Assert.Contains("本页内容已撤下", Text(files, $"cluster/{gone}.html"), StringComparison.Ordinal);
        Assert.DoesNotContain(Sample.Full.Notices[0].Entries[^1].Name, Text(files, $"cluster/{gone}.html"), StringComparison.Ordinal);
        Assert.Equal($$"""{"id":"{{gone}}"}""", Text(files, $"data/v1/cluster/{gone}.json"));
        Assert.DoesNotContain($"cluster/{gone}.html", Text(files, "notice/2025-2-shortlist.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_moved_page_leads_to_the_new_address()
    {
        var target = Sample.Full.Clusters[0].Id;
        var files = SiteFixture.Render(Sample.Full with { Moved = [new(PageKind.Cluster, "old-name", target)] }, Sample.AfterRecognition);

        Assert.Contains($"url=../cluster/{target}.html", Text(files, "cluster/old-name.html"), StringComparison.Ordinal);
        Assert.Contains($"url=../../en/cluster/{target}.html", Text(files, "en/cluster/old-name.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_findings_without_any_is_published()
    {
        using var site = new SiteFixture();

        Assert.Empty((await site.Publish(WithRevocation, LastDay.AddDays(1))).Problems);
        Assert.Empty((await site.Publish(WithRevocation, LastDay)).Problems);
    }

    private static string Text(Dictionary<string, byte[]> files, string path) => Encoding.UTF8.GetString(files[path]);
}
