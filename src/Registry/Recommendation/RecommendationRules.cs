using Registry.Platform.Commands;

namespace Registry.Recommendation;

/// <summary>Refusals of the city's check, recommendation and report.</summary>
public static class RecommendationRules
{
    /// <summary>Recommending and reporting have not begun.</summary>
    public static readonly Rule NotOpenYet = new("recommendation.not-open-yet", "四(二)");

    /// <summary>The cities' deadline has passed: no recommendation, no withdrawal that frees a place, no report.</summary>
    public static readonly Rule Closed = new("recommendation.closed", "四(二)");

    /// <summary>All of the city's places are taken.</summary>
    public static readonly Rule QuotaFull = new("recommendation.quota-full", "四(二)", 409);

    /// <summary>The places of all cities together are taken.</summary>
    public static readonly Rule TotalFull = new("recommendation.total-full", "四(二)", 409);

    /// <summary>The city has reported; it recommends nothing further in this batch.</summary>
    public static readonly Rule CityReported = new("recommendation.city-reported", "四(二)", 409);

    /// <summary>The figures do not meet the condition, and it is none that may be relaxed for this industry.</summary>
    public static readonly Rule ConditionNotMet = new("recommendation.condition-not-met", "三");

    /// <summary>A condition needs an officer's judgement, proposed relaxation or justification.</summary>
    public static readonly Rule FindingMissing = new("recommendation.finding-missing", "三");

    /// <summary>A finding on a condition that asks for none, for another kind, or twice.</summary>
    public static readonly Rule FindingUnasked = new("recommendation.finding-unasked", "三");

    /// <summary>A rank lies between 1 and the city's number of places.</summary>
    public static readonly Rule RankOutside = new("recommendation.rank-outside", "四(二)");

    /// <summary>A return names the fields to correct.</summary>
    public static readonly Rule RemarksMissing = new("recommendation.remarks-missing", "procedure 3");

    /// <summary>A remark names a place that the form does not have.</summary>
    public static readonly Rule RemarkField = new("recommendation.remark-field", "procedure 3");

    /// <summary>After a return by the province the recommendation is renewed, not made anew: it has kept its place.</summary>
    public static readonly Rule PlaceKept = new("recommendation.place-kept", "procedure 4", 409);

    /// <summary>Only a recommendation that the province returned is renewed.</summary>
    public static readonly Rule NotReturned = new("recommendation.not-returned", "procedure 4", 409);

    /// <summary>The term that the province set has run out.</summary>
    public static readonly Rule TermOver = new("recommendation.term-over", "procedure 4");

    /// <summary>The file's heading row is not that of the summary table.</summary>
    public static readonly Rule TableHeadings = new("summary-table.headings", "四(二)");

    /// <summary>Cells of the summary table are wrong; nothing of it is taken.</summary>
    public static readonly Rule TableInvalid = new("summary-table.invalid", "四(二)");

    /// <summary>The summary table says what the registry holds already.</summary>
    public static readonly Rule TableUnchanged = new("summary-table.unchanged", "四(二)");

    /// <summary>What the table would change now is not what its dry run showed.</summary>
    public static readonly Rule TableNotSeen = new("summary-table.not-seen", "design: no lost update", 409);

    /// <summary>Nothing is recommended, so there is nothing to report.</summary>
    public static readonly Rule NothingRecommended = new("city-report.nothing-recommended", "四(二)");

    /// <summary>The report lists each of the city's recommended clusters once, and nothing else.</summary>
    public static readonly Rule ListDiffers = new("city-report.list-differs", "四(二)");

    /// <summary>A document number reads 机关代字〔年〕号.</summary>
    public static readonly Rule NumberInvalid = new("city-report.number-invalid", "四(二)");

    /// <summary>Scan and sealed summary table are named by their SHA-256.</summary>
    public static readonly Rule DigestInvalid = new("city-report.digest-invalid", "四(二)");

    /// <summary>Scans are stored before the draft names them.</summary>
    public static readonly Rule FileMissing = new("city-report.file-missing", "四(二)");

    /// <summary>A scan is a PDF, PNG or JPEG, by its content.</summary>
    public static readonly Rule ScanKind = new("city-report.scan-kind", "四(二)", 415);

    /// <summary>No draft to issue.</summary>
    public static readonly Rule NotDrafted = new("city-report.not-drafted", "procedure 3", 409);

    /// <summary>Whoever drafted the report does not issue it.</summary>
    public static readonly Rule SamePerson = new("city-report.same-person", "procedure 3", 403);
}
