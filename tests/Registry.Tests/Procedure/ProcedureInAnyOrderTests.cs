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
        foreach (var seed in seeds)
        {
            var world = new World(registry, new Scenario(registry), seed);
            try
            {
                await world.BeginAsync();
                for (var step = 0; step < steps; step++)
                    await world.StepAsync();
                await new Invariants(registry, world).CheckAsync();
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
    }
}
