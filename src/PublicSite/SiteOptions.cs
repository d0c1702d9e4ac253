namespace PublicSite;

/// <summary>What the host decides about the site; nothing in it comes from the history.</summary>
public sealed record SiteOptions
{
    /// <summary>The folder that holds <c>releases/</c> and the link <c>current</c> to the one that is served.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>
    /// Where an objection is filed. A relative address starts at the site's root, so that <c>objections</c> works wherever the
    /// site is mounted beside the registry; an absolute http(s) address is used as it is.
    /// </summary>
    public string ObjectionsUrl { get; init; } = "objections";

    /// <summary>The title of every page, where it is not the programme's.</summary>
    public Bilingual? BaseTitle { get; init; }

    /// <summary>Whether each text file gets packed twins (<c>.br</c>, <c>.gz</c>) that a web server can send as they are.</summary>
    public bool PackedTwins { get; init; }

    /// <summary>Up to so many clusters every selection of the register lists its clusters; see <see cref="RegisterIndex"/>.</summary>
    public int ShortRegister { get; init; } = RegisterIndex.ShortRegister;

    /// <summary>
    /// Up to so many clusters the files that hold everything (open data, search index) are made anew with every event. With more they
    /// follow when <see cref="SiteKeeper.CatchUpAsync"/> is called, once for many events.
    /// </summary>
    public int BulkWithEveryEventUpTo { get; init; } = 2000;

    /// <summary>The program <c>pagefind_extended</c>, which makes the search index. Null: the site has no search as you type, and the search page leads to the lists.</summary>
    public string? SearchTool { get; init; }

    /// <summary>How many releases stay on disk, the current one included.</summary>
    public int KeepReleases { get; init; } = 3;
}

/// <summary>One file of the site: a path with forward slashes below the site's root, and its bytes.</summary>
public sealed record SiteFile(string Path, ReadOnlyMemory<byte> Content);

/// <summary>Why a site was not published: the file it concerns (or the record, before any file exists), a stable code, and what was found.</summary>
public sealed record SiteProblem(string Where, string Code, string Detail);

/// <summary>
/// The outcome of a publication. With problems nothing was switched and the site that was served before is still served.
/// </summary>
/// <param name="Release">The folder's name below <c>releases/</c>; null where the publication failed.</param>
/// <param name="Files">How many files the release has.</param>
public sealed record PublishResult(string? Release, int Files, IReadOnlyList<SiteProblem> Problems)
{
    public bool Published => Release is not null;

    /// <summary>False where only the pages that show an event were rendered.</summary>
    public bool Whole { get; init; }

    /// <summary>The pages (HTML) that are not the same as in the release before.</summary>
    public int ChangedPages { get; init; }

    /// <summary>The time that went into rendering pages, on all threads together.</summary>
    public TimeSpan Rendering { get; init; }

    /// <summary>Open data and the search index still show the state before; <see cref="SiteKeeper.CatchUpAsync"/> brings them up to date.</summary>
    public bool BulkBehind { get; init; }
}
