namespace Registry.Review;

/// <summary>
/// Finds the first set of candidates, in drawn order, that can be a panel. Goes down the order taking whoever still fits, and takes back the last one
/// when the rest cannot complete the panel. Two ways are cut short: what is left can no longer do, and a candidate just like one that failed in this place.
/// Where the load limit binds nobody is just like another, since who scores what depends on all members together.
/// </summary>
internal sealed class PanelSearch
{
    /// <summary>Steps after which the search gives up; only pools made to defeat it need so many.</summary>
    public const int MostSteps = 100_000;

    private readonly int mostSteps;
    private readonly IReadOnlyList<Candidate> drawn;
    private readonly DrawRule rule;
    private readonly int[] missing, room;
    private readonly int[] inOrder, capacity;
    private readonly bool loadBinds;
    private readonly string[] kinds;
    private readonly List<int> taken = [];
    private int steps;

    private PanelSearch(IReadOnlyList<Candidate> drawn, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed, int mostSteps)
    {
        this.mostSteps = mostSteps;
        this.drawn = drawn;
        this.rule = rule;
        missing = [.. rule.Constraints.Select(c => c.AtLeast)];
        room = [.. Enumerable.Repeat(rule.Size - rule.Minimum, applications.Count)];
        inOrder = [.. Enumerable.Range(0, applications.Count).OrderBy(i => Draw.Ticket(seed, applications[i].Id), StringComparer.Ordinal)];
        capacity = [.. drawn.Select(c => Math.Min(rule.LoadLimit - c.Expert.Load, c.Conflicts.Count(x => x is null)))];
        loadBinds = drawn.Any(c => rule.LoadLimit - c.Expert.Load < c.Conflicts.Count(x => x is null));
        kinds = [.. drawn.Select((c, i) => loadBinds ? $"{i}" : KindOf(c))];
    }

    /// <summary>The places, in drawn order, of the first possible panel, null if none was found; and whether the search gave up before it had seen all.</summary>
    public static (IReadOnlyList<int>? Places, bool GaveUp) First(
        IReadOnlyList<Candidate> drawn, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed, int mostSteps = MostSteps)
    {
        var search = new PanelSearch(drawn, applications, rule, seed, mostSteps);
        return search.Complete(0) ? (search.taken, false) : (null, search.steps > mostSteps);
    }

    private bool Complete(int from)
    {
        var places = rule.Size - taken.Count;
        if (places == 0)
            return missing.All(m => m <= 0) && (!loadBinds || Draw.Scorers([.. taken.Select(t => drawn[t])], inOrder, rule).All(s => s.Count >= rule.Minimum));
        var fitting = Enumerable.Range(from, drawn.Count - from).Where(Fits).ToArray();
        if (++steps > mostSteps || fitting.Length < places || !CanSupply(fitting, places) || loadBinds && !CanCarry(fitting, places))
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

    /// <summary>Whether the members taken and the best that could still be taken may score as much as all applications need.</summary>
    private bool CanCarry(int[] fitting, int places) =>
        taken.Sum(t => (long)capacity[t]) + fitting.Select(f => (long)capacity[f]).OrderDescending().Take(places).Sum() >= (long)rule.Minimum * room.Length;

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
