using Marten;
using Marten.Events;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Recognition;
using static Registry.Tests.TestData;

namespace Registry.Tests.Recognition;

public sealed class RecognitionTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly DateTimeOffset WindowEnd = new(2025, 7, 18, 16, 0, 0, TimeSpan.Zero);

    private async Task<string> DecisionRefused(Registry.Programme.BatchId batch, IEnumerable<ApplicationId> ids, string? reason = null, DateTimeOffset? at = null) =>
        await registry.Refused(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids, reason, at), batch.Value, at ?? Scenario.AfterWindow);

    private async Task<string> AnnouncementRefused(Registry.Programme.BatchId batch, IssueAnnouncement command, DateTimeOffset? at = null) =>
        await registry.Refused(Scenario.Province(), command with { Version = await scenario.VersionAsync(batch.Stream) }, batch.Value, at ?? Scenario.AfterWindow);

    [Fact]
    public async Task Nothing_is_decided_a_moment_before_the_window_ends_and_all_once_its_filings_are_in()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        Assert.Equal("recognition.window-open", await DecisionRefused(batch, ids, at: WindowEnd.AddMilliseconds(-1)));
        Assert.Equal("recognition.window-open", await DecisionRefused(batch, ids, "不予认定", WindowEnd.AddMilliseconds(-1)));
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids, at: WindowEnd), batch.Value, WindowEnd.AddMinutes(10));
    }

    [Fact]
    public async Task A_case_about_the_application_keeps_it_from_recognition_until_it_is_closed()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        var opened = await scenario.CaseOpenedAsync(ids[0], Scenario.PostingMorning);
        Assert.Equal("recognition.case-open", await DecisionRefused(batch, ids));
        var proposed = await registry.Accepted(Scenario.Integrity(), new ProposeFinding(false, null, null, null, "查无实据", opened.Version), opened.Id.Value, Scenario.AfterWindow);
        await registry.Accepted(Scenario.Integrity(2), new CloseWithoutFinding("查无实据", proposed.Version), opened.Id.Value, Scenario.AfterWindow);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids), batch.Value, Scenario.AfterWindow);
    }

    [Fact]
    public async Task An_open_objection_holds_the_decision_either_way_until_it_is_concluded()
    {
        var batch = await registry.Announce();
        var (notice, ids) = await scenario.PublicisedAsync(batch);
        var objected = await scenario.ObjectedAsync(notice);
        Assert.Equal("recognition.objection-open", await DecisionRefused(batch, ids));
        Assert.Equal("recognition.objection-open", await DecisionRefused(batch, ids, "经核实不符合条件"));
        await registry.Accepted(Scenario.Province(), new RecordWithdrawal("本人到场确认。", 1), objected.Objection.Value, Scenario.AfterWindow);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids), batch.Value, Scenario.AfterWindow);
    }

    [Fact]
    public async Task An_objection_concluded_with_the_conditions_not_met_keeps_it_from_recognition_for_good()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        await scenario.AppendAsync<Application>(ids[0].Stream, "province-2", Scenario.AfterWindow, new ObjectionConcluded("Y-1", false, "营业收入未达到条件"));
        Assert.Equal("recognition.conditions-not-met", await DecisionRefused(batch, ids));
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids, "经核实不符合条件"), batch.Value, Scenario.AfterWindow);
        Assert.Equal(Stage.NotRecognised, await scenario.StageAsync(ids[0]));
    }

    [Fact]
    public async Task An_objection_concluded_with_the_conditions_met_does_not()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        await scenario.AppendAsync<Application>(ids[0].Stream, "province-2", Scenario.AfterWindow, new ObjectionConcluded("Y-1", true, "经核实符合条件"));
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids), batch.Value, Scenario.AfterWindow);
    }

    [Fact]
    public async Task A_banned_applicant_is_not_recognised()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        await scenario.BanDirectlyAsync(ids[0], Day("2025-07-15"));
        Assert.Equal("application.organisation-banned", await DecisionRefused(batch, ids));
    }

    [Fact]
    public async Task A_refusal_has_a_reason_and_a_recognition_has_none()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        Assert.Equal("reason.missing", await DecisionRefused(batch, ids, " "));
        var version = await scenario.VersionAsync(batch.Stream);
        var spare = Scenario.ADecision(version, ids) with { Verdicts = [new DecidedApplication(ids[0], true, "理由")] };
        Assert.Equal("recognition.reason-spare", await registry.Refused(Scenario.Province(), spare, batch.Value, Scenario.AfterWindow));
    }

    [Fact]
    public async Task A_list_names_applications_of_its_batch_once()
    {
        var (batch, other) = (await registry.Announce(), await registry.Announce());
        var (_, ids) = await scenario.PublicisedAsync(batch);
        var (_, foreign) = await scenario.PublicisedAsync(other);
        Assert.Equal("recognition.list-invalid", await DecisionRefused(batch, []));
        Assert.Equal("recognition.list-invalid", await DecisionRefused(batch, [ids[0], ids[0]]));
        Assert.Equal("recognition.list-invalid", await DecisionRefused(batch, [ids[0], foreign[0]]));
        Assert.Equal("recognition.list-invalid", await DecisionRefused(batch, [new ApplicationId("missing")]));
    }

    [Fact]
    public async Task What_was_not_decided_is_not_announced()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch);
        Assert.Equal("recognition.not-decided", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, ids)));
    }

    [Fact]
    public async Task What_comes_up_between_decision_and_announcement_still_counts()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognitionDecidedAsync(batch, 2);
        await scenario.CaseOpenedAsync(ids[0], Scenario.AfterWindow);
        Assert.Equal("recognition.case-open", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, ids)));
        await scenario.BanDirectlyAsync(ids[1], Day("2025-07-21"));
        Assert.Equal("application.organisation-banned", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, [ids[1]])));
    }

    [Fact]
    public async Task One_announcement_changes_announcement_batch_and_applications_and_its_number_is_never_used_again()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognitionDecidedAsync(batch, 2);
        var command = Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), ids);
        var answer = await registry.Accepted(Scenario.Province(), command, batch.Value, Scenario.AfterWindow);
        Assert.All(ids, id => Assert.Equal(Stage.Recognised, scenario.StageAsync(id).Result));
        var issued = await scenario.LastAsync<AnnouncementIssued>($"announcement/{answer.Details["announcement"]}");
        Assert.Equal((command.Number, ids.Count, AnnouncementKind.Recognition), (issued.Number, issued.Entries.Count, issued.Kind));
        var recognised = await scenario.LastAsync<ApplicationRecognised>(ids[0].Stream);
        Assert.Equal((Day("2025-07-21"), null), (recognised.Day, recognised.LastDay));

        var other = await registry.Announce();
        var others = await scenario.RecognitionDecidedAsync(other);
        Assert.Equal("recognition.number-taken", await AnnouncementRefused(other, Scenario.AnAnnouncement(0, others, number: command.Number.Replace('〔', '['))));
    }

    [Fact]
    public async Task The_list_is_announced_once_and_later_ones_are_supplementary()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognitionDecidedAsync(batch, 2);
        Assert.Equal("recognition.other-kind", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, [ids[0]], AnnouncementKind.Supplementary)));
        await registry.Accepted(Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), [ids[0]]), batch.Value, Scenario.AfterWindow);
        Assert.Equal("recognition.other-kind", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, [ids[1]])));
        Assert.Equal("application.wrong-stage", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, [ids[0]], AnnouncementKind.Supplementary)));
        await registry.Accepted(
            Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), [ids[1]], AnnouncementKind.Supplementary), batch.Value, Scenario.AfterWindow);
    }

    [Fact]
    public async Task An_announcement_is_not_dated_before_its_decision_nor_in_the_future()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognitionDecidedAsync(batch);
        Assert.Equal("recognition.day-impossible", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, ids) with { Day = Day("2025-07-20") }));
        Assert.Equal("recognition.day-impossible", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, ids) with { Day = Day("2025-07-22") }));
    }

    [Fact]
    public async Task Of_fifty_announcements_of_one_list_at_once_one_is_issued()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognitionDecidedAsync(batch);
        var version = await scenario.VersionAsync(batch.Stream);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Scenario.Province(), Scenario.AnAnnouncement(version, ids), batch.Value, Scenario.AfterWindow)));
        Assert.Single(outcomes, o => o.Refusal is null);
    }

    [Fact]
    public async Task Of_fifty_announcements_with_one_number_at_once_one_is_issued()
    {
        var number = Scenario.NewNumber();
        var commands = new List<(Registry.Programme.BatchId Batch, IssueAnnouncement Command)>();
        for (var i = 0; i < 10; i++)
        {
            var batch = await registry.Announce();
            var ids = await scenario.RecognitionDecidedAsync(batch);
            commands.Add((batch, Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), ids, number: number)));
        }
        var outcomes = await Task.WhenAll(commands.SelectMany(c => Enumerable.Range(0, 5).Select(_ => registry.Give(Scenario.Province(), c.Command, c.Batch.Value, Scenario.AfterWindow))));
        Assert.Single(outcomes, o => o.Refusal is null);
    }

    [Fact]
    public async Task A_case_and_an_announcement_in_the_same_instant_never_leave_a_recognition_beside_an_earlier_case()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognitionDecidedAsync(batch, 2);
        await registry.Accepted(Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), [ids[1]]), batch.Value, Scenario.AfterWindow);
        var version = await scenario.VersionAsync(batch.Stream);
        var open = new OpenCase(CaseSource.Officer, null, "不符", [new AllegedItem("revenue_digital_above_size", 1, null)]);
        var announcements = Enumerable.Range(0, 25).Select(_ => registry.Give(
            Scenario.Province(), Scenario.AnAnnouncement(version, [ids[0]], AnnouncementKind.Supplementary), batch.Value, Scenario.AfterWindow));
        var cases = Enumerable.Range(0, 25).Select(_ => registry.Give(Scenario.Integrity(), open, ids[0].Value, Scenario.AfterWindow));
        await Task.WhenAll(announcements.Zip(cases).SelectMany(p => new Task[] { p.First, p.Second }));

        await using var session = registry.Store.QuerySession();
        var recognised = (await session.Events.FetchStreamAsync(ids[0].Stream, token: Ct)).SingleOrDefault(e => e.Data is ApplicationRecognised);
        var opened = (await session.Query<CaseCard>().Where(c => c.Application == ids[0].Value).ToListAsync(Ct)).Select(c => c.Id).ToList();
        Assert.Equal(25, opened.Count);
        foreach (var stream in opened)
            if (recognised is not null)
                Assert.True(recognised.Sequence < (await session.Events.FetchStreamAsync(stream, token: Ct))[0].Sequence);
    }

    [Fact]
    public async Task A_finding_after_recognition_revokes_it_and_the_revocation_is_announced_once_after_service_and_publication()
    {
        var batch = await registry.Announce();
        var ids = await scenario.RecognisedAsync(batch);
        var at = Scenario.AfterWindow.AddDays(30);
        var banned = await scenario.BannedAsync(ids[0], at);
        Assert.Equal(Stage.Revoked, await scenario.StageAsync(ids[0]));
        var command = Scenario.AnAnnouncement(0, ids, AnnouncementKind.Revocation, at);
        Assert.Equal("recognition.not-revoked", await AnnouncementRefused(batch, command, at));
        var served = await registry.Accepted(Scenario.Integrity(), new ServeDecision("direct", Registry.Programme.ChinaTime.ToDay(at), banned.Version), banned.Id.Value, at);
        Assert.Equal("recognition.not-revoked", await AnnouncementRefused(batch, command, at));
        var published = await registry.Accepted(Scenario.Integrity(), new PublishFinding(served.Version), banned.Id.Value, at);
        await registry.Accepted(Scenario.Province(), command with { Version = await scenario.VersionAsync(batch.Stream) }, batch.Value, at);
        Assert.Equal("recognition.not-revoked", await AnnouncementRefused(batch, Scenario.AnAnnouncement(0, ids, AnnouncementKind.Revocation, at), at));
        Assert.Equal(banned.Finding, (await scenario.LastAsync<RevocationAnnounced>(ids[0].Stream)).Finding);

        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        using var moved = Registry.Platform.RegistryClock.At(at.AddDays(2));
        using var citizen = registry.Host.Server.CreateClient();
        Assert.Equal(["Revocation", "Recognition"], await KindsAsync(citizen));
        await scenario.RuledAsync(banned with { Version = published.Version }, RulingOutcome.Rescinded, Registry.Programme.ChinaTime.ToDay(at).AddDays(1), at: at.AddDays(1));
        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["Recognition"], await KindsAsync(citizen));
        using var officer = await scenario.SignedInAsync(Registry.Accounts.Roles.ProvincialOfficer);
        Assert.Equal(["Revocation", "Recognition"], await KindsAsync(officer));

        async Task<IEnumerable<string>> KindsAsync(HttpClient client)
        {
            var text = await client.GetStringAsync($"/api/v1/batches/{batch.Value}/announcements", Ct);
            Assert.DoesNotContain("\"finding\"", text, StringComparison.Ordinal);
            return [.. System.Text.Json.JsonDocument.Parse(text).RootElement.EnumerateArray().Select(a => a.GetProperty("kind").GetString()!)];
        }
    }

    [Fact]
    public async Task A_cluster_is_recognised_under_the_names_with_which_its_entry_was_put_up_last()
    {
        var batch = await registry.Announce();
        var (notice, ids) = await scenario.PublicisedAsync(batch);
        var (wednesday, later) = (Scenario.PostingMorning.AddDays(2), Scenario.PostingMorning.AddDays(10));
        await registry.Accepted(
            Scenario.Province(), new Registry.Publicity.ChangeEntry(1, "更正后的演示集群", "更正后的演示机构", "名称有误", Scenario.NoticeAddress, wednesday, 2), notice.Value, wednesday);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), ids, at: later), batch.Value, later);
        await registry.Accepted(Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), ids, at: later), batch.Value, later);
        var entry = (await scenario.LastAsync<ApplicationRecognised>(ids[0].Stream)).Entry;
        Assert.Equal(("更正后的演示集群", "更正后的演示机构"), (entry.ClusterName, entry.OrganisationName));
    }

    [Fact]
    public async Task A_term_of_recognition_ends_by_the_calendar()
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var id = (await scenario.RecognisedAsync(batch))[0];
        Assert.Equal(Day("2028-07-21"), (await scenario.LastAsync<ApplicationRecognised>(id.Stream)).LastDay);
        var version = await scenario.VersionAsync(id.Stream);
        Assert.Equal("recognition.not-expired", await registry.Refused(Registry.Accounts.Actor.Job("timer"), new ExpireRecognition(version), id.Value, Instant("2028-07-21T23:59:59+08:00")));
        await registry.Accepted(Registry.Accounts.Actor.Job("timer"), new ExpireRecognition(version), id.Value, Instant("2028-07-22T00:00:00+08:00"));
        Assert.Equal(Stage.Expired, await scenario.StageAsync(id));
        await using var session = registry.Store.QuerySession();
        var state = new Registry.Platform.Commands.Timeline(id.Stream, await session.Events.FetchStreamAsync(id.Stream, token: Ct)).Fold(RecognisedState.Start, RecognisedState.Next);
        Assert.Equal(
            [RecognitionStanding.None, RecognitionStanding.Recognised, RecognitionStanding.Recognised, RecognitionStanding.Expired],
            new[] { "2025-07-20", "2025-07-21", "2028-07-21", "2028-07-22" }.Select(d => state.On(Day(d))));
    }

    [Fact]
    public async Task A_recognised_cluster_changes_name_and_operator_but_not_to_a_banned_one()
    {
        var batch = await registry.Announce();
        var id = (await scenario.RecognisedAsync(batch))[0];
        var (at, version) = (Scenario.AfterWindow.AddDays(10), await scenario.VersionAsync(id.Stream));
        var rename = new RenameCluster("演示新名称集群", Day("2025-07-30"), "集群更名", version);
        Assert.Equal("recognition.day-impossible", await registry.Refused(Scenario.Province(), rename with { Day = Day("2025-07-20") }, id.Value, at));
        Assert.Equal("text.personal-data", await registry.Refused(Scenario.Province(), rename with { Name = "演示集群 13800138000" }, id.Value, at));
        Assert.Equal("reason.hidden-character", await registry.Refused(Scenario.Province(), rename with { Name = "演示集群\n2. 另一集群" }, id.Value, at));
        await registry.Accepted(Scenario.Province(), rename, id.Value, at);
        Assert.Equal("recognition.day-impossible", await registry.Refused(
            Scenario.Province(), rename with { Name = "演示更早名称", Day = Day("2025-07-29"), Version = version + 1 }, id.Value, at));
        Assert.Equal("recognition.nothing-new", await registry.Refused(Scenario.Province(), rename with { Version = version + 1 }, id.Value, at));

        var (bannedOne, fit) = (Scenario.NewOrganisation(Scenario.Jinan), Scenario.NewOrganisation(Scenario.Jinan));
        await scenario.BannedAsync(await scenario.WrittenAsync(batch, bannedOne));
        var change = new ChangeOperator(bannedOne.Value, "演示新运营机构", Day("2025-07-31"), "运营机构变更", version + 1);
        Assert.Equal("application.organisation-banned", await registry.Refused(Scenario.Province(), change, id.Value, at));
        Assert.Equal("recognition.operator-invalid", await registry.Refused(Scenario.Province(), change with { CreditCode = "91310115MA1H8R7C6D" }, id.Value, at));
        await registry.Accepted(Scenario.Province(), change with { CreditCode = fit.Value }, id.Value, at);
        var changed = await scenario.LastAsync<OperatorChanged>(id.Stream);
        Assert.Equal(fit, changed.To);
        var again = change with { CreditCode = Scenario.NewOrganisation(Scenario.Jinan).Value, Version = version + 2 };
        Assert.Equal("recognition.day-impossible", await registry.Refused(Scenario.Province(), again with { Day = Day("2025-07-30") }, id.Value, at));
        Assert.Equal("text.personal-data", await registry.Refused(Scenario.Province(), again with { Name = "演示机构 0531-86128888" }, id.Value, at));
        Assert.Equal("reason.hidden-character", await registry.Refused(Scenario.Province(), again with { Name = "演示\n机构" }, id.Value, at));
    }
}
