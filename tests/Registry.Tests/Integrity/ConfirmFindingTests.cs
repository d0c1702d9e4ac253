using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using static Registry.Tests.TestData;

namespace Registry.Tests.Integrity;

/// <summary>A step that a ban has to stop, as small as a step can be. Every gate of the procedure takes the same locks through the same helper.</summary>
public sealed record PassGate(long Version) : ICommand<PassGate>
{
    public static CommandSpec Spec { get; } = new("test-pass-gate", null, Roles.ProvincialOfficer, "A step for tests.");

    public static Task<Decision> Handle(PassGate command, Desk desk) => desk.OnApplicationAsync(
        command.Version, file => file.Banned(desk.Now) ?? Decision.Accept(new ApplicationReleased([], Sealed.Of("越过闸门"))));
}

public sealed class ConfirmFindingTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A batch that stays open for years, so that the days around a ban's end can be tried.</summary>
    private Task<Registry.Programme.BatchId> OpenForYears() => registry.Announce(d =>
    {
        d["notice"]!["date"] = "2025-01-02";
        foreach (var window in new[] { "applications", "cityReports" })
        {
            d[window]!["opens"] = "2025-01-02T00:00:00+08:00";
            d[window]!["lastDay"] = "2032-12-31";
        }
    });

    [Fact]
    public async Task A_confirmed_finding_ends_the_application_and_bans_the_organisation_in_one_transaction()
    {
        var batch = await registry.Announce();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var application = await scenario.WrittenAsync(batch, organisation);
        var banned = await scenario.BannedAsync(application);
        Assert.Equal(Stage.Disqualified, await scenario.StageAsync(application));
        await using var session = registry.Store.QuerySession();
        var ban = (OrganisationBanned)Assert.Single(await session.Events.FetchStreamAsync(Organisation.Stream(organisation), token: Ct)).Data;
        Assert.Equal((banned.Finding, banned.Id.Value, Day("2025-05-26"), Day("2028-05-26")), (ban.Finding, ban.Case, ban.FirstDay, ban.LastDay));
        var confirmed = (await session.Events.FetchStreamAsync(banned.Id.Stream, token: Ct))[^1];
        Assert.Equal("integrity-2", confirmed.UserName);
    }

    [Fact]
    public async Task Abuse_7_the_proposer_is_known_from_the_store_and_cannot_confirm()
    {
        var batch = await registry.Announce();
        var decided = await scenario.FindingDecidedAsync(await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan)));
        Assert.Equal("integrity.four-eyes", await registry.Refused(Scenario.Integrity(), new ConfirmFinding(decided.Version), decided.Id.Value, Scenario.CaseDay));
    }

    [Fact]
    public async Task Withdrawing_the_application_does_not_end_the_case()
    {
        var batch = await registry.Announce();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var application = await scenario.WrittenAsync(batch, organisation);
        var decided = await scenario.FindingDecidedAsync(application);
        await registry.Accepted(Scenario.Clerk(organisation, Scenario.Jinan), new WithdrawApplication("不再申报", 1), application.Value, Scenario.CaseDay);
        await registry.Accepted(Scenario.Integrity(2), new ConfirmFinding(decided.Version), decided.Id.Value, Scenario.CaseDay);
        Assert.Equal(Stage.Disqualified, await scenario.StageAsync(application));
        await using var session = registry.Store.QuerySession();
        Assert.Single(await session.Events.FetchStreamAsync(Organisation.Stream(organisation), token: Ct));
    }

    [Theory]
    [InlineData("2025-03-10", "2025-03-10T10:00:00+08:00", "2028-03-10T23:59:59.999+08:00", "2028-03-11T00:00:00+08:00")]
    [InlineData("2025-03-10", "2028-02-29T10:00:00+08:00", "2031-02-28T23:59:59.999+08:00", "2031-03-01T00:00:00+08:00")]
    public async Task Abuse_21_the_organisation_may_apply_again_at_midnight_after_the_last_day_and_not_a_moment_before(
        string filed, string confirmed, string tooEarly, string again)
    {
        var batch = await OpenForYears();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var application = await scenario.WrittenAsync(batch, organisation, at: Instant($"{filed}T09:00:00+08:00"));
        await scenario.BannedAsync(application, Instant($"{filed}T09:30:00+08:00"), Instant(confirmed));
        var (next, clerk) = await scenario.DraftedAsync(batch, organisation: organisation, cluster: "另一演示集群", at: Instant(confirmed));

        var refused = await registry.Give(clerk, new SubmitApplication(0), next.Value, Instant(tooEarly));
        Assert.Equal("application.organisation-banned", refused.Refusal!.Rule.Code);
        Assert.Equal(Instant(tooEarly).DateTime.ToString("yyyy-MM-dd", null), $"{refused.Refusal.Arguments["lastDay"]:yyyy-MM-dd}");
        await registry.Accepted(clerk, new SubmitApplication(0), next.Value, Instant(again));
    }

    [Fact]
    public async Task Abuse_18_a_pending_application_of_the_banned_organisation_is_stopped_by_its_code_not_its_name_and_a_person_lets_it_go_on()
    {
        var batch = await registry.Announce();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var (first, pending) = (await scenario.WrittenAsync(batch, organisation), await scenario.WrittenAsync(batch, organisation));
        var banned = await scenario.BannedAsync(first);
        Assert.Equal("application.organisation-banned", await registry.Refused(Scenario.Province(), new PassGate(1), pending.Value, Scenario.CaseDay));
        Assert.Equal("application.organisation-banned", await registry.Refused(Scenario.Province(), new ReleaseApplication("撤销后恢复", 1), pending.Value, Scenario.CaseDay));

        var ruled = Scenario.CaseDay.AddDays(40);
        await scenario.RuledAsync(banned, RulingOutcome.Rescinded, Day("2025-07-01"), at: ruled);
        Assert.Equal("application.stopped", await registry.Refused(Scenario.Province(), new PassGate(1), pending.Value, ruled));
        await registry.Accepted(Scenario.Province(), new ReleaseApplication("撤销后恢复", 1), pending.Value, ruled);
        await registry.Accepted(Scenario.Province(), new PassGate(2), pending.Value, ruled);

        Assert.Equal("application.wrong-stage", await registry.Refused(Scenario.Clerk(organisation, Scenario.Jinan), new WithdrawApplication("x", 2), first.Value, ruled));
        await registry.Accepted(Scenario.Province(), new ReleaseApplication("撤销后恢复", 2), first.Value, ruled);
        Assert.Equal(Stage.Submitted, await scenario.StageAsync(first));
        Assert.Equal("integrity.nothing-to-release", await registry.Refused(Scenario.Province(), new ReleaseApplication("再次", 3), first.Value, ruled));
    }

    [Fact]
    public async Task Where_the_definition_lets_pending_applications_continue_the_ban_leaves_them_alone_but_nothing_new_is_filed()
    {
        var batch = await registry.Announce(d => d["falseMaterial"]!["pendingApplications"] = "continue");
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var (first, pending) = (await scenario.WrittenAsync(batch, organisation), await scenario.WrittenAsync(batch, organisation));
        var (draft, clerk) = await scenario.DraftedAsync(batch, organisation: organisation);
        await scenario.BannedAsync(first);
        await registry.Accepted(Scenario.Province(), new PassGate(1), pending.Value, Scenario.CaseDay);
        Assert.Equal("application.organisation-banned", await registry.Refused(clerk, new SubmitApplication(0), draft.Value, Scenario.CaseDay));
    }

    [Fact]
    public async Task A_ban_and_a_step_in_the_same_instant_leave_no_step_behind_the_ban_in_fifty_rounds()
    {
        var batch = await registry.Announce();
        var rounds = new List<(ApplicationId Pending, OpenedCase Case, CreditCode Organisation)>();
        for (var i = 0; i < 50; i++)
        {
            var organisation = Scenario.NewOrganisation(Scenario.Zibo);
            var (accused, pending) = (await scenario.WrittenAsync(batch, organisation), await scenario.WrittenAsync(batch, organisation));
            rounds.Add((pending, await scenario.FindingDecidedAsync(accused), organisation));
        }

        var outcomes = await Task.WhenAll(rounds.SelectMany(r => new[]
        {
            registry.Give(Scenario.Province(), new PassGate(1), r.Pending.Value, Scenario.CaseDay),
            registry.Give(Scenario.Integrity(2), new ConfirmFinding(r.Case.Version), r.Case.Id.Value, Scenario.CaseDay),
        }));

        await using var session = registry.Store.QuerySession();
        var passed = 0;
        for (var i = 0; i < rounds.Count; i++)
        {
            var (step, ban) = (outcomes[2 * i], outcomes[2 * i + 1]);
            Assert.Null(ban.Refusal);
            if (step.Refusal is { } refusal)
            {
                Assert.Equal("application.organisation-banned", refusal.Rule.Code);
                continue;
            }
            passed++;
            var stepped = (await session.Events.FetchStreamAsync(rounds[i].Pending.Stream, token: Ct))[^1];
            var banned = Assert.Single(await session.Events.FetchStreamAsync(Organisation.Stream(rounds[i].Organisation), token: Ct));
            Assert.True(stepped.Sequence < banned.Sequence, $"round {i}: the step was committed after the ban");
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{passed} of 50 steps came before their ban");
    }

    [Fact]
    public async Task Fifty_confirmations_at_once_ban_once()
    {
        var batch = await registry.Announce();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var decided = await scenario.FindingDecidedAsync(await scenario.WrittenAsync(batch, organisation));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Scenario.Integrity(2), new ConfirmFinding(decided.Version), decided.Id.Value, Scenario.CaseDay)));
        Assert.Single(outcomes, o => o.Refusal is null);
        Assert.All(outcomes.Where(o => o.Refusal is not null), o => Assert.Equal("command.stale", o.Refusal!.Rule.Code));
        await using var session = registry.Store.QuerySession();
        Assert.Single(await session.Events.FetchStreamAsync(Organisation.Stream(organisation), token: Ct));
    }
}
