namespace PublicSite;

/// <summary>How the totals of an application's sheets become one figure.</summary>
public enum ScoreAggregate { Mean, TrimmedMean, Median }

/// <summary>
/// What the experts gave to the applications that were ranked together, so that anybody can compute the ranking again. It is here only where the batch's
/// definition publishes scores, and only once recognitions were announced. Experts stand behind pseudonyms that were drawn at random for this file
/// alone; an application that was never publicised has a row without a name.
/// </summary>
public sealed record ReviewScores
{
    public required string Batch { get; init; }

    /// <summary>Code of the industry, where each industry was ranked by itself.</summary>
    public string? Group { get; init; }
    public required PublishedRule Rule { get; init; }

    /// <summary>In rank order.</summary>
    public required IReadOnlyList<ScoredApplication> Applications { get; init; }
    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>The rule by which sheets became ranks.</summary>
/// <param name="Minimum">Fewest sheets of an application.</param>
/// <param name="Decimals">Places of aggregates and means, half away from zero.</param>
/// <param name="PassMark">Least aggregate that passes.</param>
/// <param name="Groups">Groups of criteria whose means must add up to so much.</param>
/// <param name="TieBreak">Criteria whose means decide between equal aggregates, in this order.</param>
/// <param name="Criteria">All criteria, whose points make a sheet's total.</param>
public sealed record PublishedRule(
    ScoreAggregate Aggregate, int Minimum, int Decimals, decimal PassMark, IReadOnlyList<CriterionGroup> Groups, IReadOnlyList<string> TieBreak, IReadOnlyList<string> Criteria);

/// <summary>Criteria whose means must add up to at least so much.</summary>
public sealed record CriterionGroup(IReadOnlyList<string> Criteria, decimal AtLeast);

/// <summary>One ranked application.</summary>
/// <param name="Listed">Whether the shortlist has it.</param>
/// <param name="Notice">The notice in which it stands, if it was publicised.</param>
/// <param name="Entry">Its entry there.</param>
public sealed record ScoredApplication(int Rank, decimal Aggregate, bool Passes, bool Listed, string? Notice, string? Entry, IReadOnlyList<ScoreSheet> Sheets);

/// <summary>One expert's points by criterion.</summary>
public sealed record ScoreSheet(string Expert, IReadOnlyDictionary<string, decimal> Points);
