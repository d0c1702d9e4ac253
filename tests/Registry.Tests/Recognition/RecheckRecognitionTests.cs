using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Registry.Accounts;
using Registry.Recognition;
using static Registry.Tests.TestData;

namespace Registry.Tests.Recognition;

/// <summary>Procedure 8: the term of a recognition, its re-check, and what a change of the operator moves.</summary>
public sealed class RecheckRecognitionTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static RecheckRecognition ARecheck(bool met, string day, long version) => new(met, "经复核，各项条件仍然符合。", "厅长办公会", Day(day), "演示签发人", version);

    [Fact]
    public async Task Without_a_term_there_is_nothing_to_re_check()
    {
        var id = (await scenario.RecognisedAsync(await registry.Announce()))[0];
        Assert.Equal("recognition.no-term", await registry.Refused(
            Scenario.Province(), ARecheck(true, "2025-08-01", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2025-08-01T10:00:00+08:00")));
    }

    [Fact]
    public async Task A_passed_re_check_prolongs_the_recognition_once_in_a_term_and_a_failed_one_lets_it_end_on_its_last_day()
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var ids = await scenario.RecognisedAsync(batch, 2);
        async Task<string> RefusedAsync(int which, bool met, string day) => await registry.Refused(
            Scenario.Province(), ARecheck(met, day, await scenario.VersionAsync(ids[which].Stream)), ids[which].Value, Instant($"{day}T10:00:00+08:00"));
        async Task AcceptedAsync(int which, bool met, string day) => await registry.Accepted(
            Scenario.Province(), ARecheck(met, day, await scenario.VersionAsync(ids[which].Stream)), ids[which].Value, Instant($"{day}T10:00:00+08:00"));

        await AcceptedAsync(0, met: true, "2028-06-01");
        Assert.Equal("recognition.recheck-not-due", await RefusedAsync(0, met: true, "2028-06-02"));
        await AcceptedAsync(1, met: false, "2028-06-01");
        Assert.Equal(("2031-07-21", "2028-07-21"), ($"{await LastDayAsync(ids[0]):yyyy-MM-dd}", $"{await LastDayAsync(ids[1]):yyyy-MM-dd}"));
        Assert.Equal("recognition.recheck-not-due", await RefusedAsync(1, met: true, "2028-07-22"));
        await AcceptedAsync(0, met: true, "2028-07-22");
        Assert.Equal("2034-07-21", $"{await LastDayAsync(ids[0]):yyyy-MM-dd}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_failed_re_check_none_follows_in_the_same_term(bool met)
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var id = (await scenario.RecognisedAsync(batch))[0];
        await registry.Accepted(Scenario.Province(), ARecheck(false, "2028-06-01", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2028-06-01T10:00:00+08:00"));
        Assert.Equal("recognition.recheck-not-due", await registry.Refused(
            Scenario.Province(), ARecheck(met, "2028-06-02", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2028-06-02T10:00:00+08:00")));
        Assert.Equal("2028-07-21", $"{await LastDayAsync(id):yyyy-MM-dd}");
    }

    [Fact]
    public async Task A_term_that_ends_on_a_leap_day_is_re_checked_once_in_it_too()
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var id = (await scenario.RecognisedAsync(batch))[0];
        // A term that ends on the 29th of February: the next one ends on the 28th, and three years before that is not the day on which this one ended.
        await scenario.AppendAsync<Registry.Applications.Application>(
            id.Stream, "province-1", Instant("2026-01-05T10:00:00+08:00"),
            (await scenario.LastAsync<ApplicationRecognised>(id.Stream)) with { LastDay = Day("2028-02-29") });
        await registry.Accepted(Scenario.Province(), ARecheck(true, "2028-02-28", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2028-02-28T10:00:00+08:00"));
        Assert.Equal("2031-02-28", $"{await LastDayAsync(id):yyyy-MM-dd}");
        Assert.Equal("recognition.recheck-not-due", await registry.Refused(
            Scenario.Province(), ARecheck(true, "2028-02-29", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2028-02-29T10:00:00+08:00")));
        await registry.Accepted(Scenario.Province(), ARecheck(true, "2028-03-01", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2028-03-01T10:00:00+08:00"));
    }

    [Fact]
    public async Task No_re_check_prolongs_a_recognition_while_a_case_about_it_is_open()
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var id = (await scenario.RecognisedAsync(batch))[0];
        await scenario.CaseOpenedAsync(id, Instant("2028-05-01T10:00:00+08:00"));
        var version = await scenario.VersionAsync(id.Stream);
        Assert.Equal("recognition.case-open", await registry.Refused(Scenario.Province(), ARecheck(true, "2028-06-01", version), id.Value, Instant("2028-06-01T10:00:00+08:00")));
    }

    [Fact]
    public async Task No_re_check_prolongs_a_recognition_whose_present_operator_is_banned()
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var id = (await scenario.RecognisedAsync(batch))[0];
        var next = Scenario.NewOrganisation(Scenario.Jinan);
        await registry.Accepted(
            Scenario.Province(), new ChangeOperator(next.Value, "演示新运营机构", Day("2025-08-01"), "原运营机构注销。", await scenario.VersionAsync(id.Stream)), id.Value,
            Instant("2025-08-01T10:00:00+08:00"));
        await scenario.BannedAsync(await scenario.WrittenAsync(batch, next), Instant("2026-05-06T10:00:00+08:00"));
        Assert.Equal("application.organisation-banned", await registry.Refused(
            Scenario.Province(), ARecheck(true, "2028-06-01", await scenario.VersionAsync(id.Stream)), id.Value, Instant("2028-06-01T10:00:00+08:00")));
    }

    [Fact]
    public async Task A_new_operator_reads_how_the_cluster_stands_and_not_what_another_organisation_filed()
    {
        var batch = await registry.Announce();
        var id = (await scenario.RecognisedAsync(batch))[0];
        var next = Scenario.NewOrganisation(Scenario.Jinan);
        using var clerk = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, next.Value);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"/api/v1/applications/{id.Value}/recognition", Ct)).StatusCode);
        await registry.Accepted(
            Scenario.Province(), new ChangeOperator(next.Value, "演示新运营机构", Day("2025-08-01"), "原运营机构注销。", await scenario.VersionAsync(id.Stream)), id.Value,
            Instant("2025-08-01T10:00:00+08:00"));

        var answer = await clerk.GetFromJsonAsync<JsonElement>($"/api/v1/applications/{id.Value}/recognition", Ct);
        Assert.Equal(next.Value, answer.GetProperty("creditCode").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"/api/v1/applications/{id.Value}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"/api/v1/applications/{id.Value}/frozen-form", Ct)).StatusCode);
    }

    private async Task<DateOnly?> LastDayAsync(Registry.Applications.ApplicationId id)
    {
        await using var session = registry.Store.QuerySession();
        return (await session.Events.FetchStreamAsync(id.Stream, token: Ct)).Select(e => e.Data).Aggregate(RecognisedState.Start, RecognisedState.Next).LastDay;
    }
}
