using Marten;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>The other setting: experts are appointed with reasons, under the same rule.</summary>
public sealed class AppointmentTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_appointment_needs_reasons_the_right_number_and_the_fields_and_a_vacancy_is_filled_by_another()
    {
        await scenario.PoolReadyAsync();
        var batch = await registry.Announce(d => d["panel"]!["selection"] = "appointment");
        await scenario.ForReviewAsync(batch);
        var panel = await scenario.PanelFormedAsync(batch);
        Assert.Equal("review.not-by-draw", await registry.Refused(Scenario.Province(), new CommitSeed(new string('a', 64), 1), panel.Value));

        await using var session = registry.Store.QuerySession();
        var pool = (await session.Query<ExpertView>().ToListAsync(Ct)).Where(e => e.State is { StoodDown: false } && e.State.Fields.Contains("SW")).ToArray();
        var finance = pool.Where(e => e.State.Fields.Contains("finance")).Select(e => e.Expert).ToArray();
        var others = pool.Where(e => !e.State.Fields.Contains("finance")).Select(e => e.Expert).ToArray();
        var whole = Appoint([finance[0], .. others[..6]]);
        Assert.Equal("reason.missing", await RefusedAsync(panel, [new Appointment(finance[0], " ")]));
        Assert.Equal("review.panel-size", await RefusedAsync(panel, whole[..6]));
        Assert.Equal("review.field-short", await RefusedAsync(panel, Appoint(others[..7])));
        Assert.Equal("review.not-eligible", await RefusedAsync(panel, [.. whole[..6], new Appointment(new ExpertId("nobody"), "理由")]));
        await registry.Accepted(Scenario.Province(), new AppointExperts(whole, 1), panel.Value, Scenario.Reviewing);
        Assert.Equal("review.nothing-new", await RefusedAsync(panel, []));

        await registry.Accepted(Scenario.Province(), new RecuseExpert(finance[0], null, "出国"), panel.Value, Scenario.Reviewing);
        Assert.Equal("review.not-eligible", await RefusedAsync(panel, Appoint([finance[0]])));
        await registry.Accepted(Scenario.Province(), new AppointExperts(Appoint([finance[1]]), await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);
        Assert.Equal(7, (await scenario.MembersAsync(panel)).Count);
    }

    [Fact]
    public async Task What_was_withdrawn_before_a_vacancy_was_filled_is_no_longer_scored_and_keeps_nobody_from_declaring()
    {
        await scenario.PoolReadyAsync();
        var batch = await registry.Announce(d => d["panel"]!["selection"] = "appointment");
        var (gone, clerk) = (await scenario.ReviewListedAsync(batch, (Scenario.Jinan, 2)))[0];
        var panel = await scenario.PanelFormedAsync(batch);
        await using var session = registry.Store.QuerySession();
        var pool = (await session.Query<ExpertView>().ToListAsync(Ct)).Where(e => e.State is { StoodDown: false } && e.State.Fields.Contains("SW")).ToArray();
        var finance = pool.Where(e => e.State.Fields.Contains("finance")).Select(e => e.Expert).ToArray();
        await registry.Accepted(Scenario.Province(), new AppointExperts(Appoint([finance[0], .. pool.Where(e => !e.State.Fields.Contains("finance")).Select(e => e.Expert).Take(6)]), 1), panel.Value, Scenario.Reviewing);
        var member = (await scenario.MembersAsync(panel))[1];
        await registry.Accepted(member.Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        await registry.Accepted(clerk, new Registry.Applications.WithdrawApplication("不再申报", await scenario.VersionAsync(gone.Stream)), gone.Value, Scenario.Reviewing);
        await registry.Accepted(Scenario.Province(), new RecuseExpert(finance[0], null, "出国"), panel.Value, Scenario.Reviewing);
        await registry.Accepted(Scenario.Province(), new AppointExperts(Appoint([finance[1]]), await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);

        Assert.Equal("review.left-out", await registry.Refused(member.Actor, new SaveSheet([], 0), new SheetId(panel, gone, member.Id).Value, Scenario.Reviewing));
        await registry.Accepted((await scenario.MembersAsync(panel))[2].Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
    }

    [Fact]
    public async Task Whom_the_load_limit_leaves_too_few_scorers_is_named_with_the_number_it_has()
    {
        await scenario.PoolReadyAsync();
        var batch = await registry.Announce(d => (d["panel"]!["selection"], d["panel"]!["loadLimit"]) = ("appointment", 1));
        var applications = await scenario.ForReviewAsync(batch, Scenario.Jinan, Scenario.Zibo);
        var panel = await scenario.PanelFormedAsync(batch);
        await using var session = registry.Store.QuerySession();
        var pool = (await session.Query<ExpertView>().ToListAsync(Ct)).Where(e => e.State is { StoodDown: false } && e.State.Fields.Contains("SW")).ToArray();
        var whole = Appoint([pool.First(e => e.State.Fields.Contains("finance")).Expert, .. pool.Where(e => !e.State.Fields.Contains("finance")).Select(e => e.Expert).Take(6)]);
        var refusal = (await registry.Give(Scenario.Province(), new AppointExperts(whole, 1), panel.Value, Scenario.Reviewing)).Refusal!;
        Assert.Equal("review.scorers-short", refusal.Rule.Code);
        // Seven experts with one application each: five to one, or four and three.
        Assert.Contains($"{refusal.Arguments["application"]}", applications.Select(a => a.Value));
        Assert.Equal((1, 5), ((int)refusal.Arguments["limit"]!, (int)refusal.Arguments["needed"]!));
        Assert.InRange((int)refusal.Arguments["scorers"]!, 0, 4);
    }

    [Fact]
    public async Task Where_the_definition_says_draw_nobody_is_appointed()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch);
        var panel = await scenario.PanelFormedAsync(batch);
        Assert.Equal("review.not-by-appointment", await RefusedAsync(panel, Appoint([new ExpertId("x")])));
    }

    private async Task<string> RefusedAsync(PanelId panel, Appointment[] appointments) =>
        await registry.Refused(Scenario.Province(), new AppointExperts(appointments, await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);

    private static Appointment[] Appoint(ExpertId[] experts) => [.. experts.Select(e => new Appointment(e, "熟悉该领域"))];
}
