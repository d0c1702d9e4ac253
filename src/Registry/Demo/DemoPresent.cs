using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recommendation;

namespace Registry.Demo;

/// <summary>
/// Small batches in mid-flight around the present day, so that every role, and a citizen with an objection, finds something to do at once:
/// one is open for applications, one is with its experts, one stands in publicity.
/// </summary>
public sealed class DemoPresent(
    DemoStage stage, DemoPeople people, IDocumentStore store, Calls calls, WorkingDays calendar, EvidenceStore files, byte[] source, DateTimeOffset now, DemoProgress progress)
{
    private const string NoticeAddress = "https://example.invalid/demo/publicity-present.html";
    private static readonly string[] OpenCities = ["370100", "370200", "370300", "370600"];
    private static readonly string[] ReviewCities = ["370900", "371000", "371600"];
    private static readonly string[] PublicCities = ["370100", "370700", "370800", "371300"];

    /// <summary>Plays both; false when no calendar covers the present, and the one in publicity was left out.</summary>
    public async Task<bool> PlayAsync()
    {
        progress.Act = "present: open";
        await PlayOpenAsync();
        progress.Act = "present: review";
        await PlayReviewAsync();
        await stage.PlayAsync("present/complaint", Actor.Citizen, now.AddDays(-1), null, new FileComplaint(
            DemoCast.Receipt("present/complaint"), ComplaintAbout.Officer, "（演示）反映材料审核中的服务态度问题。"));
        var today = ChinaTime.ToDay(now);
        var rule = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required().Publicity;
        if (calendar.Window(today, rule) is not WindowAnswer.Computed)
            return false;
        progress.Act = "present: publicity";
        await PlayPublicityAsync();
        return true;
    }

    /// <summary>Open for applications: a draft, one with its city, one returned, one recommended.</summary>
    private async Task PlayOpenAsync()
    {
        var (batch, definition) = await AnnounceAsync("open", "正在申报", "open for applications", opens: -10, closes: 20);
        var work = new DemoApplications(stage, people, files, definition);
        for (var i = 0; i < OpenCities.Length; i++)
        {
            var cluster = DemoCast.Present(definition, 41 + i, OpenCities[i]);
            var draft = await work.DraftAsync($"open/{cluster.Key}", batch, cluster, now.AddDays(-6));
            if (i == 0)
                continue;
            await work.SubmitAsync($"open/{cluster.Key}", draft, now.AddDays(-4));
            var officer = people.City(definition.FindCity(cluster.City)!);
            if (i == 2)
                await stage.PlayAsync($"open/{cluster.Key}/return", officer, now.AddDays(-2), draft.Id.Value, async () => new ReturnForCorrection(
                    new Dictionary<string, string> { ["spatial_layout"] = "请写明园区四至范围。", ["revenue_digital_above_size"] = "佐证材料与填报数据口径不一致，请核对。" }, await stage.VersionAsync(draft.Id.Stream)));
        }
    }

    /// <summary>With its experts: a panel is drawn and has not declared yet; one application has an integrity case that waits for its notice.</summary>
    private async Task PlayReviewAsync()
    {
        var (batch, definition) = await AnnounceAsync("review", "正在评审", "in expert review", opens: -50, closes: -25);
        var (reported, _) = await ReportedAsync("review", batch, definition, ReviewCities, 81, now.AddDays(-46), now.AddDays(-38));
        var admitted = await new DemoCities(stage, people, store, files).ScreenAsync("review", batch, reported, now.AddDays(-18));
        await new DemoReview(stage, people, store, definition).DrawAsync("review", batch, now.AddDays(-4));
        await stage.PlayAsync("review/case", people["integrity-1"], now.AddDays(-1), admitted[0].Id.Value, new OpenCase(
            CaseSource.Officer, null, "（演示）研发投入与审计报告不一致，待核。", [new AllegedItem("rd_spending_prev_year", 1, null)]));
    }

    /// <summary>One application of each city, submitted, recommended and reported.</summary>
    private async Task<(IReadOnlyList<DemoApplication> Reported, DemoCities Cities)> ReportedAsync(
        string prefix, BatchId batch, CallDefinition definition, string[] codes, int number, DateTimeOffset drafted, DateTimeOffset checkedFrom)
    {
        var work = new DemoApplications(stage, people, files, definition);
        var cities = new DemoCities(stage, people, store, files);
        var reported = new List<DemoApplication>();
        for (var i = 0; i < codes.Length; i++)
        {
            var cluster = DemoCast.Present(definition, number + i, codes[i]);
            var draft = await work.DraftAsync($"{prefix}/{cluster.Key}", batch, cluster, drafted);
            await work.SubmitAsync($"{prefix}/{cluster.Key}", draft, drafted.AddDays(2));
            reported.AddRange(await cities.ReportAsync(prefix, batch, definition.FindCity(cluster.City)!, [draft], checkedFrom));
        }
        return (reported, cities);
    }

    /// <summary>In publicity: the whole procedure up to a notice that was posted an hour ago.</summary>
    private async Task PlayPublicityAsync()
    {
        var (batch, definition) = await AnnounceAsync("public", "正在公示", "in publicity", opens: -70, closes: -45);
        var review = new DemoReview(stage, people, store, definition);
        var (reported, cities) = await ReportedAsync("public", batch, definition, PublicCities, 61, now.AddDays(-66), now.AddDays(-58));
        var admitted = await cities.ScreenAsync("public", batch, reported, now.AddDays(-40));
        await review.ScoreAsync("public", batch, now.AddDays(-35), now.AddDays(-20), _ => 0.81m);
        await stage.PlayAsync("public/shortlist/propose", people.Province, now.AddDays(-12), batch.Value, () => DemoShortlist.ProposalAsync(stage, store, batch, [.. admitted.Select(a => a.Id)]));
        await stage.PlayAsync("public/shortlist/fix", people.SecondProvince, now.AddDays(-8), batch.Value, () => DemoShortlist.FixAsync(stage, batch, ChinaTime.ToDay(now.AddDays(-8))));
        var opened = await stage.PlayAsync("public/publicity/open", people.Province, now.AddHours(-2), batch.Value, async () => new OpenPublicity(
            ChinaTime.ToDay(now.AddHours(-1)), NoticeAddress, await stage.VersionAsync(batch.Stream)));
        await stage.PlayAsync("public/publicity/verify", people.SecondProvince, now, opened.Id, new VerifyPosting(NoticeAddress, now.AddHours(-1), 1));
        await stage.PlayAsync("public/objection/file", Actor.Citizen, now, null, new FileObjection(new ObjectionForm(
            new PublicityId(opened.Id!), 2, DemoCast.Receipt("public/objection"), ObjectorKind.Person, "演示异议人", "演示联系方式", "（演示）认为该集群规上企业数量与公开数据不符。", "见公开统计资料。")));
    }

    private async Task<(BatchId Batch, CallDefinition Definition)> AnnounceAsync(string key, string zh, string en, int opens, int closes)
    {
        var day = ChinaTime.ToDay(now);
        var answer = await stage.PlayAsync($"{key}/announce", people.Administrator, now.AddDays(opens), null, () =>
        {
            var definition = JsonNode.Parse(source)!;
            definition["demo"] = true;
            definition["batch"] = new JsonObject
            {
                ["key"] = $"demo-{key}",
                ["title"] = new JsonObject { ["zh"] = $"演示批次（{zh}）", ["en"] = $"Demo batch ({en})" },
            };
            definition["notice"]!["date"] = day.AddDays(opens).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
            foreach (var window in new[] { "applications", "cityReports" })
            {
                definition[window]!["opens"] = $"{day.AddDays(opens):yyyy-MM-dd}T00:00:00+08:00";
                definition[window]!["lastDay"] = day.AddDays(closes).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
            }
            return Task.FromResult(new AnnounceBatch(definition.ToJsonString(Json.Store)));
        });
        var batch = new BatchId(answer.Id!);
        await using var session = store.QuerySession();
        return (batch, (await calls.ReadAsync(session, batch, stage.Cancelled))!.Definition);
    }
}
