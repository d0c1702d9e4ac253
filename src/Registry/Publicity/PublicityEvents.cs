using System.Text.Json.Serialization;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>Marks publicity streams: one notice (公示) with its window.</summary>
public sealed class PublicityNotice;

/// <summary>A publicity notice's id; its stream is <c>publicity/…</c>.</summary>
public readonly record struct PublicityId(string Value) : IId<PublicityId>
{
    /// <inheritdoc />
    public static PublicityId Of(string value) => new(value);

    /// <summary>The notice's stream.</summary>
    public string Stream => $"publicity/{Value}";
}

/// <summary>集体研究: the meeting that decided, its day, and who signs for it.</summary>
public sealed record CollectiveDecision(Sealed Meeting, DateOnly Date, Sealed Signatory);

/// <summary>One application on the shortlist.</summary>
/// <param name="Deviation">Why it is on the list although the ranking alone would not put it there; null if the ranking does.</param>
public sealed record ShortlistLine(ApplicationId Application, int Rank, Sealed? Deviation);

/// <summary>One application that is not on the shortlist, with the reason it is told.</summary>
/// <param name="Deviates">The ranking alone would have put it on the list.</param>
public sealed record LeftOutLine(ApplicationId Application, int Rank, bool Deviates, Sealed Reason);

/// <summary>An officer proposed the shortlist: every scored application is either on it or left out.</summary>
[RecordedAs("shortlist-proposed")]
public sealed record ShortlistProposed(IReadOnlyList<ShortlistLine> Entries, IReadOnlyList<LeftOutLine> LeftOut);

/// <summary>四(四): the shortlist (入围名单) was fixed by collective decision.</summary>
[RecordedAs("shortlist-fixed")]
public sealed record ShortlistFixed(IReadOnlyList<ShortlistLine> Entries, IReadOnlyList<LeftOutLine> LeftOut, CollectiveDecision Decision);

/// <summary>An application that had been left out was put on the shortlist after all, for example after a review, by collective decision.</summary>
[RecordedAs("shortlist-extended")]
public sealed record ShortlistExtended(ApplicationId Application, int Rank, Sealed Reason, CollectiveDecision Decision);

/// <summary>Shortlisted applications were put into a notice. Kept on the batch, so that no application is put into two.</summary>
[RecordedAs("notice-prepared")]
public sealed record NoticePrepared(PublicityId Publicity, IReadOnlyList<ApplicationId> Applications);

/// <summary>A notice was given up before it was posted; its applications may be put into another.</summary>
[RecordedAs("notice-given-up", Public = true)]
public sealed record NoticeGivenUp(PublicityId Publicity, Sealed Reason);

/// <summary>四(四): the application is on the shortlist (入围名单).</summary>
[RecordedAs("application-shortlisted")]
public sealed record ApplicationShortlisted(int Rank) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Shortlisted;
}

/// <summary>The application is not on the shortlist; the applicant is told why and may ask for a review.</summary>
[RecordedAs("application-not-shortlisted")]
public sealed record ApplicationNotShortlisted(Sealed Reason) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.NotShortlisted;
}

/// <summary>
/// 四(四): the application stands in a notice that was really posted; objections may be filed from one instant up to, not including, the other.
/// Recorded again whenever its window moves, so the last one on the application's stream is the one that holds.
/// </summary>
/// <param name="Entry">The entry's number in the notice.</param>
/// <param name="OpensAt">The verified posting, UTC.</param>
/// <param name="ClosesAt">24:00 of the last day in China, in UTC: the first instant that is too late.</param>
[RecordedAs("application-publicised", Public = true)]
public sealed record ApplicationPublicised(PublicityId Publicity, int Entry, DateTimeOffset OpensAt, DateTimeOffset ClosesAt) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Publicised;
}

/// <summary>One entry of a notice, in the words that are public.</summary>
/// <param name="Number">Its number in the notice; objections name it.</param>
/// <param name="City">GB/T 2260 code.</param>
/// <param name="Industry">Code of the leading industry.</param>
public sealed record NoticeEntry(int Number, ApplicationId Application, string ClusterName, string OrganisationName, string City, string Industry);

