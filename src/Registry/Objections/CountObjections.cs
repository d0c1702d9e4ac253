using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>How the objections to a notice stand.</summary>
public sealed record ObjectionTally(int Received, int Concluded, int Inadmissible, int Withdrawn)
{
    /// <summary>Those that wait for an end.</summary>
    public int Open => Received - Concluded - Inadmissible - Withdrawn;

    /// <summary>Counts them.</summary>
    public static ObjectionTally Of(IReadOnlyCollection<ObjectionStage> stages) => new(
        stages.Count, stages.Count(s => s == ObjectionStage.Concluded), stages.Count(s => s == ObjectionStage.Inadmissible), stages.Count(s => s == ObjectionStage.Withdrawn));

    /// <summary>Those to one notice.</summary>
    public static async Task<ObjectionTally> ReadAsync(IQuerySession session, PublicityId notice, CancellationToken ct) =>
        Of([.. await session.Query<ObjectionCard>().Where(c => c.Publicity == notice.Value).Select(c => c.Stage).ToListAsync(ct)]);
}

/// <summary>
/// Once every window is over and every objection has ended: makes public how many the log received and how they ended, so that whoever holds a receipt can
/// see that his is among them. A timer asks this; an objection by post that is entered later is counted by asking again.
/// </summary>
/// <param name="Version">The notice's version seen.</param>
public sealed record CountObjections(long Version) : ICommand<CountObjections>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("count-objections", "/publicity/{id}/objections-count", Roles.System, "Make public how many objections to a notice came in and how they ended.");

    /// <summary>四(四), procedure 7: before the last objection has ended nothing about their number is public.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="tally">Its objections, read under their locks.</param>
    /// <param name="awaits">An entry is still to be read back on the own site; its window has not begun, so the last one is not over.</param>
    /// <param name="settleMinutes">Minutes after the last window that are left to filings which had arrived in it.</param>
    /// <param name="now">Arrival of the command, UTC.</param>
    public static Decision Decide(NoticeState notice, ObjectionTally tally, bool awaits, int settleMinutes, DateTimeOffset now) =>
        notice.LastClosing is not { } closes ? PublicityRules.NotPosted.Refuse()
        : now < closes ? PublicityRules.StillOpen.Refuse(("closesAt", closes))
        : awaits ? AttestationRules.EntryAwaited.Refuse()
        : now < closes.AddMinutes(settleMinutes) ? AttestationRules.FilingsSettling.Refuse(("until", closes.AddMinutes(settleMinutes)))
        : tally.Open > 0 || notice.Counted is { } counted && counted.Received >= tally.Received ? AttestationRules.NothingNew.Refuse()
        : Decision.Accept(new ObjectionsCounted(tally.Received, tally.Concluded, tally.Inadmissible, tally.Withdrawn));

    /// <inheritdoc />
    public static Task<Decision> Handle(CountObjections command, Desk desk) => desk.OnNoticeAsync(
        command.Version,
        async (file, _) => Decide(
            file.Notice, await ObjectionTally.ReadAsync(desk.Session, new PublicityId(desk.Target!), desk.Cancelled), file.Notice.Awaited.Any(file.CanBePosted),
            file.Call.Definition.Objections.SettleMinutes, desk.Now),
        also: application => Hold.Relying(ObjectionId.LockOf(application)));
}
