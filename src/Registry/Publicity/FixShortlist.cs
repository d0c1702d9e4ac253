using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>四(四): fixes the proposed shortlist by collective decision (集体研究). Every scored applicant's application moves with it.</summary>
/// <param name="Meeting">The meeting that decided.</param>
/// <param name="DecidedOn">Its day.</param>
/// <param name="Signatory">Who signs for it.</param>
/// <param name="Version">The batch's version seen.</param>
public sealed record FixShortlist(string Meeting, DateOnly DecidedOn, string Signatory, long Version) : ICommand<FixShortlist>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "fix-shortlist", "/batches/{id}/shortlist", Roles.ProvincialOfficer, "Fix the proposed shortlist by collective decision.");

    /// <summary>
    /// 四(四), procedure 6: a list that departs from the ranking is fixed by somebody else than its proposer. The field must still be the one that
    /// was proposed on: a ban or a disqualification since then sends the proposal back, as does a reason that nobody can read any more.
    /// </summary>
    /// <param name="reasons">The opened reason of whoever is left out; null where it was withheld or destroyed.</param>
    public static Decision Decide(FixShortlist command, Actor actor, DateTimeOffset now, Shortlist shortlist, IReadOnlyList<Candidate> candidates, IReadOnlyDictionary<ApplicationId, string?> reasons)
    {
        if (shortlist.Fixed is not null)
            return ShortlistRules.AlreadyFixed.Refuse();
        if (shortlist.Proposed is not { } proposed)
            return ShortlistRules.NotProposed.Refuse();
        if (Unfit(command.Meeting, command.DecidedOn, command.Signatory, now) is { } wrong)
            return wrong;
        if (Shortlist.Deviates(proposed) && actor.Id == shortlist.ProposedBy)
            return ShortlistRules.SecondPerson.Refuse();
        if (!proposed.Entries.Select(e => e.Application).Concat(proposed.LeftOut.Select(l => l.Application)).ToHashSet().SetEquals(candidates.Select(c => c.Application)))
            return ShortlistRules.Changed.Refuse();
        if (proposed.LeftOut.Any(l => reasons[l.Application] is null))
            return ShortlistRules.Changed.Refuse();
        foreach (var candidate in candidates)
            if (candidate.Banned is { } banned && proposed.Entries.Any(e => e.Application == candidate.Application))
                return banned.About("application", candidate.Application.Value);
        return Decision.Accept(new ShortlistFixed(
            proposed.Entries, proposed.LeftOut, new CollectiveDecision(Sealed.Of(command.Meeting.Trim()), command.DecidedOn, Sealed.Of(command.Signatory.Trim()))));
    }

    /// <summary>A collective decision names its meeting, a day that has come, and who signs.</summary>
    internal static Refusal? Unfit(string meeting, DateOnly decidedOn, string signatory, DateTimeOffset now) =>
        TextCheck.Check(meeting, "meeting", 200) ?? TextCheck.Check(signatory, "signatory", 100)
        ?? (decidedOn > ChinaTime.ToDay(now) ? ShortlistRules.DecisionInFuture.Refuse(("today", ChinaTime.ToDay(now))) : null);

    /// <inheritdoc />
    public static Task<Decision> Handle(FixShortlist command, Desk desk) => desk.OnScoredAsync(command.Version, (shortlist, candidates, timelines) =>
    {
        var vault = desk.Services.GetRequiredService<Vault>();
        var reasons = (shortlist.Proposed?.LeftOut ?? []).ToDictionary(l => l.Application, l => vault.Open(l.Reason));
        var decision = Decide(command, desk.Actor, desk.Now, shortlist, candidates, reasons);
        if (decision is not Decision.Accepted { Events: [ShortlistFixed fix] })
            return decision;
        foreach (var line in fix.Entries)
            desk.Append<Application>(timelines[line.Application], [new ApplicationShortlisted(line.Rank)]);
        // The applicant's own copy of the reason lies under the application's key, so it shares the application's fate and not the batch's.
        foreach (var line in fix.LeftOut)
            desk.Append<Application>(timelines[line.Application], [new ApplicationNotShortlisted(Sealed.Of(reasons[line.Application]!))]);
        return decision;
    });
}
