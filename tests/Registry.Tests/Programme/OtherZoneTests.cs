using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Tests.Recommendation;

namespace Registry.Tests.Programme;

/// <summary>四(二): the last second is Beijing's, whatever zone the machine is in.</summary>
public sealed class OtherZoneTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Asia/Kolkata")]
    public async Task At_23_59_59_999_in_Beijing_it_is_open_and_at_24_00_closed(string zone)
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var there), $"This machine has no time zone data for {zone}.");
        var batch = await registry.Announce();
        var (late, lateClerk) = await scenario.DraftedAsync(batch);
        var (onTime, clerk) = await scenario.DraftedAsync(batch);
        var (waiting, _) = await scenario.SubmittedAsync(batch);
        var officer = Scenario.CityOfficer(Scenario.Jinan);
        var before = Environment.GetEnvironmentVariable("TZ");
        try
        {
            // The rest of the tests goes on meanwhile, in this zone too; nothing may depend on it.
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            Assert.Equal(there!.BaseUtcOffset, TimeZoneInfo.Local.BaseUtcOffset);

            Assert.Equal("application.closed", await registry.Refused(lateClerk, new SubmitApplication(0), late.Value, Given.Closing));
            Assert.Equal("recommendation.closed", await registry.Refused(officer, await scenario.RecommendationOfAsync(waiting), waiting.Value, Given.Closing));
            await registry.Accepted(clerk, new SubmitApplication(0), onTime.Value, Given.LastInstant.ToOffset(there.BaseUtcOffset));
            await registry.Accepted(officer, await scenario.RecommendationOfAsync(waiting), waiting.Value, Given.LastInstant);
            Assert.Equal(new DateOnly(2025, 6, 20), ChinaTime.ToDay(Given.LastInstant));
            Assert.Equal(new DateOnly(2025, 6, 21), ChinaTime.ToDay(Given.Closing));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }
}
