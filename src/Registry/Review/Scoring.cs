using Registry.Programme;

namespace Registry.Review;

/// <summary>The rule by which sheets become one figure, as it was when the panel was closed. Recorded with the ranking.</summary>
/// <param name="Kind">Mean, mean without one highest and one lowest total, or median of the totals.</param>
/// <param name="Minimum">Fewest sheets.</param>
/// <param name="Decimals">Places of aggregate and means, half away from zero.</param>
/// <param name="PassMark">Least aggregate that passes.</param>
/// <param name="GroupMinimums">Groups of criteria whose means must add up to so much.</param>
/// <param name="TieBreak">Criteria whose means decide between equal aggregates, in this order.</param>
/// <param name="Criteria">All criteria of the rubric.</param>
public sealed record ScoringRule(
    Aggregate Kind, int Minimum, int Decimals, decimal PassMark, IReadOnlyList<GroupMinimum> GroupMinimums, IReadOnlyList<string> TieBreak, IReadOnlyList<string> Criteria)
{
    /// <summary>The definition's rule, for the panel of one industry or of all.</summary>
    public static ScoringRule Of(CallDefinition definition, string? industry = null) => new(
        definition.Panel.Aggregate, definition.Panel.For(industry).Minimum, definition.Panel.Decimals, definition.Panel.PassMark,
        definition.Panel.GroupMinimums, definition.Panel.TieBreak, [.. definition.Rubric.Criteria.Select(c => c.Key)]);
}

/// <summary>What an application's sheets give together.</summary>
public sealed record Score(decimal Aggregate, IReadOnlyDictionary<string, decimal> Means, bool Passes);

/// <summary>An application in rank order.</summary>
public sealed record Place<T>(T Application, int Rank, Score Score);

/// <summary>四(三) 综合打分: from sheets to aggregates to ranks. Pure; what is compared is what is shown, the rounded figures.</summary>
public static class Scoring
{
    /// <summary>
    /// The score of one application. The aggregate is made of the sheets' totals; the means by criterion are over all sheets, also where the aggregate leaves two out.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="sheets">Points by criterion of each signed sheet, at least the rule's minimum of them.</param>
    public static Score Of(ScoringRule rule, IReadOnlyList<IReadOnlyDictionary<string, decimal>> sheets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sheets.Count, Math.Max(1, rule.Minimum), nameof(sheets));
        var totals = sheets.Select(s => rule.Criteria.Sum(c => s[c])).Order().ToArray();
        var aggregate = Round(rule, rule.Kind switch
        {
            Aggregate.Mean => totals.Average(),
            Aggregate.TrimmedMean => totals[1..^1].Average(),
            Aggregate.Median => (totals[(totals.Length - 1) / 2] + totals[totals.Length / 2]) / 2,
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Kind, "No such aggregate."),
        });
        var means = rule.Criteria.ToDictionary(c => c, c => Round(rule, sheets.Average(s => s[c])));
        var passes = aggregate >= rule.PassMark && rule.GroupMinimums.All(g => g.Criteria.Sum(c => means[c]) >= g.AtLeast);
        return new Score(aggregate, means, passes);
    }

    /// <summary>Puts scores in order: by aggregate, then by the tie-break's criteria. What is still equal shares a rank, and the next rank counts them all.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="scores">Scores by application; equal ones stay in this order.</param>
    public static IReadOnlyList<Place<T>> Rank<T>(ScoringRule rule, IEnumerable<(T Application, Score Score)> scores)
    {
        var places = new List<Place<T>>();
        foreach (var (application, score) in scores.OrderByDescending(s => s.Score, Comparer<Score>.Create((a, b) => Compare(rule, a, b))))
            places.Add(new(application, places.Count > 0 && Compare(rule, places[^1].Score, score) == 0 ? places[^1].Rank : places.Count + 1, score));
        return places;
    }

    private static int Compare(ScoringRule rule, Score a, Score b)
    {
        var by = a.Aggregate.CompareTo(b.Aggregate);
        foreach (var criterion in rule.TieBreak)
            by = by != 0 ? by : a.Means[criterion].CompareTo(b.Means[criterion]);
        return by;
    }

    private static decimal Round(ScoringRule rule, decimal value) => decimal.Round(value, rule.Decimals, MidpointRounding.AwayFromZero);
}
