using System.Text.Json;
using JasperFx.Events;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Accounts;
using Registry.Applications;
using Registry.Audit;
using Registry.Programme;
using Registry.Tests.Pages;

namespace Registry.Tests.Audit;

/// <summary>Procedure 11: any stream as it stood at any moment, and what changed between two.</summary>
public sealed class StreamMomentsTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset At(int day, int hour) => new(2025, 5, day, hour, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void What_happened_between_two_instants_is_what_the_later_state_has_and_the_earlier_one_has_not()
    {
        // The second bears a later time than the third, whose request had arrived before.
        IReadOnlyList<IEvent> events = [.. new[] { 1, 3, 2, 4 }.Select(hour => new Event<object>(new object()) { Timestamp = Scenario.Open.AddHours(hour) })];
        Assert.Equal([events[1], events[2]], Past.Between(events, Scenario.Open.AddHours(2), Scenario.Open.AddHours(3)));
        Assert.Equal([], Past.Between(events, Scenario.Open.AddHours(1), Scenario.Open.AddHours(2)));
        Assert.Equal([], Past.Between(events, Scenario.Open.AddHours(4), Scenario.Open.AddHours(1)));
    }

    [Fact]
    public async Task An_application_and_a_batch_are_shown_as_they_stood_and_their_changes_are_said_in_words()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        var stream = $"application~{id.Value}";

        var before = await JsonAsync(auditor, $"/api/v1/history/{stream}/as-of?at=2025-05-20T12:00");
        var after = await JsonAsync(auditor, $"/api/v1/history/{stream}/as-of?at=2025-05-21T12:00");
        Assert.Equal((1, "Submitted"), (before.GetProperty("version").GetInt32(), StageIn(before)));
        Assert.Equal((2, "Withdrawn"), (after.GetProperty("version").GetInt32(), StageIn(after)));
        using (var never = await auditor.GetAsync($"/api/v1/history/{stream}/as-of?at=2025-05-19T12:00", Ct))
            Assert.Equal(404, (int)never.StatusCode);

        var differences = await JsonAsync(auditor, $"/api/v1/history/{stream}/differences?from=2025-05-20T12:00&to=2025-05-21T12:00");
        Assert.Contains(differences.GetProperty("inWords").EnumerateArray(), w => w.GetString() == "ApplicationCard.Stage：由「Submitted」变为「Withdrawn」。");
        Assert.Equal("application-withdrawn", Assert.Single(differences.GetProperty("acts").EnumerateArray()).GetProperty("act").GetProperty("kind").GetString());

        var announced = await JsonAsync(auditor, $"/api/v1/history/{batch.Stream.Replace('/', '~')}/as-of");
        Assert.Contains(announced.GetProperty("views").EnumerateArray(), v => v.GetProperty("view").GetString() == "BatchCard");

        static string? StageIn(JsonElement state) =>
            state.GetProperty("views").EnumerateArray().Single(v => v.GetProperty("view").GetString() == "ApplicationCard").GetProperty("state").GetProperty("Stage").GetString();
    }

    [Fact]
    public async Task After_the_clock_was_set_back_a_moment_shows_no_state_that_never_was()
    {
        var (id, clerk) = await scenario.SubmittedAsync(await registry.Announce(), at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(20, 9));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        foreach (var address in new[] { $"/api/v1/history/application~{id.Value}/as-of", $"/api/v1/applications/{id.Value}/as-of" })
        {
            using (var between = await auditor.GetAsync($"{address}?at=2025-05-20T09:30", Ct))
                Assert.Equal(404, (int)between.StatusCode);
            Assert.Equal(2, (await JsonAsync(auditor, $"{address}?at=2025-05-20T10:30")).GetProperty("version").GetInt32());
        }
    }

    [Fact]
    public async Task The_pages_of_a_stream_lead_to_its_moments()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(Roles.Auditor);
        var page = await visitor.GetAsync($"/office/history/application~{id.Value}");
        var links = page.Document.QuerySelectorAll("main a").Select(a => a.GetAttribute("href")!).Where(h => h.StartsWith($"/office/history/application~{id.Value}/", StringComparison.Ordinal)).ToList();
        foreach (var (end, shown) in new[] { ("/as-of", "ApplicationCard"), ("/differences", $"application/{id.Value}") })
        {
            var moment = await visitor.GetAsync(Assert.Single(links, l => l.EndsWith(end, StringComparison.Ordinal)));
            Assert.Equal(200, (int)moment.Status);
            Assert.Contains(shown, moment.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_job_that_was_given_up_is_found_by_the_doctor()
    {
        await using var host = await RegistryHost.StartAsync(await registry.Postgres.CreateRegistryAsync());
        await using (var connection = new NpgsqlConnection(host.OwnerConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand("insert into jobs.job (statename, invocationdata, arguments, createdat) values ('Failed', '{}', '[]', now())", connection);
            await command.ExecuteNonQueryAsync(Ct);
        }
        Assert.Contains(await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct), f => f is { Code: "jobs-failed", Severity: Severity.Fault });
    }

    [Theory]
    [InlineData("insert into registry.mt_high_water_skips values (1000, 900)", false)]
    [InlineData("insert into registry.mt_high_water_skips values (2, 0); delete from registry.log_leaves where seq <= 2", true)]
    public async Task Numbers_that_no_event_bears_may_be_passed_over_and_an_event_may_not(string change, bool told)
    {
        await using var host = await RegistryHost.StartAsync(await registry.Postgres.CreateRegistryAsync());
        await RegistryFixture.On(registry.Postgres, host).Announce();
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        await using (var connection = new NpgsqlConnection(host.OwnerConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand(change, connection);
            await command.ExecuteNonQueryAsync(Ct);
        }
        Assert.Equal(told, (await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct)).Any(f => f.Code == "skipped-events"));
    }

    private static async Task<JsonElement> JsonAsync(HttpClient client, string address)
    {
        using var response = await client.GetAsync(address, Ct);
        var body = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }
}
