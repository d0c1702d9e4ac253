namespace Registry.Tests.Procedure;

/// <summary>
/// Random sequences of commands from all roles, over the real store: none reaches an illegal state, and every view equals its rebuild. A failure prints its seed;
/// <c>REGISTRY_SEED</c> plays that seed alone.
/// </summary>
public sealed class ProcedureInAnyOrderTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const int Short = 250, Long = 450;

    [Fact]
    public Task A_history() => PlayAsync(Seeds(1), Short);

    [Fact]
    [Trait("Category", "Long")]
    public Task Many_histories() => PlayAsync(Seeds(int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_HISTORIES"), out var many) ? many : 30), Long);

    private static int[] Seeds(int count) =>
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_SEED"), out var seed) ? [seed] : [.. Enumerable.Range(0, count).Select(_ => Random.Shared.Next(1, 1_000_000))];

    private async Task PlayAsync(int[] seeds, int steps)
    {
        var worlds = new List<World>();
        foreach (var seed in seeds)
        {
            var world = new World(registry, new Scenario(registry), seed);
            worlds.Add(world);
            try
            {
                await world.BeginAsync();
                for (var step = 0; step < steps; step++)
                    await world.StepAsync();
                await new Invariants(registry, world).CheckAsync();
                Assert.True(Accepted(world) >= 20 && Accepted(world, "submit") >= 4 && Accepted(world, "recommend") >= 1, "A history in which next to nothing happened.");
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"REGISTRY_SEED={seed}", broken);
            }
            finally
            {
                foreach (var (what, (accepted, refused)) in world.Tally)
                    TestContext.Current.TestOutputHelper!.WriteLine($"{seed}: {what} {accepted}; {string.Join(", ", refused.Select(r => $"{r.Key} {r.Value}"))}");
            }
        }
        // One history may end early; many together reach every room.
        if (worlds.Count >= 30)
            Assert.All(EveryRoom, what => Assert.True(worlds.Sum(w => Accepted(w, what)) > 0, $"no history reached {what}"));
    }

    private static readonly string[] EveryRoom =
        ["submit", "recommend", "report-issue", "admit", "list", "panel", "close-panel", "shortlist-fix", "publicity", "posting", "recognise", "announce", "case-confirm", "objection-file", "review-ask"];

    private static int Accepted(World world, string? what = null) => world.Tally.Where(t => what is null || t.Key == what).Sum(t => t.Value.Accepted);
}
