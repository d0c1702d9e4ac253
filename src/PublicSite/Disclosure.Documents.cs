namespace PublicSite;

/// <summary>四(四): a publicity notice (公示). It carries no document number.</summary>
public sealed record PublicityNotice
{
    public required string Id { get; init; }
    public required string Batch { get; init; }
    public required string Title { get; init; }

    /// <summary>The documents on which the notice rests, with their numbers.</summary>
    public IReadOnlyList<string> Basis { get; init; } = [];

    /// <summary>The steps taken so far in the notice's words, e.g. 材料审核、专家评审. Empty: the site's own words are used.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
    public required IReadOnlyList<NoticeEntry> Entries { get; init; }
    public required PublicityWindow Window { get; init; }

    /// <summary>How one may object, paragraph by paragraph, as the notice announces it. Empty: the site's own words are used.</summary>
    public IReadOnlyList<string> HowToObject { get; init; } = [];

    /// <summary>Empty: the site's contacts. A telephone or mailbox that is not among the site's contacts stops the publication.</summary>
    public IReadOnlyList<OfficeContact> Contacts { get; init; } = [];
    public required string Issuer { get; init; }
    public required DateTimeOffset PostedAt { get; init; }

    /// <summary>The exact text that was fixed when the publicity was opened, list included; the dates stand beside it.</summary>
    public string? Text { get; init; }

    /// <summary>SHA-256 of the text in UTF-8, lower-case hexadecimal.</summary>
    public string? TextSha256 { get; init; }

    /// <summary>Where the notice stands on the department's own site.</summary>
    public string? ExternalAddress { get; init; }

    /// <summary>Objections that have been concluded. Before that nothing about them is public.</summary>
    public IReadOnlyList<ConcludedObjection> Objections { get; init; } = [];
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The last event that changed the list or a window, where a later one (a concluded objection) changed neither.</summary>
    public DateTimeOffset? ListAsOf { get; init; }

    // A page stays small: the text of a longer list is read in its file.
    internal bool TextIsShown => Text?.Length <= 4000;

    internal DateTimeOffset ListShownAsOf => ListAsOf ?? AsOf;

    internal IReadOnlyList<ConcludedObjection> ObjectionsInOrder => [.. Objections.OrderBy(o => o.ConcludedOn).ThenBy(o => o.Number, StringComparer.Ordinal)];
}

/// <summary>One cluster on a publicised list.</summary>
public sealed record NoticeEntry
{
    /// <summary>Unique in its notice; objections name it.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string City { get; init; }
    public required string Industry { get; init; }
    public required string Applicant { get; init; }

    /// <summary>The register's entry, if the cluster has one.</summary>
    public string? Cluster { get; init; }

    /// <summary>An entry that was added or materially changed later has its own full window.</summary>
    public PublicityWindow? OwnWindow { get; init; }
}

/// <summary>A publicity window as it was computed and recorded when it was opened; the site never computes one.</summary>
public sealed record PublicityWindow
{
    public required DateOnly PostingDay { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }

    /// <summary>The days that count, make-up working days included.</summary>
    public required IReadOnlyList<DateOnly> Counted { get; init; }

    /// <summary>The days between posting and the last day that do not count, each with its reason.</summary>
    public IReadOnlyList<SkippedDay> Skipped { get; init; } = [];

    /// <summary>The first instant at which the window is closed: the midnight after the last day.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Earlier dates of this window, oldest first.</summary>
    public IReadOnlyList<Redating> Redated { get; init; } = [];
}

public enum SkipReason { Weekend, Holiday, PostingDay }

/// <param name="Name">The holiday's name, e.g. 国庆节.</param>
public sealed record SkippedDay(DateOnly Day, SkipReason Reason, string? Name = null);

/// <summary>The dates of a window were set anew, and why.</summary>
public sealed record Redating(DateTimeOffset At, DateOnly OldFirstDay, DateOnly OldLastDay, DateOnly NewFirstDay, DateOnly NewLastDay, string Reason);

public enum ObjectionOutcome { ConditionsMet, ConditionsNotMet, Withdrawn }

/// <summary>An objection after its conclusion: never who objected.</summary>
/// <param name="Number">A public number that has nothing to do with the receipt code.</param>
/// <param name="Entry">The <see cref="NoticeEntry.Id"/> that was objected to.</param>
/// <param name="Reason">The reasons of the conclusion, written to be published.</param>
public sealed record ConcludedObjection(string Number, string Entry, ObjectionOutcome Outcome, string Reason, DateOnly ConcludedOn);

public enum AnnouncementKind { Recognition, Supplementary, Revocation }

/// <summary>四(四): an announcement (公告) with its document number.</summary>
public sealed record Announcement
{
    public required string Id { get; init; }
    public required string Batch { get; init; }
    public required AnnouncementKind Kind { get; init; }

    /// <summary>机关代字〔年〕号.</summary>
    public required string DocumentNumber { get; init; }

    /// <summary>索引号, where the office gives one.</summary>
    public string? IndexNumber { get; init; }
    public required string Title { get; init; }

    /// <summary>成文日期: the day the document bears.</summary>
    public required DateOnly Date { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required string Signatory { get; init; }
    public IReadOnlyList<string> Basis { get; init; } = [];
    public required IReadOnlyList<AnnouncementEntry> Entries { get; init; }
    public string? ExternalAddress { get; init; }

    /// <summary>The finding a revocation rests on: the page leaves the public together with it.</summary>
    public string? Finding { get; init; }
    public required DateTimeOffset AsOf { get; init; }
}

public sealed record AnnouncementEntry(string Name, string City, string Industry, string Applicant, string? Cluster = null);
