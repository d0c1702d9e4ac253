using System.Text;
using Registry.Programme;
using static Registry.Tests.TestData;

namespace Registry.Tests.Programme;

public sealed class WorkingDaysTests
{
    private static readonly WorkingDays Calendar = WorkingDays.Bundled();

    public static TheoryData<string> RealWindows =>
        [.. Json("publicity-windows.json").GetProperty("published").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];

    [Theory]
    [InlineData("2027-03-01", 5, 2027)]
    [InlineData("2026-12-30", 5, 2027)]
    [InlineData("2026-12-25", 6, 2027)]
    [InlineData("2021-12-31", 1, 2021)]
    [InlineData("0001-01-01", 1, 1)]
    [InlineData("9999-12-31", 5, 9999)]
    public void A_year_without_a_calendar_is_refused_and_named(string posted, int days, int year)
    {
        Assert.Equal(new WindowAnswer.NotPublished(year), Calendar.Window(Day(posted), days, true));
        Assert.Equal(new WindowAnswer.NotPublished(year), Calendar.Window(Day(posted), days, false));
    }

    [Fact]
    public void The_last_window_of_a_covered_year_is_computed_and_one_day_more_is_refused()
    {
        Assert.Equal(Day("2026-12-31"), Window("2026-12-25", 5, true).LastDay);
        Assert.Equal(new WindowAnswer.NotPublished(2027), Calendar.Window(Day("2026-12-25"), 5, false));
    }

