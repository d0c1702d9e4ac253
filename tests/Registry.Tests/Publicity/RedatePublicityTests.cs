using System.Text;
using System.Text.Json.Nodes;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

public sealed class RedatePublicityTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Reason = "系统停机，公示期顺延";
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Tuesday = Scenario.PostingMorning.AddDays(1);
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task Before_the_posting_there_is_nothing_to_redate()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        Assert.Equal("publicity.not-posted", await registry.Refused(Officer, new RedatePublicity(Reason, 1, new DateOnly(2025, 7, 22)), notice.Value, Tuesday));
    }

    [Fact]
    public async Task A_window_is_never_shortened_and_an_unchanged_calendar_moves_nothing()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        Assert.Equal("publicity.not-later", await registry.Refused(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 18)), notice.Value, Tuesday));
        Assert.Equal("publicity.last-day-unfit", await registry.Refused(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 17)), notice.Value, Tuesday));
        Assert.Equal("publicity.not-later", await registry.Refused(Officer, new RedatePublicity(Reason, 2), notice.Value, Tuesday));
    }

    [Fact]
    public async Task It_ends_on_a_working_day_and_names_a_reason_and_known_entries()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        Assert.Equal("publicity.last-day-unfit", await registry.Refused(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 19)), notice.Value, Tuesday));
        Assert.Equal("reason.missing", await registry.Refused(Officer, new RedatePublicity(" ", 2, new DateOnly(2025, 7, 22)), notice.Value, Tuesday));
        Assert.Equal("publicity.unknown-entry", await registry.Refused(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 22), [7]), notice.Value, Tuesday));
    }

    [Fact]
    public async Task A_later_last_day_is_recorded_with_the_old_one_and_reaches_each_application()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce(), 2);
        await registry.Accepted(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 22)), notice.Value, Tuesday);
        var redated = await scenario.LastAsync<PublicityRedated>(notice.Stream);
        Assert.Equal((new DateOnly(2025, 7, 18), new DateOnly(2025, 7, 22), 7), (redated.OldLastDay, redated.Window.LastDay, redated.Window.Counted.Count));
        foreach (var application in applications)
            Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 22)), (await scenario.LastAsync<ApplicationPublicised>(application.Stream)).ClosesAt);
    }

    [Fact]
    public async Task A_window_that_is_over_can_be_opened_again_for_one_entry_only()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch, 2);
        var after = ChinaTime.EndOf(new DateOnly(2025, 7, 20)).AddHours(2);
        await registry.Accepted(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 22), [2]), notice.Value, after);
        Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 18)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);
        Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 22)), (await scenario.LastAsync<ApplicationPublicised>(applications[1].Stream)).ClosesAt);
        async Task<IEnumerable<string>> ShownAsync() => Scenario.Rows(await scenario.SiteFilesAsync(batch, new DateOnly(2025, 7, 21)), "notices").Select(e => $"{e["entry"]} {e["lastDay"]}");
        Assert.Equal(["1 2025-07-18", "2 2025-07-22"], await ShownAsync());

        // All of them together move the notice's own window, and the one that has its own beside it.
        await registry.Accepted(Officer, new RedatePublicity(Reason, 3, new DateOnly(2025, 7, 23)), notice.Value, after);
        Assert.Equal(["1 2025-07-23", "2 2025-07-23"], await ShownAsync());
    }

    [Fact]
    public async Task Whoever_left_publicity_does_not_keep_the_notices_own_window_from_being_moved()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch, 2);
        await scenario.DisqualifyDirectlyAsync(applications[0]);
        await registry.Accepted(Officer, new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 22)), notice.Value, Tuesday);
        Assert.Equal([2], (await scenario.LastAsync<PublicityRedated>(notice.Stream)).Entries);
        var shown = Assert.Single(Scenario.Rows(await scenario.SiteFilesAsync(batch, new DateOnly(2025, 7, 21)), "notices").Select(e => $"{e["lastDay"]}").Distinct());
        Assert.Equal("2025-07-22", shown);
    }

    [Fact]
    public void What_was_granted_is_not_proposed_again_and_a_holiday_inside_an_extended_window_is()
    {
        var calendar = WorkingDays.Bundled();
        var lost = Posted(calendar) with { Outages = [new Outage(Tuesday, Tuesday.AddHours(13))] };
        var extended = lost with { Lines = [lost.Lines[0] with { Window = Window(calendar, 6) }] };
        Assert.Equal(new DateOnly(2025, 7, 21), extended.Lines[0].Window!.LastDay);
        Assert.Empty(Proposals.For(extended, extended.Lines[0], calendar, 12));
        var lostAgain = extended with { Outages = extended.Outages.Add(new Outage(Tuesday.AddDays(1), Tuesday.AddDays(1).AddHours(12))) };
        Assert.Equal([new RedatingProposal("outage", new DateOnly(2025, 7, 22), 25)], Proposals.For(lostAgain, lostAgain.Lines[0], calendar, 12));

        Assert.Equal([new RedatingProposal("calendar", new DateOnly(2025, 7, 22))], Proposals.For(extended, extended.Lines[0], Holiday, 12));
        var redated = Assert.IsType<PublicityRedated>(Assert.Single(Assert.IsType<Decision.Accepted>(RedatePublicity.Decide(new RedatePublicity(Reason, 2), File(extended), Holiday, Tuesday)).Events));
        Assert.Equal((new DateOnly(2025, 7, 22), 6), (redated.Window.LastDay, redated.Window.Counted.Count));
        Assert.Equal("publicity.last-day-unfit", Assert.IsType<Decision.Refused>(RedatePublicity.Decide(
            new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 22)), File(extended with { Lines = [lost.Lines[0] with { Window = Window(calendar, 7) }] }), Holiday, Tuesday)).Refusal.Rule.Code);
    }

    [Fact]
    public void Windows_that_are_over_or_end_later_already_do_not_keep_the_others_from_being_redated()
    {
        var calendar = WorkingDays.Bundled();
        var early = Posted(calendar);
        NoticeLine Line(int number, string application, PublicityWindow window) =>
            new(early.Lines[0].Entry with { Number = number, Application = new ApplicationId(application) }, window, Scenario.PostingMorning, false);
        var wednesday = ((WindowAnswer.Computed)calendar.Window(new DateOnly(2025, 7, 16), 5, true)).Window;
        var notice = early with { Lines = [early.Lines[0], Line(2, "b", wednesday)] };
        Assert.Equal(new DateOnly(2025, 7, 22), wednesday.LastDay);

        var over = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
        var holiday = Changed(y => y["holidays"]!.AsArray().Add(new JsonObject { ["zh"] = "临时放假", ["en"] = "Special holiday", ["days"] = new JsonArray("2025-07-22") }));
        Assert.Equal([2], Redated(new RedatePublicity(Reason, 2), holiday, over));
        Assert.Equal([1], Redated(new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 21)), calendar, Tuesday));
        Assert.Equal([1, 2], Redated(new RedatePublicity(Reason, 2, new DateOnly(2025, 7, 23)), calendar, Tuesday));

        IEnumerable<int> Redated(RedatePublicity command, WorkingDays inForce, DateTimeOffset now) =>
            Assert.IsType<Decision.Accepted>(RedatePublicity.Decide(command, File(notice), inForce, now)).Events.Cast<PublicityRedated>().SelectMany(r => r.Entries);
    }

    [Fact]
    public void A_holiday_announced_inside_the_window_is_proposed_and_lengthens_it_and_a_further_make_up_day_never_shortens_it()
    {
        var notice = Posted(WorkingDays.Bundled());
        var holiday = Holiday;
        Assert.Equal([new RedatingProposal("calendar", new DateOnly(2025, 7, 21))], Proposals.For(notice, notice.Lines[0], holiday, 12));
        var redated = Assert.IsType<PublicityRedated>(Assert.Single(Assert.IsType<Decision.Accepted>(
            RedatePublicity.Decide(new RedatePublicity(Reason, 2), File(notice), holiday, Tuesday)).Events));
        Assert.Equal(new DateOnly(2025, 7, 21), redated.Window.LastDay);
        Assert.Equal(holiday.Version, redated.Window.Calendar);

        var saturday = new DateTimeOffset(2025, 7, 12, 2, 0, 0, TimeSpan.Zero);
        var overWeekend = Posted(WorkingDays.Bundled(), saturday);
        var makeUp = Changed(y => y["makeUpWorkingDays"]!.AsArray().Add("2025-07-12"));
        Assert.Empty(Proposals.For(overWeekend, overWeekend.Lines[0], makeUp, 12));
        Assert.Equal("publicity.not-later", Assert.IsType<Decision.Refused>(
            RedatePublicity.Decide(new RedatePublicity(Reason, 2), File(overWeekend), makeUp, Tuesday)).Refusal.Rule.Code);
    }

    [Fact]
    public void An_outage_longer_than_the_definitions_hours_is_proposed_as_further_working_days()
    {
        var calendar = WorkingDays.Bundled();
        var notice = Posted(calendar) with { Outages = [new Outage(Tuesday, Tuesday.AddHours(12))] };
        Assert.Empty(Proposals.For(notice, notice.Lines[0], calendar, 12));
        notice = notice with { Outages = [new Outage(Tuesday, Tuesday.AddHours(12)), new Outage(Tuesday.AddHours(20), Tuesday.AddHours(21))] };
        Assert.Equal([new RedatingProposal("outage", new DateOnly(2025, 7, 21), 13)], Proposals.For(notice, notice.Lines[0], calendar, 12));
    }

    [Fact]
    public async Task An_outage_lies_after_the_posting_and_in_the_past()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        Assert.Equal("publicity.outage-time", await registry.Refused(Officer, new RecordOutage(Tuesday, Tuesday.AddHours(2), "断电", 2), notice.Value, Tuesday.AddHours(1)));
        await registry.Accepted(Officer, new RecordOutage(Tuesday, Tuesday.AddHours(2), "断电", 2), notice.Value, Tuesday.AddHours(3));
    }

    private static NoticeState Posted(WorkingDays calendar, DateTimeOffset? at = null)
    {
        var posted = at ?? Scenario.PostingMorning;
        var window = ((WindowAnswer.Computed)calendar.Window(ChinaTime.ToDay(posted), 5, true)).Window;
        var entry = new NoticeEntry(1, new ApplicationId("a"), "演示集群", "演示机构", Scenario.Jinan, "SW");
        var opened = new PublicityOpened(new BatchId("p.b"), "", "", "", [entry], 5, true, window, Scenario.NoticeAddress);
        return NoticeState.Start with { Opened = opened, PostedAt = posted, Lines = [new NoticeLine(entry, window, posted, false)] };
    }

    private static NoticeFile File(NoticeState notice)
    {
        var timeline = new Timeline("application/a", []);
        return new(notice, null!, timeline, notice.Lines.ToDictionary(
            l => l.Entry.Application, l => new EntryFile(l.Entry.Application, timeline, new Filing(Stage.Publicised, 1, null), null)));
    }

    /// <summary>The calendar with Wednesday 16 July 2025 off.</summary>
    private static WorkingDays Holiday =>
        Changed(y => y["holidays"]!.AsArray().Add(new JsonObject { ["zh"] = "临时放假", ["en"] = "Special holiday", ["days"] = new JsonArray("2025-07-16") }));

    private static PublicityWindow Window(WorkingDays calendar, int days) =>
        ((WindowAnswer.Computed)calendar.Window(ChinaTime.ToDay(Scenario.PostingMorning), days, true)).Window;

    private static WorkingDays Changed(Action<JsonNode> change)
    {
        using var stream = typeof(WorkingDays).Assembly.GetManifestResourceStream("Programme/Calendars/china-2022-2026.json")!;
        var calendar = JsonNode.Parse(stream)!;
        change(calendar["years"]!.AsArray().First(y => y!["year"]!.GetValue<int>() == 2025)!);
        return WorkingDays.Read(Encoding.UTF8.GetBytes(calendar.ToJsonString()));
    }
}
