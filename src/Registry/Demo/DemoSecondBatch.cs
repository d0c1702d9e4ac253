using System.Text;
using Marten;
using Registry.Accounts;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Demo;

/// <summary>
/// The second batch from the notice of 2025-05-14 to the recognised clusters and one ban, under the real definition and calendar, by invented applicants.
/// </summary>
public sealed class DemoSecondBatch(DemoStage stage, DemoPeople people, DemoReview review, DemoCities cities, DemoApplications applications, Receipts receipts, IDocumentStore store, CallDefinition definition, byte[] source, DemoProgress progress)
{
    private const string NoticeAddress = "https://example.invalid/demo/publicity-2025-2.html";

    /// <summary>Plays the batch.</summary>
    public async Task PlayAsync()
    {
        progress.Act = "announce";
        var batch = new BatchId((await stage.PlayAsync("batch2/announce", people.Administrator, At(5, 14, 9), null, new AnnounceBatch(Encoding.UTF8.GetString(source)))).Id!);

        progress.Act = "applications";
        var clusters = DemoCast.SecondBatch(definition);
        var filed = new DemoApplication[clusters.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, clusters.Count), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stage.Cancelled }, async (i, _) =>
        {
            var at = At(5, 19 + i % 10, 9 + i % 8, i % 50);
            var draft = await applications.DraftAsync($"batch2/{clusters[i].Key}", batch, clusters[i], at);
            filed[i] = await applications.SubmitAsync($"batch2/{clusters[i].Key}", draft, at.AddDays(3));
        });

        progress.Act = "cities";
        var reported = new List<DemoApplication>();
        foreach (var city in definition.Cities)
            reported.AddRange(await cities.ReportAsync("batch2", batch, city, [.. filed.Where(f => f.Cluster.City == city.Code)], At(6, 9, 10)));

        progress.Act = "screening";
        var admitted = await cities.ScreenAsync("batch2", batch, reported, At(6, 26, 10));

        progress.Act = "review";
        var merits = admitted.ToDictionary(a => a.Id, a => a.Cluster.Merit);
        await review.ScoreAsync("batch2", batch, At(7, 1, 9), At(7, 10, 17), id => merits[id]);

        progress.Act = "publicity";
        var shortlisted = await ShortlistAsync(batch, admitted);
        var notice = await PublicizeAsync(batch);
        var upheld = await ObjectAsync(notice);

        progress.Act = "recognition";
        await RecogniseAsync(batch, shortlisted, upheld);

        progress.Act = "integrity";
        await FalseMaterialAsync(batch, shortlisted[1]);
    }

    private async Task<IReadOnlyList<ApplicationId>> ShortlistAsync(BatchId batch, IReadOnlyList<DemoApplication> admitted)
    {
        var proposal = admitted.Select(a => a.Id).ToList();
        await stage.PlayAsync("batch2/shortlist/propose", people.Province, At(7, 14, 10), batch.Value, () => DemoShortlist.ProposalAsync(stage, store, batch, proposal));
        await stage.PlayAsync("batch2/shortlist/fix", people.SecondProvince, At(7, 16, 15), batch.Value, () => DemoShortlist.FixAsync(stage, batch, new DateOnly(2025, 7, 16)));
        return await DemoShortlist.ReadAsync(stage, store, batch);
    }

    private async Task<PublicityId> PublicizeAsync(BatchId batch)
    {
        var opened = await stage.PlayAsync("batch2/publicity/open", people.Province, At(7, 18, 16), batch.Value, async () => new OpenPublicity(
            new DateOnly(2025, 7, 21), NoticeAddress, await stage.VersionAsync(batch.Stream)));
        var notice = new PublicityId(opened.Id!);
        await stage.PlayAsync("batch2/publicity/verify", people.SecondProvince, At(7, 21, 9, 5), notice.Value, new VerifyPosting(NoticeAddress, At(7, 21, 9), 1));
        foreach (var at in (DateTimeOffset[])[At(7, 21, 9, 6), At(7, 22, 0, 1), At(7, 23, 0, 1), At(7, 24, 0, 1), At(7, 25, 0, 1), At(7, 26, 0, 1)])
            await stage.PlayAsync($"batch2/publicity/attest/{ChinaTime.ToDay(at):MMdd}", Actor.Job("proof-round"), at, notice.Value, async () => new AttestNotice(await stage.VersionAsync(notice.Stream)));
        return notice;
    }

    /// <summary>Two citizens object: one objection is dismissed, the other is upheld. Returns the application whose conditions were found not met.</summary>
    private async Task<ApplicationId> ObjectAsync(PublicityId notice)
    {
        await ObjectOneAsync("batch2/objection/1", notice, 3, conditionsMet: true, "经核实，该集群规上企业数量与统计数据一致，符合申报条件。");
        var upheld = await ObjectOneAsync("batch2/objection/2", notice, 4, conditionsMet: false, "经核实，该集群所列创新平台中有两家不在集群范围内，不符合申报条件（四）。");
        await stage.PlayAsync("batch2/objection/count", Actor.Job("proof-round"), At(8, 2, 0, 1), notice.Value, async () => new CountObjections(await stage.VersionAsync(notice.Stream)));
        return upheld;
    }

    private async Task<ApplicationId> ObjectOneAsync(string step, PublicityId notice, int entry, bool conditionsMet, string wording)
    {
        var code = DemoCast.Receipt(step);
        await stage.PlayAsync($"{step}/file", Actor.Citizen, At(7, 22 + entry % 2, 14, entry), null, new FileObjection(new ObjectionForm(
            notice, entry, code, ObjectorKind.Person, "演示异议人", "演示联系方式", "认为该集群申报书所列情况与实际不符。", "见公开统计资料。")));
        var objection = receipts.IdOf(code);
        var at = At(7, 28, 10, entry);
        await stage.PlayAsync($"{step}/accept", people.Province, at, objection.Value, new AcceptObjection(1));
        await stage.PlayAsync($"{step}/assign", people.Province, at, objection.Value, new AssignObjection(2));
        await stage.PlayAsync($"{step}/findings", people.Province, at.AddDays(2), objection.Value, new RecordFindings("查阅统计数据并实地核实。", 3));
        await stage.PlayAsync($"{step}/propose", people.Province, at.AddDays(3), objection.Value, new ProposeConclusion(conditionsMet, "核实情况见附件。", wording, 4));
        await stage.PlayAsync($"{step}/confirm", people.SecondProvince, at.AddDays(4), objection.Value, new ConfirmConclusion(5));
        await stage.PlayAsync($"{step}/answer", people.Province, at.AddDays(4), objection.Value, new AnswerObjector("您反映的情况已经核实，处理结果见公开页面。", 6));
        await using var session = store.QuerySession();
        return (await session.Events.FetchStreamAsync(objection.Stream, token: stage.Cancelled)).Select(e => e.Data).OfType<ObjectionFiled>().First().Application;
    }

    private async Task RecogniseAsync(BatchId batch, IReadOnlyList<ApplicationId> shortlisted, ApplicationId upheld)
    {
        await stage.PlayAsync("batch2/recognition/decide", people.Province, At(8, 6, 10), batch.Value, async () => new DecideRecognition(
            "厅党组会议（演示）", new DateOnly(2025, 8, 6), "演示签发人",
            [.. shortlisted.Select(id => id == upheld ? new DecidedApplication(id, false, "公示期间的异议经核实，不符合申报条件（四）。") : new DecidedApplication(id, true))],
            await stage.VersionAsync(batch.Stream)));
        await stage.PlayAsync("batch2/recognition/announce", people.SecondProvince, At(8, 8, 9), batch.Value, async () => new IssueAnnouncement(
            Recognition.AnnouncementKind.Recognition, $"{definition.Issuer.DocumentPrefix}演示〔2025〕1号", new DateOnly(2025, 8, 8), "关于公布第二批山东省数字产业集群名单的公告（演示）",
            definition.Issuer.Body.Zh, [.. shortlisted.Where(id => id != upheld)], await stage.VersionAsync(batch.Stream)));
    }

    private async Task FalseMaterialAsync(BatchId batch, ApplicationId application)
    {
        var (first, second) = (people["integrity-1"], people["integrity-2"]);
        var opened = await stage.PlayAsync("batch2/case/open", first, At(9, 1, 10), application.Value, new OpenCase(
            CaseSource.Officer, null, "营业收入与年度报表不符。", [new AllegedItem("revenue_digital_above_size", 1, null)]));
        var id = opened.Id!;
        var served = await stage.PlayAsync("batch2/case/notice", first, At(9, 2, 10), id, new ServeNotice("direct", new DateOnly(2025, 9, 2), opened.Version));
        var defended = await stage.PlayAsync("batch2/case/defence", first, At(9, 8, 15), id, new RecordDefence(new DateOnly(2025, 9, 8), "系统计口径不同所致（演示）。", served.Version));
        var proposed = await stage.PlayAsync("batch2/case/propose", first, At(9, 15, 10), id, new ProposeFinding(
            true, "五(三)", "申报书所填上一年度营业收入与经审计的年度报表不一致，多填约四成。", "自收到决定之日起六十日内，可依法申请行政复议；六个月内，可依法提起行政诉讼。", "核对年报、申报书与佐证。", defended.Version));
        var decided = await stage.PlayAsync("batch2/case/decide", first, At(9, 18, 10), id, new DecideFinding("厅党组会议（演示）", new DateOnly(2025, 9, 18), "演示签发人", proposed.Version));
        var confirmed = await stage.PlayAsync("batch2/case/confirm", second, At(9, 19, 10), id, new ConfirmFinding(decided.Version));
        var delivered = await stage.PlayAsync("batch2/case/serve", first, At(9, 22, 10), id, new ServeDecision("direct", new DateOnly(2025, 9, 22), confirmed.Version));
        await stage.PlayAsync("batch2/case/publish", first, At(9, 24, 10), id, new PublishFinding(delivered.Version));
        await stage.PlayAsync("batch2/case/announce", people.SecondProvince, At(9, 24, 11), batch.Value, async () => new IssueAnnouncement(
            Recognition.AnnouncementKind.Revocation, $"{definition.Issuer.DocumentPrefix}演示〔2025〕2号", new DateOnly(2025, 9, 24), "关于撤销有关集群认定的公告（演示）",
            definition.Issuer.Body.Zh, [application], await stage.VersionAsync(batch.Stream)));
    }

    /// <summary>An instant of 2025 in Beijing.</summary>
    private static DateTimeOffset At(int month, int day, int hour, int minute = 0) => new DateTimeOffset(2025, month, day, hour, minute, 0, ChinaTime.Offset).ToUniversalTime();
}
