using System.Text;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>Why a notice's content was put into the public log.</summary>
public enum AttestOccasion
{
    /// <summary>The windows have opened.</summary>
    Start,
    /// <summary>Once on each day while a window is open.</summary>
    Daily,
    /// <summary>The content is not what it was before.</summary>
    Changed,
    /// <summary>Every window is over.</summary>
    End,
}

/// <summary>
/// The content of a posted notice as it stood at this moment, for the public log: once the log is published nobody can say that another list had been shown.
/// </summary>
/// <param name="Day">The day in China.</param>
/// <param name="Content">SHA-256 of the content in UTF-8, lower-case hexadecimal.</param>
/// <param name="PublicContent">The content itself, the first time and whenever it is another than before.</param>
/// <param name="PublicReason">Why it is another, in the words of the change.</param>
[RecordedAs("notice-attested", Public = true)]
public sealed record NoticeAttested(DateOnly Day, AttestOccasion Occasion, string Content, string? PublicContent, string? PublicReason);

/// <summary>Every window of the notice is over and no objection is open: how many the log received, and how each kind of them ended. Before this no number is public.</summary>
[RecordedAs("objections-counted", Public = true)]
public sealed record ObjectionsCounted(int Received, int Concluded, int Inadmissible, int Withdrawn);

/// <summary>Refusals about proving a notice.</summary>
public static class AttestationRules
{
    /// <summary>There is nothing to attest now: it was done today, or the notice has ended and was attested at its end.</summary>
    public static readonly Rule NothingNew = new("publicity.nothing-to-attest", "design: publicity proved", 409);

    /// <summary>An entry that was added or changed has not been read back yet; its window has not begun.</summary>
    public static readonly Rule EntryAwaited = new("publicity.entry-awaited", "四(四); procedure 6", 409);

    /// <summary>The last window is over, but a filing that had arrived in it may still be taken in.</summary>
    public static readonly Rule FilingsSettling = new("publicity.filings-settling", "四(四); procedure 7", 409);
}

/// <summary>
/// Puts the content of a posted notice into the log: when the window opens, once a day while it is open, when the content changes, and at the end.
/// A timer asks this; asked twice it changes nothing.
/// </summary>
/// <param name="Version">The notice's version seen.</param>
public sealed record AttestNotice(long Version) : ICommand<AttestNotice>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("attest-notice", "/publicity/{id}/attestation", Roles.System, "Put the content of a posted notice into the public log.");

    /// <summary>四(四): the list stood unchanged for the whole window. The state decides whether there is anything to say.</summary>
    public static Decision Decide(NoticeState notice, DateTimeOffset now)
    {
        if (notice.GivenUp || notice.LastClosing is not { } closes)
            return PublicityRules.NotPosted.Refuse();
        var content = Content(notice);
        var hash = NoticeText.HashOf(content);
        var today = ChinaTime.ToDay(now);
        AttestOccasion? occasion = notice.Attested switch
        {
            null => AttestOccasion.Start,
            { } last when last.Content != hash => AttestOccasion.Changed,
            { Occasion: not AttestOccasion.End } when now >= closes => AttestOccasion.End,
            { } last when now < closes && last.Day < today => AttestOccasion.Daily,
            _ => null,
        };
        if (occasion is not { } why)
            return AttestationRules.NothingNew.Refuse();
        var isNew = why is AttestOccasion.Start or AttestOccasion.Changed;
        return Decision.Accept(new NoticeAttested(today, why, hash, isNew ? content : null, why == AttestOccasion.Changed ? notice.ChangeReason : null));
    }

    /// <summary>What the public reads in the notice and must not change unseen: its title, and each entry with its window. An entry whose posting is awaited is not in it yet.</summary>
    public static string Content(NoticeState notice)
    {
        var text = new StringBuilder(notice.Opened!.PublicTitle.Trim()).Append('\n');
        foreach (var line in notice.Standing.Where(l => l.OpensAt is not null).OrderBy(l => l.Entry.Number))
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{line.Entry.Number}\t{line.Entry.ClusterName}\t{line.Entry.City}\t{line.Entry.Industry}\t{line.Entry.OrganisationName}\t{line.Window!.FirstDay:yyyy-MM-dd}\t{line.Window.LastDay:yyyy-MM-dd}\n");
        return text.ToString();
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(AttestNotice command, Desk desk) => desk.OnNoticeAsync(command.Version, file => Decide(file.Notice, desk.Now));
}
