using Microsoft.Extensions.DependencyInjection;
using Marten.Events;
using PublicSite;
using Registry.Accounts;
using Registry.Applications;
using Registry.Disclosure;
using Registry.Objections;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

/// <summary>A notice on the registry's own site. Each test publishes, so each has a program of its own.</summary>
public sealed class OwnSiteTests(PostgresFixture postgres)
{
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Morning = Scenario.PostingMorning;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_window_starts_when_the_page_was_written_and_read_back_and_not_before()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host);
        Assert.Equal("publicity.page-differs", await registry.Refused(Officer, new ReadBackPosting(1), notice.Value, Morning));
        Assert.Equal("publicity.read-back-only", await registry.Refused(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning, 1), notice.Value, Morning));

        await PublishAsync(host, Morning.AddDays(-1));
        Assert.False(File.Exists(PageOf(host, notice)), "shown before the planned day");
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[0]));

        await PublishAsync(host, Morning);
        Assert.Contains((await scenario.LastAsync<PublicityOpened>(notice.Stream)).TextHash, await File.ReadAllTextAsync(PageOf(host, notice), Ct), StringComparison.Ordinal);
        var posted = await scenario.LastAsync<PostingVerified>(notice.Stream);
        Assert.Equal((PostingCheck.ReadBack, Morning, new DateOnly(2025, 7, 18)), (posted.Check, posted.PostedAt, posted.Window.LastDay));
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[0]));
        await PublishAsync(host, Morning.AddHours(1));
        Assert.Equal("publicity.already-posted", await registry.Refused(Officer, new ReadBackPosting(2), notice.Value, Morning.AddHours(1)));
    }

    [Fact]
    public async Task A_page_that_appears_a_day_late_is_found_by_the_minutes_round_too_and_starts_a_window_of_that_day()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (_, scenario, notice, _) = await PreparedAsync(host);
        // A notice that nothing can be made of stops nothing of the others.
        await using (var session = host.Host.Services.GetRequiredService<Marten.IDocumentStore>().LightweightSession())
        {
            var opened = await scenario.LastAsync<PublicityOpened>(notice.Stream);
            NoticeLine Line(Registry.Programme.PublicityWindow? window) => new(opened.Entries[0], window, Morning, false);
            session.Store(new NoticeCard
            {
                Id = "publicity/broken", Batch = opened.Batch.Value,
                Notice = NoticeState.Start with { Opened = opened with { OwnSite = false }, PostedAt = Morning, Lines = [Line(opened.Window), Line(null)] },
            });
            await session.SaveChangesAsync(Ct);
        }
        using (RegistryClock.At(Morning.AddDays(1)))
            await ActivatorUtilities.CreateInstance<Registry.Proof.ProofRound>(host.Host.Services).RunAsync(Ct);
        Assert.Equal(new DateOnly(2025, 7, 21), (await scenario.LastAsync<PostingVerified>(notice.Stream)).Window.LastDay);
    }

    [Fact]
    public async Task A_page_whose_text_differs_by_one_character_does_not_count()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, _) = await PreparedAsync(host);
        using (RegistryClock.At(Morning))
            Assert.Empty((await host.Host.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, Ct))!.Problems);
        var page = PageOf(host, notice);
        var standing = await File.ReadAllTextAsync(page, Ct);
        await File.WriteAllTextAsync(page, standing.Replace("演示集群", "演示集詳", StringComparison.Ordinal), Ct);
        Assert.Equal("publicity.page-differs", await registry.Refused(Officer, new ReadBackPosting(1), notice.Value, Morning));
        await File.WriteAllTextAsync(page, standing, Ct);
        // The command arrives, waits, and reads a moment later: nobody could have objected before that moment.
        var seconds = 0;
        using (RegistryClock.At(() => Morning.AddSeconds(++seconds)))
            Assert.NotNull((await host.Host.Services.GetRequiredService<Registry.Platform.Commands.CommandRunner>().RunAsync(Officer, notice.Value, new ReadBackPosting(1), "one", Morning, Ct)).Answer);
        Assert.InRange((await scenario.LastAsync<PostingVerified>(notice.Stream)).PostedAt, Morning.AddSeconds(1), Morning.AddSeconds(seconds));
    }

    [Fact]
    public async Task A_changed_entry_gets_its_own_full_window_when_its_page_was_read_back_and_stands_under_its_old_number_until_then()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host);
        await PublishAsync(host, Morning);
        var wednesday = Morning.AddDays(2);
        await registry.Accepted(Officer, new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", null, null, 2), notice.Value, wednesday);
        Assert.Equal("publicity.entry-twice", await registry.Refused(Officer, new ChangeEntry(1, "又一名称", "演示机构", "名称有误", null, null, 3), notice.Value, wednesday));
        Assert.Equal("objection.too-early", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice, 3)), at: wednesday.AddMinutes(1)));
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice, 2)), at: wednesday.AddMinutes(1));
        Assert.Equal("publicity.page-differs", await registry.Refused(Officer, new ReadBackPosting(3), notice.Value, wednesday.AddMinutes(1)));
        var batch = (await scenario.LastAsync<PublicityOpened>(notice.Stream)).Batch;
        // However long the page is missing: the old window's end decides nothing any more.
        Assert.Equal("recognition.window-open", await registry.Refused(
            Officer, Scenario.ADecision(await scenario.VersionAsync(batch.Stream), [applications[0]]), batch.Value, Scenario.AfterWindow));

        await PublishAsync(host, Morning.AddDays(3));
        var posted = await scenario.LastAsync<EntryPosted>(notice.Stream);
        Assert.Equal((3, 1, Morning.AddDays(3), new DateOnly(2025, 7, 23)), (posted.Entry, posted.Replaces, posted.PostedAt, posted.Window.LastDay));
        Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 23)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice, 3)), at: ChinaTime.EndOf(new DateOnly(2025, 7, 23)).AddMicroseconds(-1));
        Assert.Equal("objection.not-in-publicity", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice, 1)), at: Morning.AddDays(3).AddHours(1)));
        await PublishAsync(host, Morning.AddDays(4));
        Assert.Equal(posted.PostedAt, (await scenario.LastAsync<EntryPosted>(notice.Stream)).PostedAt);
    }

    [Fact]
    public async Task While_a_changed_entry_waits_the_page_keeps_the_old_one_the_log_attests_what_is_open_and_nothing_is_counted()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, _) = await PreparedAsync(host);
        var timer = Actor.Job("proof-round");
        async Task<NoticeAttested> AttestedAsync(DateTimeOffset at)
        {
            await registry.Accepted(timer, new AttestNotice(await scenario.VersionAsync(notice.Stream)), notice.Value, at);
            return await scenario.LastAsync<NoticeAttested>(notice.Stream);
        }
        await PublishAsync(host, Morning);
        var start = await AttestedAsync(Morning.AddMinutes(5));
        var wednesday = Morning.AddDays(2);
        await registry.Accepted(Officer, new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", null, null, await scenario.VersionAsync(notice.Stream)), notice.Value, wednesday);
        using (RegistryClock.At(wednesday))
            Assert.Empty((await host.Host.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, Ct))!.Problems);
        Assert.Equal(["1", "2", "3"], EntriesOn(host, notice));
        var waiting = await AttestedAsync(wednesday);
        Assert.Equal((AttestOccasion.Daily, start.Content), (waiting.Occasion, waiting.Content));
        Assert.Equal("publicity.entry-awaited", await registry.Refused(timer, new CountObjections(await scenario.VersionAsync(notice.Stream)), notice.Value, Scenario.AfterWindow));

        await PublishAsync(host, Morning.AddDays(3));
        var changed = await AttestedAsync(Morning.AddDays(3).AddMinutes(5));
        Assert.Equal((AttestOccasion.Changed, "名称有误"), (changed.Occasion, changed.PublicReason));
        Assert.Contains("3\t更正后的演示集群", changed.PublicContent, StringComparison.Ordinal);
        Assert.DoesNotContain("\n1\t", changed.PublicContent, StringComparison.Ordinal);
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        await PublishAsync(host, Morning.AddDays(3).AddMinutes(10));
        Assert.Equal(["2", "3"], EntriesOn(host, notice));
        Assert.Contains("\"entry-posted\"", await File.ReadAllTextAsync(Path.Combine(host.Folder, "log", "disclosures", "index.json"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_added_to_the_own_page_open_when_they_were_read_back()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host, leftOut: 2);
        await PublishAsync(host, Morning);
        // Two of one day have the same window, and stand under one heading.
        for (var i = 2; i < 4; i++)
        {
            await scenario.AddedToShortlistAsync(applications[i]);
            await registry.Accepted(Officer, new AddEntry(applications[i], "复核后补充入围", null, null, i), notice.Value, Morning.AddDays(2));
        }
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[2]));
        await PublishAsync(host, Morning.AddDays(3));
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[2]));
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[3]));
        Assert.Equal(new DateOnly(2025, 7, 23), (await scenario.LastAsync<EntryPosted>(notice.Stream)).Window.LastDay);
    }

    [Fact]
    public async Task Two_entries_added_on_one_day_both_open()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host, leftOut: 2);
        await PublishAsync(host, Morning);
        await scenario.AddedToShortlistAsync(applications[2]);
        await scenario.AddedToShortlistAsync(applications[3]);
        await registry.Accepted(Officer, new AddEntry(applications[2], "复核后补充入围", null, null, 2), notice.Value, Morning.AddDays(2));
        await registry.Accepted(Officer, new AddEntry(applications[3], "复核后补充入围", null, null, 3), notice.Value, Morning.AddDays(2));
        await PublishAsync(host, Morning.AddDays(3));
        Assert.Equal((Stage.Publicised, Stage.Publicised), (await scenario.StageAsync(applications[2]), await scenario.StageAsync(applications[3])));
    }

    [Fact]
    public async Task An_entry_on_a_further_page_of_a_long_notice_opens_too()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host, listed: 60, leftOut: 1);
        await PublishAsync(host, Morning);
        await scenario.AddedToShortlistAsync(applications[60]);
        await registry.Accepted(Officer, new AddEntry(applications[60], "复核后补充入围", null, null, 2), notice.Value, Morning.AddDays(2));
        await PublishAsync(host, Morning.AddDays(3));
        Assert.DoesNotContain("id=\"window-61\"", await File.ReadAllTextAsync(PageOf(host, notice), Ct), StringComparison.Ordinal);
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[60]));
    }

    [Theory]
    [InlineData("更正后的演示集群")]
    [InlineData("更正后的演示机构")]
    public async Task A_changed_entry_does_not_open_while_the_page_shows_another_cluster_or_another_organisation(string standing)
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, _) = await PreparedAsync(host);
        await PublishAsync(host, Morning);
        await registry.Accepted(Officer, new ChangeEntry(1, "更正后的演示集群", "更正后的演示机构", "名称有误", null, null, 2), notice.Value, Morning.AddDays(2));
        using (RegistryClock.At(Morning.AddDays(3)))
            Assert.Empty((await host.Host.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, Ct))!.Problems);
        var page = PageOf(host, notice);
        var right = await File.ReadAllTextAsync(page, Ct);
        await File.WriteAllTextAsync(page, right.Replace(standing, "另一名称", StringComparison.Ordinal), Ct);
        var version = await scenario.VersionAsync(notice.Stream);
        Assert.Equal("publicity.page-differs", await registry.Refused(Officer, new ReadBackPosting(version), notice.Value, Morning.AddDays(3)));
        await File.WriteAllTextAsync(page, right, Ct);
        await registry.Accepted(Officer, new ReadBackPosting(version), notice.Value, Morning.AddDays(3));
    }

    [Fact]
    public async Task A_redating_does_not_give_an_entry_that_waits_for_its_new_posting_its_end_back()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host);
        await PublishAsync(host, Morning);
        await registry.Accepted(Officer, new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", null, null, 2), notice.Value, Morning.AddDays(2));
        var waiting = await scenario.VersionAsync(applications[0].Stream);
        await registry.Accepted(Officer, new RedatePublicity("系统停机，公示期顺延", 3, new DateOnly(2025, 7, 22)), notice.Value, Morning.AddDays(2));
        Assert.Equal(waiting, await scenario.VersionAsync(applications[0].Stream));
        Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 22)), (await scenario.LastAsync<ApplicationPublicised>(applications[1].Stream)).ClosesAt);
        var batch = (await scenario.LastAsync<PublicityOpened>(notice.Stream)).Batch;
        Assert.Equal("recognition.window-open", await registry.Refused(
            Officer, Scenario.ADecision(await scenario.VersionAsync(batch.Stream), [applications[0]], at: Morning.AddDays(20)), batch.Value, Morning.AddDays(20)));
    }

    [Fact]
    public async Task An_application_that_waits_in_one_notice_for_its_posting_is_not_put_into_another()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host, leftOut: 2);
        await PublishAsync(host, Morning);
        var batch = (await scenario.LastAsync<PublicityOpened>(notice.Stream)).Batch;
        await scenario.AddedToShortlistAsync(applications[2]);
        await registry.Accepted(Officer, new AddEntry(applications[2], "复核后补充入围", null, null, 2), notice.Value, Morning.AddDays(2));
        async Task<string> OpenedAsync() => await registry.Refused(
            Officer, new OpenPublicity(ChinaTime.ToDay(Morning).AddDays(3), null, await scenario.VersionAsync(batch.Stream)), batch.Value, Morning.AddDays(2));
        Assert.Equal("publicity.nothing-to-publicise", await OpenedAsync());

        await scenario.AddedToShortlistAsync(applications[3]);
        var second = await registry.Accepted(
            Officer, new OpenPublicity(ChinaTime.ToDay(Morning).AddDays(3), null, await scenario.VersionAsync(batch.Stream)), batch.Value, Morning.AddDays(2));
        Assert.Equal([applications[3]], (await scenario.LastAsync<PublicityOpened>(new PublicityId(second.Id!).Stream)).Entries.Select(e => e.Application));
        Assert.Equal("publicity.entry-twice", await registry.Refused(Officer, new AddEntry(applications[3], "补充", null, null, 3), notice.Value, Morning.AddDays(2)));
    }

    [Fact]
    public async Task A_notice_on_the_departments_own_site_is_not_read_back_here()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var (notice, _) = await new Scenario(registry).NoticePreparedAsync(await registry.Announce());
        await PublishAsync(host, Morning);
        Assert.False(File.Exists(PageOf(host, notice)));
        Assert.Equal("publicity.not-own-site", await registry.Refused(Officer, new ReadBackPosting(1), notice.Value, Morning));
    }

    [Fact]
    public async Task A_notice_given_up_before_its_day_never_appears()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host);
        await registry.Accepted(Officer, new GiveUpNotice("文字有误", 1), notice.Value, Morning.AddHours(-1));
        await PublishAsync(host, Morning);
        Assert.False(File.Exists(PageOf(host, notice)));
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[0]));
    }

    private async Task<(RegistryFixture, Scenario, PublicityId, IReadOnlyList<ApplicationId>)> PreparedAsync(RegistryHost host, int leftOut = 0, int listed = 2)
    {
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        var ids = await scenario.ShortlistedAsync(batch, listed, leftOut);
        var opened = await registry.Accepted(Officer, new OpenPublicity(ChinaTime.ToDay(Morning), null, await scenario.VersionAsync(batch.Stream)), batch.Value, Morning.AddDays(-1));
        return (registry, scenario, new PublicityId(opened.Id!), ids);
    }

    /// <summary>The publishing job, at an instant.</summary>
    private static async Task PublishAsync(RegistryHost host, DateTimeOffset at)
    {
        using var moved = RegistryClock.At(at);
        await ActivatorUtilities.CreateInstance<PublishSite>(host.Host.Services).RunAsync(Ct);
    }

    /// <summary>The numbers of the entries that the published notice names, in its own order.</summary>
    private static IEnumerable<string> EntriesOn(RegistryHost host, PublicityId notice) =>
        System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(host.Folder, "site", SitePublisher.CurrentLink, Addresses.Twin(PageKind.Notice, notice.Value))))!
            ["record"]!["entries"]!.AsArray().Select(e => e!["id"]!.GetValue<string>());

    private static string PageOf(RegistryHost host, PublicityId notice) =>
        Path.Combine(host.Folder, "site", SitePublisher.CurrentLink, Addresses.Of(PageKind.Notice, notice.Value));
}
