using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

public sealed class ShortlistTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateOnly Day = new(2025, 7, 10);
    private static readonly DateTimeOffset Then = new(2025, 7, 11, 2, 0, 0, TimeSpan.Zero);
    private static readonly Refusal Banned = ApplicationRules.OrganisationBanned.Refuse(("lastDay", new DateOnly(2028, 7, 1)));
    private readonly Scenario scenario = new(registry);

    [Fact]
    public void Without_a_ranking_no_shortlist_is_proposed() => Assert.Equal("shortlist.ranking-missing", Code(Propose([], ["a"], [])));

    [Fact]
    public void A_list_of_nobody_is_refused() => Assert.Equal("shortlist.empty", Code(Propose(Field(1), [], ["a"])));

    [Fact]
    public void Every_scored_application_is_listed_or_left_out_once_and_no_other()
    {
        Assert.Equal("shortlist.incomplete", Code(Propose(Field(2), ["a"], [])));
        Assert.Equal("shortlist.unknown-application", Code(Propose(Field(2), ["a"], ["a"])));
        Assert.Equal("shortlist.unknown-application", Code(Propose(Field(2), ["a", "b"], ["z"])));
    }

    [Fact]
    public void An_application_taken_up_against_the_ranking_needs_a_reason()
    {
        Assert.Equal("shortlist.deviation-unexplained", Code(Propose(Field(3), ["a", "c"], ["b"])));
        var proposed = Proposed(Propose(Field(3), ["a", "c!"], ["b"]));
        Assert.NotNull(proposed.Entries.Single(e => e.Application.Value == "c").Deviation);
        Assert.Null(proposed.Entries.Single(e => e.Application.Value == "a").Deviation);
        Assert.True(proposed.LeftOut.Single().Deviates);
    }

    [Fact]
    public void An_application_below_the_pass_mark_is_a_deviation_whatever_its_rank()
    {
        Candidate[] field = [new(new("a"), 1, true, null), new(new("b"), 2, false, null)];
        Assert.Equal("shortlist.deviation-unexplained", Code(Propose(field, ["a", "b"], [])));
        Assert.NotNull(Proposed(Propose(field, ["a", "b!"], [])).Entries[1].Deviation);
    }

    [Fact]
    public void Of_two_with_the_same_rank_either_may_have_the_last_place()
    {
        Candidate[] field = [new(new("a"), 1, true, null), new(new("b"), 2, true, null), new(new("c"), 2, true, null)];
        Assert.False(Shortlist.Deviates(Proposed(Propose(field, ["a", "b"], ["c"]))));
        Assert.False(Shortlist.Deviates(Proposed(Propose(field, ["a", "c"], ["b"]))));
    }

    [Fact]
    public void A_banned_applicant_is_not_listed_and_leaving_it_out_is_no_deviation()
    {
        Candidate[] field = [new(new("a"), 1, true, Banned), new(new("b"), 2, true, null)];
        Assert.Equal("application.organisation-banned", Code(Propose(field, ["a"], ["b"])));
        Assert.False(Shortlist.Deviates(Proposed(Propose(field, ["b"], ["a"]))));
    }

    [Fact]
    public async Task Nothing_is_fixed_that_was_not_proposed_and_nothing_twice()
    {
        var batch = await registry.Announce();
        await scenario.RankedAsync(batch);
        Assert.Equal("shortlist.not-proposed", await registry.Refused(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", 1), batch.Value, Then));
        batch = await registry.Announce();
        await scenario.ShortlistedAsync(batch);
        Assert.Equal("shortlist.already-fixed", await registry.Refused(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", 3), batch.Value, Then));
    }

    [Fact]
    public async Task The_decision_names_its_meeting_a_past_day_and_a_signatory()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RankedAsync(batch);
        await registry.Accepted(Officer, new ProposeShortlist([new(ids[0])], [], 1), batch.Value, Then);
        Assert.Equal("reason.missing", await registry.Refused(Officer, new FixShortlist("", Day, "演示签发人", 2), batch.Value, Then));
        Assert.Equal("reason.missing", await registry.Refused(Officer, new FixShortlist("厅长办公会", Day, " ", 2), batch.Value, Then));
        Assert.Equal("shortlist.decision-in-future", await registry.Refused(Officer, new FixShortlist("厅长办公会", new DateOnly(2025, 7, 12), "演示签发人", 2), batch.Value, Then));
    }

    [Fact]
    public async Task A_list_that_departs_from_the_ranking_is_fixed_by_a_second_person()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RankedAsync(batch, 2);
        await registry.Accepted(Officer, new ProposeShortlist([new(ids[1], "现场核查情况更好。")], [new(ids[0], "现场核查发现材料与实际不一致。")], 1), batch.Value, Then);
        Assert.Equal("shortlist.second-person", await registry.Refused(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", 2), batch.Value, Then));
        await registry.Accepted(Scenario.Province(2), new FixShortlist("厅长办公会", Day, "演示签发人", 2), batch.Value, Then);
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(ids[1]));
        Assert.Equal(Stage.NotShortlisted, await scenario.StageAsync(ids[0]));
    }

    [Fact]
    public async Task An_application_that_left_the_field_after_the_proposal_sends_it_back()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RankedAsync(batch, 2);
        await registry.Accepted(Officer, new ProposeShortlist([new(ids[0])], [new(ids[1], "排名靠后。")], 1), batch.Value, Then);
        await scenario.DisqualifyDirectlyAsync(ids[1]);
        Assert.Equal("shortlist.changed", await registry.Refused(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", 2), batch.Value, Then));
    }

    [Fact]
    public async Task Whoever_is_not_on_the_list_is_told_why_under_its_own_applications_key()
    {
        var ids = await scenario.ShortlistedAsync(await registry.Announce(), 1, leftOut: 1);
        var told = await scenario.LastAsync<ApplicationNotShortlisted>(ids[1].Stream);
        Assert.StartsWith(ids[1].Stream, told.Reason.Box!.Key);
        Assert.Equal("综合得分排名靠后。", registry.Host.Services.GetRequiredService<Vault>().Open(told.Reason));
    }

    [Fact]
    public async Task Only_one_of_fifty_who_fix_the_list_at_once_fixes_it()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RankedAsync(batch, 3);
        await registry.Accepted(Officer, new ProposeShortlist([new(ids[0])], [new(ids[1], "排名靠后。"), new(ids[2], "排名靠后。")], 1), batch.Value, Then);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", 2), batch.Value, Then)));
        Assert.Single(outcomes, o => o.Answer is not null);
        Assert.All(outcomes.Where(o => o.Refusal is not null), o => Assert.Equal("command.stale", o.Refusal!.Rule.Code));
        Assert.Equal(3, await scenario.VersionAsync(ids[1].Stream));
    }

    [Fact]
    public async Task An_application_on_the_list_is_not_added_to_it_again()
    {
        var ids = await scenario.ShortlistedAsync(await registry.Announce(), 1, leftOut: 1);
        Assert.Equal("application.wrong-stage", await registry.Refused(Officer, new ExtendShortlist("复核", "厅长办公会", Day, "演示签发人", 3), ids[0].Value, Then));
        await scenario.AddedToShortlistAsync(ids[1]);
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(ids[1]));
    }

    [Fact]
    public async Task An_application_whose_exclusion_a_review_reopened_can_be_put_on_the_list_and_one_that_waits_for_its_list_cannot()
    {
        var batch = await registry.Announce();
        var ids = await scenario.ShortlistedAsync(batch, 1, leftOut: 1);
        await using var session = registry.Store.QuerySession();
        var head = (await session.LoadAsync<Draft>(ids[1].Stream, TestContext.Current.CancellationToken))!;
        var request = await registry.Accepted(Scenario.Clerk(head.Organisation, head.City), new Registry.Recognition.RequestReview("不服", 3), ids[1].Value, Then);
        await registry.Accepted(Scenario.Province(2), new Registry.Recognition.DecideReview(true, "重新研究", 1), request.Id, Then);
        Assert.Equal(Stage.Scored, await scenario.StageAsync(ids[1]));
        await scenario.AddedToShortlistAsync(ids[1]);
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(ids[1]));

        var waiting = (await scenario.RankedAsync(await registry.Announce()))[0];
        Assert.Equal("application.wrong-stage", await registry.Refused(Officer, new ExtendShortlist("复核", "厅长办公会", Day, "演示签发人", 2), waiting.Value, Then));
    }

    [Fact]
    public async Task A_list_whose_reasons_can_no_longer_be_read_goes_back_to_its_proposer()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RankedAsync(batch, 2);
        await registry.Accepted(Officer, new ProposeShortlist([new(ids[0])], [new(ids[1], "排名靠后。")], 1), batch.Value, Then);
        registry.Host.Services.GetRequiredService<KeyStore>().Destroy(batch.Stream);
        Assert.Equal("shortlist.changed", await registry.Refused(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", 2), batch.Value, Then));
    }

    [Fact]
    public async Task From_applications_scored_by_a_real_panel_to_an_open_window()
    {
        var batch = await registry.Announce();
        var admitted = (await scenario.ReviewListedAsync(batch, (Scenario.Jinan, 2))).Select(a => a.Id).ToArray();
        await scenario.ScoredAsync(batch, a => a == admitted[1] ? 0.9m : 0.7m);
        await using var session = registry.Store.QuerySession();
        var candidates = await PublicityRoom.CandidatesAsync(batch, new Reading(Officer, Then, session, registry.Host.Services.GetRequiredService<Vault>(), registry.Host.Services, TestContext.Current.CancellationToken));
        Assert.Equal([(admitted[1], 1), (admitted[0], 2)], candidates!.Select(c => (c.Application, c.Rank)));
        var proposed = await registry.Accepted(
            Officer, new ProposeShortlist([new(admitted[1])], [new(admitted[0], "排名靠后。")], await scenario.VersionAsync(batch.Stream)), batch.Value, Then);
        var fixedList = await registry.Accepted(Officer, new FixShortlist("厅长办公会", Day, "演示签发人", proposed.Version), batch.Value, Then);
        var notice = await registry.Accepted(Officer, new OpenPublicity(new DateOnly(2025, 7, 14), Scenario.NoticeAddress, fixedList.Version), batch.Value, Then);
        await registry.Accepted(Officer, new VerifyPosting(Scenario.NoticeAddress, Scenario.PostingMorning, 1), notice.Id, Scenario.PostingMorning);
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(admitted[1]));
        Assert.Equal(Stage.NotShortlisted, await scenario.StageAsync(admitted[0]));
    }

    private static Candidate[] Field(int size) => [.. Enumerable.Range(0, size).Select(i => new Candidate(new(((char)('a' + i)).ToString()), i + 1, true, null))];

    /// <summary>A name that ends in an exclamation mark comes with a reason for deviating.</summary>
    private static Decision Propose(Candidate[] field, string[] listed, string[] leftOut) => ProposeShortlist.Decide(
        new ProposeShortlist([.. listed.Select(l => new ListedApplication(new(l.TrimEnd('!')), l.EndsWith('!') ? "理由" : null))], [.. leftOut.Select(l => new LeftOutApplication(new(l), "排名靠后。"))], 1),
        Shortlist.Start, field);

    private static ShortlistProposed Proposed(Decision decision) => Assert.IsType<ShortlistProposed>(Assert.Single(Assert.IsType<Decision.Accepted>(decision).Events));

    private static string Code(Decision decision) => Assert.IsType<Decision.Refused>(decision).Refusal.Rule.Code;
}
