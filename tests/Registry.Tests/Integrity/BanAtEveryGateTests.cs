using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Review;
using Registry.Screening;

namespace Registry.Tests.Integrity;

/// <summary>
/// 五(三), at every gate of the procedure: a ban that comes from another application of the same organisation arrives while a step is in flight. Of fifty pairs of
/// commands given in one instant each has exactly one order: the step is committed before the ban, or it is refused and nothing of it is recorded.
/// </summary>
public sealed class BanAtEveryGateTests(OwnStore own) : IClassFixture<OwnStore>
{
    private const int Pairs = 50;
    private const string Banned = "application.organisation-banned";
    private readonly RegistryFixture registry = own.Registry;
    private readonly Scenario scenario = new(own.Registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One step in flight.</summary>
    /// <param name="Stream">The stream that it appends to.</param>
    /// <param name="Give">Gives it; the code of the rule that refused it, or null.</param>
    private sealed record Step(Pair Pair, string Stream, Func<Task<string?>> Give);

    [Fact]
    public async Task Submission()
    {
        var drafts = (await registry.Announce(NoEvidence), Scenario.CaseDay);
        await AgainstBans(drafts, async pair => pair with { Pending = (await scenario.DraftedAsync(pair.Batch, Scenario.Zibo, organisation: pair.Organisation, at: Scenario.CaseDay)).Id },
            pair => On(pair, pair.Pending.Stream, Scenario.Clerk(pair.Organisation, Scenario.Zibo), new SubmitApplication(0), pair.Pending.Value, Scenario.CaseDay));
    }

    [Fact]
    public async Task Resubmission()
    {
        var returned = (await registry.Announce(NoEvidence), Scenario.CaseDay);
        await AgainstBans(returned, async pair =>
        {
            var (id, clerk) = await scenario.DraftedAsync(pair.Batch, Scenario.Zibo, organisation: pair.Organisation, at: Scenario.CaseDay);
            await registry.Accepted(clerk, new SubmitApplication(0), id.Value, Scenario.CaseDay);
            await registry.Accepted(
                Scenario.CityOfficer(Scenario.Zibo), new ReturnForCorrection(new Dictionary<string, string> { ["spatial_layout"] = "请写明四至范围。" }, 1), id.Value, Scenario.CaseDay);
            return pair with { Pending = id };
        }, pair => On(pair, pair.Pending.Stream, Scenario.Clerk(pair.Organisation, Scenario.Zibo), new SubmitApplication(2), pair.Pending.Value, Scenario.CaseDay));
    }

    [Fact]
    public async Task Recommendation() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.CaseDay), SubmittedAsync,
            pair => On(pair, pair.Pending.Stream, Scenario.CityOfficer(Scenario.Zibo), new RecommendApplication("建议推荐。", 1, [], 1), pair.Pending.Value, Scenario.CaseDay));

    [Fact]
    public async Task Recommendation_over_HTTP()
    {
        using var city = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Zibo);
        using var integrity = await scenario.SignedInAsync(Roles.IntegrityOfficer);
        var batch = await registry.Announce(OpenNow);
        await AgainstBans(
            (batch, DateTimeOffset.UtcNow.AddHours(-1)), SubmittedAsync,
            pair => new Step(pair, pair.Pending.Stream, () => PostAsync(city, new RecommendApplication("建议推荐。", 1, [], 1), pair.Pending.Value)),
            pair => PostAsync(integrity, new ConfirmFinding(pair.Case.Version), pair.Case.Id.Value));
    }

    [Fact]
    public async Task The_citys_report() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.CaseDay),
            async pair =>
            {
                pair = await ReachedAsync(pair, Scenario.CaseDay, Recommended(pair));
                await scenario.DraftedReportAsync(pair.Batch, Scenario.Zibo, [pair.Pending], Scenario.CaseDay);
                return pair;
            },
            pair => On(pair, pair.Pending.Stream, Scenario.CityOfficer(Scenario.Zibo, 2), new IssueCityReport(1), pair.Batch.Value, Scenario.CaseDay));

    [Fact]
    public async Task Screening() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.Rechecking), ReportedAsync,
            pair => On(pair, pair.Pending.Stream, Scenario.Province(), new AdmitApplication("符合条件。", [], 3), pair.Pending.Value, Scenario.Rechecking));

    [Fact]
    public async Task Screening_over_HTTP()
    {
        using var province = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        using var integrity = await scenario.SignedInAsync(Roles.IntegrityOfficer);
        await AgainstBans(
            (await registry.Announce(), DateTimeOffset.UtcNow.AddHours(-1)), ReportedAsync,
            pair => new Step(pair, pair.Pending.Stream, () => PostAsync(province, new AdmitApplication("符合条件。", [], 3), pair.Pending.Value)),
            pair => PostAsync(integrity, new ConfirmFinding(pair.Case.Version), pair.Case.Id.Value));
    }

    [Fact]
    public async Task The_list_for_expert_review() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.Rechecking),
            pair => ReachedAsync(pair, Scenario.Rechecking, Recommended(pair), new ApplicationReported("演工信〔2025〕12号", 1), Admitted),
            pair => On(pair, pair.Batch.Stream, Scenario.Province(), new FixReviewList(1), pair.Batch.Value, Scenario.Rechecking));

    [Fact]
    public async Task The_draw()
    {
        await scenario.PoolReadyAsync();
        await AgainstBans(
            (await registry.Announce(), Scenario.Reviewing),
            async pair =>
            {
                pair = await ReachedAsync(pair, Scenario.Reviewing, Recommended(pair), new ApplicationReported("演工信〔2025〕12号", 1), Admitted);
                await scenario.AppendAsync<Batch>(pair.Batch.Stream, Scenario.Province().Id, Scenario.Reviewing, new ReviewListFixed([]));
                await scenario.AppendAsync<Panel>(
                    PanelOf(pair).Stream, Scenario.Province().Id, Scenario.Reviewing, new PanelFormed(pair.Batch, null, [pair.Pending]),
                    new SeedCommitted(Scenario.Province(1).Id, Seed.Commit("1", Salt)), new SeedCommitted(Scenario.Province(2).Id, Seed.Commit("2", Salt)));
                return pair;
            },
            pair => On(pair, PanelOf(pair).Stream, Scenario.Province(), new TakeSnapshot(3), PanelOf(pair).Value, Scenario.Reviewing, otherwise: "review.nothing-to-review"));
    }

    [Fact]
    public async Task The_draw_after_its_snapshot()
    {
        await scenario.PoolReadyAsync();
        var batch = await registry.Announce();
        await AgainstBans(
            (batch, Scenario.Reviewing),
            async pair =>
            {
                pair = await ReachedAsync(pair, Scenario.Reviewing, Recommended(pair), new ApplicationReported("演工信〔2025〕12号", 1), Admitted);
                var panel = PanelOf(pair);
                await scenario.AppendAsync<Panel>(
                    panel.Stream, Scenario.Province().Id, Scenario.Reviewing, new PanelFormed(pair.Batch, null, [pair.Pending]),
                    new SeedCommitted(Scenario.Province(1).Id, Seed.Commit("1", Salt)), new SeedCommitted(Scenario.Province(2).Id, Seed.Commit("2", Salt)));
                var version = (await registry.Accepted(Scenario.Province(), new TakeSnapshot(3), panel.Value, Scenario.Reviewing)).Version;
                await registry.Accepted(Scenario.Province(1), new OpenSeed("1", Salt, version), panel.Value, Scenario.Reviewing);
                await registry.Accepted(Scenario.Province(2), new OpenSeed("2", Salt, version + 1), panel.Value, Scenario.Reviewing);
                return pair;
            },
            pair => On(pair, PanelOf(pair).Stream, Scenario.Province(), new DrawPanel(6), PanelOf(pair).Value, Scenario.Reviewing));
    }

    [Fact]
    public async Task The_shortlist() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.PostingMorning),
            async pair =>
            {
                pair = await ScoredAsync(pair);
                await scenario.AppendAsync<Batch>(pair.Batch.Stream, Scenario.Province().Id, Scenario.PostingMorning, new ShortlistProposed([new(pair.Pending, 1, null)], []));
                return pair;
            },
            pair => On(pair, pair.Pending.Stream, Scenario.Province(2), new FixShortlist("厅长办公会", ChinaTime.ToDay(Scenario.PostingMorning), "演示签发人", 2), pair.Batch.Value, Scenario.PostingMorning));

    [Fact]
    public async Task The_opening_of_publicity() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.PostingMorning), ShortlistedAsync,
            pair => On(
                pair, pair.Batch.Stream, Scenario.Province(), new OpenPublicity(ChinaTime.ToDay(Scenario.PostingMorning), Scenario.NoticeAddress, 2), pair.Batch.Value, Scenario.PostingMorning));

    [Fact]
    public async Task The_posting_of_the_notice() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.PostingMorning),
            async pair =>
            {
                pair = await ShortlistedAsync(pair);
                await registry.Accepted(
                    Scenario.Province(), new OpenPublicity(ChinaTime.ToDay(Scenario.PostingMorning), Scenario.NoticeAddress, 2), pair.Batch.Value, Scenario.PostingMorning);
                return pair;
            },
            pair => new Step(pair, pair.Pending.Stream, async () =>
            {
                var notice = (await scenario.LastAsync<NoticePrepared>(pair.Batch.Stream)).Publicity;
                var outcome = await registry.Give(Scenario.Province(2), new VerifyPosting(Scenario.NoticeAddress, Scenario.PostingMorning, 1), notice.Value, Scenario.PostingMorning);
                return Code(outcome, "publicity.nothing-to-publicise");
            }));

    [Fact]
    public async Task The_collective_decision_to_recognise() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.AfterWindow), PublicisedAsync,
            pair => On(pair, pair.Batch.Stream, Scenario.Province(), Scenario.ADecision(1, [pair.Pending]), pair.Batch.Value, Scenario.AfterWindow));

    [Fact]
    public async Task Recognition() =>
        await AgainstBans(
            (await registry.Announce(), Scenario.AfterWindow),
            async pair =>
            {
                pair = await PublicisedAsync(pair);
                await scenario.AppendAsync<Batch>(
                    pair.Batch.Stream, Scenario.Province().Id, Scenario.AfterWindow,
                    new RecognitionDecided(new CollectiveDecision(Sealed.Of("会议"), ChinaTime.ToDay(Scenario.AfterWindow), Sealed.Of("签发人")), [new(pair.Pending, true)]));
                return pair;
            },
            pair => On(pair, pair.Pending.Stream, Scenario.Province(), Scenario.AnAnnouncement(2, [pair.Pending]), pair.Batch.Value, Scenario.AfterWindow));

    private static readonly string Salt = new('5', 64);

    private static ApplicationAdmitted Admitted => new(Sealed.Of("符合条件。"), []);

    private static ApplicationRecommended Recommended(Pair pair) => new(pair.Batch, Scenario.Zibo, 1, 1, Sealed.Of("建议推荐。"), []);

    private static PanelId PanelOf(Pair pair) => new($"panel{pair.Pending.Value}");

    private static void NoEvidence(System.Text.Json.Nodes.JsonNode definition)
    {
        foreach (var field in definition["form"]!["fields"]!.AsArray())
            field!.AsObject().Remove("evidence");
    }

    /// <summary>A batch that is open on the real day, for commands that come over HTTP.</summary>
    private static void OpenNow(System.Text.Json.Nodes.JsonNode definition)
    {
        foreach (var window in new[] { "applications", "cityReports" })
            definition[window]!["lastDay"] = DateTimeOffset.UtcNow.AddYears(1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<Pair> SubmittedAsync(Pair pair) =>
        pair with { Pending = await scenario.WrittenAsync(pair.Batch, pair.Organisation, Scenario.Zibo, at: Scenario.CaseDay) };

    private Task<Pair> ReportedAsync(Pair pair) => ReachedAsync(pair, Scenario.CaseDay, Recommended(pair), new ApplicationReported("演工信〔2025〕12号", 1));

    private async Task<Pair> ScoredAsync(Pair pair)
    {
        var rule = new ScoringRule(Aggregate.TrimmedMean, 5, 2, 60, [], [], []);
        pair = await ReachedAsync(pair, Scenario.Reviewing, new ApplicationScored(new("panel"), 90, 1, true, new Dictionary<string, decimal>(), [], 0, rule));
        await scenario.AppendAsync<Panel>(
            PanelOf(pair).Stream, Scenario.Province().Id, Scenario.Reviewing, new PanelFormed(pair.Batch, null, [pair.Pending]),
            new RankingFixed(pair.Batch, null, rule, [new(pair.Pending, 1, 90, new Dictionary<string, decimal>(), 7, true)], []));
        return pair;
    }

    private async Task<Pair> ShortlistedAsync(Pair pair)
    {
        pair = await ReachedAsync(pair, Scenario.Reviewing, new ApplicationShortlisted(1));
        await scenario.AppendAsync<Batch>(
            pair.Batch.Stream, Scenario.Province().Id, Scenario.Reviewing,
            new ShortlistFixed([new(pair.Pending, 1, null)], [], new CollectiveDecision(Sealed.Of("会议"), ChinaTime.ToDay(Scenario.Reviewing), Sealed.Of("签发人"))));
        return pair;
    }

    private Task<Pair> PublicisedAsync(Pair pair) =>
        ReachedAsync(pair, Scenario.PostingMorning, new ApplicationPublicised(new("notice"), 1, Scenario.PostingMorning, Scenario.AfterWindow.AddDays(-2)));

    private async Task<Pair> ReachedAsync(Pair pair, DateTimeOffset at, params object[] events)
    {
        pair = await SubmittedAsync(pair);
        await scenario.AppendAsync<Application>(pair.Pending.Stream, "earlier", at, events);
        return pair;
    }

    private Step On<T>(Pair pair, string stream, Actor actor, T command, string target, DateTimeOffset at, string otherwise = Banned) where T : ICommand<T> =>
        new(pair, stream, async () => Code(await registry.Give(actor, command, target, at), otherwise));

    private static string? Code(Outcome outcome, string otherwise) => outcome.Refusal?.Rule.Code is { } code ? code == otherwise ? Banned : code : null;

    private static async Task<string?> PostAsync<T>(HttpClient client, T command, string target) where T : ICommand<T>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + T.Spec.Route!.Replace("{id}", target, StringComparison.Ordinal));
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        request.Content = JsonContent.Create(command, options: Registry.Platform.Json.Api);
        using var response = await client.SendAsync(request, Ct);
        return response.IsSuccessStatusCode ? null : (await response.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString();
    }

    private async Task AgainstBans((BatchId Like, DateTimeOffset At) setting, Func<Pair, Task<Pair>> reach, Func<Pair, Step> step, Func<Pair, Task<string?>>? ban = null)
    {
        var pairs = await scenario.PairsAsync(setting.Like, Pairs, setting.At, reach);
        var steps = pairs.Select(step).ToArray();
        var before = await Task.WhenAll(steps.Select(s => scenario.VersionAsync(s.Stream)));
        ban ??= async pair => Code(await registry.Give(Scenario.Integrity(2), new ConfirmFinding(pair.Case.Version), pair.Case.Id.Value, setting.At), "");
        // Half of the pairs start with the step, half with the ban. Where one side has more to read first, it may lose every race on a busy machine; so the first step is
        // through before its ban is given, and the last ban before its step, and both orders are met for certain.
        var outcomes = await Task.WhenAll(steps.Select((s, i) =>
            i == 0 ? InTurn(s.Give, () => ban(s.Pair))
            : i == Pairs - 1 ? BanFirst(() => ban(s.Pair), s.Give)
            : i % 2 == 0 ? Both(s.Give(), ban(s.Pair)) : Swapped(ban(s.Pair), s.Give())));

        await using var session = registry.Store.QuerySession();
        var passed = 0;
        for (var i = 0; i < steps.Length; i++)
        {
            var (stepped, banned) = outcomes[i];
            Assert.Null(banned);
            var events = await session.Events.FetchStreamAsync(steps[i].Stream, token: Ct);
            var standing = Assert.Single(await session.Events.FetchStreamAsync(Organisation.Stream(steps[i].Pair.Organisation), token: Ct));
            Assert.IsType<OrganisationBanned>(standing.Data);
            if (stepped is { } code)
                Assert.Equal((Banned, before[i]), (code, events.Count));
            else
            {
                passed++;
                Assert.True(events.Count > before[i] && events[^1].Sequence < standing.Sequence, $"pair {i}: the step was committed after the ban");
            }
        }
        // A test in which one side always came first would say nothing about the other order.
        Assert.Null(outcomes[0].Item1);
        Assert.Equal(Banned, outcomes[^1].Item1);
        Assert.InRange(passed, 1, Pairs - 1);
        TestContext.Current.TestOutputHelper!.WriteLine($"{passed} of {Pairs} steps came before their ban");
    }

    private static async Task<(string?, string?)> Both(Task<string?> step, Task<string?> ban) => (await step, await ban);

    private static async Task<(string?, string?)> Swapped(Task<string?> ban, Task<string?> step) => (await step, await ban);

    private static async Task<(string?, string?)> InTurn(Func<Task<string?>> step, Func<Task<string?>> ban) => (await step(), await ban());

    private static async Task<(string?, string?)> BanFirst(Func<Task<string?>> ban, Func<Task<string?>> step)
    {
        var banned = await ban();
        return (await step(), banned);
    }
}
