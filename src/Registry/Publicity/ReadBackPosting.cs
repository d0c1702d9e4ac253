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
    /// <param name="shown">Numbers of the entries added or changed since that the page shows as they were decided.</param>
    /// <param name="now">The instant after it was read.</param>
    public static Decision Decide(NoticeFile file, string? found, IReadOnlySet<int> shown, WorkingDays calendar, DateTimeOffset now) =>
        file.Notice.Opened is not { } opened || file.Notice.GivenUp ? CommandRules.NotFound.Refuse()
        : !opened.OwnSite ? PublicityRules.NotOwnSite.Refuse()
        : file.Notice.PostedAt is not null ? Entries(file, shown, calendar, now)
        : found != opened.TextHash ? PublicityRules.PageDiffers.Refuse()
        : VerifyPosting.Posted(file, opened.PostingAddress, now, PostingCheck.ReadBack, calendar, now);

    /// <summary>Procedure 6: an entry added or materially changed later gets its own full window, from the instant at which it was found standing.</summary>
    private static Decision Entries(NoticeFile file, IReadOnlySet<int> shown, WorkingDays calendar, DateTimeOffset now)
    {
        var awaited = file.Notice.Awaited.Where(file.CanBePosted).ToArray();
        if (awaited.Length == 0)
            return PublicityRules.AlreadyPosted.Refuse();
        var standing = awaited.Where(l => shown.Contains(l.Entry.Number)).ToArray();
        if (standing.Length == 0)
            return PublicityRules.PageDiffers.Refuse();
        return calendar.Window(ChinaTime.ToDay(now), file.Notice.Opened!.WorkingDays, file.Notice.Opened.FirstDayCounts) switch
        {
            WindowAnswer.NotPublished missing => missing.Refusal(),
            WindowAnswer answer => Decision.Accept([.. standing.Select(l => new EntryPosted(l.Entry.Number, l.Replaces, now, ((WindowAnswer.Computed)answer).Window))]),
        };
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ReadBackPosting command, Desk desk) => desk.OnNoticeAsync(command.Version, (file, calendar) =>
    {
        var (settings, id) = (desk.Services.GetRequiredService<RegistrySettings>(), new PublicityId(desk.Target!));
        var (found, shown) = (OwnSite.ReadBack(settings, id), OwnSite.Shown(settings, id, file.Notice.Awaited.Select(l => l.Entry)));
        // Not the command's arrival, which lies before its wait for the locks: what was found then nobody has looked at.
        var decision = Decide(file, found, shown, calendar, desk.Services.GetRequiredService<RegistryClock>().GetUtcNow());
        desk.OpenEntries(file, decision);
        return decision;
    });
}