    [Fact]
    public void A_window_of_no_days_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Calendar.Window(Day("2025-06-03"), 0, true));

    [Theory, MemberData(nameof(RealWindows))]
    public void Every_known_real_window_comes_out_right(string id)
    {
        var real = Json("publicity-windows.json").GetProperty("published").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        var (posted, end) = (real.GetProperty("posted").GetString()!, Day(real.GetProperty("end").GetString()!));

        Assert.Equal(end, Window(posted, real.GetProperty("workdays_counting_start_day").GetInt32(), true).LastDay);
        Assert.Equal(end, Window(posted, real.GetProperty("workdays_not_counting_start_day").GetInt32(), false).LastDay);
    }

    [Theory]
    [InlineData("2025-01-24", true, "2025-02-06", "the Sunday before Spring Festival is worked")]
    [InlineData("2025-09-26", true, "2025-10-09", "National Day lies inside, the Sunday before it is worked")]
    [InlineData("2025-09-26", false, "2025-10-10", "the posting day does not count")]
    [InlineData("2026-02-13", true, "2026-02-26", "the Saturday before the longest Spring Festival is worked")]
    [InlineData("2024-12-30", true, "2025-01-06", "the window crosses the year")]
    public void Holidays_and_make_up_days_are_as_published(string posted, bool firstDayCounts, string last, string why)
    {
        Assert.True(Window(posted, 5, firstDayCounts).LastDay == Day(last), why);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Posted_on_a_day_off_counting_starts_with_the_next_working_day_under_either_setting(bool firstDayCounts)
    {
        var window = Window("2025-05-31", 5, firstDayCounts);

        Assert.Equal((Day("2025-05-31"), Day("2025-06-09")), (window.FirstDay, window.LastDay));
        Assert.Equal(Day("2025-06-03"), window.Counted[0]);
        Assert.Equal(new SkippedDay(Day("2025-05-31"), SkipReason.Holiday), window.Skipped[0]);
        Assert.DoesNotContain(window.Skipped, day => day.Reason is SkipReason.PostingDay);
    }

    [Fact]
    public void Posted_on_a_make_up_Sunday_that_day_counts() => Assert.Equal(Day("2025-09-28"), Window("2025-09-28", 5, true).Counted[0]);

    [Fact]
    public void Every_day_of_the_window_is_counted_or_skipped_with_its_reason()
    {
        var window = Window("2022-04-26", 4, false);

        Assert.Equal(
            ["04-26 PostingDay", "04-30 Holiday", "05-01 Holiday", "05-02 Holiday", "05-03 Holiday", "05-04 Holiday"],
            window.Skipped.Select(skipped => $"{skipped.Day:MM-dd} {skipped.Reason}"));
        for (var start = Day("2022-01-01"); start < Day("2026-11-01"); start = start.AddDays(1))
            foreach (var counts in new[] { true, false })
            {
                var any = ((WindowAnswer.Computed)Calendar.Window(start, 5, counts)).Window;
                var days = any.Counted.Concat(any.Skipped.Select(skipped => skipped.Day)).Order().ToList();
                Assert.Equal(Enumerable.Range(0, any.LastDay.DayNumber - start.DayNumber + 1).Select(start.AddDays), days);
                Assert.Equal(5, any.Counted.Count);
                Assert.Equal(any.LastDay, any.Counted[^1]);
            }
    }

    [Theory]
    [InlineData("2025-06-09", 2, "2025-06-11")]
    [InlineData("2025-06-06", 2, "2025-06-10")]
    [InlineData("2025-06-07", 2, "2025-06-10")]
    [InlineData("2025-09-30", 1, "2025-10-09")]
    [InlineData("2025-10-10", 1, "2025-10-11")]
    public void A_term_starts_on_the_day_after(string day, int days, string last) =>
        Assert.Equal(new DayAnswer.Computed(Day(last)), Calendar.AddWorkingDays(Day(day), days));

    [Fact]
    public void A_term_that_runs_into_a_year_without_a_calendar_is_refused() =>
        Assert.Equal(new DayAnswer.NotPublished(2027), Calendar.AddWorkingDays(Day("2026-12-30"), 2));

    [Theory]
    [InlineData("{", "第 1 行")]
    [InlineData("""{ "years": [] }""", "有误")]
    [InlineData("""{ "key": "k", "title": { "zh": "a", "en": "a" }, "years": [{ "year": 2027, "source": { "zh": "a", "en": "a" }, "holidays": [], "makeUpWorkingDays": [] }] }""", "未公布")]
    [InlineData("""{ "key": "k", "title": { "zh": "a", "en": "a" }, "years": [{ "year": 2027, "source": { "zh": "a", "en": "a" }, "holidays": [{ "zh": "元旦", "en": "a", "days": ["2026-12-31"] }], "makeUpWorkingDays": [] }] }""", "不属于 2027 年")]
    [InlineData("""{ "key": "k", "title": { "zh": "a", "en": "a" }, "years": [{ "year": 2027, "source": { "zh": "a", "en": "a" }, "holidays": [{ "zh": "元旦", "en": "a", "days": ["2027-01-01"] }], "makeUpWorkingDays": ["2027-01-01"] }] }""", "重复")]
    [InlineData("""{ "key": "k", "title": { "zh": "a", "en": "a" }, "years": [{ "year": 2027, "source": { "zh": "a", "en": "a" }, "holidays": [{ "zh": "元旦", "en": "a", "days": ["2027-01-01"] }], "makeUpWorkingDays": ["2027-01-04"] }] }""", "不是周末")]
    public void A_calendar_that_contradicts_itself_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => WorkingDays.Read(Encoding.UTF8.GetBytes(text))).Message);

    [Fact]
    public void The_bundled_calendar_covers_five_years_and_names_its_holidays()
    {
        Assert.Equal([2022, 2023, 2024, 2025, 2026], Calendar.Years);
        Assert.Equal("国庆节、中秋节", Calendar.HolidayOn(Day("2025-10-06"))?.Zh);
        Assert.Equal(64, Calendar.Version.Length);
    }

    private static PublicityWindow Window(string posted, int days, bool firstDayCounts) =>
        Assert.IsType<WindowAnswer.Computed>(Calendar.Window(Day(posted), days, firstDayCounts)).Window;
}
