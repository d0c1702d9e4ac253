using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Refusals of the batch's own steps.</summary>
public static class BatchRules
{
    /// <summary>The definition file does not load; its errors say line and reason.</summary>
    public static readonly Rule DefinitionInvalid = new("batch.definition-invalid", "procedure: a programme is data");

    /// <summary>This batch was announced before.</summary>
    public static readonly Rule AlreadyAnnounced = new("batch.already-announced", "procedure 1", 409);

    /// <summary>An amendment stays with its programme and batch.</summary>
    public static readonly Rule OtherBatch = new("batch.other-batch", "procedure 1");

    /// <summary>An amendment is a further version.</summary>
    public static readonly Rule NotNewer = new("batch.not-newer", "procedure 1");

    /// <summary>An extension only lengthens.</summary>
    public static readonly Rule ExtensionShortens = new("batch.extension-shortens", "procedure 1");

    /// <summary>An amendment ends no period earlier and opens none later.</summary>
    public static readonly Rule AmendmentShortens = new("batch.amendment-shortens", "四(二)");

    /// <summary>The list for expert review is fixed: rubric and panel stay as they are.</summary>
    public static readonly Rule ReviewFrozen = new("batch.review-frozen", "四(三)", 409);

    /// <summary>The list for expert review is fixed; an extension would reopen what is decided.</summary>
    public static readonly Rule FilingEnded = new("batch.filing-ended", "四(二)", 409);

    /// <summary>A city's own last day is not after the province's, and not before today.</summary>
    public static readonly Rule CityDeadlineOutside = new("batch.city-deadline-outside", "procedure 1");

    /// <summary>This list was recorded before.</summary>
    public static readonly Rule EarlierListRecordedBefore = new("earlier-list.recorded-before", "procedure 1b", 409);

    /// <summary>Programme, round, issuer, date or entries are missing or wrong.</summary>
    public static readonly Rule EarlierListIncomplete = new("earlier-list.incomplete", "procedure 1b");
}
