using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>An application put on the list; a deviation from the ranking says why.</summary>
public sealed record ListedApplication(ApplicationId Application, string? Deviation = null);

/// <summary>An application left out, with the reason that the applicant will be told. It also explains a deviation from the ranking.</summary>
public sealed record LeftOutApplication(ApplicationId Application, string Reason);

/// <summary>四(四): proposes the shortlist from the panel's ranking.</summary>
/// <param name="Listed">The applications on the list.</param>
/// <param name="LeftOut">All other scored applications.</param>
/// <param name="Version">The batch's version seen.</param>
public sealed record ProposeShortlist(IReadOnlyList<ListedApplication> Listed, IReadOnlyList<LeftOutApplication> LeftOut, long Version)
    : ICommand<ProposeShortlist>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "propose-shortlist", "/batches/{id}/shortlist/proposal", Roles.ProvincialOfficer, "Propose the shortlist from the panel's ranking.");

    /// <summary>四(四), procedure 6: the whole field is divided, banned applicants stay out (五(三)), and where the list departs from the ranking it says why.</summary>
    public static Decision Decide(ProposeShortlist command, Shortlist shortlist, IReadOnlyList<Candidate> candidates)
    {
        if (shortlist.Fixed is not null)
            return ShortlistRules.AlreadyFixed.Refuse();
        if (candidates.Count == 0)
            return ShortlistRules.RankingMissing.Refuse();
        if (command.Listed.Count == 0)
            return ShortlistRules.Empty.Refuse();

        var field = candidates.ToDictionary(c => c.Application);
        var named = new HashSet<ApplicationId>();
        foreach (var application in command.Listed.Select(l => l.Application).Concat(command.LeftOut.Select(l => l.Application)))
            if (!field.ContainsKey(application) || !named.Add(application))
                return ShortlistRules.UnknownApplication.Refuse(("application", application.Value));
        if (named.Count < field.Count)
            return ShortlistRules.Incomplete.Refuse(("application", field.Keys.First(a => !named.Contains(a)).Value));
        foreach (var listed in command.Listed)
            if (field[listed.Application].Banned is { } banned)
                return banned.About("application", listed.Application.Value);

        var order = RankingOrder.For([.. command.Listed.Select(l => l.Application)], candidates);
        foreach (var listed in command.Listed)
            if (TextCheck.CheckOptional(listed.Deviation, "deviation") is { } wrong)
                return wrong;
            else if (order.TakenUp.Contains(listed.Application) && string.IsNullOrWhiteSpace(listed.Deviation))
                return ShortlistRules.DeviationUnexplained.Refuse(("application", listed.Application.Value));
        foreach (var left in command.LeftOut)
            if (TextCheck.Check(left.Reason, "reason") is { } wrong)
                return wrong;

        return Decision.Accept(new ShortlistProposed(
            [.. command.Listed.OrderBy(l => field[l.Application].Rank).Select(l => new ShortlistLine(
                l.Application, field[l.Application].Rank, order.TakenUp.Contains(l.Application) ? Sealed.Of(l.Deviation!.Trim()) : null))],
            [.. command.LeftOut.OrderBy(l => field[l.Application].Rank).Select(l => new LeftOutLine(
                l.Application, field[l.Application].Rank, order.PassedOver(l.Application), Sealed.Of(l.Reason.Trim())))]));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ProposeShortlist command, Desk desk) =>
        desk.OnScoredAsync(command.Version, (shortlist, candidates, _) => Decide(command, shortlist, candidates));
}
