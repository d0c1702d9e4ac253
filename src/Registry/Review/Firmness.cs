using Registry.Programme;

namespace Registry.Review;

/// <summary>How far the sheets of one application lie apart.</summary>
/// <param name="Lowest">Lowest total.</param>
/// <param name="Highest">Highest total.</param>
/// <param name="Deviation">Standard deviation of the totals (all sheets being the population).</param>
public sealed record Spread(ApplicationId Application, decimal Lowest, decimal Highest, decimal Deviation);

/// <summary>How an expert scores against the others.</summary>
/// <param name="Pseudonym">The expert's pseudonym.</param>
/// <param name="Difference">Mean, over the expert's sheets, of the own total less the mean of the other experts' totals for the same application; below zero is stricter.</param>
public sealed record Severity(string Pseudonym, int Sheets, decimal Difference);

/// <summary>What the passing list would be without one expert.</summary>
/// <param name="Without">The pseudonym left out.</param>
/// <param name="Order">Applications in rank order.</param>
/// <param name="Moved">Applications whose rank differs from the fixed ranking.</param>
/// <param name="PassesOtherwise">Applications that would pass and do not, or the other way round.</param>
/// <param name="Undecided">Applications that would have fewer sheets than the rule needs, and keep their figures.</param>
public sealed record Stability(
    string Without, IReadOnlyList<ApplicationId> Order, IReadOnlyList<ApplicationId> Moved, IReadOnlyList<ApplicationId> PassesOtherwise, IReadOnlyList<ApplicationId> Undecided);

/// <summary>Figures beside the ranking, never in its place, for the province and the auditors after the closing. Pure, from what was recorded.</summary>
public sealed record Firmness(IReadOnlyList<Spread> Spreads, IReadOnlyList<Severity> Severities, IReadOnlyList<Stability> Stabilities)
{
    private const int Decimals = 2;

    /// <summary>Computes them.</summary>
    public static Firmness Of(ScoringRule rule, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)> scored)
    {
        var pseudonyms = scored.SelectMany(s => s.Scored.Sheets).Select(s => s.Pseudonym).Distinct().Order(StringComparer.Ordinal).ToArray();
        return new(
            [.. scored.Select(s => SpreadOf(s.Application, [.. s.Scored.Sheets.Select(Total)]))],
            [.. pseudonyms.Select(p => SeverityOf(p, scored))],
            [.. pseudonyms.Select(p => StabilityWithout(p, rule, scored))]);
    }

    private static Spread SpreadOf(ApplicationId application, decimal[] totals)
    {
        var mean = totals.Average();
        var deviation = (decimal)Math.Sqrt((double)totals.Average(t => (t - mean) * (t - mean)));
        return new(application, totals.Min(), totals.Max(), Round(deviation));
    }

    private static Severity SeverityOf(string pseudonym, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)> scored)
    {
        var differences = scored
            .Where(s => s.Scored.Sheets.Count > 1)
            .SelectMany(s => s.Scored.Sheets.Where(x => x.Pseudonym == pseudonym)
                .Select(own => Total(own) - s.Scored.Sheets.Where(x => x.Pseudonym != pseudonym).Average(Total)))
            .ToArray();
        return new(pseudonym, differences.Length, differences.Length == 0 ? 0 : Round(differences.Average()));
    }

    private static Stability StabilityWithout(string pseudonym, ScoringRule rule, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)> scored)
    {
        var (places, undecided) = PlacesWithout(pseudonym, rule, scored);
        var fixedAs = scored.ToDictionary(s => s.Application, s => s.Scored);
        return new(
            pseudonym,
            [.. places.Select(p => p.Application)],
            [.. places.Where(p => p.Rank != fixedAs[p.Application].Rank).Select(p => p.Application)],
            [.. places.Where(p => p.Score.Passes != fixedAs[p.Application].Passes).Select(p => p.Application)],
            undecided);
    }

    /// <summary>The ranking without one expert's sheets; applications that would have too few sheets keep their figures and are named.</summary>
    public static (IReadOnlyList<Place<ApplicationId>> Places, IReadOnlyList<ApplicationId> Undecided) PlacesWithout(
        string pseudonym, ScoringRule rule, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)> scored)
    {
        var scores = new List<(ApplicationId Application, Score Score)>();
        var undecided = new List<ApplicationId>();
        foreach (var (application, recorded) in scored)
        {
            var left = recorded.Sheets.Where(s => s.Pseudonym != pseudonym).Select(s => s.Points).ToArray();
            if (left.Length < recorded.Sheets.Count && left.Length < rule.Minimum)
                undecided.Add(application);
            scores.Add((application, left.Length == recorded.Sheets.Count || left.Length < rule.Minimum
                ? new Score(recorded.Aggregate, recorded.Means, recorded.Passes)
                : Scoring.Of(rule, left)));
        }
        return (Scoring.Rank(rule, scores), undecided);
    }

    private static decimal Total(ScoredSheet sheet) => sheet.Points.Values.Sum();

    private static decimal Round(decimal value) => decimal.Round(value, Decimals, MidpointRounding.AwayFromZero);
}
