namespace Registry.Review;

/// <summary>
/// Finds the first set of candidates, in drawn order, that can be a panel. Goes down the order taking whoever still fits, and takes back the last one
/// when the rest cannot complete the panel. Two ways are cut short: what is left can no longer do, and a candidate just like one that failed in this place.
/// </summary>
internal sealed class PanelSearch
{
    /// <summary>Steps after which the search gives up; only pools made to defeat it need so many.</summary>
    private const int MostSteps = 100_000;

    private readonly IReadOnlyList<Candidate> drawn;
    private readonly DrawRule rule;
    private readonly int[] missing, room;
    private readonly string[] kinds;
    private readonly List<int> taken = [];
    private int steps;

    private PanelSearch(IReadOnlyList<Candidate> drawn, int applications, DrawRule rule)
    {
        this.drawn = drawn;
        this.rule = rule;
        missing = [.. rule.Constraints.Select(c => c.AtLeast)];
        room = [.. Enumerable.Repeat(rule.Size - rule.Minimum, applications)];
        kinds = [.. drawn.Select(KindOf)];
    }

    /// <summary>The places, in drawn order, of the first possible panel; null if there is none.</summary>
    public static IReadOnlyList<int>? First(IReadOnlyList<Candidate> drawn, int applications, DrawRule rule)
    {
        var search = new PanelSearch(drawn, applications, rule);
        return search.Complete(0) ? search.taken : null;
    }

    private bool Complete(int from)
    {
        var places = rule.Size - taken.Count;
        if (places == 0)
            return missing.All(m => m <= 0);
        var fitting = Enumerable.Range(from, drawn.Count - from).Where(Fits).ToArray();
        if (++steps > MostSteps || fitting.Length < places || !CanSupply(fitting, places))
            return false;

        var failed = new HashSet<string>();
        foreach (var candidate in fitting)
        {
            if (failed.Contains(kinds[candidate]))
                continue;
            Take(candidate, 1);
            if (Complete(candidate + 1))
                return true;
            Take(candidate, -1);
            failed.Add(kinds[candidate]);
        }
        return false;
    }

    /// <summary>No application may be left with fewer scorers than the minimum.</summary>
    private bool Fits(int candidate)
    {
        var conflicts = drawn[candidate].Conflicts;
        for (var i = 0; i < room.Length; i++)
            if (conflicts[i] is not null && room[i] == 0)
                return false;
        return true;
    }

    /// <summary>Whether the missing fields can be had at all: each from enough candidates, and all together from so many places.</summary>
    private bool CanSupply(int[] fitting, int places)
    {
        for (var c = 0; c < missing.Length; c++)
            if (missing[c] > 0 && (missing[c] > places || fitting.Count(f => Has(f, c)) < missing[c]))
                return false;
        var most = fitting.Select(f => Enumerable.Range(0, missing.Length).Count(c => missing[c] > 0 && Has(f, c))).OrderDescending().Take(places).Sum();
        return most >= missing.Where(m => m > 0).Sum();
    }

    private void Take(int candidate, int sign)
    {
        if (sign > 0)
            taken.Add(candidate);
        else
            taken.RemoveAt(taken.Count - 1);
        for (var c = 0; c < missing.Length; c++)
            if (Has(candidate, c))
                missing[c] -= sign;
        for (var i = 0; i < room.Length; i++)
            if (drawn[candidate].Conflicts[i] is not null)
                room[i] -= sign;
    }

    private bool Has(int candidate, int constraint) => drawn[candidate].Expert.Fields.Contains(rule.Constraints[constraint].Field);

    /// <summary>Candidates of one kind can stand for each other: the same constrained fields, the same conflicts.</summary>
    private string KindOf(Candidate candidate) =>
        string.Concat(rule.Constraints.Select(c => candidate.Expert.Fields.Contains(c.Field) ? '1' : '0'))
        + '|' + string.Concat(candidate.Conflicts.Select(c => c is null ? '0' : '1'));
}
