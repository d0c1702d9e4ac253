using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>Refusals of the recognition room.</summary>
public static class RecognitionRules
{
    /// <summary>Most letters of a division behind the department's own in a document number.</summary>
    private const int LongestDivision = 4;

    /// <summary>The list is empty, names an application twice, or names one that is not the batch's.</summary>
    public static readonly Rule ListInvalid = new("recognition.list-invalid", "四(四)");

    /// <summary>The publicity window of the application is not over.</summary>
    public static readonly Rule WindowOpen = new("recognition.window-open", "四(四)", 409);

    /// <summary>An objection that had arrived in the last instant of the window may still be being taken in.</summary>
    public static readonly Rule FilingsSettling = new("recognition.filings-settling", "四(四)", 409);

    /// <summary>An objection to the application is open.</summary>
    public static readonly Rule ObjectionOpen = new("recognition.objection-open", "四(四)", 409);

    /// <summary>A case of false material about the application is open.</summary>
    public static readonly Rule CaseOpen = new("recognition.case-open", "五(三)", 409);

    /// <summary>An objection was verified, and the conditions were found not met.</summary>
    public static readonly Rule ConditionsNotMet = new("recognition.conditions-not-met", "四(四)");

    /// <summary>Only a refused application carries a reason, and it carries one always.</summary>
    public static readonly Rule ReasonSpare = new("recognition.reason-spare", "procedure 8");

    /// <summary>The day lies in the future, or before what it follows on.</summary>
    public static readonly Rule DayImpossible = new("recognition.day-impossible", "procedure 8");

    /// <summary>It was not decided that the application is recognised, or not since its window closed.</summary>
    public static readonly Rule NotDecided = new("recognition.not-decided", "四(四)", 409);

    /// <summary>The batch's list is announced first and once; what comes later is supplementary.</summary>
    public static readonly Rule OtherKind = new("recognition.other-kind", "procedure 8", 409);

    /// <summary>A document number is 机关代字〔年〕号, with the issuer's own letters and the document's year.</summary>
    public static readonly Rule NumberInvalid = new("recognition.number-invalid", "GB/T 9704-2012");

    /// <summary>Another announcement has this number.</summary>
    public static readonly Rule NumberTaken = new("recognition.number-taken", "GB/T 9704-2012", 409);

    /// <summary>A revocation is announced for one revoked recognition, once, after the finding was served.</summary>
    public static readonly Rule NotRevoked = new("recognition.not-revoked", "五(三)", 409);

    /// <summary>The recognition has no term, or its last day is not over.</summary>
    public static readonly Rule NotExpired = new("recognition.not-expired", "procedure 8", 409);

    /// <summary>The definition sets no term, so there is nothing to re-check within.</summary>
    public static readonly Rule NoTerm = new("recognition.no-term", "procedure 8", 409);

    /// <summary>The term is over, or was prolonged by a re-check that already happened in it.</summary>
    public static readonly Rule NotDue = new("recognition.recheck-not-due", "procedure 8", 409);

    /// <summary>The name or operator is the one it has.</summary>
    public static readonly Rule NothingNew = new("recognition.nothing-new", "procedure 8");

    /// <summary>The new operator's credit code is not valid.</summary>
    public static readonly Rule OperatorInvalid = new("recognition.operator-invalid", "GB 32100-2015");

    /// <summary>Nothing was decided against the application that could be reviewed.</summary>
    public static readonly Rule NothingToReview = new("review-request.nothing-to-review", "procedure 8", 409);

    /// <summary>A review of this decision was asked for before.</summary>
    public static readonly Rule AlreadyAsked = new("review-request.already-asked", "procedure 8", 409);

    /// <summary>The term to ask for a review is over.</summary>
    public static readonly Rule TooLate = new("review-request.too-late", "procedure 8");

    /// <summary>The review was decided before.</summary>
    public static readonly Rule AlreadyDecided = new("review-request.already-decided", "procedure 8", 409);

    /// <summary>Whoever decided first does not decide the review.</summary>
    public static readonly Rule SamePerson = new("review-request.same-person", "procedure 8", 403);

    /// <summary>An announcement bears a number with its issuer's letters (those of a division may follow) and the year of the document; null if this is one.</summary>
    public static Refusal? NumberFault(DocumentNumber? number, Issuer issuer, DateOnly day) =>
        number is not null && number.Letters.StartsWith(issuer.DocumentPrefix, StringComparison.Ordinal)
        && number.Letters.Length <= issuer.DocumentPrefix.Length + LongestDivision && number.Year == day.Year
            ? null
            : NumberInvalid.Refuse(("prefix", issuer.DocumentPrefix), ("year", day.Year));

    /// <summary>The day is neither in the future nor before what it follows on.</summary>
    public static Refusal? DayFault(DateOnly day, DateOnly earliest, DateOnly today) =>
        day < earliest || day > today ? DayImpossible.Refuse(("from", earliest), ("to", today)) : null;
}
