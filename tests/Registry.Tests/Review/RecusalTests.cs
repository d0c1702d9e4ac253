using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>Declarations and recusals in the store.</summary>
public sealed class RecusalTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_declared_conflict_ends_the_assignment_and_is_recorded_with_its_reason_sealed()
    {
        var (panel, application, members) = await DrawnAsync();
        await registry.Accepted(members[0].Actor, new DeclareConflicts([new DeclaredConflict(application, "曾任该机构顾问")], null, true), panel.Value, Scenario.Reviewing);
        Assert.Equal("access.not-found", await registry.Refused(members[0].Actor, new SaveSheet([], 0), new SheetId(panel, application, members[0].Id).Value));
        var recused = Assert.Single(await EventsAsync<ExpertRecused>(panel));
        Assert.Equal((application, members[0].Actor.Id), (recused.Application!.Value, recused.By));
        Assert.Null(recused.Reason!.Text);
        Assert.Equal("review.declared-already", await registry.Refused(members[0].Actor, new DeclareConflicts([], null, true), panel.Value));
    }

    [Fact]
    public async Task The_auditor_reads_the_recusal_in_the_closed_panel_and_not_the_experts_account()
    {
        var (panel, application, members) = await DrawnAsync();
        await registry.Accepted(members[0].Actor, new DeclareConflicts([new DeclaredConflict(application, "曾任该机构顾问")], null, true), panel.Value, Scenario.Reviewing);
        await scenario.AppendAsync<Panel>(panel.Stream, "province-1", Scenario.Reviewing, new PanelClosed(Registry.Platform.Sealing.Sealed.Of("同意。"), Registry.Platform.Sealing.Sealed.Of("{}")));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        Assert.Contains($"\"by\":\"{members[0].Actor.Id}\"", await officer.GetStringAsync($"/api/v1/panels/{panel.Value}", Ct), StringComparison.Ordinal);
        var answer = await auditor.GetStringAsync($"/api/v1/panels/{panel.Value}", Ct);
        Assert.Contains($"\"expert\":\"{members[0].Id.Value}\",\"application\":\"{application.Value}\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(members[0].Actor.Id, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_general_conflict_replaces_the_expert_by_the_next_in_drawn_order()
    {
        var (panel, _, members) = await DrawnAsync();
        Assert.Equal("reason.missing", await registry.Refused(members[0].Actor, new DeclareConflicts([], "", false), panel.Value, Scenario.Reviewing));
        await registry.Accepted(members[0].Actor, new DeclareConflicts([], "与多家申报单位有合作", false), panel.Value, Scenario.Reviewing);
        var drawn = Assert.Single(await EventsAsync<PanelDrawn>(panel));
        var calledIn = Assert.Single(await EventsAsync<ExpertCalledIn>(panel));
        Assert.Equal(members[0].Id, calledIn.Instead);
        Assert.Contains(calledIn.Expert.Value, drawn.Result.Order.Except(drawn.Result.Members));
        Assert.Equal(7, (await scenario.MembersAsync(panel)).Count);
        Assert.Equal("access.not-found", await registry.Refused(members[0].Actor, new DeclareConflicts([], null, true), panel.Value));
    }

    [Fact]
    public void What_is_assigned_after_the_declaration_asks_for_another_before_its_content()
    {
        ApplicationId first = new("a"), second = new("b");
        var state = new object[]
        {
            new PanelFormed(new("p.b"), null, [first, second]),
            new ExpertsAppointed(["x"], new Dictionary<string, Registry.Platform.Sealing.Sealed>(), [new Assignment(first.Value, ["x"])]),
            new ConflictsDeclared(new("x"), [], false, true),
            new ExpertCalledIn(new("x"), new("y"), [second]),
        }.Aggregate(PanelState.Start, PanelState.Next);
        Assert.True(state.HasDeclared("x", first.Value));
        Assert.False(state.HasDeclared("x", second.Value));
        Assert.False(state.HasDeclared("x"));
        Assert.True(PanelState.Next(state, new ConflictsDeclared(new("x"), [], false, true)).HasDeclared("x"));
    }

    [Fact]
    public async Task All_members_can_declare_at_once()
    {
        var (panel, _, members) = await DrawnAsync();
        var outcomes = await Task.WhenAll(members.Select(m => registry.Give(m.Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing)));
        Assert.All(outcomes, o => Assert.NotNull(o.Answer));
        Assert.Equal(members.Count, (await EventsAsync<ConflictsDeclared>(panel)).Count);
    }

    [Fact]
    public async Task Abuse_06_who_has_moved_to_the_applicant_since_the_draw_is_recused_at_the_declaration()
    {
        var (panel, application, members) = await DrawnAsync();
        await MoveAsync(members[0].Id, application);
        await registry.Accepted(members[0].Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        Assert.Equal(Conflict.Employer, Assert.Single(await EventsAsync<ExpertRecused>(panel)).Found);
        await RestAsync(members[0].Id);
    }

    [Fact]
    public async Task Abuse_06_who_has_moved_to_the_applicant_since_the_declaration_is_refused_at_the_sheet()
    {
        var (panel, application, members) = await DrawnAsync();
        await registry.Accepted(members[0].Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        await MoveAsync(members[0].Id, application);
        Assert.Equal("review.own-employer", await registry.Refused(members[0].Actor, new SaveSheet([], 0), new SheetId(panel, application, members[0].Id).Value));
        await RestAsync(members[0].Id);
    }

    [Fact]
    public async Task Abuse_06_an_interest_declared_after_the_declaration_bars_the_sheet_and_the_closing_until_the_expert_is_recused()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        var (expert, actor, _) = (await scenario.MembersAsync(panel))[0];
        await using var session = registry.Store.QuerySession();
        var party = (await session.LoadAsync<Draft>(application.Stream, Ct))!.Organisation.Value;
        await registry.Accepted(actor, new DeclareInterest(party, "持股", await scenario.VersionAsync(expert.Stream)), expert.Value);
        var sheet = new SheetId(panel, application, expert);
        Assert.Equal("review.conflict-found", await registry.Refused(actor, new SaveSheet([], await scenario.VersionAsync(sheet.Stream)), sheet.Value, Scenario.Reviewing));
        Assert.Equal("review.conflicts-found", await registry.Refused(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing));
        await registry.Accepted(Scenario.Province(), new RecuseExpert(expert, application, "与申报主体有利益关系"), panel.Value, Scenario.Reviewing);
        await registry.Accepted(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);
    }

    [Fact]
    public async Task A_closing_waits_for_an_interest_that_is_being_declared_and_is_refused_for_it()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        var (expert, actor, _) = (await scenario.MembersAsync(panel))[0];
        await using var session = registry.Store.QuerySession();
        var party = (await session.LoadAsync<Draft>(application.Stream, Ct))!.Organisation.Value;
        var (declared, seen) = (await scenario.VersionAsync(expert.Stream), await scenario.VersionAsync(panel.Stream));

        // The declaration is held up at its end, where it has read everything and is not yet there for others.
        await using var connection = registry.Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(Ct);
        await using var held = await connection.BeginTransactionAsync(Ct);
        await OneAsync($"select id from registry.mt_doc_expertview where id = '{expert.Stream}' for update");
        var declaring = registry.Give(actor, new DeclareInterest(party, "持股", declared), expert.Value, Scenario.Reviewing);
        object? declarer;
        while ((declarer = await OneAsync("select pid from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))")) is null && !declaring.IsCompleted)
            await Task.Delay(10, Ct);
        var closing = registry.Give(Scenario.Province(), new ClosePanel("同意。", seen), panel.Value, Scenario.Reviewing);
        while (!closing.IsCompleted && await OneAsync($"select pid from pg_stat_activity where {declarer} = any(pg_blocking_pids(pid))") is null)
            await Task.Delay(10, Ct);
        await held.CommitAsync(Ct);
        Assert.NotNull((await declaring).Answer);
        Assert.Equal("review.conflicts-found", (await closing).Refusal?.Rule.Code);

        async Task<object?> OneAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return await command.ExecuteScalarAsync(Ct);
        }
    }

    [Fact]
    public async Task An_officer_recuses_with_a_reason_and_an_expert_only_the_own_person()
    {
        var (panel, application, members) = await DrawnAsync();
        Assert.Equal("access.not-found", await registry.Refused(members[1].Actor, new RecuseExpert(members[0].Id, null, "理由"), panel.Value));
        Assert.Equal("reason.missing", await registry.Refused(Scenario.Province(), new RecuseExpert(members[0].Id, null, ""), panel.Value));
        await registry.Accepted(Scenario.Province(), new RecuseExpert(members[0].Id, application, "逾期未答复"), panel.Value);
        Assert.Equal("access.not-found", await registry.Refused(Scenario.Province(), new RecuseExpert(members[0].Id, application, "再次"), panel.Value));
    }

    [Fact]
    public async Task An_earlier_recusal_counts_in_the_next_draw()
    {
        var (panel, application, members) = await DrawnAsync();
        await registry.Accepted(members[0].Actor, new RecuseExpert(members[0].Id, application, "近亲属任职"), panel.Value);
        await registry.Accepted(Scenario.Province(), new AbandonDraw("重新抽取", await scenario.VersionAsync(panel.Stream)), panel.Value);
        await scenario.DrawAsync(panel);
        Assert.DoesNotContain(members[0].Id.Value, (await EventsAsync<PanelDrawn>(panel))[^1].Result.Order);
    }

    private async Task<(PanelId Panel, ApplicationId Application, IReadOnlyList<(ExpertId Id, Actor Actor, IReadOnlyList<string> Applications)> Members)> DrawnAsync()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDrawnAsync(batch);
        return (panel, application, await scenario.MembersAsync(panel));
    }

    private async Task<IReadOnlyList<T>> EventsAsync<T>(PanelId panel)
    {
        await using var session = registry.Store.QuerySession();
        return [.. (await session.Events.FetchStreamAsync(panel.Stream, token: Ct)).Select(e => e.Data).OfType<T>()];
    }

    private async Task MoveAsync(ExpertId expert, ApplicationId application)
    {
        await using var session = registry.Store.QuerySession();
        var employer = (await session.LoadAsync<Draft>(application.Stream, Ct))!.Organisation;
        var view = (await session.LoadAsync<ExpertView>(expert.Stream, Ct))!;
        await registry.Accepted(Scenario.Province(), new RecordExpertFacts(view.State.Fields, employer.Value, view.State.City!, view.Version), expert.Value);
    }

    /// <summary>Takes an expert whom the test has bent out of the pool that all tests share.</summary>
    private async Task RestAsync(ExpertId expert) =>
        await registry.Accepted(Scenario.Province(), new StandExpertDown(null, "测试结束", await scenario.VersionAsync(expert.Stream)), expert.Value);
}
