using System.Globalization;
using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

public sealed class OpenPublicityTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);
    private static readonly WorkingDays Calendar = WorkingDays.Bundled();

    [Theory]
    [InlineData("ftp://gxt.example.cn/notice")]
    [InlineData("javascript:alert(1)")]
    [InlineData("gxt.example.cn/notice")]
    [InlineData("https://somebody:secret@gxt.example.cn/notice")]
    public async Task An_address_that_is_no_web_address_is_refused(string address) =>
        Assert.Equal("publicity.address-invalid", Code(await DecideAsync(new DateOnly(2025, 7, 14), address)));

    [Fact]
    public async Task A_day_before_today_is_refused() =>
        Assert.Equal("publicity.day-in-past", Code(await DecideAsync(new DateOnly(2025, 7, 10))));

    [Fact]
    public async Task A_window_that_reaches_into_a_year_without_a_calendar_is_refused_by_the_years_name()
    {
        var refused = Assert.IsType<Decision.Refused>(await DecideAsync(new DateOnly(2026, 12, 29)));
        Assert.Equal("calendar.not-published", refused.Refusal.Rule.Code);
        Assert.Equal(2027, refused.Refusal.Arguments["year"]);
    }

    [Fact]
    public async Task A_banned_applicant_is_not_put_up()
    {
        var banned = ApplicationRules.OrganisationBanned.Refuse(("lastDay", new DateOnly(2028, 7, 1)));
        Assert.Equal("application.organisation-banned", Code(await DecideAsync(new DateOnly(2025, 7, 14), banned: banned)));
    }

    [Fact]
    public async Task Without_a_shortlist_there_is_nothing_to_publicise()
    {
        var batch = await registry.Announce();
        Assert.Equal("publicity.nothing-to-publicise", await registry.Refused(
            Scenario.Province(), new OpenPublicity(new DateOnly(2025, 7, 14), Scenario.NoticeAddress, 1), batch.Value, Scenario.PostingMorning));
    }

    [Fact]
    public async Task The_same_shortlist_is_not_put_into_two_notices()
    {
        var batch = await registry.Announce();
        await scenario.NoticePreparedAsync(batch);
        Assert.Equal("publicity.nothing-to-publicise", await registry.Refused(
            Scenario.Province(), new OpenPublicity(new DateOnly(2025, 7, 14), Scenario.NoticeAddress, await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.PostingMorning));
    }

    public static TheoryData<string, string, string, int> RealWindows()
    {
        var data = new TheoryData<string, string, string, int>();
        foreach (var window in TestData.Json("publicity-windows.json").GetProperty("published").EnumerateArray())
            data.Add(
                window.GetProperty("id").GetString()!, window.GetProperty("posted").GetString()!, window.GetProperty("end").GetString()!,
                window.GetProperty("workdays_counting_start_day").GetInt32());
        return data;
    }

    [Theory]
    [MemberData(nameof(RealWindows))]
    public async Task The_event_holds_each_day_of_the_real_windows_counted_or_skipped_with_its_reason(string id, string posted, string end, int workingDays)
    {
        var day = TestData.Day(posted);
        var opened = await OpenedAsync(day, workingDays);
        Assert.Equal((day, TestData.Day(end)), (opened.Window.FirstDay, opened.Window.LastDay));
        Assert.Equal(workingDays, opened.Window.Counted.Count);
        var days = opened.Window.Counted.Concat(opened.Window.Skipped.Select(s => s.Day)).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, opened.Window.LastDay.DayNumber - day.DayNumber + 1).Select(day.AddDays), days);
        Assert.Equal(Calendar.Version, opened.Window.Calendar);
        Assert.True(id.Length > 0);
    }

    [Fact]
    public async Task Labour_Day_inside_the_window_is_skipped_as_holiday_and_the_weekend_before_it_is_a_make_up_day()
    {
        var opened = await OpenedAsync(new DateOnly(2022, 4, 26), 5);
        Assert.Equal(
            [new(2022, 4, 30), new(2022, 5, 1), new(2022, 5, 2), new(2022, 5, 3), new(2022, 5, 4)],
            opened.Window.Skipped.Where(s => s.Reason == SkipReason.Holiday).Select(s => s.Day));
    }

    [Fact]
    public async Task Where_the_definition_says_so_the_posting_day_is_skipped_and_named()
    {
        var batch = await registry.Announce(d => d["publicity"]!["firstDayCounts"] = false);
        var (notice, _) = await scenario.NoticePreparedAsync(batch);
        var opened = await scenario.LastAsync<PublicityOpened>(notice.Stream);
        Assert.Equal(new DateOnly(2025, 7, 21), opened.Window.LastDay);
        Assert.Equal(new SkippedDay(new DateOnly(2025, 7, 14), SkipReason.PostingDay), opened.Window.Skipped[0]);
    }

    [Fact]
    public async Task The_exact_text_holds_the_list_and_its_hash_and_nothing_is_in_publicity_before_the_posting()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.NoticePreparedAsync(batch, 2);
        var opened = await scenario.LastAsync<PublicityOpened>(notice.Stream);
        Assert.Equal(NoticeText.HashOf(opened.PublicText), opened.TextHash);
        Assert.All(opened.Entries, e => Assert.Contains(e.ClusterName, opened.PublicText, StringComparison.Ordinal));
        Assert.Contains("济南市", opened.PublicText, StringComparison.Ordinal);
        Assert.Equal([1, 2], opened.Entries.Select(e => e.Number));
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[0]));
        await using var session = registry.Store.QuerySession();
        var line = (await session.LoadAsync<NoticeCard>(notice.Stream, TestContext.Current.CancellationToken))!.Notice.Line(1)!;
        Assert.Equal(WindowSide.NotYet, line.At(Scenario.PostingMorning.AddDays(1)));
    }

    [Fact]
    public async Task A_notice_that_was_given_up_before_posting_frees_its_applications_and_cannot_be_posted()
    {
        var batch = await registry.Announce();
        var (notice, _) = await scenario.NoticePreparedAsync(batch);
        await registry.Accepted(Scenario.Province(), new GiveUpNotice("公示文字有误", 1), notice.Value, Scenario.PostingMorning);
        Assert.Equal("access.not-found", await registry.Refused(
            Scenario.Province(), new VerifyPosting(Scenario.NoticeAddress, Scenario.PostingMorning, 2), notice.Value, Scenario.PostingMorning));
        await registry.Accepted(
            Scenario.Province(), new OpenPublicity(new DateOnly(2025, 7, 14), Scenario.NoticeAddress, await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.PostingMorning);
    }

    private async Task<PublicityOpened> OpenedAsync(DateOnly day, int workingDays)
    {
        var batch = await registry.Announce(d => d["publicity"]!["workingDays"] = workingDays);
        var decision = await DecideAsync(day, batch: batch, now: ChinaTime.StartOf(day));
        return Assert.IsType<PublicityOpened>(Assert.Single(Assert.IsType<Decision.Accepted>(decision).Events));
    }

    private async Task<Decision> DecideAsync(DateOnly day, string? address = null, Refusal? banned = null, BatchId? batch = null, DateTimeOffset? now = null)
    {
        var id = batch ?? await registry.Announce();
        await using var session = registry.Store.QuerySession();
        var call = await new Calls().ReadAsync(session, id, TestContext.Current.CancellationToken);
        var code = Scenario.NewOrganisation(Scenario.Jinan);
        var submission = new ApplicationSubmitted(
            id, code, "演示机构", "演示集群", Scenario.Jinan, "SW", 1, new Dictionary<string, JsonElement>(), new Dictionary<string, Registry.Platform.Sealing.Sealed>(), [], [], "");
        return OpenPublicity.Decide(
            new OpenPublicity(day, address ?? Scenario.NoticeAddress, 1), call!, [new(new ApplicationId("a"), submission, 1, banned)], Calendar, now ?? Scenario.PostingMorning);
    }

    private static string Code(Decision decision) => Assert.IsType<Decision.Refused>(decision).Refusal.Rule.Code;
}
