using Registry.Platform.Commands;

namespace Registry.Applications;

/// <summary>Refusals of the applications' room, and those that every later step shares.</summary>
public static class ApplicationRules
{
    /// <summary>The step does not follow on where the application stands.</summary>
    public static readonly Rule WrongStage = new("application.wrong-stage", "四", 409);

    /// <summary>五(三): the organisation may not apply until after the ban's last day.</summary>
    public static readonly Rule OrganisationBanned = new("application.organisation-banned", "五(三)");

    /// <summary>Before the opening instant.</summary>
    public static readonly Rule NotOpenYet = new("application.not-open-yet", "四(二)");

    /// <summary>At or after the closing instant.</summary>
    public static readonly Rule Closed = new("application.closed", "四(二)");

    /// <summary>One live application for each cluster and batch.</summary>
    public static readonly Rule ClusterFiled = new("application.cluster-filed", "四(二)", 409);

    /// <summary>The form has errors; each names its field.</summary>
    public static readonly Rule FormInvalid = new("application.form-invalid", "四(一)");

    /// <summary>The form's organisation, city or (later) cluster are not those of the application.</summary>
    public static readonly Rule IdentityDiffers = new("application.identity-differs", "二");

    /// <summary>An indicator has no evidence.</summary>
    public static readonly Rule EvidenceMissing = new("application.evidence-missing", "四(一)");

    /// <summary>The undertaking of truth is missing.</summary>
    public static readonly Rule UndertakingMissing = new("application.undertaking-missing", "五(三)");

    /// <summary>Nothing was filled in yet.</summary>
    public static readonly Rule DraftEmpty = new("application.draft-empty", "四(一)");

    /// <summary>Somebody else saved the draft meanwhile.</summary>
    public static readonly Rule DraftChanged = new("application.draft-changed", "design: no lost update", 409);

    /// <summary>The sealed form bears the hash of another submission than the last one.</summary>
    public static readonly Rule SealedCopyOfAnother = new("sealed-copy.other-submission", "四(二)");

    /// <summary>The scan is stored before the event that names it.</summary>
    public static readonly Rule SealedCopyMissing = new("sealed-copy.missing", "四(二)");

    /// <summary>The scan of the sealed form is a PDF, PNG or JPEG, by its content.</summary>
    public static readonly Rule SealedCopyKind = new("sealed-copy.kind", "四(二)", 415);

    /// <summary>The file supports no indicator of the form, or one that takes none (sensitive material never does).</summary>
    public static readonly Rule FileIndicator = new("evidence.indicator", "四(一)");

    /// <summary>The file, or the draft, is kept until its term ends.</summary>
    public static readonly Rule StillRetained = new("application.still-retained", "procedure 2");
}
