using Marten;
using Registry.Accounts;
using Registry.Letters;
using Registry.Objections;
using Registry.Platform.Mail;
using Registry.Programme;

namespace Registry.Tests.Letters;

/// <summary>A reminder is a function of state and day: late, doubled or on two nodes it is one, and after the term there is none.</summary>
[Collection(OwnRegistry.Name)]
public sealed class RemindersTests(OwnRegistry own)
{
    private static readonly DateOnly LastDay = new(2025, 6, 20);
    private readonly Scenario scenario = new(own.Registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2025-06-12", null)]
    [InlineData("2025-06-13", 7)]
    [InlineData("2025-06-18", 7)]
    [InlineData("2025-06-19", 1)]
    [InlineData("2025-06-20", 1)]
    [InlineData("2025-06-21", null)]
    public void The_threshold_reached_is_the_nearest_and_none_after_the_last_day(string today, int? reached) =>
        Assert.Equal(reached, Reminders.Reached(LastDay, DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture), [7, 1]));

    [Fact]
    public async Task A_draft_is_reminded_of_once_for_each_threshold_however_often_and_wherever_the_timer_asks()
    {
        var batch = await own.Registry.Announce();
        var (id, _) = await scenario.DraftedAsync(batch);
        var closes = (await CallAsync(batch)).ApplicationWindow(Scenario.Jinan).ClosesAt;
        await RemindAsync(closes.AddDays(-9), times: 2);
        Assert.Empty(await own.LettersAboutAsync(id.Stream));
        await RemindAsync(closes.AddDays(-5), times: 6);
        Assert.Single(await own.LettersAboutAsync(id.Stream));
        await RemindAsync(closes.AddDays(-4), times: 2);
        Assert.Single(await own.LettersAboutAsync(id.Stream));
        await RemindAsync(closes.AddHours(-1), times: 4);
        var letters = await own.LettersAboutAsync(id.Stream);
        Assert.Equal(["draft-not-submitted", "draft-not-submitted"], letters.Select(l => l.Kind));
        Assert.All(letters, l => Assert.Equal(closes, l.Until));
        await RemindAsync(closes.AddMinutes(1), times: 2);
        Assert.Equal(2, (await own.LettersAboutAsync(id.Stream)).Count);
    }

    [Fact]
    public async Task A_submitted_draft_is_not_reminded_of()
    {
        var batch = await own.Registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch);
        await RemindAsync((await CallAsync(batch)).ApplicationWindow(Scenario.Jinan).ClosesAt.AddHours(-1));
        Assert.DoesNotContain(await own.LettersAboutAsync(id.Stream), l => l.Kind == "draft-not-submitted");
    }

    [Fact]
    public async Task What_lies_with_a_city_for_the_days_of_the_setting_is_brought_to_the_province_and_again_after_as_many()
    {
        var batch = await own.Registry.Announce(d => d["reminders"] = System.Text.Json.Nodes.JsonNode.Parse("""{"daysBefore":[3],"escalateAfterDays":5,"sheetDays":2}"""));
        var (id, _) = await scenario.SubmittedAsync(batch);
        await RemindAsync(Scenario.Open.AddDays(4));
        Assert.DoesNotContain(await own.LettersAboutAsync(id.Stream), l => l.Kind == "application-lies");
        await RemindAsync(Scenario.Open.AddDays(6), times: 3);
        await RemindAsync(Scenario.Open.AddDays(7));
        await RemindAsync(Scenario.Open.AddDays(10));
        var letters = (await own.LettersAboutAsync(id.Stream)).Where(l => l.Kind == "application-lies").ToList();
        Assert.Equal(2, letters.Count);
        Assert.All(letters, l => Assert.Equal(Addressee.Role(Roles.ProvincialOfficer), l.To));
    }

    [Fact]
    public async Task A_flood_of_reports_that_nobody_deals_with_is_told_of_by_one_letter_for_the_day_it_came()
    {
        var came = Scenario.Open.AddYears(1);
        for (var i = 0; i < 30; i++)
            await own.Registry.Accepted(Actor.Citizen, new FileReport(ReceiptCode.New(), "演示集群", "材料与事实不符。"), at: came.AddMinutes(i));
        var earlier = (await own.LettersAboutAsync("report/all")).Count;
        await RemindAsync(came.AddDays(ReminderRule.Usual.EscalateAfterDays), times: 2);
        var fresh = (await own.LettersAboutAsync("report/all")).Skip(earlier).Where(l => l.Facts["count"] == "30").ToList();
        Assert.Equal(Addressee.Role(Roles.ProvincialOfficer), Assert.Single(fresh).To);
        Assert.InRange((await own.LettersAboutAsync("report/all")).Count - earlier, 1, 3);
    }

    [Fact]
    public async Task An_incomplete_objection_is_reminded_of_until_it_is_complete()
    {
        var (notice, _) = await scenario.PublicisedAsync(await own.Registry.Announce());
        var (objection, _, code) = await scenario.ObjectedAsync(notice);
        var asked = await own.Registry.Accepted(Scenario.Province(), new AskCompletion("请补充证据", 1), objection.Value, Scenario.InWindow);
        var lastDay = Assert.IsType<DateOnly>(asked.Details["lastDay"]);
        await RemindAsync(ChinaTime.EndOf(lastDay).AddHours(-3), times: 2);
        Assert.Single(await own.LettersAboutAsync(objection.Stream), l => l.Kind == "objection-completion-term");
        await own.Registry.Accepted(Actor.Citizen, new CompleteObjection(code, "见附件"), null, ChinaTime.EndOf(lastDay).AddHours(-2));
        await RemindAsync(ChinaTime.EndOf(lastDay).AddHours(-1));
        Assert.Single(await own.LettersAboutAsync(objection.Stream), l => l.Kind == "objection-completion-term");
    }

    /// <summary>Both nodes' timers ask at once, so many times.</summary>
    private async Task RemindAsync(DateTimeOffset now, int times = 1)
    {
        using var moved = Registry.Platform.RegistryClock.At(now);
        await Task.WhenAll(Enumerable.Range(0, times).Select(i => own.Service<ByCalendar>(i % 2).RemindAsync(Ct)));
    }

    private async Task<Call> CallAsync(BatchId batch)
    {
        await using var session = own.Registry.Store.QuerySession();
        return (await own.Service<Calls>().ReadAsync(session, batch, Ct))!;
    }
}
