using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Tests.Objections;

/// <summary>Abuse 13 and 15: the last instant of the window, with the closing and the decision coming right behind it.</summary>
public sealed class ClosingRaceTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateTimeOffset Midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
    private static readonly DateTimeOffset LastInstant = Midnight.AddMicroseconds(-1);
    private static readonly DateTimeOffset Settled = Midnight.AddMinutes(10);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_decided_right_after_midnight_and_ten_minutes_later_it_is()
    {
        var batch = await registry.Announce();
        var (_, applications) = await scenario.PublicisedAsync(batch);
        Assert.Equal("recognition.window-open", (await DecideAsync(batch, applications[0], LastInstant)).Refusal?.Rule.Code);
        Assert.Equal("recognition.filings-settling", (await DecideAsync(batch, applications[0], Midnight)).Refusal?.Rule.Code);
        Assert.Equal("recognition.filings-settling", (await DecideAsync(batch, applications[0], Settled.AddMicroseconds(-1))).Refusal?.Rule.Code);
        Assert.Null((await DecideAsync(batch, applications[0], Settled)).Refusal);
    }

    [Fact]
    public async Task Abuse_15_a_filing_that_arrived_in_time_and_gets_its_turn_only_after_a_decision_was_tried_is_taken_in_and_counts()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        Assert.Equal("recognition.filings-settling", (await DecideAsync(batch, applications[0], Midnight.AddSeconds(1))).Refusal?.Rule.Code);
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: LastInstant);
        Assert.Equal("recognition.objection-open", (await DecideAsync(batch, applications[0], Settled)).Refusal?.Rule.Code);
    }

    [Fact]
    public async Task Abuse_15_filings_of_the_last_instant_closing_job_and_decision_at_once_lose_no_objection()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        // All sixty arrive in the last microsecond; they wait for each other's locks while the closing job and the meeting's decision, a moment later, run into them.
        var forms = Enumerable.Range(0, 60).Select(_ => Scenario.Form(notice)).ToArray();
        var filing = forms.Select(f => Task.Run(() => registry.Give(Actor.Citizen, new FileObjection(f), at: LastInstant), Ct)).ToList();
        var closing = Enumerable.Range(0, 5).Select(_ => Task.Run(() => registry.Give(Actor.Job("timer"), new RecordClosing(2), notice.Value, Midnight), Ct)).ToList();
        var deciding = Enumerable.Range(0, 10).Select(_ => Task.Run(() => DecideAsync(batch, applications[0], Midnight.AddSeconds(1)), Ct)).ToList();
        var filed = await Task.WhenAll(filing);
        Assert.All(filed, outcome => Assert.Null(outcome.Refusal));
        Assert.Single(await Task.WhenAll(closing), o => o.Refusal is null);
        Assert.All(await Task.WhenAll(deciding), outcome => Assert.NotNull(outcome.Refusal));

        await using var session = registry.Store.QuerySession();
        Assert.Equal(60, (await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))!.Open.Count);
        Assert.Equal("recognition.objection-open", (await DecideAsync(batch, applications[0], Settled)).Refusal?.Rule.Code);
    }

    [Fact]
    public async Task Abuse_13_each_filing_is_in_or_out_by_the_instant_at_which_it_had_arrived_and_a_retry_gets_the_same_answer()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        var filings = Enumerable.Range(0, 100).Select(i => (Form: Scenario.Form(notice), At: Midnight.AddMilliseconds(i - 50), Key: Guid.NewGuid().ToString("N"))).ToArray();
        var outcomes = await Task.WhenAll(filings.Select(f => Task.Run(() => registry.Give(Actor.Citizen, new FileObjection(f.Form), at: f.At, key: f.Key), Ct)));
        foreach (var (filing, outcome) in filings.Zip(outcomes))
        {
            Assert.Equal(filing.At < Midnight ? null : "objection.too-late", outcome.Refusal?.Rule.Code);
            var again = await registry.Give(Actor.Citizen, new FileObjection(filing.Form), at: filing.At.AddHours(1), key: filing.Key);
            Assert.Equal((outcome.Answer?.Id, outcome.Refusal?.Rule.Code), (again.Answer?.Id, again.Refusal?.Rule.Code));
            if (outcome.Refusal is null)
                Assert.Equal(filing.At, (await scenario.LastAsync<ObjectionFiled>(scenario.Receipts.IdOf(filing.Form.ReceiptCode).Stream)).ArrivedAt);
        }
        await using var session = registry.Store.QuerySession();
        Assert.Equal(50, (await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))!.Open.Count);
    }

    private async Task<Outcome> DecideAsync(BatchId batch, ApplicationId application, DateTimeOffset at) => await registry.Give(
        Scenario.Province(), new DecideRecognition("厅长办公会", new DateOnly(2025, 7, 19), "演示签发人", [new DecidedApplication(application, true)], await scenario.VersionAsync(batch.Stream)),
        batch.Value, at);
}
