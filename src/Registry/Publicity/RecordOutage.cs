using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Publicity;

/// <summary>Records that the notice could not be read for a time. The officer then sees whether an extension is proposed. Procedure 6.</summary>
/// <param name="From">From when.</param>
/// <param name="Until">Until when.</param>
/// <param name="Cause">What happened.</param>
/// <param name="Version">The notice's version seen.</param>
public sealed record RecordOutage(DateTimeOffset From, DateTimeOffset Until, string Cause, long Version) : ICommand<RecordOutage>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "record-outage", "/publicity/{id}/outages", Roles.ProvincialOfficer | Roles.System, "Record that the notice could not be read for a time.");

    /// <summary>Procedure 6: a past time after the posting.</summary>
    public static Decision Decide(RecordOutage command, NoticeState notice, DateTimeOffset now) =>
        notice.PostedAt is not { } posted ? PublicityRules.NotPosted.Refuse()
        : command.From < posted || command.From >= command.Until || command.Until > now ? PublicityRules.OutageTime.Refuse(("from", posted), ("to", now))
        : TextCheck.Check(command.Cause, "cause") is { } wrong ? wrong
        : Decision.Accept(new NoticeUnreadable(command.From.ToUniversalTime(), command.Until.ToUniversalTime(), Sealed.Of(command.Cause.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordOutage command, Desk desk) => desk.OnNoticeAsync(command.Version, file => Decide(command, file.Notice, desk.Now));
}
