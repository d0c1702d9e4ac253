using Registry.Programme;
using static Registry.Tests.TestData;

namespace Registry.Tests.Programme;

public sealed class ChinaTimeTests
{
    [Theory]
    [InlineData("2025-06-20T15:59:59.999Z", "2025-06-20")]
    [InlineData("2025-06-20T16:00:00Z", "2025-06-21")]
    [InlineData("2025-06-20T23:59:59.999+08:00", "2025-06-20")]
    [InlineData("2025-06-20T11:30:00-05:00", "2025-06-21")]
    public void The_day_is_the_day_in_China_whatever_the_offset_of_the_instant(string instant, string day) =>
        Assert.Equal(Day(day), ChinaTime.ToDay(Instant(instant)));

    [Fact]
    public void A_day_ends_where_the_next_begins()
    {
        var day = new DateOnly(2025, 6, 20);

        Assert.Equal(Instant("2025-06-19T16:00:00Z"), ChinaTime.StartOf(day));
        Assert.Equal(Instant("2025-06-20T16:00:00Z"), ChinaTime.EndOf(day));
        Assert.Equal(ChinaTime.StartOf(day.AddDays(1)), ChinaTime.EndOf(day));
        Assert.Equal(TimeSpan.Zero, ChinaTime.EndOf(day).Offset);
    }

    [Theory]
    [InlineData("2025-03-10", 3, "2028-03-10")]
    [InlineData("2028-02-29", 3, "2031-02-28")]
    [InlineData("2028-02-29", 4, "2032-02-29")]
    [InlineData("2025-02-28", 3, "2028-02-28")]
    [InlineData("2024-12-31", 3, "2027-12-31")]
    public void A_term_of_years_ends_on_the_same_date_or_the_last_of_its_month(string start, int years, string last) =>
        Assert.Equal(Day(last), CivilTerm.YearsAfter(Day(start), years));

    [Theory]
    [InlineData("2022-06-20", true)]
    [InlineData("2022-06-19", false)]
    [InlineData("2025-06-20", true)]
    public void Thirty_six_months_run_out_with_the_same_date(string happened, bool within) =>
        Assert.Equal(within, CivilTerm.IsWithinMonths(Day(happened), 36, new DateOnly(2025, 6, 20)));
}
