using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

public sealed class VerifyPostingTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Morning = Scenario.PostingMorning;
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task A_posting_in_the_future_or_before_the_notice_was_fixed_is_refused()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        Assert.Equal("publicity.posting-time", await registry.Refused(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning.AddSeconds(1), 1), notice.Value, Morning));
        Assert.Equal("publicity.posting-time", await registry.Refused(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning.AddHours(-2), 1), notice.Value, Morning));
    }

    [Fact]
    public async Task A_page_that_was_read_back_must_hold_the_exact_text()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        var job = Actor.Job("posting-check");
        Assert.Equal("publicity.text-differs", await registry.Refused(job, new VerifyPosting(Scenario.NoticeAddress, Morning, 1), notice.Value, Morning));
        Assert.Equal("publicity.text-differs", await registry.Refused(job, new VerifyPosting(Scenario.NoticeAddress, Morning, 1, NoticeText.HashOf("another text")), notice.Value, Morning));
        var opened = await scenario.LastAsync<PublicityOpened>(notice.Stream);
        await registry.Accepted(job, new VerifyPosting(Scenario.NoticeAddress, Morning, 1, opened.TextHash), notice.Value, Morning);
        Assert.Equal(PostingCheck.ReadBack, (await scenario.LastAsync<PostingVerified>(notice.Stream)).Check);
    }

    [Fact]
    public async Task A_second_verification_is_refused()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        Assert.Equal("publicity.already-posted", await registry.Refused(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning, 2), notice.Value, Morning));
    }

    [Fact]
    public async Task A_posting_whose_window_is_over_is_refused_because_nobody_could_file()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        Assert.Equal("publicity.posting-too-old", await registry.Refused(
            Officer, new VerifyPosting(Scenario.NoticeAddress, Morning, 1), notice.Value, ChinaTime.EndOf(new DateOnly(2025, 7, 18))));
    }

    [Fact]
    public async Task Filing_opens_at_the_verified_posting_and_the_application_says_until_when()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce(), 2);
        var publicised = await scenario.LastAsync<ApplicationPublicised>(applications[1].Stream);
        Assert.Equal(new ApplicationPublicised(notice, 2, Morning, ChinaTime.EndOf(new DateOnly(2025, 7, 18))), publicised);
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[0]));
    }

    [Fact]
    public async Task Posted_on_another_day_than_planned_the_window_follows_the_real_day()
    {
        var (notice, applications) = await scenario.NoticePreparedAsync(await registry.Announce());
        await registry.Accepted(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning.AddDays(1), 1), notice.Value, Morning.AddDays(1).AddHours(1));
        var posted = await scenario.LastAsync<PostingVerified>(notice.Stream);
        Assert.Equal((new DateOnly(2025, 7, 15), new DateOnly(2025, 7, 21)), (posted.Window.FirstDay, posted.Window.LastDay));
        Assert.Equal([new SkippedDay(new(2025, 7, 19), SkipReason.Weekend), new SkippedDay(new(2025, 7, 20), SkipReason.Weekend)], posted.Window.Skipped);
        Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 21)), (await scenario.LastAsync<ApplicationPublicised>(applications[0].Stream)).ClosesAt);
    }

    [Fact]
    public async Task Posted_in_the_last_minute_of_a_day_in_Beijing_that_day_counts()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        var lastMinute = ChinaTime.EndOf(new DateOnly(2025, 7, 14)).AddMilliseconds(-1);
        await registry.Accepted(Officer, new VerifyPosting(Scenario.NoticeAddress, lastMinute, 1), notice.Value, lastMinute.AddHours(9));
        Assert.Equal(new DateOnly(2025, 7, 18), (await scenario.LastAsync<PostingVerified>(notice.Stream)).Window.LastDay);
    }

    [Fact]
    public async Task Posted_on_a_Saturday_counting_starts_on_Monday()
    {
        var saturday = new DateTimeOffset(2025, 7, 12, 2, 0, 0, TimeSpan.Zero);
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce(), at: saturday);
        var window = (await scenario.LastAsync<PostingVerified>(notice.Stream)).Window;
        Assert.Equal((new DateOnly(2025, 7, 12), new DateOnly(2025, 7, 18)), (window.FirstDay, window.LastDay));
        Assert.Equal(5, window.Counted.Count);
    }

    [Fact]
    public async Task An_applicant_banned_between_the_list_and_the_posting_is_struck_nowhere_public_and_the_others_open()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.NoticePreparedAsync(batch, 2);
        await scenario.BanDirectlyAsync(applications[0], new DateOnly(2025, 7, 14));
        await registry.Accepted(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning, 1), notice.Value, Morning);
        Assert.Equal([1], (await scenario.LastAsync<PostingVerified>(notice.Stream)).Struck);
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[0]));
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[1]));

        var opened = await scenario.LastAsync<PublicityOpened>(notice.Stream);
        var (struck, standing) = (opened.Entries[0].ClusterName, opened.Entries[1].ClusterName);
        var files = await scenario.SiteFilesAsync(batch, new DateOnly(2025, 7, 14));
        Assert.DoesNotContain(files, f => System.Text.Encoding.UTF8.GetString(f.Value).Contains(struck, StringComparison.Ordinal));
        var shown = await scenario.NoticeAsync(notice, Morning.AddHours(1), Actor.Citizen);
        Assert.Equal(opened.PublicText.Replace($"1. {struck}{opened.PublicText.Split($"1. {struck}")[1].Split('\n')[0]}\n", "", StringComparison.Ordinal), shown.Text);
        Assert.Contains($"2. {standing}", shown.Text, StringComparison.Ordinal);
        Assert.Equal(NoticeText.HashOf(shown.Text), shown.TextHash);
        Assert.Equal([2], shown.Entries.Select(e => e.Entry.Number));
        var office = await scenario.NoticeAsync(notice, Morning.AddHours(1));
        Assert.Equal((opened.PublicText, 2), (office.Text, office.Entries.Count));
    }

    [Fact]
    public async Task The_window_is_half_open_to_the_microsecond()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        await using var session = registry.Store.QuerySession();
        var line = (await session.LoadAsync<NoticeCard>(notice.Stream, TestContext.Current.CancellationToken))!.Notice.Line(1)!;
        var midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
        Assert.Equal(WindowSide.NotYet, line.At(Morning.AddMicroseconds(-1)));
        Assert.Equal(WindowSide.Open, line.At(Morning));
        Assert.Equal(WindowSide.Open, line.At(midnight.AddMicroseconds(-1)));
        Assert.Equal(WindowSide.Over, line.At(midnight));
    }
}
