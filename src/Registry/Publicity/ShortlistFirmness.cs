using Registry.Applications;
using Registry.Review;

namespace Registry.Publicity;

/// <summary>What the list would be without one expert's sheets.</summary>
/// <param name="Panel">The expert's panel.</param>
/// <param name="Without">The expert's pseudonym.</param>
/// <param name="Entering">Applications that the ranking would then put on the list and does not now.</param>
/// <param name="Leaving">Applications that the ranking puts on the list now and would not then.</param>
/// <param name="Undecided">Applications that would have too few sheets, and keep their figures.</param>
public sealed record ListWithout(PanelId Panel, string Without, IReadOnlyList<ApplicationId> Entering, IReadOnlyList<ApplicationId> Leaving, IReadOnlyList<ApplicationId> Undecided);

/// <summary>How far the shortlist hangs on single experts, for the province and auditors after the closing. Beside the ranking, never in its place.</summary>
/// <param name="Places">How many places the list has.</param>
/// <param name="ByRanking">What the ranking alone puts on it; more than the places where the last rank is shared.</param>
/// <param name="Without">One line for each expert.</param>
public sealed record ShortlistFirmness(int Places, IReadOnlyList<ApplicationId> ByRanking, IReadOnlyList<ListWithout> Without)
{
    /// <summary>Computes it.</summary>
    /// <param name="panels">The closed panels.</param>
    /// <param name="scored">Their scored applications.</param>
    /// <param name="places">Places of the list; null for as many as pass.</param>
    public static ShortlistFirmness Of(
        IReadOnlyList<PanelView> panels, IReadOnlyDictionary<PanelId, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)>> scored, int? places)
    {
        var ranked = panels.SelectMany(p => scored[p.Panel].Select(s => (p.Panel, s.Application, s.Scored.Rank, s.Scored.Passes))).ToArray();
        var size = places ?? ranked.Count(r => r.Passes);
        var now = ListOf(size, ranked.Select(r => (r.Application, r.Rank, r.Passes)));
        var lines = new List<ListWithout>();
        foreach (var panel in panels)
        {
            var others = ranked.Where(r => r.Panel != panel.Panel).Select(r => (r.Application, r.Rank, r.Passes)).ToArray();
            foreach (var expert in scored[panel.Panel].SelectMany(s => s.Scored.Sheets).Select(s => s.Pseudonym).Distinct().Order(StringComparer.Ordinal))
            {
                var (again, undecided) = Firmness.PlacesWithout(expert, panel.Ranking!.Rule, scored[panel.Panel]);
                var then = ListOf(size, again.Select(p => (p.Application, p.Rank, p.Score.Passes)).Concat(others));
                lines.Add(new(panel.Panel, expert, [.. then.Except(now)], [.. now.Except(then)], undecided));
            }
        }
        return new(size, now, lines);
    }

    private static IReadOnlyList<ApplicationId> ListOf(int size, IEnumerable<(ApplicationId Application, int Rank, bool Passes)> ranked)
    {
        var passing = ranked.Where(r => r.Passes).OrderBy(r => r.Rank).ToArray();
        return size == 0 ? [] : [.. passing.Where(r => size >= passing.Length || r.Rank <= passing[size - 1].Rank).Select(r => r.Application)];
    }
}
