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
/// <item>A set of eligible experts can be the panel if it has the size, has every constrained field often enough (one expert may stand for several fields)
/// and leaves every application at least the minimum of members who may score it. The panel is the first such set in drawn order: of two sets, the one
/// with the earlier expert in the first place where they differ.</item>
/// <item>The alternates are the next eligible experts in drawn order who are not members.</item>
/// <item>Applications, in the order of their own tickets, get one scorer after the other, round by round, until nothing can be added: the member who may
/// score it, does not yet, and has most left under the load limit; among equals the one drawn first. Where no load limit binds, everybody scores everything that conflicts allow.</item>
/// </list>
/// </summary>
public static class Draw
{
    /// <summary>The ticket that puts an expert, or an application, into its drawn place.</summary>
    public static string Ticket(string seed, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{id}")));

    /// <summary>Draws a panel, or names the constraint that binds.</summary>
    public static DrawOutcome Run(IReadOnlyList<PoolExpert> pool, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed)
    {
        var drawn = Candidates(pool, applications, rule, seed);
        if (Shortage(drawn, applications, rule) is { } shortage)
            return new(null, shortage);
        if (PanelSearch.First(drawn, applications.Count, rule) is not { } places)
            return new(null, ReviewRules.NoPanelFits.Refuse(("eligible", drawn.Count)));

        var members = places.Select(p => drawn[p]).ToArray();
        var assignments = Assign(members, applications, rule, seed);
        if (assignments.FirstOrDefault(a => a.Experts.Count < rule.Minimum) is { } thin)
            return new(null, ReviewRules.LoadShort.Refuse(("application", thin.Application), ("needed", rule.Minimum), ("experts", thin.Experts.Count), ("limit", rule.LoadLimit)));
        return new(
            new DrawResult(
                [.. drawn.Select(c => c.Expert.Id)],
                [.. members.Select(c => c.Expert.Id)],
                [.. drawn.Except(members).Take(rule.Alternates).Select(c => c.Expert.Id)],
                assignments,
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

    private static IReadOnlyList<Assignment> Assign(Candidate[] members, IReadOnlyList<DrawApplication> applications, DrawRule rule, string seed)
    {
        var left = members.Select(m => rule.LoadLimit - m.Expert.Load).ToArray();
        var scorers = applications.Select(_ => new List<int>()).ToArray();
        var inOrder = Enumerable.Range(0, applications.Count).OrderBy(i => Ticket(seed, applications[i].Id), StringComparer.Ordinal).ToArray();
        bool added;
        do
        {
            added = false;
            foreach (var i in inOrder)
            {
                var free = Enumerable.Range(0, members.Length).Where(m => members[m].Conflicts[i] is null && left[m] > 0 && !scorers[i].Contains(m)).ToArray();
                if (free.Length == 0)
                    continue;
                var next = free.MaxBy(m => left[m]);
                scorers[i].Add(next);
                left[next]--;
                added = true;
            }
        }
        while (added);
        return [.. applications.Select((a, i) => new Assignment(a.Id, [.. scorers[i].Order().Select(m => members[m].Expert.Id)]))];
    }
}

/// <summary>An eligible expert with the conflict, if any, for each of the applications.</summary>
internal sealed record Candidate(PoolExpert Expert, IReadOnlyList<Conflict?> Conflicts);
