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

    /// <summary>四(二): whether one more place fits into the city's quota and the batch's total; null if it does.</summary>
    /// <param name="places">The cities of all places of the batch that are taken.</param>
    public static Refusal? Full(CallDefinition definition, string city, IReadOnlyCollection<string> places)
    {
        var quota = definition.QuotaOf(city);
        return places.Count(c => c == city) >= quota ? RecommendationRules.QuotaFull.Refuse(("quota", quota))
            : definition.Quotas.Total is { } total && places.Count >= total ? RecommendationRules.TotalFull.Refuse(("total", total))
            : null;
    }
}
