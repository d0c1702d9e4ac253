using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Programme;

/// <summary>These import years, which concerns every window of a store: they run in a store of their own.</summary>
public sealed class ImportCalendarYearTests(PostgresFixture postgres)
{
    private static readonly Actor Officer = Scenario.Province();
    private static readonly WorkingDays Bundled = WorkingDays.Bundled();
    private static readonly DateTimeOffset Now = new(2026, 11, 10, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Invented days: the real arrangement is not published.</summary>
    private static ImportCalendarYear Year2027(params HolidaySpan[] more) => new(
        2027, "演示：2027 年放假安排", [new("元旦", new(2026, 12, 31), new(2027, 1, 2)), new("春节", new(2027, 2, 5), new(2027, 2, 11)), .. more], [new(2027, 1, 3)]);

    [Theory]
    [InlineData(2021)]
    [InlineData(2029)]
    public void A_year_before_the_calendar_or_too_far_ahead_is_refused(int year) =>
        Assert.Equal("calendar.year-unfit", Refused(Year2027() with { Year = year }));

    [Fact]
    public void A_source_and_holidays_are_required()
    {
        Assert.Equal("reason.missing", Refused(Year2027() with { Source = " " }));
        Assert.Equal("calendar.holidays-missing", Refused(Year2027() with { Holidays = [] }));
        Assert.Equal("calendar.holidays-missing", Refused(Year2027(new HolidaySpan("", new(2027, 4, 4), new(2027, 4, 5)))));
    }

    [Fact]
    public void A_day_that_contradicts_the_year_is_refused_and_named()
    {
        foreach (var (command, day) in new[]
        {
            (Year2027(new HolidaySpan("错", new(2028, 1, 1), new(2028, 1, 1))), new DateOnly(2028, 1, 1)),
            (Year2027(new HolidaySpan("错", new(2026, 11, 30), new(2026, 11, 30))), new DateOnly(2026, 11, 30)),
            (Year2027(new HolidaySpan("错", new(2027, 5, 5), new(2027, 5, 1))), new DateOnly(2027, 5, 1)),
            (Year2027(new HolidaySpan("错", new(2027, 1, 2), new(2027, 1, 4))), new DateOnly(2027, 1, 2)),
            (Year2027() with { MakeUpWorkingDays = [new(2027, 1, 4)] }, new DateOnly(2027, 1, 4)),
            (Year2027() with { MakeUpWorkingDays = [new(2027, 2, 6)] }, new DateOnly(2027, 2, 6)),
        })
        {
            var refusal = Assert.IsType<Decision.Refused>(ImportCalendarYear.Decide(command, Bundled, Now)).Refusal;
            Assert.Equal(("calendar.day-unfit", day), (refusal.Rule.Code, refusal.Arguments["day"]));
        }
    }

    [Fact]
    public void A_day_that_another_year_has_off_is_not_made_up_as_one_that_another_year_works_is_no_holiday()
    {
        var calendar = Bundled.With((CalendarYearImported)((Decision.Accepted)ImportCalendarYear.Decide(
            Year2027(new HolidaySpan("岁末", new(2026, 12, 19), new(2026, 12, 20))), Bundled, Now)).Events[0]);
        var again = new ImportCalendarYear(2026, "演示：调整后的 2026 年放假安排", [new("元旦", new(2026, 1, 1), new(2026, 1, 3))], [new(2026, 12, 19)], "调整");
        var refusal = Assert.IsType<Decision.Refused>(ImportCalendarYear.Decide(again, calendar, Now)).Refusal;
        Assert.Equal(("calendar.day-unfit", new DateOnly(2026, 12, 19)), (refusal.Rule.Code, refusal.Arguments["day"]));
    }

    [Fact]
    public void A_source_or_a_name_with_somebody_s_number_is_refused_because_everybody_reads_it()
    {
        Assert.Equal("text.personal-data", Refused(Year2027() with { Source = "演示：放假安排，咨询 13812345678" }));
        Assert.Equal("text.personal-data", Refused(Year2027(new HolidaySpan("问 zhang@example.org", new(2027, 4, 4), new(2027, 4, 5)))));
    }

    [Fact]
    public void What_is_said_about_a_new_year_is_kept()
    {
        Assert.Equal("提前公布", Import(Year2027() with { PublicReason = " 提前公布 " }).PublicReason);
        Assert.Null(Import(Year2027()).PublicReason);
        Assert.Equal("reason.hidden-character", Refused(Year2027() with { PublicReason = "提前\u200b公布" }));
    }

    [Fact]
    public void A_covered_year_is_replaced_only_with_a_reason()
    {
        var again = new ImportCalendarYear(2026, "演示：调整后的 2026 年放假安排", [new("元旦", new(2026, 1, 1), new(2026, 1, 3))], []);
        Assert.Equal("calendar.reason-missing", Refused(again));
        Assert.IsType<Decision.Accepted>(ImportCalendarYear.Decide(again with { PublicReason = "国务院办公厅调整" }, Bundled, Now));
    }

    [Fact]
    public void The_same_imports_give_the_same_version_and_another_one_gives_another()
    {
        var imported = Import(Year2027());
        Assert.Equal(Bundled.With(imported).Version, WorkingDays.Bundled().With(imported).Version);
        Assert.NotEqual(Bundled.Version, Bundled.With(imported).Version);
        Assert.NotEqual(Bundled.With(imported).Version, Bundled.With(Import(Year2027(new HolidaySpan("清明节", new(2027, 4, 3), new(2027, 4, 5))))).Version);
    }

    [Fact]
    public void An_imported_year_counts_into_the_December_before()
    {
        var calendar = Bundled.With(Import(Year2027()));
        var window = Assert.IsType<WindowAnswer.Computed>(calendar.Window(new(2026, 12, 28), 5, true)).Window;
        // The 31st is a holiday now, Sunday the 3rd is worked.
        Assert.Equal([new(2026, 12, 28), new(2026, 12, 29), new(2026, 12, 30), new(2027, 1, 3), new(2027, 1, 4)], window.Counted);
        Assert.Equal(new WindowAnswer.NotPublished(2028), calendar.Window(new(2027, 12, 30), 5, true));
    }

    [Fact]
    public async Task An_import_is_recorded_with_data_source_hash_and_person_and_windows_of_the_year_are_computed_from_then_on()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var posting = new DateTimeOffset(2026, 12, 30, 1, 0, 0, TimeSpan.Zero);
        var batch = await registry.Announce();
        var ids = await scenario.ShortlistedAsync(batch);
        var plan = new OpenPublicity(ChinaTime.ToDay(posting), Scenario.NoticeAddress, await scenario.VersionAsync(batch.Stream));
        var refused = await registry.Give(Officer, plan, batch.Value, posting.AddHours(-1));
        Assert.Equal(("calendar.not-published", 2027), (refused.Refusal!.Rule.Code, refused.Refusal.Arguments["year"]));

        var command = Year2027();
        await registry.Accepted(Officer, command, at: Now);
        await using var session = registry.Store.QuerySession();
        var recorded = (await session.Events.FetchStreamAsync(Calendar.Stream, token: Ct)).Single();
        var data = (CalendarYearImported)recorded.Data;
        Assert.Equal((Officer.Id, 2027, "演示：2027 年放假安排", CalendarYearImported.HashOf(2027, data.Source, data.Holidays, data.MakeUpWorkingDays)),
            (recorded.UserName, data.Year, data.Source, data.Hash));

        var opened = await registry.Accepted(Officer, plan, batch.Value, posting.AddHours(-1));
        var window = (await scenario.LastAsync<PublicityOpened>(new PublicityId(opened.Id!).Stream)).Window;
        Assert.Equal(Bundled.With(data).Version, window.Calendar);
        Assert.Equal(new DateOnly(2027, 1, 6), window.LastDay);
        Assert.Single(ids);
    }

