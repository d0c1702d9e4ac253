using JasperFx.Events;
using Marten;

namespace Registry.Platform.Commands;

/// <summary>One stream as it was read under the command's locks. Rooms fold their own small states from it.</summary>
/// <param name="Stream">The stream's id.</param>
/// <param name="Events">All its events in order; none if it does not exist yet.</param>
public sealed record Timeline(string Stream, IReadOnlyList<IEvent> Events)
{
    /// <summary>The version that the next command must have seen.</summary>
    public long Version => Events.Count;

    /// <summary>The refusal of a command that was decided on an earlier version, with what has happened since.</summary>
    /// <param name="seen">The version that its giver saw.</param>
    public Refusal ChangedSince(long seen) => CommandRules.Stale.Refuse(("seen", seen), ("now", Version)) with
    {
        Since = seen > 0 ? [.. Events.Where(e => e.Version > seen).Select(e => new Change(e.EventTypeName, e.Timestamp))] : [],
    };

    /// <summary>Whether anything has happened in it.</summary>
    public bool Exists => Events.Count > 0;

    /// <summary>Folds a room's state: <paramref name="start"/> always exists, events a room does not know leave it as it is.</summary>
    public TState Fold<TState>(TState start, Func<TState, object, TState> evolve) =>
        Events.Aggregate(start, (state, e) => evolve(state, e.Data));

    /// <summary>Reads whole streams in one round trip, in the order asked for. Those that do not exist are empty.</summary>
    public static async Task<Timeline[]> ReadAsync(IQuerySession session, IReadOnlyList<string> streams, CancellationToken ct)
    {
        var batch = session.CreateBatchQuery();
        var queries = streams.Select(s => batch.Events.FetchStream(s)).ToArray();
        await batch.Execute(ct);
        var timelines = new Timeline[streams.Count];
        for (var i = 0; i < streams.Count; i++)
            timelines[i] = new Timeline(streams[i], await queries[i]);
        return timelines;
    }

    /// <summary>Folds with each event's metadata, for states that need its time or actor.</summary>
    public TState Fold<TState>(TState start, Func<TState, IEvent, TState> evolve) => Events.Aggregate(start, evolve);
}
