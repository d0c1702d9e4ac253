using Registry.Programme;

namespace Registry.Review;

/// <summary>Signed sheets of one application, as recorded at the closing.</summary>
public sealed record RecordedSheets(ApplicationId Application, IReadOnlyList<ScoredSheet> Sheets);

/// <summary>
/// Everything of a closed panel that its draw and its ranking follow from, by opaque ids and pseudonyms: what an auditor takes away to compute both again.
/// </summary>
/// <param name="Round">The round that was drawn.</param>
/// <param name="Commitments">Sealed numbers, in order; none where experts were appointed.</param>
/// <param name="Openings">Their openings.</param>
/// <param name="Seed">The seed; null where experts were appointed.</param>
/// <param name="Draw">What the draw gave; null where experts were appointed.</param>
public sealed record PanelRecord(
    PanelId Panel, BatchId Batch, int Round, IReadOnlyList<SeedCommitted> Commitments, IReadOnlyList<SeedOpened> Openings,
    PoolFile Pool, ApplicationsFile Applications, string PoolHash, string ApplicationsHash, string? Seed, DrawResult? Draw,
    ScoringRule Rule, IReadOnlyList<RecordedSheets> Sheets, IReadOnlyList<Ranked> Ranking)
{
    /// <summary>Puts the record together from the events of the panel and of its applications.</summary>
    /// <returns>Null for a panel without a snapshot of the pool: there is nothing to repeat.</returns>
    public static PanelRecord? Of(PanelView view, IReadOnlyList<object> events, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)> scored)
    {
        if (events.OfType<PoolSnapshotTaken>().LastOrDefault() is not { } snapshot)
            return null;
        var drawn = view.State.Order.IsEmpty ? null : events.OfType<PanelDrawn>().Last();
        return new PanelRecord(
            view.Panel, view.State.Batch, view.State.Round, view.State.Commitments, view.State.Openings,
            DrawFiles.PoolOf(snapshot), DrawFiles.ApplicationsOf(snapshot), snapshot.PoolHash, snapshot.ApplicationsHash, drawn?.Seed, drawn?.Result,
            view.Ranking!.Rule, [.. scored.Select(s => new RecordedSheets(s.Application, s.Scored.Sheets))], view.Ranking.Entries);
    }

    /// <summary>Most points of one criterion that a record can hold; a sheet has a hundred in all.</summary>
    private const decimal MostPoints = 1_000_000;

    /// <summary>Whether the record has everything that its ranking is computed from. If not it is no record, and nothing can be said about it.</summary>
    public bool IsWhole() =>
        Enum.IsDefined(Rule.Kind) && Rule.Decimals is >= 0 and <= 28
        && Rule.Criteria.Distinct().Count() == Rule.Criteria.Count
        && Rule.TieBreak.Concat(Rule.GroupMinimums.SelectMany(g => g.Criteria)).All(Rule.Criteria.Contains)
        && Sheets.DistinctBy(s => s.Application).Count() == Sheets.Count
        && Sheets.All(s => (Rule.Kind != Aggregate.TrimmedMean || s.Sheets.Count > 2) && s.Sheets.All(x => x.Points.Values.All(p => Math.Abs(p) <= MostPoints)))
        && Ranking.All(r => Rule.Criteria.All(r.Means.ContainsKey));

    /// <summary>Computes everything again and names what differs: <c>files</c>, <c>commitments</c>, <c>seed</c>, <c>draw</c>, <c>ranking</c>. Nothing if all is equal.</summary>
    public IReadOnlyList<string> Differences()
    {
        var wrong = new List<string>();
        if (DrawFiles.HashOf(Pool) != PoolHash || DrawFiles.HashOf(Applications) != ApplicationsHash)
            wrong.Add("files");
        if (Seed is not null)
        {
            var inOrder = Commitments.Select(c => Openings.FirstOrDefault(o => o.By == c.By)).ToArray();
            if (inOrder.Length != Review.Seed.Officers || inOrder.Zip(Commitments).Any(p => p.First is null || Review.Seed.Commit(p.First.Number, p.First.Salt) != p.Second.Commitment))
                wrong.Add("commitments");
            else if (Review.Seed.Of(Panel, Round, inOrder.OfType<SeedOpened>()) != Seed)
                wrong.Add("seed");
            if (Draw is null || !Same(Review.Draw.Run(Pool.Experts, Applications.Applications, Applications.Rule, Seed).Result, Draw))
                wrong.Add("draw");
        }
        if (!RankingHolds())
            wrong.Add("ranking");
        return wrong;
    }

    private bool RankingHolds()
    {
        if (Sheets.Any(s => s.Sheets.Count < Math.Max(1, Rule.Minimum) || s.Sheets.Any(x => Rule.Criteria.Any(c => !x.Points.ContainsKey(c)))))
            return false;
        var again = Scoring.Rank(Rule, Sheets.Select(s => (s.Application, Scoring.Of(Rule, [.. s.Sheets.Select(x => x.Points)])))).ToDictionary(p => p.Application);
        return Ranking.Count == again.Count && Ranking.All(r => again.TryGetValue(r.Application, out var place)
            && (r.Rank, r.Aggregate, r.Passes) == (place.Rank, place.Score.Aggregate, place.Score.Passes)
            && Rule.Criteria.All(c => r.Means[c] == place.Score.Means[c]));
    }

    private static bool Same(DrawResult? a, DrawResult b) =>
        a is not null && a.Order.SequenceEqual(b.Order) && a.Members.SequenceEqual(b.Members) && a.Alternates.SequenceEqual(b.Alternates)
        && a.Assignments.Select(x => x.Application).SequenceEqual(b.Assignments.Select(x => x.Application))
        && a.Assignments.Zip(b.Assignments).All(p => p.First.Experts.SequenceEqual(p.Second.Experts))
        && a.Exclusions.SequenceEqual(b.Exclusions);
}
