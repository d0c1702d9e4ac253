using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Refusals of the expert review.</summary>
public static class ReviewRules
{
    /// <summary>Which criterion a refusal is about: its key, and what people call it in either language.</summary>
    internal static (string Name, object? Value)[] Naming(Criterion criterion) => [("criterion", criterion.Key), ("title", criterion.Title.Zh), ("titleEn", criterion.Title.En)];

    /// <summary>The account does not exist, is closed, or is no expert's.</summary>
    public static readonly Rule AccountUnusable = new("review.account-unusable", "procedure: roles");

    /// <summary>The account belongs to another expert.</summary>
    public static readonly Rule AccountTaken = new("review.account-taken", "procedure 5", 409);

    /// <summary>No field, too many, one twice, or one that is no code.</summary>
    public static readonly Rule FieldsInvalid = new("review.fields-invalid", "四(三)");

    /// <summary>Not a valid credit code.</summary>
    public static readonly Rule EmployerInvalid = new("review.employer-invalid", "procedure 5");

    /// <summary>Not a six-digit city code.</summary>
    public static readonly Rule CityInvalid = new("review.city-invalid", "procedure 5");

    /// <summary>The first row of the file is not the heading, or nothing stands below it.</summary>
    public static readonly Rule HeadingInvalid = new("review.heading-invalid", "procedure 5");

    /// <summary>Some rows of the file are wrong; each is named. Nothing was imported.</summary>
    public static readonly Rule RowsInvalid = new("review.rows-invalid", "procedure 5");

    /// <summary>The command changes nothing.</summary>
    public static readonly Rule NothingNew = new("review.nothing-new", "design: no empty event");

    /// <summary>An industry is named where the definition wants one panel, or none or an unknown one where it groups by industry.</summary>
    public static readonly Rule Grouping = new("review.grouping", "procedure 5");

    /// <summary>The list of applications for the expert review is not fixed yet.</summary>
    public static readonly Rule ListNotFixed = new("review.list-not-fixed", "四(二)");

    /// <summary>No application is left that stands and is on no panel.</summary>
    public static readonly Rule NothingToReview = new("review.nothing-to-review", "四(二)");

    /// <summary>The definition says appointment.</summary>
    public static readonly Rule NotByDraw = new("review.not-by-draw", "procedure 5");

    /// <summary>The definition says draw.</summary>
    public static readonly Rule NotByAppointment = new("review.not-by-appointment", "procedure 5");

    /// <summary>The experts have been called in; another draw needs the first one to be given up with a reason.</summary>
    public static readonly Rule CalledInAlready = new("review.called-in-already", "procedure 5", 409);

    /// <summary>A commitment is a SHA-256 in lower-case hexadecimal, and nobody repeats another's.</summary>
    public static readonly Rule CommitmentInvalid = new("review.commitment-invalid", "procedure 5");

    /// <summary>Two different persons commit.</summary>
    public static readonly Rule TwoPersons = new("review.two-persons", "procedure 5");

    /// <summary>Both have committed.</summary>
    public static readonly Rule CommitmentsComplete = new("review.commitments-complete", "procedure 5", 409);

    /// <summary>The pool is recorded only after both have committed.</summary>
    public static readonly Rule CommitmentsMissing = new("review.commitments-missing", "procedure 5");

    /// <summary>The pool has been recorded for this draw.</summary>
    public static readonly Rule SnapshotTaken = new("review.snapshot-taken", "procedure 5", 409);

    /// <summary>The pool has not been recorded yet.</summary>
    public static readonly Rule SnapshotMissing = new("review.snapshot-missing", "procedure 5");

    /// <summary>Another panel of the batch is between snapshot and draw; its draw changes the load of the experts.</summary>
    public static readonly Rule OtherDraw = new("review.other-draw", "procedure 5", 409);

    /// <summary>Only who committed opens.</summary>
    public static readonly Rule NotCommitted = new("review.not-committed", "procedure 5");

    /// <summary>The number was opened before.</summary>
    public static readonly Rule OpenedAlready = new("review.opened-already", "procedure 5", 409);

    /// <summary>Number and salt are not those committed to.</summary>
    public static readonly Rule OpeningDiffers = new("review.opening-differs", "procedure 5");

    /// <summary>Not both numbers are open.</summary>
    public static readonly Rule OpeningsMissing = new("review.openings-missing", "procedure 5");

    /// <summary>Fewer eligible experts than members and alternates.</summary>
    public static readonly Rule PoolShort = new("review.pool-short", "procedure 5");

    /// <summary>Fewer eligible experts of a field than the panel needs.</summary>
    public static readonly Rule FieldShort = new("review.field-short", "procedure 5");

    /// <summary>Fewer experts who may score an application than it needs.</summary>
    public static readonly Rule ApplicationShort = new("review.application-short", "procedure 5");

    /// <summary>The experts are enough one by one, but no panel satisfies fields and conflicts together.</summary>
    public static readonly Rule NoPanelFits = new("review.no-panel-fits", "procedure 5");

    /// <summary>No panel was found in so many steps, and not all sets were seen: a pool made to defeat the search.</summary>
    public static readonly Rule SearchGaveUp = new("review.search-gave-up", "procedure 5");

