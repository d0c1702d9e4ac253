using Marten;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Objections;

/// <summary>Abuse 15 in fifty batches: the last objection, the closing and the announcement really run at once, each time anew.</summary>
[Trait("Category", "Long")]
public sealed class FiftyClosingsTests(RegistryFixture registry, ITestOutputHelper output) : IClassFixture<RegistryFixture>
{
    private static readonly DateTimeOffset Midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Abuse_15_the_last_objection_either_counts_and_keeps_the_application_back_or_is_refused_never_taken_and_ignored()
    {
        var (counted, refused) = (0, 0);
        for (var round = 0; round < 50; round++)
        {
            var batch = await registry.Announce();
            var (notice, applications) = await scenario.PublicisedAsync(batch);
            // Everything is ready for the list: only the objection of the last instant can still hold it back.
            await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), applications), batch.Value, Scenario.AfterWindow);
            var version = await scenario.VersionAsync(batch.Stream);
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var filings = new[] { Midnight.AddMicroseconds(-1), Midnight.AddMicroseconds(-1), Midnight }
                .Select(at => Together(() => registry.Give(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: at))).ToArray();
            var closing = Together(() => registry.Give(Actor.Job("timer"), new RecordClosing(2), notice.Value, Midnight));
            var announcing = Together(() => registry.Give(Scenario.Province(), Scenario.AnAnnouncement(version, applications), batch.Value, Scenario.AfterWindow));
            start.SetResult();
            var filed = await Task.WhenAll(filings);
            Assert.NotNull((await closing).Answer);

            Assert.Equal("objection.too-late", filed[2].Refusal?.Rule.Code);
            var taken = filed.Count(o => o.Answer is not null);
            await using var session = registry.Store.QuerySession();
            Assert.Equal(taken, (await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))?.Open.Count ?? 0);
            if ((await announcing).Answer is null)
            {
                Assert.Equal("recognition.objection-open", (await announcing).Refusal!.Rule.Code);
                Assert.True(taken > 0, "kept back by nothing");
                counted++;
            }
            else
            {
                Assert.Equal(0, taken);
                Assert.All(filed[..2], o => Assert.Equal("objection.not-in-publicity", o.Refusal!.Rule.Code));
                refused++;
            }

            Task<Outcome> Together(Func<Task<Outcome>> give) => Task.Run(async () => { await start.Task; return await give(); }, Ct);
        }
        output.WriteLine($"kept back {counted} times, announced {refused} times");
    }
}
