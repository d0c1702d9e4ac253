using Marten;
using Marten.Events;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Registry.Accounts;
using Registry.Integrity;
using static Registry.Tests.TestData;

namespace Registry.Tests.Integrity;

public sealed class StandingOfOrganisationTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_citys_officer_learns_whether_an_applicant_of_the_city_may_apply_and_nothing_of_others()
    {
        var batch = await registry.Announce();
        var (own, foreign) = (Scenario.NewOrganisation(Scenario.Zibo), Scenario.NewOrganisation(Scenario.Jinan));
        await scenario.BannedAsync(await scenario.WrittenAsync(batch, own, Scenario.Zibo));
        await scenario.BannedAsync(await scenario.WrittenAsync(batch, foreign, Scenario.Jinan));
        using var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Zibo);

        var standing = await officer.GetFromJsonAsync<JsonElement>($"/api/v1/organisations/{own.Value}/standing?day=2025-06-20", Ct);
        Assert.True(standing.GetProperty("banned").GetBoolean());
        Assert.Equal("2028-05-26", standing.GetProperty("lastDay").GetString());
        Assert.Equal(0, standing.GetProperty("history").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/api/v1/organisations/{foreign.Value}/standing", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_has_left_the_list_of_findings_is_answered_to_nobody_outside_for_a_day_in_the_past_either()
    {
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var found = await scenario.FindingPublishedAsync(await scenario.WrittenAsync(await registry.Announce(), organisation));
        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        using var citizen = registry.Host.Server.CreateClient();
        const string asked = "/api/v1/findings?day=2025-06-20";
        using (Registry.Platform.RegistryClock.At(Instant("2028-05-26T23:59:59+08:00")))
            Assert.Contains(organisation.Value, await citizen.GetStringAsync(asked, Ct), StringComparison.Ordinal);
        using var moved = Registry.Platform.RegistryClock.At(Instant("2028-05-27T00:00:00+08:00"));
        Assert.DoesNotContain(found.Finding!, await citizen.GetStringAsync(asked, Ct), StringComparison.Ordinal);
        using var officer = await scenario.SignedInAsync(Roles.IntegrityOfficer);
        Assert.Contains(found.Finding!, await officer.GetStringAsync(asked, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whether_it_was_banned_on_a_day_is_answered_for_any_day_from_a_history_with_changed_and_rescinded_terms()
    {
        var batch = await registry.Announce();
        var organisation = Scenario.NewOrganisation(Scenario.Jinan);
        var (first, second) = (await scenario.WrittenAsync(batch, organisation), await scenario.WrittenAsync(batch, organisation));
        var shortened = await scenario.BannedAsync(first);
        await scenario.RuledAsync(shortened, RulingOutcome.TermChanged, Day("2025-07-01"), Day("2025-12-31"), at: Instant("2025-07-02T10:00:00+08:00"));
        var rescinded = await scenario.BannedAsync(second, Instant("2026-02-02T10:00:00+08:00"));
        await scenario.RuledAsync(rescinded, RulingOutcome.Rescinded, Day("2026-03-01"), at: Instant("2026-03-05T10:00:00+08:00"));
        using var officer = await scenario.SignedInAsync(Roles.IntegrityOfficer);

        var expected = new Dictionary<string, bool>
        {
            ["2025-05-25"] = false, ["2025-05-26"] = true, ["2025-06-30"] = true, ["2025-07-01"] = true, ["2025-12-31"] = true, ["2026-01-01"] = false,
            ["2026-02-01"] = false, ["2026-02-02"] = true, ["2026-02-28"] = true, ["2026-03-01"] = false, ["2027-01-01"] = false, ["2028-05-26"] = false,
        };
        foreach (var (day, banned) in expected)
            Assert.Equal((day, banned), (day, (await officer.GetFromJsonAsync<JsonElement>($"/api/v1/organisations/{organisation.Value}/standing?day={day}", Ct)).GetProperty("banned").GetBoolean()));
    }
}
