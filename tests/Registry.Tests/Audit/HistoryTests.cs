using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Marten.Events;
using Registry.Accounts;
using Registry.Applications;
using Registry.Audit;
using Registry.Platform;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Tests.Pages;

namespace Registry.Tests.Audit;

/// <summary>What an auditor asks of the history, over the API and the pages.</summary>
public sealed class HistoryTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset At(int day, int hour) => new(2025, 5, day, hour, 0, 0, TimeSpan.FromHours(8));

    private static async Task<JsonElement> JsonAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address, Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    [Theory]
    [InlineData("/api/v1/history?kind=no-such-kind")]
    [InlineData("/api/v1/history?from=2025-02-30")]
    [InlineData("/api/v1/history?page=0")]
    [InlineData("/api/v1/history?before=0")]
    [InlineData("/api/v1/history?code=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("/api/v1/history?actr=x")]
    [InlineData("/api/v1/history/application~x?after=-1")]
    [InlineData("/api/v1/applications/x/as-of?at=yesterday")]
    [InlineData("/api/v1/batches/x/as-of?at=2025-13-01")]
    public async Task A_question_that_cannot_be_understood_is_refused_rather_than_answered_with_everything(string address)
    {
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        Assert.Equal(HttpStatusCode.BadRequest, (await auditor.GetAsync(address, Ct)).StatusCode);
    }

    [Fact]
    public void What_is_personal_in_an_application_is_not_the_auditor_s_to_read()
    {
        Assert.True(Revealed.IsReadable("application/x"));
        Assert.False(Revealed.IsReadable("application/x/personal"));
    }

    [Fact]
    public async Task A_stream_tells_who_when_in_which_role_why_and_under_which_definition()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);

        var entries = (await JsonAsync(auditor, $"/api/v1/history/application~{id.Value}")).GetProperty("entries");

        Assert.Equal(2, entries.GetArrayLength());
        var act = entries[1].GetProperty("act");
        Assert.Equal("application-withdrawn", act.GetProperty("kind").GetString());
        Assert.Equal(clerk.Id, act.GetProperty("actor").GetString());
        Assert.Equal("Applicant", act.GetProperty("role").GetString());
        Assert.Equal(At(21, 9), act.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(64, act.GetProperty("definition").GetString()!.Length);
        Assert.Equal("演示撤回理由", entries[1].GetProperty("facts").GetProperty("Reason").GetString());
    }

    [Fact]
    public async Task A_search_finds_by_actor_organisation_code_kind_and_day()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);

        foreach (var (filter, expected) in new[]
        {
            ($"actor={clerk.Id}", 2), ($"organisation={clerk.Organisation}", 2), ($"code={id.Value}", 2),
            ($"code={id.Value}&kind=application-withdrawn", 1), ($"code={id.Value}&from=2025-05-21&to=2025-05-21", 1), ($"code={id.Value}&to=2025-05-19", 0),
        })
            Assert.Equal(expected, (await JsonAsync(auditor, "/api/v1/history?" + filter)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_application_is_shown_as_of_any_instant_and_two_moments_are_compared_in_words()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);

        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync($"/api/v1/applications/{id.Value}/as-of?at=2025-05-20T09:59", Ct)).StatusCode);
        var before = await JsonAsync(auditor, $"/api/v1/applications/{id.Value}/as-of?at=2025-05-21T08:59");
        var after = await JsonAsync(auditor, $"/api/v1/applications/{id.Value}/as-of?at=2025-05-21T09:00");
        Assert.Equal(("Submitted", 1), (before.GetProperty("stage").GetString(), before.GetProperty("version").GetInt32()));
        Assert.Equal(("Withdrawn", 2), (after.GetProperty("stage").GetString(), after.GetProperty("version").GetInt32()));

        var differences = await JsonAsync(auditor, $"/api/v1/applications/{id.Value}/differences?from=2025-05-20T12:00&to=2025-05-22");
        Assert.Equal("阶段：由「已提交」变为「已撤回」。", differences.GetProperty("inWords")[0].GetString());
        Assert.Equal("application-withdrawn", differences.GetProperty("acts")[0].GetProperty("act").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_list_is_shown_as_it_stood_at_an_instant()
    {
        var batch = await registry.Announce(at: At(14, 9));
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);

        foreach (var (at, stages) in new[] { ("2025-05-20T09:59", ""), ("2025-05-20T12:00", "Submitted"), ("2025-05-21T08:59", "Submitted"), ("2025-05-21T09:00", "Withdrawn"), ("2027-01-01", "Withdrawn") })
        {
            var lists = await JsonAsync(auditor, $"/api/v1/batches/{batch.Value}/as-of?at={at}");
            Assert.Equal(stages, string.Join(',', lists.GetProperty("applications").EnumerateArray().Select(a => a.GetProperty("stage").GetString())));
            Assert.False(lists.GetProperty("shortlistFixed").GetBoolean());
        }
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync($"/api/v1/batches/{batch.Value}/as-of?at=2025-05-14T08:59", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_search_goes_on_from_an_act_whatever_has_happened_meanwhile_and_its_file_holds_each_act_once()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        var whole = (await JsonAsync(auditor, $"/api/v1/history?code={id.Value}")).GetProperty("items");
        var rest = (await JsonAsync(auditor, $"/api/v1/history?code={id.Value}&before={whole[0].GetProperty("sequence").GetInt64()}")).GetProperty("items");
        Assert.Equal(whole[1].GetProperty("sequence").GetInt64(), Assert.Single(rest.EnumerateArray()).GetProperty("sequence").GetInt64());

        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(Roles.Auditor);
        var csv = await (await visitor.GetAsync($"/office/history?code={id.Value}&format=csv")).Response.Content.ReadAsStringAsync(Ct);
        Assert.Equal(3, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("/office/history?organisation=91370100DEMO&from=2025-02-30", "from", "2025-02-30")]
    [InlineData("/office/history?to=gestern", "to", "gestern")]
    [InlineData("/office/history?kind=no-such-kind", "kind", null)]
    [InlineData("/office/history?page=0", null, null)]
    [InlineData("/office/applications/x/as-of?at=yesterday", "at", "yesterday")]
    public async Task A_filter_that_cannot_be_understood_is_shown_again_with_the_reason(string address, string? field, string? value)
    {
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(Roles.Auditor);
        if (address.Contains("/x/", StringComparison.Ordinal))
            address = address.Replace("/x/", $"/{(await scenario.SubmittedAsync(await registry.Announce())).Item1.Value}/", StringComparison.Ordinal);
        var page = await visitor.GetAsync(address);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Document.QuerySelector("#errors"));
        Assert.NotNull(page.Document.QuerySelector("main form.filters"));
        if (field is not null)
            Assert.NotNull(page.Document.QuerySelector(page.Document.QuerySelector("#errors a")!.GetAttribute("href")!));
        if (value is not null)
            Assert.Equal(value, page.Document.QuerySelector($"main [name={field}]")!.GetAttribute("value"));
        if (address.Contains("91370100DEMO", StringComparison.Ordinal))
            Assert.Equal("91370100DEMO", page.Document.QuerySelector("main [name=organisation]")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Reading_what_is_sealed_leaves_a_record_whoever_reads_and_reading_ones_own_does_not()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        using var own = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        await JsonAsync(own, $"/api/v1/applications/{id.Value}");
        Assert.Equal(0, (await JsonAsync(auditor, $"/api/v1/readings?subject={id.Stream}")).GetProperty("total").GetInt32());

        await JsonAsync(officer, $"/api/v1/applications/{id.Value}");

        var readings = await JsonAsync(auditor, $"/api/v1/readings?subject={id.Stream}");
        Assert.Equal(1, readings.GetProperty("total").GetInt32());
        Assert.Equal("get-application", readings.GetProperty("items")[0].GetProperty("query").GetString());
        Assert.Equal("ProvincialOfficer", readings.GetProperty("items")[0].GetProperty("role").GetString());
    }

    [Fact]
    public async Task The_pages_search_show_a_stream_and_a_moment()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, at: At(20, 10));
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, At(21, 9));
        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(Roles.Auditor);

        var search = await visitor.GetAsync($"/office/history?organisation={clerk.Organisation}");
        var stream = await visitor.GetAsync($"/office/history/application~{id.Value}");
        var moment = await visitor.GetAsync($"/office/applications/{id.Value}/as-of?at=2025-05-20T12:00");
        var nothing = await visitor.GetAsync($"/office/applications/{id.Value}/as-of?at=2025-05-19T12:00");

        Assert.Equal(2, search.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Contains("演示撤回理由", stream.Text, StringComparison.Ordinal);
        Assert.Contains("由「已提交」变为「已撤回」", moment.Text, StringComparison.Ordinal);
        Assert.Contains("尚未提交申报", nothing.Text, StringComparison.Ordinal);
    }
}
