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
    /// was proposed on: a ban or a disqualification since then sends the proposal back.
    /// </summary>
    public static Decision Decide(FixShortlist command, Actor actor, DateTimeOffset now, Shortlist shortlist, IReadOnlyList<Candidate> candidates)
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
        var decision = Decide(command, desk.Actor, desk.Now, shortlist, candidates);
        if (decision is not Decision.Accepted { Events: [ShortlistFixed fix] })
            return decision;
        // The applicant's own copy of the reason lies under the application's key, so it shares the application's fate and not the batch's.
        var vault = desk.Services.GetRequiredService<Vault>();
        var told = fix.LeftOut.Select(line => (line.Application, Reason: vault.Open(line.Reason))).ToArray();
        if (told.Any(t => t.Reason is null))
            return ShortlistRules.Changed.Refuse();
        foreach (var line in fix.Entries)
            desk.Append<Application>(timelines[line.Application], [new ApplicationShortlisted(line.Rank)]);
        foreach (var (application, reason) in told)
            desk.Append<Application>(timelines[application], [new ApplicationNotShortlisted(Sealed.Of(reason!))]);
        return decision;
    });
}
