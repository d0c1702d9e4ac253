using System.Security.Cryptography;
using System.Text;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>What a draw reads of the panel's rule.</summary>
/// <param name="Size">Members of the panel.</param>
/// <param name="Minimum">Fewest experts that score an application.</param>
/// <param name="Alternates">Experts beyond the members who step in, in drawn order.</param>
/// <param name="Constraints">Fields of which the panel needs so many members.</param>
/// <param name="OwnCityExcluded">Whether nobody scores an application from the own city.</param>
/// <param name="LoadLimit">Most applications of the batch that one expert scores.</param>
public sealed record DrawRule(int Size, int Minimum, int Alternates, IReadOnlyList<PanelConstraint> Constraints, bool OwnCityExcluded, int LoadLimit)
{
    /// <summary>The part of a definition's rule.</summary>
    public static DrawRule Of(PanelRule rule) => new(rule.Size, rule.Minimum, rule.Alternates, rule.Constraints, rule.OwnCityExcluded, rule.LoadLimit);
}

/// <summary>Who scores an application.</summary>
public sealed record Assignment(string Application, IReadOnlyList<string> Experts);

/// <summary>A member who does not score an application, and why.</summary>
public sealed record Exclusion(string Application, string Expert, Conflict Conflict);

/// <summary>What a draw gave.</summary>
/// <param name="Order">All eligible experts in drawn order.</param>
/// <param name="Members">The panel, in drawn order.</param>
/// <param name="Alternates">Those who step in, in drawn order.</param>
/// <param name="Assignments">Who scores which application, applications in the order given.</param>
/// <param name="Exclusions">Which members do not score which application.</param>
public sealed record DrawResult(
    IReadOnlyList<string> Order, IReadOnlyList<string> Members, IReadOnlyList<string> Alternates,
    IReadOnlyList<Assignment> Assignments, IReadOnlyList<Exclusion> Exclusions);

/// <summary>A draw gave a panel, or the rule that it cannot satisfy.</summary>
public sealed record DrawOutcome(DrawResult? Result, Refusal? Refusal);

/// <summary>
/// 四(三): the draw of a panel, a pure function of snapshot, applications, rule and seed, so that anybody can repeat it with a program of their own.
/// <list type="number">
/// <item>The ticket of an expert is SHA-256 over the UTF-8 text <c>seed:id</c>. Experts are in drawn order when their tickets, read as hexadecimal, ascend.</item>
/// <item>Eligible is who scores fewer applications than the load limit and may score at least one of these.</item>
/// <item>A set of eligible experts can be the panel if it has the size, has every constrained field often enough (one expert may stand for several fields),
/// and gives every application at least the minimum of scorers when they are given out as below. The panel is the first such set in drawn order: of two sets,
/// the one with the earlier expert in the first place where they differ.</item>
/// <item>The alternates are the next eligible experts in drawn order who are not members.</item>
/// <item>Applications, in the order of their own tickets, get one scorer after the other, round by round, until nothing can be added: the member who may
/// score it, does not yet, and has most left under the load limit; among equals the one drawn first. Where no load limit binds, everybody scores everything that conflicts allow.</item>
/// </list>
/// The same in both languages, with a worked example: <c>docs/draw.md</c>.
/// </summary>
public static class Draw
{
    /// <summary>Steps spent on each question of what binds; an explanation may be incomplete where a decision may not.</summary>
    private const int StepsToExplain = 2_000;

