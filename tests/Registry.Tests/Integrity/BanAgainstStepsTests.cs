using Marten;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Tests.Integrity;

/// <summary>五(三): wherever a ban arrives while a step is in flight, one order of events results and no step passes after it.</summary>
public sealed class BanAgainstStepsTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const int Rounds = 10;
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ban_against_submissions()
    {
        var batch = await registry.Announce();
        var steps = new List<(ApplicationId, Func<Task<Outcome>>)>();
        for (var i = 0; i < Rounds; i++)
        {
            var (id, clerk) = await scenario.DraftedAsync(batch, Scenario.Zibo);
            steps.Add((id, () => registry.Give(clerk, new SubmitApplication(0), id.Value, Scenario.CaseDay)));
        }
        await AgainstBans(batch, steps, Scenario.CaseDay);
    }

    [Fact]
    public async Task A_ban_against_recommendations()
    {
        var batch = await registry.Announce(d => d["quotas"]!["default"] = Rounds);
        var steps = new List<(ApplicationId, Func<Task<Outcome>>)>();
        foreach (var (id, i) in (await scenario.SubmittedManyAsync(batch, Scenario.Zibo, Rounds)).Select((id, i) => (id, i)))
        {
            var command = await scenario.RecommendationOfAsync(id, i + 1);
            steps.Add((id, () => registry.Give(Scenario.CityOfficer(Scenario.Zibo), command, id.Value, Scenario.CaseDay)));
        }
        await AgainstBans(batch, steps, Scenario.CaseDay);
    }

    [Fact]
    public async Task A_ban_against_announcements_of_recognition()
    {
        var steps = new List<(ApplicationId, Func<Task<Outcome>>)>();
        BatchId last = default;
        for (var i = 0; i < Rounds; i++)
        {
            var batch = last = await registry.Announce();
            var ids = await scenario.RecognitionDecidedAsync(batch);
            var command = Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), ids);
            steps.Add((ids[0], () => registry.Give(Scenario.Province(), command, batch.Value, Scenario.AfterWindow)));
        }
        await AgainstBans(last, steps, Scenario.AfterWindow);
    }

    /// <summary>Each step meets a ban that comes from another application of the same organisation.</summary>
    private async Task AgainstBans(BatchId batch, List<(ApplicationId Id, Func<Task<Outcome>> Give)> steps, DateTimeOffset at)
    {
        await using var session = registry.Store.QuerySession();
        var rounds = new List<(ApplicationId Id, Func<Task<Outcome>> Give, OpenedCase Case, string Organisation, long Version)>();
        foreach (var (id, give) in steps)
        {
            var head = (await session.LoadAsync<Draft>(id.Stream, Ct))!;
            var accused = await scenario.WrittenAsync(batch, head.Organisation, head.City);
            rounds.Add((id, give, await scenario.FindingDecidedAsync(accused, at), Organisation.Stream(head.Organisation), await scenario.VersionAsync(id.Stream)));
        }

        var outcomes = await Task.WhenAll(rounds.SelectMany(r => new[] { r.Give(), registry.Give(Scenario.Integrity(2), new ConfirmFinding(r.Case.Version), r.Case.Id.Value, at) }));
        foreach (var (round, i) in rounds.Select((r, i) => (r, i)))
        {
            Assert.Null(outcomes[2 * i + 1].Refusal);
            var events = await session.Events.FetchStreamAsync(round.Id.Stream, token: Ct);
            var banned = Assert.Single(await session.Events.FetchStreamAsync(round.Organisation, token: Ct));
            if (outcomes[2 * i].Refusal is { } refusal)
                Assert.Equal(("application.organisation-banned", round.Version), (refusal.Rule.Code, events.Count));
            else
                Assert.True(events[^1].Sequence < banned.Sequence, $"round {i}: the step was committed after the ban");
        }
    }
}
