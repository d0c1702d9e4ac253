using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>
/// 四(四): reads the notice's page on the registry's own site back. If it stands there with the exact text, the notice is posted, and objections can be filed
/// from this instant on. A job asks after each publication, an officer may ask at any time; asked early or twice it changes nothing.
/// </summary>
/// <param name="Version">The notice's version seen.</param>
public sealed record ReadBackPosting(long Version) : ICommand<ReadBackPosting>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "read-back-posting", "/publicity/{id}/read-back", Roles.ProvincialOfficer | Roles.System, "Read the notice's page on the own site back; filing opens with it.");

    /// <summary>Procedure 6: the posting is the instant at which the page was found standing with the exact text, never one that was only planned.</summary>
    /// <param name="found">Digest of the text that stands on the page; null when there is no such page.</param>
    public static Decision Decide(NoticeFile file, string? found, WorkingDays calendar, DateTimeOffset now) =>
        file.Notice.Opened is not { } opened || file.Notice.GivenUp ? CommandRules.NotFound.Refuse()
        : !opened.OwnSite ? PublicityRules.NotOwnSite.Refuse()
        : file.Notice.PostedAt is not null ? PublicityRules.AlreadyPosted.Refuse()
        : found != opened.TextHash ? PublicityRules.PageDiffers.Refuse()
        : VerifyPosting.Posted(file, opened.PostingAddress, now, PostingCheck.ReadBack, calendar, now);

    /// <inheritdoc />
    public static Task<Decision> Handle(ReadBackPosting command, Desk desk) => desk.OnNoticeAsync(command.Version, (file, calendar) =>
    {
        var decision = Decide(file, OwnSite.ReadBack(desk.Services.GetRequiredService<RegistrySettings>(), new PublicityId(desk.Target!)), calendar, desk.Now);
        desk.OpenEntries(file, decision);
        return decision;
    });
}
