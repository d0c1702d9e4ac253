using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>The straight path and its refusals in the store: forming, drawing, declaring, scoring, closing.</summary>
public sealed class PanelTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly string Salt = new('a', 64);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_is_on_one_panel_and_without_applications_there_is_none()
    {
        var batch = await registry.Announce();
        Assert.Equal("review.list-not-fixed", await registry.Refused(Scenario.Province(), new FormPanel(null), batch.Value));
        await scenario.ForReviewAsync(batch);
        Assert.Equal("review.grouping", await registry.Refused(Scenario.Province(), new FormPanel("SW"), batch.Value));
        await scenario.PanelFormedAsync(batch);
        Assert.Equal("review.nothing-to-review", await registry.Refused(Scenario.Province(), new FormPanel(null), batch.Value));
    }

    [Fact]
    public async Task The_panel_of_an_industry_has_its_own_size_where_the_definition_says_so()
    {
        var batch = await registry.Announce(d =>
        {
            d["panel"]!["grouping"] = "byIndustry";
            d["panel"]!["groups"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"industry": "SW", "size": 3, "minimum": 3, "alternates": 1, "constraints": []}]""");
        });
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDeclaredAsync(batch, "SW");
        var members = await scenario.MembersAsync(panel);
        Assert.Equal(3, members.Count);
        foreach (var member in members)
            await scenario.SignedAsync(member.Actor, new SheetId(panel, application, member.Id), Scenario.Lines(await scenario.RubricAsync(batch), 0.8m));
        await registry.Accepted(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);
        Assert.Equal(3, (await scenario.LastAsync<RankingFixed>(panel.Stream)).Rule.Minimum);
    }

    [Fact]
    public async Task Fifty_who_form_a_panel_at_once_form_one()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => registry.Give(Scenario.Province(i), new FormPanel(null), batch.Value)));
        Assert.Single(outcomes, o => o.Answer is not null);
    }

    [Fact]
    public async Task Abuse_07_one_person_cannot_make_the_seed_alone()
    {
        var panel = await FormedAsync();
        var version = (await registry.Accepted(Scenario.Province(1), new CommitSeed(Seed.Commit("7", Salt), 1), panel.Value)).Version;
        Assert.Equal("review.two-persons", await registry.Refused(Scenario.Province(1), new CommitSeed(Seed.Commit("8", Salt), version), panel.Value));
        Assert.Equal("review.commitment-invalid", await registry.Refused(Scenario.Province(2), new CommitSeed(Seed.Commit("7", Salt), version), panel.Value));
        Assert.Equal("review.commitments-missing", await registry.Refused(Scenario.Province(1), new TakeSnapshot(version), panel.Value));
    }

    [Fact]
    public async Task Numbers_are_opened_after_the_snapshot_by_who_committed_and_as_committed()
    {
        await scenario.PoolReadyAsync();
        var panel = await FormedAsync();
        var version = (await registry.Accepted(Scenario.Province(1), new CommitSeed(Seed.Commit("12", "3" + Salt[1..]), 1), panel.Value, Scenario.Reviewing)).Version;
        version = (await registry.Accepted(Scenario.Province(2), new CommitSeed(Seed.Commit("9", Salt), version), panel.Value, Scenario.Reviewing)).Version;
        Assert.Equal("review.commitments-complete", await registry.Refused(Scenario.Province(3), new CommitSeed(Seed.Commit("5", Salt), version), panel.Value));
        Assert.Equal("review.snapshot-missing", await registry.Refused(Scenario.Province(1), new OpenSeed("12", "3" + Salt[1..], version), panel.Value));
        version = (await registry.Accepted(Scenario.Province(3), new TakeSnapshot(version), panel.Value, Scenario.Reviewing)).Version;
        Assert.Equal("review.snapshot-taken", await registry.Refused(Scenario.Province(3), new TakeSnapshot(version), panel.Value));
        Assert.Equal("review.not-committed", await registry.Refused(Scenario.Province(3), new OpenSeed("9", Salt, version), panel.Value));
        Assert.Equal("review.opening-differs", await registry.Refused(Scenario.Province(2), new OpenSeed("8", Salt, version), panel.Value));
        Assert.Equal("review.opening-differs", await registry.Refused(Scenario.Province(1), new OpenSeed("123", Salt[1..], version), panel.Value));
        version = (await registry.Accepted(Scenario.Province(2), new OpenSeed("9", Salt, version), panel.Value)).Version;
        Assert.Equal("review.opened-already", await registry.Refused(Scenario.Province(2), new OpenSeed("9", Salt, version), panel.Value));
        Assert.Equal("review.openings-missing", await registry.Refused(Scenario.Province(1), new DrawPanel(version), panel.Value));
        await registry.Accepted(Scenario.Province(1), new OpenSeed("12", "3" + Salt[1..], version), panel.Value);
    }

    [Fact]
    public async Task The_pool_is_not_recorded_while_another_panel_of_the_batch_is_between_snapshot_and_draw()
    {
        await scenario.PoolReadyAsync();
        var panel = await FormedAsync();
        var version = (await registry.Accepted(Scenario.Province(1), new CommitSeed(Seed.Commit("1", Salt), 1), panel.Value)).Version;
        version = (await registry.Accepted(Scenario.Province(2), new CommitSeed(Seed.Commit("2", Salt), version), panel.Value)).Version;
        var batch = (await scenario.LastAsync<PanelFormed>(panel.Stream)).Batch;
        var other = new PanelId(Guid.NewGuid().ToString("N"));
        await scenario.AppendAsync<Panel>(other.Stream, "province-1", Scenario.Reviewing, new PanelFormed(batch, null, []), new PoolSnapshotTaken([], [], new DrawRule(7, 5, 3, [], true, 40), "", "", []));
        Assert.Equal("review.other-draw", await registry.Refused(Scenario.Province(), new TakeSnapshot(version), panel.Value, Scenario.Reviewing));
        await scenario.AppendAsync<Panel>(other.Stream, "province-1", Scenario.Reviewing, new DrawAbandoned(Registry.Platform.Sealing.Sealed.Of("停电"), []));
        await registry.Accepted(Scenario.Province(), new TakeSnapshot(version), panel.Value, Scenario.Reviewing);
    }

    [Fact]
    public async Task A_panel_without_experts_is_not_closed_and_a_draw_that_nobody_began_is_not_given_up()
    {
        var panel = await FormedAsync();
        Assert.Equal("review.not-called-in", await CloseAsync(panel));
        Assert.Equal("review.nothing-new", await registry.Refused(Scenario.Province(), new AbandonDraw("停电", 1), panel.Value));
    }

    [Fact]
    public async Task A_recorded_draw_repeats_from_its_exported_files()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        var panel = await scenario.PanelDrawnAsync(batch);
        await using var session = registry.Store.QuerySession();
        var events = (await session.Events.FetchStreamAsync(panel.Stream, token: Ct)).Select(e => e.Data).ToArray();
        var snapshot = events.OfType<PoolSnapshotTaken>().Single();
        var drawn = events.OfType<PanelDrawn>().Single();
        var again = Draw.Run(snapshot.Pool, snapshot.Applications, snapshot.Rule, drawn.Seed).Result!;
        Assert.Equal(drawn.Result.Members, again.Members);
        Assert.Equal(drawn.Result.Alternates, again.Alternates);
        Assert.Equal(7, again.Members.Count);
        Assert.Equal(DrawFiles.HashOf(DrawFiles.PoolOf(snapshot)), snapshot.PoolHash);
    }

    [Fact]
    public async Task A_second_draw_needs_the_first_to_be_given_up_with_a_reason()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        var panel = await scenario.PanelDrawnAsync(batch);
        var version = await scenario.VersionAsync(panel.Stream);
        Assert.Equal("review.called-in-already", await registry.Refused(Scenario.Province(), new DrawPanel(version), panel.Value));
        Assert.Equal("reason.missing", await registry.Refused(Scenario.Province(), new AbandonDraw(" ", version), panel.Value));
        await registry.Accepted(Scenario.Province(), new AbandonDraw("两名专家出国", version), panel.Value);
        await scenario.DrawAsync(panel);
    }

    [Fact]
    public async Task Abuse_18_an_application_whose_applicant_is_banned_is_left_out_at_the_draw()
    {
        var batch = await registry.Announce();
        var (kept, banned) = await scenario.ForReviewAsync(batch, Scenario.Jinan, Scenario.Zibo) is [var first, var second] ? (first, second) : default;
        var panel = await scenario.PanelFormedAsync(batch);
        await scenario.BanDirectlyAsync(banned, new DateOnly(2025, 6, 1));
        await scenario.PoolReadyAsync();
        await scenario.DrawAsync(panel);
        var members = await scenario.MembersAsync(panel);
        Assert.All(members, m => Assert.Equal([kept.Value], m.Applications));
    }

    [Fact]
    public async Task Abuse_05_without_declaration_nothing_is_read_or_written_and_an_unassigned_expert_finds_nothing()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDrawnAsync(batch);
        var member = (await scenario.MembersAsync(panel))[0];
        var sheet = new SheetId(panel, application, member.Id);
        var lines = new SaveSheet([new SheetLine("S1", 10, null)], 0);
        Assert.Equal("review.declare-first", await registry.Refused(member.Actor, lines, sheet.Value));
        Assert.Equal("review.undertaking-missing", await registry.Refused(member.Actor, new DeclareConflicts([], null, false), panel.Value));
        var (stranger, actor) = await scenario.ExpertAsync();
        Assert.Equal("access.not-found", await registry.Refused(actor, lines, sheet.Value));
        Assert.Equal("access.not-found", await registry.Refused(actor, lines, new SheetId(panel, application, stranger).Value));
        Assert.Equal("access.not-found", await registry.Refused(actor, new DeclareConflicts([], null, true), panel.Value));
    }

    [Fact]
    public async Task Points_outside_the_range_or_between_the_steps_are_refused_and_an_open_criterion_is_not_signed()
    {
        var (panel, member, sheet) = await DeclaredAsync();
        Assert.Equal("review.points-invalid", await registry.Refused(member, new SaveSheet([new SheetLine("S1", 15.5m, null)], 0), sheet.Value));
        Assert.Equal("review.points-invalid", await registry.Refused(member, new SaveSheet([new SheetLine("S1", 10.25m, null)], 0), sheet.Value));
        Assert.Equal("review.points-invalid", await registry.Refused(member, new SaveSheet([new SheetLine("S1", -0.5m, null)], 0), sheet.Value));
        Assert.Equal("review.unknown-criterion", await registry.Refused(member, new SaveSheet([new SheetLine("S9", 1, null)], 0), sheet.Value));
        var version = (await registry.Accepted(member, new SaveSheet([new SheetLine("S1", 15, null)], 0), sheet.Value)).Version;
        Assert.Equal("review.comment-missing", await registry.Refused(member, new SignSheet(version), sheet.Value));
        version = (await registry.Accepted(member, new SaveSheet([new SheetLine("S1", 15, "布局清晰")], version), sheet.Value)).Version;
        Assert.Equal("review.criterion-open", await registry.Refused(member, new SignSheet(version), sheet.Value));
    }

    [Fact]
    public async Task Who_abstained_signs_nothing_before_saving_again_and_nothing_is_signed_or_abstained_from_twice()
    {
        var (_, member, sheet) = await DeclaredAsync();
        await registry.Accepted(member, new AbstainFromSheet("不熟悉该领域", 0), sheet.Value);
        Assert.Equal("review.nothing-new", await registry.Refused(member, new AbstainFromSheet("不熟悉该领域", 1), sheet.Value));
        Assert.Equal("review.abstained", await registry.Refused(member, new SignSheet(1), sheet.Value));
        var signed = await scenario.SignedAsync(member, sheet, [.. new[] { "S1", "S2", "S3", "S4", "S5", "S6", "S7" }.Select(c => new SheetLine(c, 1, "改"))], 1);
        Assert.Equal("review.nothing-new", await registry.Refused(member, new SignSheet(signed), sheet.Value));
    }

    [Fact]
    public async Task A_closing_waits_for_every_sheet_and_an_abstention_is_no_zero()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        var members = await scenario.MembersAsync(panel);
        var sheet = new SheetId(panel, application, members[0].Id);
        await registry.Accepted(members[0].Actor, new SaveSheet([], 2), sheet.Value);
        Assert.Equal("review.sheets-missing", await CloseAsync(panel));
        await registry.Accepted(members[0].Actor, new AbstainFromSheet("不熟悉该领域", 3), sheet.Value);
        Assert.Null(await CloseAsync(panel));
        await using var session = registry.Store.QuerySession();
        var scored = (await session.Events.FetchStreamAsync(application.Stream, token: Ct)).Select(e => e.Data).OfType<ApplicationScored>().Single();
        Assert.Equal((6, 1, 80m), (scored.Sheets.Count, scored.Abstentions, scored.Aggregate));
        Assert.Equal(Stage.Scored, await scenario.StageAsync(application));
        Assert.Equal("review.panel-closed", await registry.Refused(members[1].Actor, new SaveSheet([], 2), new SheetId(panel, application, members[1].Id).Value));
    }

    [Fact]
    public async Task Too_few_sheets_give_no_aggregate()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        foreach (var member in (await scenario.MembersAsync(panel)).Take(3))
            await registry.Accepted(member.Actor, new AbstainFromSheet("不熟悉该领域", 2), new SheetId(panel, application, member.Id).Value);
        Assert.Equal("review.too-few-sheets", await CloseAsync(panel));
    }

    [Fact]
    public async Task Fifty_saves_and_a_closing_at_once_have_one_order()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        var members = await scenario.MembersAsync(panel);
        var rubric = new[] { "S1", "S2", "S3", "S4", "S5", "S6", "S7" };
        var closing = CloseAsync(panel);
        var saves = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => registry.Give(
            members[i % 7].Actor, new SaveSheet([.. rubric.Select(c => new SheetLine(c, 1, "改"))], 2), new SheetId(panel, application, members[i % 7].Id).Value)));
        var refusal = await closing;
        Assert.All(saves, s => Assert.Contains(s.Refusal?.Rule.Code, new[] { null, "review.panel-closed", "command.stale" }));
        if (refusal is null)
        {
            await using var session = registry.Store.QuerySession();
            var scored = (await session.Events.FetchStreamAsync(application.Stream, token: Ct)).Select(e => e.Data).OfType<ApplicationScored>().Single();
            Assert.Equal(7, scored.Sheets.Count);
            Assert.DoesNotContain(saves, s => s.Answer is not null);
        }
        else
        {
            Assert.Equal("review.sheets-missing", refusal);
            Assert.Contains(saves, s => s.Answer is not null);
        }
    }

    [Fact]
    public async Task A_ranking_is_in_order_of_aggregates_with_everything_it_was_made_of()
    {
        var batch = await registry.Announce();
        var applications = await scenario.ForReviewAsync(batch, Scenario.Jinan, Scenario.Zibo, "370200");
        await scenario.ScoredAsync(batch, a => a == applications[0] ? 0.7m : a == applications[1] ? 0.9m : 0.5m);
        await using var session = registry.Store.QuerySession();
        var ranking = Assert.Single(await session.RankingsOfAsync(batch, Ct));
        Assert.Equal([applications[1], applications[0], applications[2]], ranking.Entries.Select(e => e.Application));
        Assert.Equal([true, true, false], ranking.Entries.Select(e => e.Passes));
        Assert.Empty(ranking.LeftOut);
    }

    private async Task<string?> CloseAsync(PanelId panel) =>
        (await registry.Give(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing)).Refusal?.Rule.Code;

    private async Task<PanelId> FormedAsync()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        return await scenario.PanelFormedAsync(batch);
    }

    private async Task<(PanelId Panel, Actor Member, SheetId Sheet)> DeclaredAsync()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDeclaredAsync(batch);
        var member = (await scenario.MembersAsync(panel))[0];
        return (panel, member.Actor, new SheetId(panel, application, member.Id));
    }
}