    /// <summary>Under the load limit no panel from the pool gives every application its scorers.</summary>
    public static readonly Rule LoadShort = new("review.load-short", "procedure 5");

    /// <summary>With the load limit the appointed experts leave an application with too few scorers.</summary>
    public static readonly Rule ScorersShort = new("review.scorers-short", "procedure 5");

    /// <summary>An expert to appoint is not available, sits already, has no field concerned, or scores as much as allowed.</summary>
    public static readonly Rule NotEligible = new("review.not-eligible", "四(三)");

    /// <summary>An appointment makes the panel whole.</summary>
    public static readonly Rule PanelSize = new("review.panel-size", "procedure 5");

    /// <summary>No experts have been called in.</summary>
    public static readonly Rule NotCalledIn = new("review.not-called-in", "四(三)");

    /// <summary>The undertaking of confidentiality is missing.</summary>
    public static readonly Rule UndertakingMissing = new("review.undertaking-missing", "procedure 5");

    /// <summary>The expert has declared; a conflict that comes up later is a recusal.</summary>
    public static readonly Rule DeclaredAlready = new("review.declared-already", "procedure 5", 409);

    /// <summary>Declaration and undertaking come before content.</summary>
    public static readonly Rule DeclareFirst = new("review.declare-first", "procedure 5", 403);

    /// <summary>The panel is closed; its sheets are final.</summary>
    public static readonly Rule PanelClosed = new("review.panel-closed", "四(三)", 409);

    /// <summary>The expert's employer is the applicant or a firm that the application names.</summary>
    public static readonly Rule OwnEmployer = new("review.own-employer", "procedure 5");

    /// <summary>The expert's facts show a conflict now: an interest declared, or a move to the application's city.</summary>
    public static readonly Rule ConflictFound = new("review.conflict-found", "procedure 5");

    /// <summary>Members whose facts show a conflict by now are recused before the panel is closed.</summary>
    public static readonly Rule ConflictsFound = new("review.conflicts-found", "procedure 5");

    /// <summary>The application was left out when the panel was last filled: it no longer stands, or its applicant is banned.</summary>
    public static readonly Rule LeftOut = new("review.left-out", "四(三)");

    /// <summary>Who took the expert out of the draw brings the expert back: the province, or the expert.</summary>
    public static readonly Rule StoodDownByOther = new("review.stood-down-by-other", "四(三)", 403);

    /// <summary>The rubric has no such criterion, or the sheet has it twice.</summary>
    public static readonly Rule UnknownCriterion = new("review.unknown-criterion", "四(三)");

    /// <summary>Points are outside the criterion's range, or between its steps.</summary>
    public static readonly Rule PointsInvalid = new("review.points-invalid", "四(三)");

    /// <summary>A criterion has no points yet.</summary>
    public static readonly Rule CriterionOpen = new("review.criterion-open", "四(三)");

    /// <summary>The rubric asks for a comment.</summary>
    public static readonly Rule CommentMissing = new("review.comment-missing", "四(三)");

    /// <summary>The Excel file is not of this rubric.</summary>
    public static readonly Rule SheetWorkbookForeign = new("review.sheet-workbook-foreign", "四(三)");

    /// <summary>The expert abstained; saving the sheet takes that back.</summary>
    public static readonly Rule Abstained = new("review.abstained", "四(三)");

    /// <summary>Some members have not signed all of their sheets.</summary>
    public static readonly Rule SheetsMissing = new("review.sheets-missing", "四(三)");

    /// <summary>Fewer signed sheets than an aggregate needs.</summary>
    public static readonly Rule TooFewSheets = new("review.too-few-sheets", "procedure 5");

    /// <summary>An on-site check was ordered and is not recorded.</summary>
    public static readonly Rule CheckOpen = new("review.check-open", "四(三)");

    /// <summary>The panel may still revise after an on-site check, and not all have signed again.</summary>
    public static readonly Rule RevisionOpen = new("review.revision-open", "四(三)");

    /// <summary>A check is under way.</summary>
    public static readonly Rule CheckOrderedAlready = new("review.check-ordered-already", "四(三)", 409);

    /// <summary>No check was ordered.</summary>
    public static readonly Rule CheckNotOrdered = new("review.check-not-ordered", "四(三)");

    /// <summary>The visit lies in the future.</summary>
    public static readonly Rule CheckDay = new("review.check-day", "四(三)");

    /// <summary>The visit lies before the day on which the check was ordered.</summary>
    public static readonly Rule CheckBeforeOrder = new("review.check-before-order", "四(三)");

    /// <summary>Too many photos, or one that is no SHA-256.</summary>
    public static readonly Rule PhotoInvalid = new("review.photo-invalid", "四(三)");

    /// <summary>A photo was not uploaded.</summary>
    public static readonly Rule PhotoMissing = new("review.photo-missing", "四(三)");

    /// <summary>A photo is JPEG, PNG or PDF by its content.</summary>
    public static readonly Rule PhotoKind = new("review.photo-kind", "四(三)", 415);
}
