using CsCheck;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recognition;

namespace Registry.Tests.Recognition;

/// <summary>
/// Commands of all roles in any order: whatever is refused, the histories stay legal and the views equal their own fold. A failure prints the seed of its sequence.
/// </summary>
public sealed class AnyOrderTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private sealed record Step(int What, int Application, int Who);

    /// <summary>How often each command is tried: what leads on more often than what ends.</summary>
    private static readonly int[] Tries =
        [.. new[] { 1, 4, 4, 4, 1, 9, 12, 1, 8, 6, 2, 8, 1, 12, 8, 3, 4, 6, 3, 6, 2, 2 }.SelectMany((weight, what) => Enumerable.Repeat(what, weight))];

    private static readonly Gen<Step[]> Steps = Gen.Select(
        Gen.Int[0, Tries.Length - 1].Select(i => Tries[i]), Gen.Int[0, 1], Gen.Int[1, 2],
        (what, application, who) => new Step(what, application, who)).Array[150, 200];

    /// <summary>How often each command was accepted, over all sequences.</summary>
    private readonly Dictionary<int, int> reached = [];

    [Fact]
    public async Task Histories_stay_legal_and_views_equal_their_fold()
    {
        await Steps.SampleAsync(PlayAsync, iter: 4, threads: 1);
        // Sequences that get nowhere would prove nothing: cases are opened and served, recognitions decided.
        var counts = string.Join(", ", reached.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}"));
        Assert.True(reached.Values.Sum() >= 25, counts);
        Assert.True(new[] { 0, 1, 11 }.All(reached.ContainsKey), counts);
    }

    private async Task PlayAsync(Step[] steps)
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 1);
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        ApplicationId[] ids = [await PublicisedDirectlyAsync(batch, organisation), await PublicisedDirectlyAsync(batch, organisation)];
        var now = Scenario.AfterWindow;
        var accepted = new Dictionary<int, int>();
        foreach (var step in steps)
        {
            var outcome = await GiveAsync(step, batch, organisation, ids[step.Application], now);
            if (outcome is null)
                now = now.AddDays(step.Who * 9);
            else if (outcome.Answer is not null)
                accepted[step.What] = accepted.GetValueOrDefault(step.What) + 1;
        }
        foreach (var (what, times) in accepted)
            reached[what] = reached.GetValueOrDefault(what) + times;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", accepted.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}")));
        await AssertLegalAsync(ids, organisation);
        await AssertViewsAsync(ids);
    }

    private async Task<ApplicationId> PublicisedDirectlyAsync(BatchId batch, CreditCode organisation)
    {
        var id = await scenario.WrittenAsync(batch, organisation);
        await scenario.AppendAsync<Application>(id.Stream, "province-9", Scenario.PostingMorning,
            new Registry.Publicity.ApplicationPublicised(new("notice"), 1, Scenario.PostingMorning, Scenario.AfterWindow.AddDays(-2)));
        return id;
    }

    /// <summary>Gives one command as it would be given now; null for a step that only lets time pass.</summary>
    private async Task<Outcome?> GiveAsync(Step step, BatchId batch, CreditCode organisation, ApplicationId id, DateTimeOffset now)
    {
        var today = ChinaTime.ToDay(now);
        var (officer, province, clerk) = (Scenario.Integrity(step.Who), Scenario.Province(step.Who), Scenario.Clerk(organisation, Scenario.Jinan));
        await using var session = registry.Store.QuerySession();
        var cards = await session.Query<CaseCard>().Where(c => c.Application == id.Value).OrderByDescending(c => c.Version).ToListAsync(Ct);
        var request = await session.Query<ReviewRequestCard>().Where(r => r.Application == id.Value && r.Reopened == null).FirstOrDefaultAsync(Ct);
        var (caseId, caseVersion) = (cards.Count > 0 ? cards[0].Case : "none", cards.Count > 0 ? cards[0].Version : 0);
        var (version, batchVersion) = (await scenario.VersionAsync(id.Stream), await scenario.VersionAsync(batch.Stream));
        Task<Outcome> Case<T>(Actor by, T command) where T : ICommand<T> => registry.Give(by, command, caseId, now);
        return step.What switch
        {
            0 => await registry.Give(officer, new OpenCase(CaseSource.Officer, null, "不符", [new("revenue_digital_above_size", 1, null)]), id.Value, now),
            1 => await Case(officer, new ServeNotice("direct", today, caseVersion)),
            2 => await Case(step.Who == 1 ? clerk : officer, new RecordDefence(null, "申辩", caseVersion)),
            3 => await Case(officer, Scenario.AFinding(caseVersion)),
            4 => await Case(officer, new ProposeFinding(false, null, null, null, "查无实据", caseVersion)),
            5 => await Case(officer, new DecideFinding("会议", today, "签发人", caseVersion)),
            6 => await Case(officer, new ConfirmFinding(caseVersion)),
            7 => await Case(officer, new CloseWithoutFinding("查无实据", caseVersion)),
            8 => await Case(officer, new ServeDecision("post", today, caseVersion)),
            9 => await Case(officer, new PublishFinding(caseVersion)),
            10 => await Case(officer, new RecordRuling(
                $"鲁政复〔{today.Year}〕{caseVersion}号", "省人民政府", step.Application == 0 ? RulingOutcome.Rescinded : RulingOutcome.TermChanged, today, step.Application == 0 ? null : today.AddDays(30), caseVersion)),
            11 => await registry.Give(province, Scenario.ADecision(batchVersion, [id], at: now), batch.Value, now),
            12 => await registry.Give(province, Scenario.ADecision(batchVersion, [id], "不符合条件", now), batch.Value, now),
            13 => await registry.Give(province, Scenario.AnAnnouncement(batchVersion, [id], step.Who == 1 ? AnnouncementKind.Recognition : AnnouncementKind.Supplementary, now), batch.Value, now),
            14 => await registry.Give(province, Scenario.AnAnnouncement(batchVersion, [id], AnnouncementKind.Revocation, now), batch.Value, now),
            15 => await registry.Give(clerk, new RequestReview("不服", version), id.Value, now),
            16 => await registry.Give(province, new DecideReview(step.Application == 0, "复核", request?.Version ?? 0), request?.Request ?? "none", now),
            17 => await registry.Give(province, new ReleaseApplication("恢复", version), id.Value, now),
            18 => await registry.Give(Actor.Job("timer"), new ExpireRecognition(version), id.Value, now),
            19 => await Case(officer, new ConfirmRuling(caseVersion)),
            20 => await registry.Give(province, new RecheckRecognition(step.Application == 0, "复核情况", "会议", today, "签发人", version), id.Value, now),
            _ => null,
        };
    }

    private static readonly Dictionary<Stage, Stage[]> Legal = new()
    {
        [Stage.Draft] = [Stage.Submitted],
        [Stage.Submitted] = [Stage.Publicised],
        [Stage.Publicised] = [Stage.Recognised, Stage.NotRecognised, Stage.Disqualified],
        [Stage.NotRecognised] = [Stage.Publicised, Stage.Disqualified],
        [Stage.Recognised] = [Stage.Revoked, Stage.Expired],
        [Stage.Expired] = [Stage.Revoked],
        [Stage.Revoked] = [Stage.Recognised, Stage.Expired],
        [Stage.Disqualified] = [Stage.Publicised, Stage.NotRecognised],
    };

    /// <summary>Replays all streams in the order in which they were committed and asks of each event whether it could be.</summary>
    private async Task AssertLegalAsync(ApplicationId[] ids, CreditCode organisation)
    {
        await using var session = registry.Store.QuerySession();
        var application = ids.Select(i => i.Value).ToArray();
        var streams = (await session.Query<CaseCard>().Where(c => c.Application.IsOneOf(application)).ToListAsync(Ct)).Select(c => c.Id)
            .Concat(ids.Select(i => i.Stream)).Append(Organisation.Stream(organisation));
        var events = new List<IEvent>();
        foreach (var stream in streams)
            events.AddRange(await session.Events.FetchStreamAsync(stream, token: Ct));

        var (stages, cases, standing) = (new Dictionary<string, Stage>(), new Dictionary<string, CaseState>(), Standing.Start);
        foreach (var e in events.OrderBy(e => e.Sequence))
        {
            var (stream, day) = (e.StreamKey!, ChinaTime.ToDay(e.Timestamp));
            if (e.Data is FindingConfirmed confirmed)
            {
                var before = cases[stream];
                Assert.NotEqual(before.Proposal!.By, e.UserName);
                Assert.Equal(CaseStep.Decided, before.Step);
                Assert.True(before.DefenceCame || before.DefenceLastDay < day);
                Assert.Equal((day, day.AddYears(3)), (confirmed.FirstDay, confirmed.LastDay));
            }
            if (e.Data is FindingPublished)
                Assert.NotNull(cases[stream].ServedOn);
            if (e.Data is ApplicationRecognised)
            {
                Assert.DoesNotContain(cases.Values, c => c.Open && c.Opened!.Application.Stream == stream);
                Assert.Null(standing.BanOn(day, "shandong-digital-clusters"));
            }
            if (e.Data is IMovesApplication moves)
            {
                var from = stages.GetValueOrDefault(stream, Stage.Draft);
                Assert.True(Legal[from].Contains(moves.To), $"{from} -> {moves.To} by {e.EventTypeName}");
                stages[stream] = moves.To;
            }
            if (stream.StartsWith("case/", StringComparison.Ordinal))
                cases[stream] = CaseState.Next(cases.GetValueOrDefault(stream, CaseState.Start), e);
            standing = Standing.Next(standing, e.Data);
        }
        Assert.All(cases.Values, c => Assert.True(c.Finding is null || standing.Bans.Any(b => b.Finding == c.Finding.Finding && b.LastDay == c.LastDay)));
    }

    private async Task AssertViewsAsync(ApplicationId[] ids)
    {
        await using var session = registry.Store.QuerySession();
        var application = ids.Select(i => i.Value).ToArray();
        foreach (var card in await session.Query<CaseCard>().Where(c => c.Application.IsOneOf(application)).ToListAsync(Ct))
        {
            var events = await session.Events.FetchStreamAsync(card.Id, token: Ct);
            var state = events.Aggregate(CaseState.Start, CaseState.Next);
            Assert.Equal(events.Aggregate((CaseCard?)null, (view, e) => new CaseCardProjection().Evolve(view, card.Id, e)), card);
            Assert.Equal((state.Step, state.Open, events.Count), (card.Step, card.Open, card.Version));
        }
        foreach (var card in await session.Query<ReviewRequestCard>().Where(r => r.Application.IsOneOf(application)).ToListAsync(Ct))
        {
            var events = await session.Events.FetchStreamAsync(card.Id, token: Ct);
            Assert.Equal((events.Count, (events[^1].Data as ReviewDecided)?.Reopened), (card.Version, card.Reopened));
        }
        foreach (var id in ids)
        {
            var events = await session.Events.FetchStreamAsync(id.Stream, token: Ct);
            var (state, view) = (
                events.Select(e => e.Data).Aggregate(RecognisedState.Start, RecognisedState.Next),
                events.Where(e => e.Data is ApplicationRecognised or RecognitionRechecked or RecognitionRevoked or RevocationAnnounced or ApplicationRestored)
                    .Aggregate((RecognisedCluster?)null, (v, e) => e.Data is RecognitionRevoked && v is null ? v : new RecognisedClusterProjection().Evolve(v, id.Stream, e)));
            for (var day = new DateOnly(2025, 7, 1); day < new DateOnly(2030, 1, 1); day = day.AddDays(31))
                Assert.Equal(state.On(day), view?.On(day) ?? RecognitionStanding.None);
        }
    }
}
