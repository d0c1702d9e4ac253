using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Programme;

namespace Registry.Review;

/// <summary>A panel as lists and the score sheets' rules read it: kept in the append's own transaction.</summary>
public sealed record PanelView
{
    /// <summary>The panel's stream.</summary>
    public required string Id { get; init; }

    /// <summary>Id of the batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The panel.</summary>
    public required PanelState State { get; init; }

    /// <summary>Members now, so that a query finds an expert's panels.</summary>
    public IReadOnlyList<string> Experts { get; init; } = [];

    /// <summary>The applications as the draw knew them: what the conflicts of a sheet's expert are judged by.</summary>
    public IReadOnlyList<DrawApplication> Reviewed { get; init; } = [];

    /// <summary>The ranking, once the panel is closed.</summary>
    public RankingFixed? Ranking { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public PanelId Panel => new(Id["panel/".Length..]);
}

/// <summary>Folds <see cref="PanelView"/>.</summary>
public sealed partial class PanelViewProjection : SingleStreamProjection<PanelView, string>
{
    /// <summary>Reads panels' events only.</summary>
    public PanelViewProjection()
    {
        IncludeType<PanelFormed>();
        IncludeType<SeedCommitted>();
        IncludeType<PoolSnapshotTaken>();
        IncludeType<SeedOpened>();
        IncludeType<PanelDrawn>();
        IncludeType<DrawAbandoned>();
        IncludeType<ExpertsAppointed>();
        IncludeType<ConflictsDeclared>();
        IncludeType<ExpertRecused>();
        IncludeType<ExpertCalledIn>();
        IncludeType<PanelClosed>();
        IncludeType<RankingFixed>();
    }

    /// <inheritdoc />
    public override PanelView? Evolve(PanelView? view, string id, IEvent e)
    {
        var state = PanelState.Next(view?.State ?? PanelState.Start, e.Data);
        return new PanelView
        {
            Id = id,
            Batch = state.Batch.Value,
            State = state,
            Experts = [.. state.Seats.Select(s => s.Expert)],
            Reviewed = (e.Data as PoolSnapshotTaken)?.Applications ?? view?.Reviewed ?? [],
            Ranking = e.Data as RankingFixed ?? view?.Ranking,
            Version = (view?.Version ?? 0) + 1,
        };
    }
}