/// <summary>四(四): a notice was made ready: its list and exact text are fixed, its window is computed for the planned day. Nothing can be filed before the posting is verified.</summary>
/// <param name="PublicText">The exact text, list included.</param>
/// <param name="TextHash">SHA-256 of the text in UTF-8, hexadecimal.</param>
/// <param name="WorkingDays">How many working days the programme's rule asks for.</param>
/// <param name="FirstDayCounts">Whether the day of posting is the first of them.</param>
/// <param name="Window">Every day of it, counted or skipped with the reason, and the calendar's version.</param>
/// <param name="PostingAddress">Where it will stand.</param>
/// <param name="OwnSite">It stands on the registry's own site, from the planned day on; its page is read back.</param>
[RecordedAs("publicity-opened", Public = true)]
public sealed record PublicityOpened(
    BatchId Batch, string PublicTitle, string PublicText, string TextHash, IReadOnlyList<NoticeEntry> Entries,
    int WorkingDays, bool FirstDayCounts, PublicityWindow Window, string PostingAddress, bool OwnSite = false);

/// <summary>How a posting was verified.</summary>
public enum PostingCheck
{
    /// <summary>The registry's own page was read back and holds the exact text.</summary>
    ReadBack,
    /// <summary>An officer looked at the department's own page.</summary>
    Officer,
}

/// <summary>四(四): the notice was really posted. From this posting on objections can be filed; the window is the one of the real day of posting.</summary>
/// <param name="PostedAt">The real posting, UTC.</param>
/// <param name="Struck">Entries that could not be put up any more; they do not open.</param>
[RecordedAs("posting-verified", Public = true)]
public sealed record PostingVerified(string Address, DateTimeOffset PostedAt, PostingCheck Check, PublicityWindow Window, IReadOnlyList<int> Struck);

/// <summary>An entry was added to a posted notice, or was put up anew after a material change; it has its own full window from its own posting.</summary>
/// <param name="Replaces">The number under which it stood before the change; null for a new entry.</param>
/// <param name="PublicReason">Why, in words for the public.</param>
/// <param name="PostedAt">Its real posting, UTC; null while the own site's page has not been read back with it.</param>
/// <param name="Window">Its window; as planned while the posting is not known.</param>
[RecordedAs("entry-added", Public = true)]
public sealed record EntryAdded(NoticeEntry Entry, int? Replaces, string PublicReason, string Address, DateTimeOffset? PostedAt, PublicityWindow Window);

/// <summary>An added or changed entry was found standing on the own site's page; its own full window starts with that, and the entry that it replaces leaves.</summary>
/// <param name="Entry">Its number.</param>
/// <param name="Replaces">The number under which it stood before the change; null for a new entry.</param>
[RecordedAs("entry-posted", Public = true)]
public sealed record EntryPosted(int Entry, int? Replaces, DateTimeOffset PostedAt, PublicityWindow Window);

/// <summary>The application's entry was changed and is to be put up anew: until that is read back its window has no end, so nothing is decided on it.</summary>
/// <param name="Entry">The number that it gets.</param>
[RecordedAs("new-posting-awaited")]
public sealed record NewPostingAwaited(PublicityId Publicity, int Entry);

/// <summary>Windows were set to a later last day: the calendar changed, or the site was down. The notice shows the old and the new one.</summary>
/// <param name="Entries">The entries that it moves, by number.</param>
/// <param name="PublicReason">Why, in words for the public.</param>
/// <param name="Whole">Whether all are named that stood in publicity with the old window. Not recorded before 2026-11-24.</param>
[RecordedAs("publicity-redated", Public = true)]
public sealed record PublicityRedated(IReadOnlyList<int> Entries, DateOnly OldLastDay, PublicityWindow Window, string PublicReason, bool? Whole = null);

/// <summary>The notice could not be read for a time. Whether the window is extended is an officer's decision.</summary>
[RecordedAs("notice-unreadable")]
public sealed record NoticeUnreadable(DateTimeOffset From, DateTimeOffset Until, Sealed Cause);

/// <summary>Every window of the notice is over. Only a note: the windows close by the calendar, whether or not this is recorded.</summary>
/// <param name="ClosedAt">The end of the last window, UTC.</param>
[RecordedAs("publicity-closed", Public = true)]
public sealed record PublicityClosed(DateTimeOffset ClosedAt);
