using Marten;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Demo;

/// <summary>What a city does with its applications, and the province with the city's report.</summary>
public sealed class DemoCities(DemoStage stage, DemoPeople people, IDocumentStore store, EvidenceStore files)
{
    /// <summary>The demo's one scanned document.</summary>
    private static readonly byte[] Scan = "%PDF-1.4\n% 演示数据：扫描件\n%%EOF\n"u8.ToArray();

    /// <summary>The city checks, returns, declines and recommends; then it reports. Returns what it reported.</summary>
    public async Task<IReadOnlyList<DemoApplication>> ReportAsync(string prefix, BatchId batch, Option city, IReadOnlyList<DemoApplication> applications, DateTimeOffset from)
    {
        var officer = people.City(city);
        var rank = 0;
        var recommended = new List<DemoApplication>();
        foreach (var application in applications)
        {
            var step = $"{prefix}/{application.Cluster.Key}";
            if (application.Cluster.Returned)
            {
                await stage.PlayAsync($"{step}/return", officer, from, application.Id.Value, async () => new ReturnForCorrection(
                    new Dictionary<string, string> { ["positioning"] = "请补充主导产品的国内市场情况。" }, await stage.VersionAsync(application.Id.Stream)));
                await stage.PlayAsync($"{step}/resubmit", application.Clerk, from.AddDays(2), application.Id.Value, async () => new SubmitApplication(await stage.VersionAsync(application.Id.Stream)));
            }
            if (application.Cluster.Declined)
            {
                await stage.PlayAsync($"{step}/decline", officer, from.AddDays(3), application.Id.Value, async () => new DeclineApplication(
                    "年营业收入总额未达到五十亿元，且不属于可适当放宽的领域。", await stage.VersionAsync(application.Id.Stream)));
                continue;
            }
            if (application.Cluster.OverQuota)
            {
                await stage.RefusedAsync($"{step}/over-quota", RecommendationRules.QuotaFull, officer, from.AddDays(4), application.Id.Value, () => RecommendAsync(application, rank));
                continue;
            }
            rank++;
            var place = rank;
            await stage.PlayAsync($"{step}/recommend", officer, from.AddDays(4), application.Id.Value, () => RecommendAsync(application, place));
            recommended.Add(application);
        }
        if (recommended.Count == 0)
            return [];
        var scan = (await files.PutAsync(CityReport.Stream(batch, city.Code), Scan, CancellationToken.None)).Sha256;
        await stage.PlayAsync($"{prefix}/report-{city.Code}/draft", officer, from.AddDays(5), batch.Value,
            new DraftCityReport($"演工信〔{from.Year}〕{10 + city.Code[3] - '0'}号", scan, scan, [.. recommended.Select(r => r.Id)], 0));
        await stage.PlayAsync($"{prefix}/report-{city.Code}/issue", people.City(city, 2), from.AddDays(5).AddHours(3), batch.Value, new IssueCityReport(1));
        return recommended;
    }

    /// <summary>The province rejects or admits each, and fixes the list for expert review.</summary>
    public async Task<IReadOnlyList<DemoApplication>> ScreenAsync(string prefix, BatchId batch, IReadOnlyList<DemoApplication> reported, DateTimeOffset at)
    {
        var admitted = new List<DemoApplication>();
        foreach (var application in reported)
        {
            var step = $"{prefix}/{application.Cluster.Key}";
            if (application.Cluster.Rejected)
                await stage.PlayAsync($"{step}/reject", people.Province, at, application.Id.Value, async () => new RejectApplication(
                    "申报主体的组织架构材料不完整，复审未通过。", [], await stage.VersionAsync(application.Id.Stream)));
            else
            {
                await stage.PlayAsync($"{step}/admit", people.Province, at, application.Id.Value, async () => new AdmitApplication(
                    "材料齐全，符合申报条件。", [], await stage.VersionAsync(application.Id.Stream)));
                admitted.Add(application);
            }
        }
        await stage.PlayAsync($"{prefix}/review-list", people.Province, at.AddDays(1), batch.Value, async () => new FixReviewList(await stage.VersionAsync(batch.Stream)));
        return admitted;
    }

    private async Task<RecommendApplication> RecommendAsync(DemoApplication application, int rank)
    {
        await using var session = store.QuerySession();
        var timeline = new Timeline(application.Id.Stream, await session.Events.FetchStreamAsync(application.Id.Stream, token: stage.Cancelled));
        var check = timeline.Fold(Filing.Start, Filing.Next).Last!.Check;
        Finding[] findings = [.. from verdict in check
                                 let kind = Findings.AskedBy(verdict.Verdict)
                                 where kind is not null
                                 select new Finding(verdict.Condition, kind.Value, "（演示）经实地核查，符合要求。")];
        return new RecommendApplication("该集群定位清晰、链条完整，建议推荐。", rank, findings, timeline.Version);
    }
}
