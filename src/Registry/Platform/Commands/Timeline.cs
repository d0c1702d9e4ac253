using JasperFx.Events;

namespace Registry.Platform.Commands;

/// <summary>One stream as it was read under the command's locks. Rooms fold their own small states from it.</summary>
/// <param name="Stream">The stream's id.</param>
/// <param name="Events">All its events in order; none if it does not exist yet.</param>
public sealed record Timeline(string Stream, IReadOnlyList<IEvent> Events)
{
    /// <summary>The version that the next command must have seen.</summary>
    public long Version => Events.Count;

    /// <summary>Whether anything has happened in it.</summary>
    public bool Exists => Events.Count > 0;

    /// <summary>Folds a room's state: <paramref name="start"/> always exists, events a room does not know leave it as it is.</summary>
    public TState Fold<TState>(TState start, Func<TState, object, TState> evolve) =>
        Events.Aggregate(start, (state, e) => evolve(state, e.Data));

    /// <summary>Folds with each event's metadata, for states that need its time or actor.</summary>
    public TState Fold<TState>(TState start, Func<TState, IEvent, TState> evolve) => Events.Aggregate(start, evolve);
}
