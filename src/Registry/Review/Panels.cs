using Marten;
using Registry.Programme;

namespace Registry.Review;

/// <summary>The panels of a batch.</summary>
public static class Panels
{
    /// <summary>All panels of a batch.</summary>
    public static async Task<IReadOnlyList<PanelView>> OfBatchAsync(this IQuerySession session, BatchId batch, CancellationToken ct)
    {
        var id = batch.Value;
        return await session.Query<PanelView>().Where(p => p.Batch == id).OrderBy(p => p.Id).ToListAsync(ct);
    }

    /// <summary>The rankings that are fixed in a batch, one for each closed panel: what the shortlist is made from.</summary>
    public static async Task<IReadOnlyList<RankingFixed>> RankingsOfAsync(this IQuerySession session, BatchId batch, CancellationToken ct) =>
        [.. (await session.OfBatchAsync(batch, ct)).Select(p => p.Ranking).OfType<RankingFixed>()];

    /// <summary>Ids of applications that are on a panel. One that a closed panel left out can be on another.</summary>
    public static async Task<IReadOnlySet<string>> SeatedAsync(IQuerySession session, BatchId batch, CancellationToken ct) =>
        (await session.OfBatchAsync(batch, ct))
            .SelectMany(p => p.State.Applications.Except(p.Ranking?.LeftOut.Select(a => a.Value) ?? []))
            .ToHashSet();
}
