using System.Collections.Concurrent;
using Marten;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Loads calls: a batch's events and the definition they name. Definitions never change under their hash, so they are kept in memory.</summary>
public sealed class Calls
{
    private readonly ConcurrentDictionary<string, CallDefinition> known = new();

    /// <summary>The call of a batch's timeline, or null when it was never announced.</summary>
    public async Task<Call?> OpenAsync(IQuerySession session, BatchId id, Timeline timeline, CancellationToken ct)
    {
        var state = timeline.Fold(BatchState.Start(id), BatchState.Next);
        return state.Hash is { } hash ? new Call(state, await DefinitionAsync(session, hash, ct)) : null;
    }

    /// <summary>The call of a batch as it stands now, for reading.</summary>
    public async Task<Call?> ReadAsync(IQuerySession session, BatchId id, CancellationToken ct) =>
        await OpenAsync(session, id, new Timeline(id.Stream, await session.Events.FetchStreamAsync(id.Stream, token: ct)), ct);

    /// <summary>The definition with this hash.</summary>
    public async Task<CallDefinition> DefinitionAsync(IQuerySession session, string hash, CancellationToken ct)
    {
        if (known.TryGetValue(hash, out var definition))
            return definition;
        var stored = await session.LoadAsync<StoredDefinition>(hash, ct)
            ?? throw new InvalidOperationException($"An event names definition {hash}, which is not stored.");
        return known[hash] = DefinitionFile.Load(stored.Content).Definition
            ?? throw new InvalidOperationException($"The stored definition {hash} no longer loads.");
    }
}

/// <summary>Commands about a batch.</summary>
public static class BatchDesk
{
    /// <summary>The term of what belongs to no batch: the longest that any batch's definition sets, or that of the definition that comes with the program.</summary>
    public static async Task<RetentionRule> LongestRetentionAsync(this Desk desk)
    {
        var calls = desk.Services.GetRequiredService<Calls>();
        RetentionRule? longest = null;
        foreach (var hash in (await desk.Session.Query<BatchCard>().ToListAsync(desk.Cancelled)).Select(b => b.DefinitionHash).Distinct())
            if ((await calls.DefinitionAsync(desk.Session, hash, desk.Cancelled)).Retention is var rule && (longest is null || rule.FileYears > longest.FileYears))
                longest = rule;
        return longest ?? DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required().Retention;
    }

    /// <summary>
    /// Carries out a command about the batch in the route: holds it alone, checks the version, records the decided events in its stream.
    /// </summary>
    public static async Task<Decision> OnBatchAsync(this Desk desk, long version, Func<Call, Timeline, Task<Decision>> decide, params Hold[] holds)
    {
        var id = new BatchId(desk.Target!);
        await desk.HoldAsync([Hold.Changing(id.Stream), .. holds]);
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, id, timeline, desk.Cancelled);
        if (call is null)
            return CommandRules.NotFound.Refuse();
        if (version != timeline.Version)
            return timeline.ChangedSince(version);
        desk.UnderDefinition(call.Definition.Hash);
        return desk.Record<Batch>(timeline, id.Value, await decide(call, timeline));
    }

    /// <summary>Carries out a command about the batch whose rule needs nothing else.</summary>
    public static Task<Decision> OnBatchAsync(this Desk desk, long version, Func<Call, Decision> decide) =>
        desk.OnBatchAsync(version, (call, _) => Task.FromResult(decide(call)));
}
