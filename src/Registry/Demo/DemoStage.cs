using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Demo;

/// <summary>How far the demo is, for the console and the pages.</summary>
public sealed class DemoProgress
{
    private int done;

    /// <summary>Steps played.</summary>
    public int Done => done;

    /// <summary>What is being played.</summary>
    public string Act { get; set; } = "";

    /// <summary>Whether it is being played now.</summary>
    public bool Playing { get; set; }

    internal void Step() => Interlocked.Increment(ref done);
}

/// <summary>
/// Plays commands at past instants. Each step has a name of its own as its idempotency key: after an interruption, even by kill -9, the same script
/// is played again and every step that was done gives its first answer.
/// </summary>
public sealed class DemoStage(CommandRunner runner, IDocumentStore store, RegistryClock clock, DemoProgress progress, CancellationToken ct)
{
    /// <summary>Ends with the program.</summary>
    public CancellationToken Cancelled => ct;

    /// <summary>Plays a step that must be accepted. The command is only made when the step was not played before.</summary>
    public async Task<Answer> PlayAsync<T>(string step, Actor actor, DateTimeOffset at, string? target, Func<Task<T>> command) where T : ICommand<T>
    {
        var outcome = await GiveAsync(step, actor, at, target, command);
        return outcome.Answer ?? throw new InvalidOperationException(
            $"The demo's step {step} was refused: {outcome.Refusal!.Rule.Code} {string.Join(", ", outcome.Refusal.Arguments)} {string.Join(", ", outcome.Refusal.Errors)}");
    }

    /// <summary>The same for a command that is at hand.</summary>
    public Task<Answer> PlayAsync<T>(string step, Actor actor, DateTimeOffset at, string? target, T command) where T : ICommand<T> =>
        PlayAsync(step, actor, at, target, () => Task.FromResult(command));

    /// <summary>Plays a step that must be refused by this rule.</summary>
    public async Task RefusedAsync<T>(string step, Rule rule, Actor actor, DateTimeOffset at, string? target, Func<Task<T>> command) where T : ICommand<T>
    {
        var outcome = await GiveAsync(step, actor, at, target, command);
        if (outcome.Refusal?.Rule.Code != rule.Code)
            throw new InvalidOperationException($"The demo's step {step} should have been refused by {rule.Code}; it was {outcome.Refusal?.Rule.Code ?? "accepted"}.");
    }

    /// <summary>The version of a stream now.</summary>
    public async Task<long> VersionAsync(string stream)
    {
        await using var session = store.QuerySession();
        return (await session.Events.FetchStreamStateAsync(stream, ct))?.Version ?? 0;
    }

    private async Task<Outcome> GiveAsync<T>(string step, Actor actor, DateTimeOffset at, string? target, Func<Task<T>> command) where T : ICommand<T>
    {
        progress.Step();
        var key = $"demo/{step}";
        if (await runner.RecallAsync(actor, key, ct) is { } given)
            return given;
        using var moved = RegistryClock.At(at);
        return await runner.RunAsync(actor, target, await command(), key, clock.GetUtcNow(), ct);
    }
}
