using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>
/// 四(四): the notice really stands on the website. A job says so after reading the page back; an officer says so after looking at the department's own page.
/// From the posting on objections can be filed.
/// </summary>
/// <param name="Address">Where it stands.</param>
/// <param name="PostedAt">The real posting.</param>
/// <param name="Version">The notice's version seen.</param>
/// <param name="TextHash">SHA-256 of the text that was read there; required when it was read back, checked whenever given.</param>
public sealed record VerifyPosting(string Address, DateTimeOffset PostedAt, long Version, string? TextHash = null) : ICommand<VerifyPosting>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "verify-posting", "/publicity/{id}/posting", Roles.ProvincialOfficer | Roles.System, "Record the verified posting; filing opens with it.");

    /// <summary>
    /// Procedure 6: the window follows the day on which the notice was really posted, under the rule that it was fixed with and the calendar in force now.
    /// An entry whose application was disqualified or whose applicant was banned meanwhile (五(三)) does not open.
    /// </summary>
    public static Decision Decide(VerifyPosting command, Actor actor, NoticeFile file, WorkingDays calendar, DateTimeOffset now)
    {
        var notice = file.Notice;
        if (notice.Opened is not { } opened || notice.GivenUp)
            return CommandRules.NotFound.Refuse();
        if (notice.PostedAt is not null)
            return PublicityRules.AlreadyPosted.Refuse();
        if (opened.OwnSite)
            return PublicityRules.ReadBackOnly.Refuse();
        if (!OpenPublicity.IsWebAddress(command.Address))
            return PublicityRules.AddressInvalid.Refuse();
        if (command.PostedAt > now || command.PostedAt < notice.OpenedAt)
            return PublicityRules.PostingTime.Refuse(("from", notice.OpenedAt), ("to", now));
        var check = actor.Role == Roles.System ? PostingCheck.ReadBack : PostingCheck.Officer;
        if (command.TextHash is null ? check == PostingCheck.ReadBack : !command.TextHash.Equals(opened.TextHash, StringComparison.OrdinalIgnoreCase))
            return PublicityRules.TextDiffers.Refuse();
        return Posted(file, command.Address, command.PostedAt, check, calendar, now);
    }

    /// <summary>What every verified posting leads to, however it was verified: the window of the real day, and what cannot be put up any more.</summary>
    internal static Decision Posted(NoticeFile file, string address, DateTimeOffset postedAt, PostingCheck check, WorkingDays calendar, DateTimeOffset now)
    {
        var opened = file.Notice.Opened!;
        var answer = calendar.Window(ChinaTime.ToDay(postedAt), opened.WorkingDays, opened.FirstDayCounts);
        if (answer is WindowAnswer.NotPublished missing)
            return missing.Refusal();
        var window = ((WindowAnswer.Computed)answer).Window;
        if (now >= ChinaTime.EndOf(window.LastDay))
            return PublicityRules.PostingTooOld.Refuse(("lastDay", window.LastDay));
        int[] struck = [.. opened.Entries.Where(e => !file.CanBePutUp(e.Application)).Select(e => e.Number)];
        return struck.Length == opened.Entries.Count
            ? PublicityRules.NothingToPublicise.Refuse()
            : Decision.Accept(new PostingVerified(address, postedAt.ToUniversalTime(), check, window, struck))
                .With("firstDay", window.FirstDay).With("lastDay", window.LastDay).With("closesAt", ChinaTime.EndOf(window.LastDay));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(VerifyPosting command, Desk desk) => desk.OnNoticeAsync(command.Version, (file, calendar) =>
    {
        var decision = Decide(command, desk.Actor, file, calendar, desk.Now);
        desk.OpenEntries(file, decision);
        return decision;
    });
}
