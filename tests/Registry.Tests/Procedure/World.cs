using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Review;
using Registry.Screening;

namespace Registry.Tests.Procedure;

/// <summary>An application of the world, with who filed it.</summary>
public sealed record Filed(ApplicationId Id, CreditCode Organisation, string City, Actor Clerk);

/// <summary>
/// One batch in which people of every role give commands in any order: mostly what could be next, often what could not, now and then on a version that is old.
/// Time passes between them. Everything goes through the command runner, like any request.
/// </summary>
public sealed class World(RegistryFixture registry, Scenario scenario, int seed)
{
    private const string Yantai = "370600";
    private static readonly string Salt = new('5', 64);
    private readonly Random random = new(seed);
    private readonly List<Filed> filed = [];

    /// <summary>The batch.</summary>
    public BatchId Batch { get; private set; }

    /// <summary>All applications.</summary>
    public IReadOnlyList<Filed> Filed => filed;

    /// <summary>The instant of the next command.</summary>
    public DateTimeOffset Now { get; private set; } = new(2025, 5, 26, 1, 0, 0, TimeSpan.Zero);

    /// <summary>How often each command was accepted, and by which rules it was refused.</summary>
    public SortedDictionary<string, (int Accepted, SortedDictionary<string, int> Refused)> Tally { get; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A batch with a term of recognition, and drafts: two of one cluster, two of one organisation, more than the cities have places for.</summary>
    public async Task BeginAsync()
    {
        await scenario.PoolReadyAsync();
        Batch = await registry.Announce(d =>
        {
            d["recognition"]!["termYears"] = 1;
            foreach (var field in d["form"]!["fields"]!.AsArray())
                field!.AsObject().Remove("evidence");
        });
        var (a, b, c, e) = (Scenario.NewOrganisation(Scenario.Zibo), Scenario.NewOrganisation(Scenario.Zibo), Scenario.NewOrganisation(Yantai), Scenario.NewOrganisation(Yantai));
        foreach (var (organisation, city, cluster) in new[] { (a, Scenario.Zibo, "甲集群"), (a, Scenario.Zibo, "甲集群"), (a, Scenario.Zibo, "乙集群"), (b, Scenario.Zibo, "丙集群"), (c, Yantai, "丁集群"), (e, Yantai, "戊集群"), (e, Yantai, "己集群") })
        {
            var (id, clerk) = await scenario.DraftedAsync(Batch, city, $"演示{cluster}{seed}", organisation: organisation, at: Now);
            filed.Add(new Filed(id, organisation, city, clerk));
        }
    }

    /// <summary>One command of somebody, or some time.</summary>
    public async Task StepAsync()
    {
        Now = Now.AddMinutes(random.Next(1, 120));
        var one = filed[random.Next(filed.Count)];
        var stage = await scenario.StageAsync(one.Id);
        // What has ended has little left to happen to it; most steps are about the others.
        for (var again = 0; again < 3 && new Filing(stage, 0, null).Ended; again++)
            stage = await scenario.StageAsync((one = filed[random.Next(filed.Count)]).Id);
        var likely = random.Next(100) < 85 ? Likely(stage) : Any;
        var what = likely[random.Next(likely.Length)];
        Now = what switch
        {
            "list" when Now < Scenario.Rechecking && random.Next(4) == 0 => Scenario.Rechecking,
            "recognise" or "refuse" when random.Next(3) == 0 => Now.AddDays(4),
            "expire" or "recheck" when random.Next(4) == 0 => Now.AddDays(200),
            _ => Now,
        };
        await GiveAsync(what, one);
    }

    private static readonly string[] Any =
        [.. Enum.GetValues<Stage>().SelectMany(Likely).Concat(Cases).Concat(OfObjections).Concat(["review-ask", "review-decide", "release", "extend-shortlist", "deadline"]).Distinct()];

    private static string[] Cases =>
        ["case-open", "case-notice", "case-defence", "case-propose", "case-propose", "case-propose-none", "case-decide", "case-confirm", "case-close", "case-serve", "case-publish", "case-ruling", "case-ruling-confirm"];

    private static string[] OfObjections => ["objection-file", "objection-accept", "objection-assign", "objection-findings", "objection-propose", "objection-confirm", "objection-return"];

    private static IEnumerable<string> Often(string what, int times) => Enumerable.Repeat(what, times);

    private static string[] Likely(Stage stage) => stage switch
    {
        Stage.Draft => ["submit"],
        Stage.Submitted => [.. Often("recommend", 24), "return", "return", "decline", "withdraw", "case-next", "renew"],
        Stage.Returned => ["submit", "submit", "withdraw"],
        Stage.Recommended => [.. Often("report-draft", 6), .. Often("report-issue", 12), "unrecommend", "withdraw", "case-next"],
        Stage.Reported => [.. Often("admit", 16), "return-to-city", "reject", "case-next"],
        Stage.ReturnedToCity => [.. Often("renew", 6), "return", "reject"],
        Stage.Admitted => ["list", "list", .. Often("panel-next", 24), "close-panel", "abandon", "case-next", "withdraw"],
        Stage.Scored => [.. Often("shortlist-propose", 4), .. Often("shortlist-fix", 6), "withdraw", "case-next"],
        Stage.Shortlisted => [.. Often("publicity", 4), .. Often("posting", 4), "add-entry", "case-next", "give-up"],
        Stage.Publicised => ["objection-file", .. Often("objection-next", 6), "recognise", "recognise", "recognise", "refuse", .. Often("announce", 6), "redate", "case-next"],
        Stage.Recognised => [.. Often("case-next", 12), "rename", "operator", "recheck", "expire", "announce"],
        Stage.Disqualified or Stage.Revoked => [.. Often("case-next", 6), "release", "revocation"],
        Stage.Declined or Stage.Rejected or Stage.NotShortlisted or Stage.NotRecognised => ["review-ask", "review-ask", "review-decide", "review-decide", "extend-shortlist"],
        _ => Cases,
    };

    private async Task GiveAsync(string what, Filed one)
    {
        var (outcomes, today, id) = (new List<Outcome>(), ChinaTime.ToDay(Now), one.Id.Value);
        var (who, other) = (random.Next(1, 3), random.Next(1, 3));
        var (version, batch) = (await SeenAsync(one.Id.Stream), await SeenAsync(Batch.Stream));
        var (city, province, officer) = (Scenario.CityOfficer(one.City, who), Scenario.Province(who), Scenario.Integrity(who));
        async Task Do<T>(Actor actor, T command, string? target) where T : ICommand<T> => outcomes.Add(await registry.Give(actor, command, target, Now));
        await using var session = registry.Store.QuerySession();
        var cards = await session.Query<CaseCard>().Where(x => x.Application == id).OrderBy(x => x.Id).ToListAsync(Ct);
        var (card, objection) = (cards.Count == 0 ? null : cards[random.Next(cards.Count)], await ObjectionOfAsync(session, one));
        Task InCase<T>(Actor actor, T command) where T : ICommand<T> => Do(actor, command, card?.Case ?? "none");
        Task InObjection<T>(Actor actor, T command) where T : ICommand<T> => Do(actor, command, objection ?? "none");
        var (caseVersion, objectionVersion) = (card?.Version ?? 0, objection is null ? 0 : await SeenAsync($"objection/{objection}"));
        var panels = await session.Query<PanelView>().Where(p => p.Batch == Batch.Value).ToListAsync(Ct);
        var panel = panels.Count == 0 ? null : panels[0];
        Task InPanel<T>(Actor actor, T command) where T : ICommand<T> => Do(actor, command, panel?.Panel.Value ?? "none");
        var scored = await ApplicationsInAsync(Stage.Scored);
        var notices = (await session.Events.FetchStreamAsync(Batch.Stream, token: Ct)).Select(x => x.Data).OfType<NoticePrepared>().Select(n => n.Publicity).Distinct().ToList();
        var notice = notices.Count == 0 ? new PublicityId("none") : notices[random.Next(notices.Count)];
        what = what switch
        {
            "panel-next" => NextOfPanel(panel),
            "case-next" => NextOfCase(card),
            "objection-next" => objectionVersion is >= 1 and <= 5 ? OfObjections[objectionVersion] : "objection-file",
            _ => what,
        };
        switch (what)
        {
            case "submit": await Do(one.Clerk, new SubmitApplication(version), id); break;
            case "withdraw": await Do(one.Clerk, new WithdrawApplication("不再申报", version), id); break;
            case "return": await Do(city, new ReturnForCorrection(new Dictionary<string, string> { ["spatial_layout"] = "请写明四至范围。" }, version), id); break;
            case "decline": await Do(city, new DeclineApplication("不符合条件", version), id); break;
            case "recommend": await Do(city, new RecommendApplication("建议推荐。", random.Next(1, 3), await FindingsAsync(one), version), id); break;
            case "unrecommend": await Do(city, new WithdrawRecommendation("另行推荐", version), id); break;
            case "renew": await Do(city, new RenewRecommendation("建议推荐。", await FindingsAsync(one), version), id); break;
            case "report-draft": outcomes.Add(await DraftReportAsync(one.City, who)); break;
            case "report-issue": await Do(city, new IssueCityReport(await SeenAsync(CityReport.Stream(Batch, one.City))), Batch.Value); break;
            case "admit": await Do(province, new AdmitApplication("符合条件。", [], version), id); break;
            case "return-to-city": await Do(province, new ReturnToCity("请补充说明。", today.AddDays(5), version), id); break;
            case "reject": await Do(province, new RejectApplication("不符合条件", [], version), id); break;
            case "list": await Do(province, new FixReviewList(batch), Batch.Value); break;
            case "panel": await Do(province, new FormPanel(null), Batch.Value); break;
            case "commit": await InPanel(province, new CommitSeed(Seed.Commit($"{who}", Salt), panel?.Version ?? 0)); break;
            case "snapshot": await InPanel(province, new TakeSnapshot(panel?.Version ?? 0)); break;
            case "open": await InPanel(province, new OpenSeed($"{who}", Salt, panel?.Version ?? 0)); break;
            case "draw": await InPanel(province, new DrawPanel(panel?.Version ?? 0)); break;
            case "abandon" when random.Next(6) == 0: await InPanel(province, new AbandonDraw("重新抽取", panel?.Version ?? 0)); break;
            case "declare" when panel is not null:
                foreach (var member in await scenario.MembersAsync(panel.Panel))
                    await InPanel(member.Actor, new DeclareConflicts([], null, true));
                break;
            case "score" when panel is not null: outcomes.AddRange(await ScoreAsync(panel)); break;
            case "close-panel": await InPanel(province, new ClosePanel("同意评分。", panel?.Version ?? 0)); break;
            case "shortlist-propose":
                var cut = random.Next(1, scored.Count + 1);
                await Do(province, new ProposeShortlist([.. scored.Take(cut).Select(x => new Registry.Publicity.ListedApplication(x, "综合考虑"))], [.. scored.Skip(cut).Select(x => new LeftOutApplication(x, "排名靠后"))], batch), Batch.Value);
                break;
            case "shortlist-fix": await Do(province, new FixShortlist("会议", today, "签发人", batch), Batch.Value); break;
            case "extend-shortlist": await Do(province, new ExtendShortlist("复核后认为应当入围。", "会议", today, "签发人", version), id); break;
            case "publicity": await Do(province, new OpenPublicity(today, Scenario.NoticeAddress, batch), Batch.Value); break;
            case "posting": await Do(province, new VerifyPosting(Scenario.NoticeAddress, Now, await SeenAsync(notice.Stream)), notice.Value); break;
            case "give-up" when random.Next(4) == 0: await Do(province, new GiveUpNotice("重新拟稿", await SeenAsync(notice.Stream)), notice.Value); break;
            case "add-entry": await Do(province, new AddEntry(one.Id, "复核后入围。", Scenario.NoticeAddress, Now, await SeenAsync(notice.Stream)), notice.Value); break;
            case "redate" when random.Next(4) == 0: await Do(province, new RedatePublicity("网站中断。", await SeenAsync(notice.Stream), today.AddDays(7)), notice.Value); break;
            case "objection-file" when random.Next(3) == 0: await Do(Actor.Citizen, new FileObjection(Scenario.Form(notice, random.Next(1, 4))), null); break;
            case "objection-accept": await InObjection(province, new AcceptObjection(objectionVersion)); break;
            case "objection-assign": await InObjection(province, new AssignObjection(objectionVersion)); break;
            case "objection-findings": await InObjection(province, new RecordFindings("查阅资料。", objectionVersion)); break;
            case "objection-propose": await InObjection(province, new ProposeConclusion(other == 1, "核实情况。", "经核实，情况如下。", objectionVersion)); break;
            case "objection-confirm": await InObjection(province, new ConfirmConclusion(objectionVersion)); break;
            case "objection-return": await InObjection(province, new ReturnConclusion("请补充。", objectionVersion)); break;
            case "recognise": await Do(province, Scenario.ADecision(batch, [one.Id], at: Now), Batch.Value); break;
            case "refuse": await Do(province, Scenario.ADecision(batch, [one.Id], "不符合条件", Now), Batch.Value); break;
            case "announce":
                // Mostly what was decided and not announced, as the kind of list that is due; now and then anything.
                var ofBatch = (await session.Events.FetchStreamAsync(Batch.Stream, token: Ct)).Select(x => x.Data).ToList();
                var ready = ofBatch.OfType<RecognitionDecided>().SelectMany(d => d.Verdicts).Where(v => v.Recognised).Select(v => v.Application)
                    .Except(ofBatch.OfType<ListAnnounced>().SelectMany(l => l.Applications)).ToList();
                var (listed, due) = (ready.Count > 0 && random.Next(5) > 0 ? ready[random.Next(ready.Count)] : one.Id, ofBatch.OfType<ListAnnounced>().Any() == (random.Next(8) > 0));
                await Do(province, Scenario.AnAnnouncement(batch, [listed], due ? AnnouncementKind.Supplementary : AnnouncementKind.Recognition, Now), Batch.Value);
                break;
            case "revocation": await Do(province, Scenario.AnAnnouncement(batch, [one.Id], AnnouncementKind.Revocation, Now), Batch.Value); break;
            case "rename": await Do(province, new RenameCluster($"演示新名{random.Next(9)}", today, "更名。", version), id); break;
            case "operator": await Do(province, new ChangeOperator(filed[random.Next(filed.Count)].Organisation.Value, "演示新运营机构", today, "变更。", version), id); break;
            case "recheck": await Do(province, new RecheckRecognition(other == 1, "复核情况。", "会议", today, "签发人", version), id); break;
            case "expire": await Do(Actor.Job("timer"), new ExpireRecognition(version), id); break;
            case "case-open" when random.Next(4) == 0:
                await Do(officer, new OpenCase(CaseSource.Officer, null, "不符", [new("revenue_digital_above_size", 1, null)]), id); break;
            case "case-notice": await InCase(officer, new ServeNotice("direct", today, caseVersion)); break;
            case "case-defence": await InCase(other == 1 ? one.Clerk : officer, new RecordDefence(null, "申辩", caseVersion)); break;
            case "case-propose": await InCase(officer, Scenario.AFinding(caseVersion)); break;
            case "case-propose-none": await InCase(officer, new ProposeFinding(false, null, null, null, "查无实据", caseVersion)); break;
            case "case-decide": await InCase(officer, new DecideFinding("会议", today, "签发人", caseVersion)); break;
            case "case-confirm": await InCase(officer, new ConfirmFinding(caseVersion)); break;
            case "case-close": await InCase(officer, new CloseWithoutFinding("查无实据", caseVersion)); break;
            case "case-serve": await InCase(officer, new ServeDecision("post", today, caseVersion)); break;
            case "case-publish": await InCase(officer, new PublishFinding(caseVersion)); break;
            case "case-ruling":
                await InCase(officer, new RecordRuling($"鲁政复〔{today.Year}〕{caseVersion}号", "省人民政府", other == 1 ? RulingOutcome.Rescinded : RulingOutcome.TermChanged, today, other == 1 ? null : today.AddDays(20), caseVersion)); break;
            case "case-ruling-confirm": await InCase(officer, new ConfirmRuling(caseVersion)); break;
            case "release": await Do(province, new ReleaseApplication("恢复", version), id); break;
            case "review-ask": await Do(one.Clerk, new RequestReview("不服", version), id); break;
            case "review-decide":
                var request = await session.Query<ReviewRequestCard>().Where(r => r.Application == id && r.Reopened == null).FirstOrDefaultAsync(Ct);
                await Do(other == 1 ? city with { Role = Roles.ProvincialOfficer, City = null } : province, new DecideReview(who == 1, "复核", request?.Version ?? 0), request?.Request ?? "none");
                break;
            case "deadline" when random.Next(10) == 0: await Do(province, new ExtendDeadline(today.AddDays(5), "系统中断。", batch), Batch.Value); break;
            default: break;
        }
        foreach (var outcome in outcomes)
            Count(what, outcome);
    }

    private string NextOfPanel(PanelView? panel) => panel switch
    {
        null => "panel",
        { State.Commitments.Count: < 2 } => "commit",
        { State.SnapshotTaken: false } => "snapshot",
        { State.Openings.Count: < 2 } => "open",
        { State.CalledIn: false } => "draw",
        { State: var s } when s.Seats.Any(seat => !s.HasDeclared(seat.Expert)) => "declare",
        _ => random.Next(2) == 0 ? "score" : "close-panel",
    };

    private string NextOfCase(CaseCard? card) => card switch
    {
        null => "case-open",
        { Open: true, DefenceLastDay: null } => "case-notice",
        { Open: true, DefenceCame: false } => "case-defence",
        { Step: CaseStep.Opened } => random.Next(5) == 0 ? "case-propose-none" : "case-propose",
        { Step: CaseStep.Proposed } => random.Next(3) == 0 ? "case-close" : "case-decide",
        { Step: CaseStep.Decided } => "case-confirm",
        { Step: CaseStep.Closed } => "case-open",
        { ServedOn: null } => "case-serve",
        { PublishedOn: null } => "case-publish",
        _ => random.Next(2) == 0 ? "case-ruling" : "case-ruling-confirm",
    };

    /// <summary>The version that a person has seen: now and then an old one.</summary>
    private async Task<long> SeenAsync(string stream) => Math.Max(0, await scenario.VersionAsync(stream) - (random.Next(15) == 0 ? 1 : 0));

    private Task<IReadOnlyList<Finding>> FindingsAsync(Filed one) => scenario.FindingsOrNoneAsync(one.Id);

    private async Task<IReadOnlyList<ApplicationId>> ApplicationsInAsync(Stage stage)
    {
        var found = new List<ApplicationId>();
        foreach (var one in filed)
            if (await scenario.StageAsync(one.Id) == stage)
                found.Add(one.Id);
        return found;
    }

    private async Task<Outcome> DraftReportAsync(string city, int who)
    {
        var recommended = new List<ApplicationId>();
        foreach (var id in await ApplicationsInAsync(Stage.Recommended))
            if (filed.Single(f => f.Id == id).City == city)
                recommended.Add(id);
        return await scenario.GiveReportAsync(Batch, Scenario.CityOfficer(city, who), recommended, Now, await SeenAsync(CityReport.Stream(Batch, city)));
    }

    private async Task<IReadOnlyList<Outcome>> ScoreAsync(PanelView panel)
    {
        await using var session = registry.Store.QuerySession();
        var definition = (await ((Calls)registry.Host.Services.GetService(typeof(Calls))!).ReadAsync(session, Batch, Ct))!.Definition;
        var outcomes = new List<Outcome>();
        foreach (var member in await scenario.MembersAsync(panel.Panel))
            foreach (var application in member.Applications)
            {
                var sheet = new SheetId(panel.Panel, new ApplicationId(application), member.Id);
                var saved = await registry.Give(member.Actor, new SaveSheet(Scenario.Lines(definition.Rubric, 0.7m + random.Next(3) / 10m), await scenario.VersionAsync(sheet.Stream)), sheet.Value, Now);
                outcomes.Add(saved);
                if (saved.Answer is { } answer)
                    outcomes.Add(await registry.Give(member.Actor, new SignSheet(answer.Version), sheet.Value, Now));
            }
        return outcomes;
    }

    private static async Task<string?> ObjectionOfAsync(IQuerySession session, Filed one) =>
        (await session.LoadAsync<OpenObjections>(one.Id.Value, Ct))?.Open.FirstOrDefault()?["objection/".Length..];

    private void Count(string what, Outcome outcome)
    {
        var (accepted, refused) = Tally.GetValueOrDefault(what, (0, []));
        if (outcome.Refusal is { } refusal)
            refused[refusal.Rule.Code] = refused.GetValueOrDefault(refusal.Rule.Code) + 1;
        Tally[what] = (accepted + (outcome.Answer is null ? 0 : 1), refused);
    }
}
