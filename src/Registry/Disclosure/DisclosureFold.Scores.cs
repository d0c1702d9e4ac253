using System.Globalization;
using JasperFx.Events;
using PublicSite;
using Registry.Programme;
using Registry.Recognition;
using Registry.Review;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly List<ReviewScores> scores = [];

    private void TakeScores(IEvent e)
    {
        if (e.Data is not ScoresPublished published)
            return;
        var batch = KeyOf(batches[IdOf(e)].Definition);
        scores.AddRange(published.Panels.Select(p => new ReviewScores
        {
            Batch = batch,
            Group = p.Industry is { } industry ? IndustryOf(industry) : null,
            Rule = Shown(p.Rule),
            Applications = [.. p.Scores.Select(s => new ScoredApplication(
                s.Rank, s.Aggregate, s.Passes, s.Listed, s.Notice?.Value, s.Entry?.ToString(CultureInfo.InvariantCulture),
                [.. s.Sheets.Select(x => new ScoreSheet(x.Pseudonym, x.Points))]))],
            AsOf = e.Timestamp,
        }));
    }

    private static PublishedRule Shown(ScoringRule rule) => new(
        rule.Kind switch
        {
            Aggregate.TrimmedMean => ScoreAggregate.TrimmedMean,
            Aggregate.Median => ScoreAggregate.Median,
            _ => ScoreAggregate.Mean,
        },
        rule.Minimum, rule.Decimals, rule.PassMark, [.. rule.GroupMinimums.Select(g => new CriterionGroup(g.Criteria, g.AtLeast))], rule.TieBreak, rule.Criteria);
}
