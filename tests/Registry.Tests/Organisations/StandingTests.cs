using Registry.Organisations;
using static Registry.Tests.TestData;

namespace Registry.Tests.Organisations;

public sealed class StandingTests
{
    private static readonly OrganisationBanned Banned = new("f1", "c1", "clusters", Day("2025-03-10"), Day("2028-03-10"));

    private static Standing After(params object[] events) => events.Aggregate(Standing.Start, Standing.Next);

    [Fact]
    public void A_ban_holds_from_its_first_to_its_last_day_and_for_its_programme_only()
    {
        var standing = After(Banned);
        Assert.Null(standing.BanOn(Day("2025-03-09"), "clusters"));
        Assert.NotNull(standing.BanOn(Day("2025-03-10"), "clusters"));
        Assert.NotNull(standing.BanOn(Day("2028-03-10"), "clusters"));
        Assert.Null(standing.BanOn(Day("2028-03-11"), "clusters"));
        Assert.Null(standing.BanOn(Day("2026-01-01"), "another"));
    }

    [Fact]
    public void A_rescinded_ban_held_until_the_day_before_the_ruling_and_stays_in_history()
    {
        var standing = After(Banned, new BanRescinded("f1", "鲁政复〔2026〕3号", Day("2026-05-01")));
        Assert.NotNull(standing.BanOn(Day("2026-04-30"), "clusters"));
        Assert.Null(standing.BanOn(Day("2026-05-01"), "clusters"));
        Assert.Equal(Day("2026-05-01"), Assert.Single(standing.Bans).RescindedOn);
    }

    [Fact]
    public void A_term_shortened_into_the_past_does_not_unsay_the_days_before_the_ruling()
    {
        var standing = After(Banned, new BanTermChanged("f1", "鲁政复〔2026〕3号", Day("2026-03-10"), Day("2026-05-01")));
        Assert.NotNull(standing.BanOn(Day("2026-04-30"), "clusters"));
        Assert.Null(standing.BanOn(Day("2026-05-01"), "clusters"));
    }

    [Fact]
    public void A_lengthened_term_holds_from_the_ruling_on()
    {
        var standing = After(Banned, new BanTermChanged("f1", "鲁政复〔2026〕3号", Day("2029-01-01"), Day("2028-04-01")));
        Assert.Null(standing.BanOn(Day("2028-03-31"), "clusters"));
        Assert.NotNull(standing.BanOn(Day("2028-04-01"), "clusters"));
        Assert.NotNull(standing.BanOn(Day("2029-01-01"), "clusters"));
    }

    [Fact]
    public void Of_two_bans_the_longer_one_is_named()
    {
        var standing = After(Banned, Banned with { Finding = "f2", FirstDay = Day("2026-01-01"), LastDay = Day("2029-01-01") });
        Assert.Equal("f2", standing.BanOn(Day("2026-06-01"), "clusters")!.Finding);
        Assert.Equal("f1", standing.BanOn(Day("2025-06-01"), "clusters")!.Finding);
    }
}
