using Registry.Platform.Sealing;

namespace Registry.Recommendation;

/// <summary>
/// Rank and opinion that a city wrote into its summary table for a cluster it has not recommended yet. A plain document like a draft: the recommendation
/// itself still needs a person's word on every condition and begins with these.
/// </summary>
public sealed record PreparedRecommendation
{
    /// <summary>The application's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The city's order, 1 first.</summary>
    public required int Rank { get; init; }

    /// <summary>The opinion, sealed with the application's key.</summary>
    public required Sealed Opinion { get; init; }

    /// <summary>When it was imported, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
