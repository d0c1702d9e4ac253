using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>Puts a shortlisted application into a notice that is posted already. The addition was posted too; it has its own full window. Procedure 6.</summary>
/// <param name="Application">The application.</param>
/// <param name="PublicReason">Why it joins later, in words for the public.</param>
/// <param name="Address">Where the addition stands; left out for a notice on the registry's own site.</param>
/// <param name="PostedAt">Its real posting; left out for a notice on the registry's own site, where its page is read back.</param>
/// <param name="Version">The notice's version seen.</param>
public sealed record AddEntry(ApplicationId Application, string PublicReason, string? Address, DateTimeOffset? PostedAt, long Version) : ICommand<AddEntry>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "add-entry", "/publicity/{id}/entries", Roles.ProvincialOfficer, "Add a shortlisted application to a posted notice, with a window of its own.");

    /// <summary>四(四), procedure 6: nobody is recognised with a shorter window than the others had.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="id">The notice.</param>
    /// <param name="file">The notice with its applications.</param>
    /// <param name="calendar">The calendar in force.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Decide(AddEntry command, PublicityId id, NoticeFile file, WorkingDays calendar, DateTimeOffset now)
    {
        // One that could not be put up with the others may join its own notice later; another notice's entry stays where it is.
        var elsewhere = file.Batch.Fold(Shortlist.Start, Shortlist.Next).InNotice.TryGetValue(command.Application, out var notice) && notice != id;
        if (elsewhere || file.Notice.Standing.Any(l => l.Entry.Application == command.Application))
            return PublicityRules.EntryTwice.Refuse();
        var application = file.Applications[command.Application];
        if (application.Banned is { } banned)
            return banned.About("application", command.Application.Value);
        if (application.Filing is not { Stage: Stage.Shortlisted, Last: { } submission })
            return ApplicationRules.WrongStage.Refuse(("stage", application.Filing.Stage.ToString()));
        return PutUp(
            file, OpenPublicity.EntryOf(file.Notice.Lines.Count + 1, command.Application, submission), replaces: null,
            command.PublicReason, command.Address, command.PostedAt, calendar, now);
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(AddEntry command, Desk desk) => desk.OnNoticeAsync(
        command.Version,
        (file, calendar) => desk.OpenOwnWindow(file, Decide(command, new PublicityId(desk.Target!), file, calendar, desk.Now)),
        more: command.Application);

    /// <summary>What an added and a changed entry share: a posting of its own and the full window that follows from it.</summary>
    internal static Decision PutUp(
        NoticeFile file, NoticeEntry entry, int? replaces, string publicReason, string? address, DateTimeOffset? posting, WorkingDays calendar, DateTimeOffset now)
    {
        var notice = file.Notice;
        if (notice.PostedAt is not { } firstPosting)
            return PublicityRules.NotPosted.Refuse();
        if (TextCheck.Check(publicReason, "publicReason") is { } wrong)
            return wrong;
        var own = notice.Opened!.OwnSite;
        if (!own && !OpenPublicity.IsWebAddress(address ?? ""))
            return PublicityRules.AddressInvalid.Refuse();
        // An own page shows the entry with the publication that this event asks for; its window is only planned until that page is read back.
        var postedAt = own ? now : posting ?? DateTimeOffset.MaxValue;
        if (postedAt > now || postedAt < firstPosting)
            return PublicityRules.PostingTime.Refuse(("from", firstPosting), ("to", now));
        var answer = calendar.Window(ChinaTime.ToDay(postedAt), notice.Opened!.WorkingDays, notice.Opened.FirstDayCounts);
        if (answer is WindowAnswer.NotPublished missing)
            return missing.Refusal();
        var window = ((WindowAnswer.Computed)answer).Window;
        return now >= ChinaTime.EndOf(window.LastDay)
            ? PublicityRules.PostingTooOld.Refuse(("lastDay", window.LastDay))
            : Decision.Accept(new EntryAdded(entry, replaces, publicReason.Trim(), own ? notice.Address! : address!, own ? null : postedAt.ToUniversalTime(), window))
                .With("entry", entry.Number).With("lastDay", window.LastDay);
    }
}
