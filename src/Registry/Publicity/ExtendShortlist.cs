using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Review;

namespace Registry.Publicity;

/// <summary>
/// Puts an application that was left out on the shortlist after all, for example because a review found for it. A collective decision like the list itself;
/// it then gets a notice, or an entry, with its own full window. Procedure 6.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Meeting">The meeting that decided.</param>
/// <param name="DecidedOn">Its day.</param>
/// <param name="Signatory">Who signs for it.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record ExtendShortlist(string Reason, string Meeting, DateOnly DecidedOn, string Signatory, long Version) : ICommand<ExtendShortlist>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "extend-shortlist", "/applications/{id}/shortlisting", Roles.ProvincialOfficer, "Put an application that was left out on the shortlist after all.");

    /// <summary>
    /// 四(四), 五(三). An application is told that it was left out when the list is fixed, so there is a list to put it on; one whose exclusion a review has
    /// reopened stands as scored again, and the list is there already.
    /// </summary>
    /// <param name="listFixed">Whether the batch's shortlist is fixed.</param>
    public static Decision Decide(ExtendShortlist command, ApplicationFile file, bool listFixed, DateTimeOffset now) =>
        file.Banned(now) is { } banned ? banned
        : (listFixed ? file.NotIn(Stage.NotShortlisted, Stage.Scored) : file.NotIn(Stage.NotShortlisted)) is { } elsewhere ? elsewhere
        : (TextCheck.Check(command.Reason, "reason") ?? FixShortlist.Unfit(command.Meeting, command.DecidedOn, command.Signatory, now)) is { } wrong ? wrong
        : Decision.Accept(new ApplicationShortlisted(file.Timeline.Events.Select(e => e.Data).OfType<ApplicationScored>().Last().Rank));

    /// <inheritdoc />
    public static Task<Decision> Handle(ExtendShortlist command, Desk desk) => desk.OnApplicationAsync(command.Version, async file =>
    {
        var batch = (await desk.ReadAsync(file.Head.Batch.Stream))[0];
        var decision = Decide(command, file, batch.Fold(Shortlist.Start, Shortlist.Next).Fixed is not null, desk.Now);
        if (decision is Decision.Accepted { Events: [ApplicationShortlisted listed] })
            desk.Append<Batch>(batch, [new ShortlistExtended(
                file.Head.Application, listed.Rank, Sealed.Of(command.Reason.Trim()),
                new CollectiveDecision(Sealed.Of(command.Meeting.Trim()), command.DecidedOn, Sealed.Of(command.Signatory.Trim())))]);
        return decision;
    }, head => [Hold.Changing(head.Batch.Stream)]);
}
