using System.Globalization;
using PublicSite;

namespace Benchmarks;

/// <summary>An invented programme of any size: batches of five thousand clusters, each with an announcement, and every cluster with a history of three lines.</summary>
public static class SyntheticSite
{
    public static readonly DateOnly BuildDay = new(2026, 3, 2);

    private const int ClustersOfABatch = 5000;

    private static readonly string[] Cities = ["济南", "青岛", "淄博", "枣庄", "东营", "烟台", "潍坊", "济宁", "泰安", "威海", "日照", "临沂", "德州", "聊城", "滨州", "菏泽"];
    private static readonly string[] CityCodes = ["370100", "370200", "370300", "370400", "370500", "370600", "370700", "370800", "370900", "371000", "371100", "371300", "371400", "371500", "371600", "371700"];
    private static readonly string[] Industries = ["集成电路", "高端软件", "先进计算", "数字终端", "人工智能", "虚拟现实", "空天信息", "云服务大数据", "能源电子", "新型电子材料"];

    /// <summary>The programme with so many clusters; with <paramref name="alike"/> all of them are recognised, so that one template without a choice can show them.</summary>
    public static Disclosure Of(int entries, bool alike = false)
    {
        var clusters = Enumerable.Range(0, entries).Select(Cluster).Select(c => alike ? c with { Standing = ClusterStanding.Recognised } : c).ToList();
        var batches = clusters.GroupBy(c => c.Batch, StringComparer.Ordinal).ToList();
        return new()
        {
            Site = new()
            {
                Programme = new("示范数字产业集群", "Model digital industry clusters"),
                IssuingBody = new("示范工业和信息化厅", "Model department of industry"),
                Contacts = [new("示范工业和信息化厅示范处", null, "0531-00000000", "office@example.invalid", "示范市府前街1号")],
                Cities = [.. CityCodes.Select((code, i) => new City(code, new(Cities[i] + "市", $"City {code}")))],
                Industries = [.. Industries.Select((name, i) => new Industry($"i{i}", new(name, $"Industry {i}")))],
                Demo = true,
                AsOf = Instant(entries),
            },
            Batches = [.. batches.Select((b, i) => new PublicBatch { Id = b.Key, Title = new($"第{i + 1}批", $"batch {i + 1}"), NoticeDate = new DateOnly(2020, 1, 1).AddDays(i * 60), Stage = BatchStage.Closed, AsOf = Instant(i) })],
            Announcements =
            [
                .. batches.Select((b, i) => new Announcement
                {
                    Id = $"{b.Key}-recognition", Batch = b.Key, Kind = AnnouncementKind.Recognition, DocumentNumber = $"示范〔2025〕{i + 1}号", Title = $"关于公布第{i + 1}批示范数字产业集群名单的公告",
                    Date = new DateOnly(2025, 10, 20), PublishedAt = Instant(i), Signatory = "示范工业和信息化厅", AsOf = Instant(i),
                    Entries = [.. b.Select(c => new AnnouncementEntry(c.Name, c.City, c.Industry, c.Applicant, c.Id))],
                }),
            ],
            Clusters = clusters,
        };
    }

    private static PublicCluster Cluster(int n)
    {
        var (city, industry) = (n % Cities.Length, n / Cities.Length % Industries.Length);
        var batch = $"b{n / ClustersOfABatch + 1}";
        return new()
        {
            // Multiplication by an odd number scatters the ids and keeps them apart.
            Id = $"c{(uint)(n * 2654435761):x8}",
            Name = string.Create(CultureInfo.InvariantCulture, $"{Cities[city]}示范{n}号{Industries[industry]}产业集群"),
            City = CityCodes[city],
            Industry = $"i{industry}",
            Applicant = string.Create(CultureInfo.InvariantCulture, $"{Cities[city]}示范{n}号产业园运营有限公司"),
            ApplicantCode = Code(n),
            Batch = batch,
            Standing = n % 50 == 7 ? ClusterStanding.Expired : ClusterStanding.Recognised,
            Since = new(2025, 10, 20),
            Timeline =
            [
                new() { Day = new(2025, 9, 26), At = Instant(-n % 1000), Kind = PublicEventKind.PublicityOpened },
                new() { Day = new(2025, 10, 10), Kind = PublicEventKind.PublicityClosed },
                new() { Day = new(2025, 10, 20), Kind = PublicEventKind.Recognised, Text = $"示范〔2025〕{n}号", Announcement = $"{batch}-recognition" },
            ],
            AsOf = Instant(n),
        };
    }

    private static DateTimeOffset Instant(int n) => new DateTimeOffset(2025, 10, 20, 9, 30, 0, TimeSpan.FromHours(8)).AddMinutes(n);

    // GB 32100-2015: the last character is computed from the seventeen before it.
    private static string Code(int n)
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var body = "91370000MA" + n.ToString("D7", CultureInfo.InvariantCulture);
        return body + alphabet[(31 - weights.Select((w, i) => w * alphabet.IndexOf(body[i], StringComparison.Ordinal)).Sum() % 31) % 31];
    }
}
