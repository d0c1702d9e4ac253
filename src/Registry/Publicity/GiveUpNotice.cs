using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>Gives a notice up before it is posted, for example because its text is wrong. Its applications may then be put into another.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Version">The notice's version seen.</param>
public sealed record GiveUpNotice(string Reason, long Version) : ICommand<GiveUpNotice>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("give-up-notice", "/publicity/{id}/giving-up", Roles.ProvincialOfficer, "Give a notice up before it is posted.");

    /// <summary>Procedure 6: what was posted stays posted.</summary>
    public static Decision Decide(GiveUpNotice command, PublicityId id, NoticeState notice) =>
        notice.GivenUp ? CommandRules.NotFound.Refuse()
        : notice.PostedAt is not null ? PublicityRules.AlreadyPosted.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept(new NoticeGivenUp(id, Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(GiveUpNotice command, Desk desk) => desk.OnNoticeAsync(command.Version, file =>
    {
        var decision = Decide(command, new PublicityId(desk.Target!), file.Notice);
        if (decision is Decision.Accepted)
            desk.Append<Batch>(file.Batch, [new NoticeGivenUp(new PublicityId(desk.Target!), Sealed.Of(command.Reason.Trim()))]);
        return decision;
    });
}
