using Registry.Applications;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>Procedure 5: whoever leaves is replaced by the next in drawn order, so that nobody chooses the replacement. Pure.</summary>
public static class StandIns
{
    /// <summary>
    /// Who steps in after a recusal. For one application: only if it is left with fewer scorers than the minimum, the next who may score it.
    /// For a member who leaves: the next with whom the panel keeps its fields and every application its minimum.
    /// </summary>
    /// <param name="panel">The panel after the recusal.</param>
    /// <param name="snapshot">The pool and the applications of the draw.</param>
    /// <param name="gone">Who was recused.</param>
    /// <param name="application">From what; null for all.</param>
    /// <param name="unavailable">Who cannot be called in any more: stood down, or without an account, since the draw.</param>
    /// <returns>The event, or null when nobody is needed, nobody fits, or the panel was appointed.</returns>
    public static ExpertCalledIn? Next(PanelState panel, PoolSnapshotTaken snapshot, ExpertId gone, string? application, IReadOnlySet<string> unavailable)
    {
        if (panel.Order.IsEmpty)
            return null;
        var pool = snapshot.Pool.ToDictionary(e => e.Id, e => Recused(e, panel));
        var inOrder = panel.Order
            .Where(e => !panel.Recusals.Contains(new Recusal(e, null)) && e != gone.Value)
            .Where(e => !unavailable.Contains(e))
            .Select(e => pool[e]);

        if (application is not null)
        {
            var needed = snapshot.Applications.Single(a => a.Id == application);
            if (panel.ScorersOf(application).Count() >= snapshot.Rule.Minimum)
                return null;
            return inOrder.FirstOrDefault(e => !panel.Scores(e.Id, application) && Left(panel, snapshot, e) > 0 && MayScore(snapshot, e, needed)) is { } one
                ? new ExpertCalledIn(new ExpertId(one.Id), gone, [new ApplicationId(application)])
                : null;
        }
        var members = panel.Seats.Select(s => pool[s.Expert]).ToArray();
        var next = inOrder.FirstOrDefault(e => members.All(m => m.Id != e.Id) && Left(panel, snapshot, e) > 0 && CanBePanel([.. members, e], snapshot));
        return next is null
            ? null
            : new ExpertCalledIn(new ExpertId(next.Id), gone,
                [.. snapshot.Applications.Where(a => MayScore(snapshot, next, a)).Take(Left(panel, snapshot, next)).Select(a => new ApplicationId(a.Id))]);
    }

    /// <summary>Whether these experts satisfy the fields and leave every application its minimum.</summary>
    public static bool CanBePanel(IReadOnlyList<PoolExpert> members, PoolSnapshotTaken snapshot) => Short(members, snapshot) is null;

    /// <summary>The field, or the application, of which these experts are too few; null if they can be the panel.</summary>
    public static Refusal? Short(IReadOnlyList<PoolExpert> members, PoolSnapshotTaken snapshot)
    {
        foreach (var constraint in snapshot.Rule.Constraints)
            if (members.Count(m => m.Fields.Contains(constraint.Field)) is var having && having < constraint.AtLeast)
                return ReviewRules.FieldShort.Refuse(("field", constraint.Field), ("needed", constraint.AtLeast), ("eligible", having));
        foreach (var application in snapshot.Applications)
            if (members.Count(m => MayScore(snapshot, m, application)) is var free && free < snapshot.Rule.Minimum)
                return ReviewRules.ApplicationShort.Refuse(("application", application.Id), ("needed", snapshot.Rule.Minimum), ("eligible", free));
        return null;
    }

    private static PoolExpert Recused(PoolExpert expert, PanelState panel) => expert with
    {
        Recused = [.. expert.Recused, .. panel.Recusals.Where(r => r.Expert == expert.Id && r.Application is not null).Select(r => r.Application!)],
    };

    private static bool MayScore(PoolSnapshotTaken snapshot, PoolExpert expert, DrawApplication application) =>
        Conflicts.Between(expert, application, snapshot.Rule.OwnCityExcluded) is null;

    private static int Left(PanelState panel, PoolSnapshotTaken snapshot, PoolExpert expert) =>
        snapshot.Rule.LoadLimit - expert.Load - panel.Seats.Where(s => s.Expert == expert.Id).Sum(s => s.Applications.Count);
}
