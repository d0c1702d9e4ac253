using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Publicity;

/// <summary>Notes that every window of a notice is over. A timer asks this; asked early, late or twice it changes nothing: the windows close by the calendar.</summary>
/// <param name="Version">The notice's version seen.</param>
public sealed record RecordClosing(long Version) : ICommand<RecordClosing>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "record-closing", "/publicity/{id}/closing", Roles.System | Roles.ProvincialOfficer, "Note that every window of the notice is over.");

    /// <summary>四(四). A timer only asks; the state decides.</summary>
    public static Decision Decide(NoticeState notice, DateTimeOffset now) =>
        notice.Closed ? PublicityRules.AlreadyClosed.Refuse()
        : notice.LastClosing is not { } closes ? PublicityRules.NotPosted.Refuse()
        : now < closes ? PublicityRules.StillOpen.Refuse(("closesAt", closes))
        : Decision.Accept(new PublicityClosed(closes));

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordClosing command, Desk desk) => desk.OnNoticeAsync(command.Version, file => Decide(file.Notice, desk.Now));
}
