using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Publicity;

/// <summary>One application on the shortlist or left out, as the record keeps it: whether it was explained, not in which words.</summary>
/// <param name="Deviates">Recorded as a departure from the ranking.</param>
/// <param name="Explained">A reason was given for it.</param>
public sealed record RecordedLine(ApplicationId Application, int Rank, bool Deviates, bool Explained);

/// <summary>The shortlist of a batch with what it was decided on.</summary>
/// <param name="Banned">Applications that a ban of their applicant stopped when the list was proposed.</param>
/// <param name="Gone">Ranked applications that no longer stood as scored when the list was proposed: withdrawn or disqualified.</param>
/// <param name="ProposedBy">Account of the proposer.</param>
/// <param name="FixedBy">Account of whoever fixed it; null while it is only proposed.</param>
/// <param name="Added">Applications put on the list after it was fixed, by a collective decision of their own.</param>
public sealed record ShortlistRecord(
    IReadOnlyList<RecordedLine> Listed, IReadOnlyList<RecordedLine> LeftOut, IReadOnlyList<ApplicationId> Banned, IReadOnlyList<ApplicationId> Gone,
    string? ProposedBy, string? FixedBy, IReadOnlyList<ApplicationId> Added);

/// <summary>Whether a part of the review comes out the same when it is computed again; null where there is nothing to compare yet.</summary>
/// <param name="Differences">What differs, each as <c>panel id: part</c> or <c>shortlist: part</c>.</param>
public sealed record ReviewComparison(bool Draw, bool Ranking, bool? Shortlist, IReadOnlyList<string> Differences)
{
    /// <summary>Everything there is comes out the same.</summary>
    public bool Equal => Differences.Count == 0;
}

/// <summary>
/// Everything of a batch's expert review that its draws, its rankings and its shortlist follow from, by opaque ids and pseudonyms: what an auditor takes away to compute all of it
/// again. 四(三), 四(四).
/// </summary>
/// <param name="Panels">The closed panels.</param>
/// <param name="Shortlist">The shortlist; null while none is proposed.</param>
public sealed record ReviewRecord(BatchId Batch, IReadOnlyList<PanelRecord> Panels, ShortlistRecord? Shortlist)
{
    private static readonly string[] OfDraw = ["files", "commitments", "seed", "draw"];

    /// <summary>Whether every panel has everything that its ranking is computed from.</summary>
    public bool IsWhole() => Panels.All(p => p.IsWhole());

    /// <summary>Computes everything again.</summary>
    public ReviewComparison Compare()
    {
        var ofPanels = Panels.SelectMany(p => p.Differences().Select(part => (p.Panel, Part: part))).ToArray();
        var ofList = Shortlist is null ? [] : DifferencesOf(Shortlist).ToArray();
        return new(
            !ofPanels.Any(d => OfDraw.Contains(d.Part)), ofPanels.All(d => OfDraw.Contains(d.Part)), Shortlist is null ? null : ofList.Length == 0,
            [.. ofPanels.Select(d => $"{d.Panel.Value}: {d.Part}"), .. ofList.Select(part => $"shortlist: {part}")]);
    }

    /// <summary>
    /// <c>field</c>: not every ranked application stands in one place of the record. <c>rank</c>: a place differs from the ranking. <c>banned</c>: a banned applicant is on the list.
    /// <c>deviations</c>: the ranking and the list give other departures than those recorded. <c>reason</c>: a departure is not explained. <c>second-person</c>: one person alone departed.
    /// </summary>
    private IEnumerable<string> DifferencesOf(ShortlistRecord list)
    {
        var ranked = Panels.SelectMany(p => p.Ranking).ToArray();
        var places = ranked.DistinctBy(r => r.Application).ToDictionary(r => r.Application);
        var lines = list.Listed.Concat(list.LeftOut).ToArray();
        var named = lines.Select(l => l.Application).Concat(list.Gone).ToArray();
        if (list.Listed.Count == 0 || named.Distinct().Count() != named.Length || !named.ToHashSet().SetEquals(places.Keys))
        {
            yield return "field";
            yield break;
        }
        if (lines.Any(l => places[l.Application].Rank != l.Rank))
            yield return "rank";
        var banned = list.Banned.ToHashSet();
        if (list.Listed.Any(l => banned.Contains(l.Application)))
            yield return "banned";
        var order = RankingOrder.For(
            [.. list.Listed.Select(l => l.Application)],
            [.. lines.Select(l => new Candidate(l.Application, places[l.Application].Rank, places[l.Application].Passes, banned.Contains(l.Application) ? ApplicationRules.OrganisationBanned.Refuse() : null))]);
        if (list.Listed.Any(l => l.Deviates != order.TakenUp.Contains(l.Application)) || list.LeftOut.Any(l => l.Deviates != order.PassedOver(l.Application)))
            yield return "deviations";
        if (lines.Any(l => l.Deviates && !l.Explained))
            yield return "reason";
        if (list.FixedBy is { } by && lines.Any(l => l.Deviates) && by == list.ProposedBy)
            yield return "second-person";
    }
}
