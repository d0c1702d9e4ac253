using PublicSite;
using Registry.Programme;
using Registry.Review;

namespace Registry.Disclosure;

/// <summary>What stands in the published scores, computed again.</summary>
/// <param name="Ranking">Aggregates, pass marks and ranks follow from the sheets.</param>
/// <param name="Shortlist">The list has as many as it has of those that pass, in the order of the ranking.</param>
/// <param name="Differences">What differs, as <c>batch/group: rank N</c> or <c>batch/group: shortlist</c>.</param>
public sealed record ScoresComparison(bool Ranking, bool Shortlist, IReadOnlyList<string> Differences);

/// <summary>Anybody's check of the open data: the same rules as at the closing of a panel, over nothing but the published file.</summary>
public static class ScoresCheck
{
    /// <summary>Computes every ranking and every list again.</summary>
    public static ScoresComparison Compare(IReadOnlyList<ReviewScores> published)
    {
        var ranks = published.SelectMany(s => Ranks(s).Select(rank => $"{NameOf(s)}: rank {rank}")).ToArray();
        var lists = published.Where(s => !ListFollows(s)).Select(s => $"{NameOf(s)}: shortlist").ToArray();
        return new ScoresComparison(ranks.Length == 0, lists.Length == 0, [.. ranks, .. lists]);
    }

    private static IEnumerable<int> Ranks(ReviewScores scores)
    {
        var rule = RuleOf(scores.Rule);
        if (scores.Applications.Any(a => a.Sheets.Count < Math.Max(1, rule.Minimum) || a.Sheets.Any(s => !rule.Criteria.All(s.Points.ContainsKey))))
            return scores.Applications.Select(a => a.Rank);
        return Scoring.Rank(rule, scores.Applications.Select(a => (a, Scoring.Of(rule, [.. a.Sheets.Select(s => s.Points)]))))
            .Where(p => (p.Rank, p.Score.Aggregate, p.Score.Passes) != (p.Application.Rank, p.Application.Aggregate, p.Application.Passes))
            .Select(p => p.Application.Rank);
    }

    /// <summary>A list that passes somebody over is explained to the office, not here: it is told that it does.</summary>
    private static bool ListFollows(ReviewScores scores)
    {
        var listed = scores.Applications.Where(a => a.Listed).ToArray();
        var passing = scores.Applications.Where(a => a.Passes).Select(a => a.Rank).Order().ToArray();
        return listed.All(a => a.Passes) && listed.Select(a => a.Rank).Order().SequenceEqual(passing.Take(listed.Length));
    }

    private static string NameOf(ReviewScores scores) => scores.Group is { } group ? $"{scores.Batch}/{group}" : scores.Batch;

    private static ScoringRule RuleOf(PublishedRule rule) => new(
        rule.Aggregate switch
        {
            ScoreAggregate.TrimmedMean => Aggregate.TrimmedMean,
            ScoreAggregate.Median => Aggregate.Median,
            _ => Aggregate.Mean,
        },
        rule.Minimum, rule.Decimals, rule.PassMark, [.. rule.Groups.Select(g => new GroupMinimum(g.Criteria, g.AtLeast))], rule.TieBreak, rule.Criteria);
}
