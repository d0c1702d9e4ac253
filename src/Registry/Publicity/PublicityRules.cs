using Registry.Platform.Commands;

namespace Registry.Publicity;

/// <summary>Refusals about the shortlist.</summary>
public static class ShortlistRules
{
    /// <summary>The panel's ranking is not fixed yet, or holds no application that could be listed.</summary>
    public static readonly Rule RankingMissing = new("shortlist.ranking-missing", "四(三)", 409);

    /// <summary>The shortlist was fixed before.</summary>
    public static readonly Rule AlreadyFixed = new("shortlist.already-fixed", "四(四)", 409);

    /// <summary>An application is named twice, or is not among the scored ones.</summary>
    public static readonly Rule UnknownApplication = new("shortlist.unknown-application", "四(四)");

    /// <summary>Every scored application is on the list or left out with a reason: none is forgotten.</summary>
    public static readonly Rule Incomplete = new("shortlist.incomplete", "procedure 6");

    /// <summary>The list names nobody.</summary>
    public static readonly Rule Empty = new("shortlist.empty", "四(四)");

    /// <summary>The list follows the ranking; where it does not, a reason says why.</summary>
    public static readonly Rule DeviationUnexplained = new("shortlist.deviation-unexplained", "procedure 6");

    /// <summary>Nothing has been proposed.</summary>
    public static readonly Rule NotProposed = new("shortlist.not-proposed", "procedure 6", 409);

    /// <summary>An application changed since the proposal, or the reasons proposed can no longer be read.</summary>
    public static readonly Rule Changed = new("shortlist.changed", "procedure 6", 409);

    /// <summary>A list that departs from the ranking is confirmed by somebody else than its proposer.</summary>
    public static readonly Rule SecondPerson = new("shortlist.second-person", "procedure 6", 403);

    /// <summary>A meeting that decided is not in the future.</summary>
    public static readonly Rule DecisionInFuture = new("shortlist.decision-in-future", "procedure 6");
}

/// <summary>Refusals about publicity and its window.</summary>
public static class PublicityRules
{
    /// <summary>No shortlisted application waits for publicity.</summary>
    public static readonly Rule NothingToPublicise = new("publicity.nothing-to-publicise", "四(四)", 409);

    /// <summary>The planned day is before today.</summary>
    public static readonly Rule DayInPast = new("publicity.day-in-past", "四(四)");

    /// <summary>The address is not an http or https address.</summary>
    public static readonly Rule AddressInvalid = new("publicity.address-invalid", "四(四)");

    /// <summary>The posting was verified before.</summary>
    public static readonly Rule AlreadyPosted = new("publicity.already-posted", "四(四)", 409);

    /// <summary>The posting is not verified yet.</summary>
    public static readonly Rule NotPosted = new("publicity.not-posted", "四(四)", 409);

    /// <summary>The posting is in the future, or before the notice was fixed.</summary>
    public static readonly Rule PostingTime = new("publicity.posting-time", "四(四)");

    /// <summary>The window that follows from this posting is over already: nobody could have filed here.</summary>
    public static readonly Rule PostingTooOld = new("publicity.posting-too-old", "四(四)");

    /// <summary>What was read back is not the exact text of the notice.</summary>
    public static readonly Rule TextDiffers = new("publicity.text-differs", "四(四)");

    /// <summary>A notice on the registry's own site is verified by reading its page back, not by a word.</summary>
    public static readonly Rule ReadBackOnly = new("publicity.read-back-only", "四(四)", 409);

    /// <summary>The department's own site carries the notice: an officer looks at it there.</summary>
    public static readonly Rule NotOwnSite = new("publicity.not-own-site", "四(四)", 409);

    /// <summary>The page does not stand on the site yet, or not with the exact text.</summary>
    public static readonly Rule PageDiffers = new("publicity.page-differs", "四(四)", 409);

    /// <summary>No entry has this number.</summary>
    public static readonly Rule UnknownEntry = new("publicity.unknown-entry", "四(四)");

    /// <summary>A window only ever moves to a later end.</summary>
    public static readonly Rule NotLater = new("publicity.not-later", "procedure 6");

    /// <summary>A window ends on a working day that is not over, and keeps the working days that it had.</summary>
    public static readonly Rule LastDayUnfit = new("publicity.last-day-unfit", "四(四)");

    /// <summary>The application stands in this notice already.</summary>
    public static readonly Rule EntryTwice = new("publicity.entry-twice", "procedure 6", 409);

    /// <summary>A time that the notice could not be read begins before it ends, and is past.</summary>
    public static readonly Rule OutageTime = new("publicity.outage-time", "procedure 6");

    /// <summary>A window is still open.</summary>
    public static readonly Rule StillOpen = new("publicity.still-open", "四(四)", 409);

    /// <summary>The closing was recorded before.</summary>
    public static readonly Rule AlreadyClosed = new("publicity.already-closed", "四(四)", 409);
}