    /// <summary>The ticket that puts an expert, or an application, into its drawn place.</summary>
    public static string Ticket(string seed, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{id}")));

    /// <summary>Draws a panel, or names the constraint that binds.</summary>
    /// <param name="pool">The recorded pool.</param>
    /// <param name="applications">The recorded applications.</param>
    /// <param name="rule">The recorded rule.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="mostSteps">Steps after which the search gives up, which is a refusal of its own; only a test gives fewer.</param>
    public static DrawOutcome Run(
        IReadOnlyList<PoolExpert> pool, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed, int mostSteps = PanelSearch.MostSteps)
    {
        var drawn = Candidates(pool, applications, rule, seed);
        if (Shortage(drawn, applications, rule) is { } shortage)
            return new(null, shortage);
        var (places, gaveUp) = PanelSearch.First(drawn, applications, rule, seed, mostSteps);
        if (places is null)
            return new(null, gaveUp ? ReviewRules.SearchGaveUp.Refuse(("steps", mostSteps)) : Binding(drawn, applications, rule, seed));

        var members = places.Select(p => drawn[p]).ToArray();
        return new(
            new DrawResult(
                [.. drawn.Select(c => c.Expert.Id)],
                [.. members.Select(c => c.Expert.Id)],
                [.. drawn.Except(members).Take(rule.Alternates).Select(c => c.Expert.Id)],
                Assign(members, applications, rule, seed),
                [.. applications.SelectMany((a, i) => members.Where(m => m.Conflicts[i] is not null).Select(m => new Exclusion(a.Id, m.Expert.Id, m.Conflicts[i]!.Value)))]),
            null);
    }

    /// <summary>The eligible experts in drawn order.</summary>
    internal static IReadOnlyList<Candidate> Candidates(IReadOnlyList<PoolExpert> pool, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed) =>
        [.. pool
            .Where(e => e.Load < rule.LoadLimit)
            .Select(e => new Candidate(e, [.. applications.Select(a => Conflicts.Between(e, a, rule.OwnCityExcluded))]))
            .Where(c => c.Conflicts.Contains(null))
            .OrderBy(c => Ticket(seed, c.Expert.Id), StringComparer.Ordinal)];

    private static Refusal? Shortage(IReadOnlyList<Candidate> drawn, IReadOnlyList<DrawApplication> applications, DrawRule rule)
    {
        if (drawn.Count < rule.Size + rule.Alternates)
            return ReviewRules.PoolShort.Refuse(("needed", rule.Size + rule.Alternates), ("eligible", drawn.Count));
        foreach (var constraint in rule.Constraints)
            if (drawn.Count(c => c.Expert.Fields.Contains(constraint.Field)) is var having && having < constraint.AtLeast)
                return ReviewRules.FieldShort.Refuse(("field", constraint.Field), ("needed", constraint.AtLeast), ("eligible", having));
        for (var i = 0; i < applications.Count; i++)
            if (drawn.Count(c => c.Conflicts[i] is null) is var free && free < rule.Minimum)
                return ReviewRules.ApplicationShort.Refuse(("application", applications[i].Id), ("needed", rule.Minimum), ("eligible", free));
        return null;
    }

    /// <summary>
    /// The experts would be enough one by one and are not together: what, given up alone, would let a panel through. The load limit first, then fields, then single applications.
    /// </summary>
    private static Refusal Binding(IReadOnlyList<Candidate> drawn, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed)
    {
        bool Fits(DrawRule eased, IReadOnlyList<Candidate> candidates, IReadOnlyList<DrawApplication> reviewed) =>
            PanelSearch.First(candidates, reviewed, eased, seed, StepsToExplain).Places is not null;

        if (Fits(rule with { LoadLimit = int.MaxValue }, drawn, applications))
            return ReviewRules.LoadShort.Refuse(("limit", rule.LoadLimit), ("size", rule.Size), ("applications", applications.Count), ("needed", rule.Minimum), ("eligible", drawn.Count));
        var fields = rule.Constraints.Where(c => Fits(rule with { Constraints = [.. rule.Constraints.Where(o => o != c)] }, drawn, applications)).Select(c => c.Field);
        var without = applications.Where((_, i) => applications.Count > 1 && Fits(rule, [.. drawn.Select(c => c.Without(i))], [.. applications.Where((_, n) => n != i)])).Select(a => a.Id);
        return ReviewRules.NoPanelFits.Refuse(("eligible", drawn.Count), ("fields", Listed(fields)), ("applications", Listed(without)));
    }

    private static string Listed(IEnumerable<string> names) => string.Join('、', names) is { Length: > 0 } listed ? listed : "—";

    /// <summary>Gives the applications out among the members, evenly where the load limit binds.</summary>
    internal static IReadOnlyList<Assignment> Assign(IReadOnlyList<Candidate> members, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed)
    {
        var inOrder = Enumerable.Range(0, applications.Count).OrderBy(i => Ticket(seed, applications[i].Id), StringComparer.Ordinal).ToArray();
        var scorers = Scorers(members, inOrder, rule);
        return [.. applications.Select((a, i) => new Assignment(a.Id, [.. scorers[i].Order().Select(m => members[m].Expert.Id)]))];
    }

    /// <summary>The places of those who score each application.</summary>
    /// <param name="members">The members, in drawn order.</param>
    /// <param name="inOrder">The applications' places, in the order of their tickets.</param>
    /// <param name="rule">The rule with the load limit.</param>
    internal static IReadOnlyList<IReadOnlyList<int>> Scorers(IReadOnlyList<Candidate> members, int[] inOrder, DrawRule rule)
    {
        var left = members.Select(m => rule.LoadLimit - m.Expert.Load).ToArray();
        var scorers = inOrder.Select(_ => new List<int>()).ToArray();
        bool added;
        do
        {
            added = false;
            foreach (var i in inOrder)
            {
                var next = -1;
                for (var m = 0; m < left.Length; m++)
                    if (left[m] > 0 && (next < 0 || left[m] > left[next]) && members[m].Conflicts[i] is null && !scorers[i].Contains(m))
                        next = m;
                if (next < 0)
                    continue;
                scorers[i].Add(next);
                left[next]--;
                added = true;
            }
        }
        while (added);
        return scorers;
    }
}

/// <summary>An eligible expert with the conflict, if any, for each of the applications.</summary>
internal sealed record Candidate(PoolExpert Expert, IReadOnlyList<Conflict?> Conflicts)
{
    /// <summary>The same without one of the applications.</summary>
    public Candidate Without(int application) => this with { Conflicts = [.. Conflicts.Where((_, i) => i != application)] };
}
