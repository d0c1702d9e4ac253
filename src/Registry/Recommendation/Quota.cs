using Marten;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>
/// 四(二): the places of a batch. One lock guards the cities' quotas and the total together: a batch sees some thirty recommendations in a month, so cities
/// that wait for each other wait milliseconds, and no amendment of quotas can part what the two limits count. Only who takes a place needs it; whoever
/// frees one cannot break a limit.
/// </summary>
public static class Quota
{
    /// <summary>Held alone by whoever takes a place.</summary>
    public static Hold Hold(BatchId batch) => Platform.Commands.Hold.Changing($"quota/{batch.Value}");

    /// <summary>The cities of the places that are taken, one for each place.</summary>
    public static async Task<IReadOnlyList<string>> PlacesTakenAsync(IQuerySession session, BatchId batch, CancellationToken ct) =>
        await session.Query<ApplicationCard>().Where(c => c.Batch == batch.Value && c.HoldsPlace).Select(c => c.City).ToListAsync(ct);
}