    [Fact]
    public async Task A_calendar_that_changes_in_an_open_window_moves_nothing_until_an_officer_redates_and_never_to_an_earlier_day()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var posting = new DateTimeOffset(2026, 11, 9, 1, 0, 0, TimeSpan.Zero);
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce(), at: posting);
        Assert.Equal(ChinaTime.EndOf(new(2026, 11, 13)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);

        var (source, holidays, makeUp) = Bundled.Arrangement(2026);
        await registry.Accepted(Officer, new ImportCalendarYear(2026, source, [.. holidays, new("演示假日", new(2026, 11, 12), new(2026, 11, 13))], makeUp, "国务院办公厅临时调整（演示）"), at: Now);
        Assert.Equal(ChinaTime.EndOf(new(2026, 11, 13)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);
        await registry.Accepted(Officer, new RedatePublicity("放假安排调整，公示期顺延。", 2), notice.Value, Now);
        Assert.Equal(ChinaTime.EndOf(new(2026, 11, 17)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);

        await registry.Accepted(Officer, new ImportCalendarYear(2026, source, holidays, [.. makeUp, new(2026, 11, 14), new(2026, 11, 15)], "再次调整（演示）"), at: Now);
        Assert.Equal("publicity.not-later", await registry.Refused(Officer, new RedatePublicity("日历改变", 3), notice.Value, Now));
        Assert.Equal(ChinaTime.EndOf(new(2026, 11, 17)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);
    }

    private static CalendarYearImported Import(ImportCalendarYear command) =>
        (CalendarYearImported)Assert.IsType<Decision.Accepted>(ImportCalendarYear.Decide(command, Bundled, Now)).Events[0];

    private static string Refused(ImportCalendarYear command) =>
        Assert.IsType<Decision.Refused>(ImportCalendarYear.Decide(command, Bundled, Now)).Refusal.Rule.Code;
}
