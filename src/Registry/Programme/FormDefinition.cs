namespace Registry.Programme;

/// <summary>四(一): the application form (附件1) as data, so that another batch has another form without code.</summary>
/// <param name="Origin">Where the form comes from; ours is derived, since the notice's annex was not published.</param>
/// <param name="Roles">Which fields the procedure itself reads.</param>
public sealed record FormDefinition(Words Origin, FormRoles Roles, IReadOnlyList<FormSection> Sections, IReadOnlyList<FieldDefinition> Fields)
{
    public FieldDefinition? Find(string key) => Fields.FirstOrDefault(field => field.Key == key);
}

/// <summary>Keys of the fields that the procedure needs by meaning, whatever the form calls them.</summary>
/// <param name="RelaxationClaim">The conditions for which the applicant claims relaxation; null where none can be relaxed.</param>
/// <param name="Undertaking">The undertaking of truth (五(三)).</param>
public sealed record FormRoles(
    string ClusterName, string City, string Industry, string ApplicantName, string ApplicantKind, string ApplicantCode,
    string? RelaxationClaim, string Undertaking);

public sealed record FormSection(string Key, string Zh, string En);

/// <summary>One field of the form, or one column of a table.</summary>
public sealed record FieldDefinition
{
    public required string Key { get; init; }
    public required FieldType Type { get; init; }
    public required Words Label { get; init; }

    /// <summary>What to fill in and what not, shown at the field.</summary>
    public Words? Help { get; init; }

    /// <summary>Key of the form's section; columns have none.</summary>
    public string? Section { get; init; }

    /// <summary>The unit shown with the figure, always: 亿元, 家, 项. For money also the unit of a figure that states none.</summary>
    public string? Unit { get; init; }

    /// <summary>A required field has a value at submission; a required declaration is true; a required table has a row.</summary>
    public bool Required { get; init; }

    /// <summary>Key of another field; where that one has a value, this one must have one too.</summary>
    public string? RequiredWith { get; init; }

    /// <summary>The place in the notice that the field serves.</summary>
    public string? Rule { get; init; }

    /// <summary>True if the field needs at least one file of evidence at submission (四(一): 具体指标要提供佐证材料).</summary>
    public bool Evidence { get; init; }

    /// <summary>True for words of a person's own, which are sealed and never stand plain in an event.</summary>
    public bool FreeText { get; init; }

    /// <summary>True for personal data, which are sealed and never public.</summary>
    public bool Personal { get; init; }

    /// <summary>Most characters of a text.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Smallest figure, in the field's unit.</summary>
    public decimal? Min { get; init; }

    /// <summary>Largest figure, in the field's unit.</summary>
    public decimal? Max { get; init; }

    /// <summary>The choices of a choice field.</summary>
    public IReadOnlyList<Option>? Options { get; init; }

    /// <summary>True if a choice field takes several of its choices.</summary>
    public bool Several { get; init; }

    /// <summary>The columns of a table.</summary>
    public IReadOnlyList<FieldDefinition>? Columns { get; init; }

    /// <summary>The column in which no two rows of a table may be equal.</summary>
    public string? UniqueBy { get; init; }

    /// <summary>Most rows of a table.</summary>
    public int? MaxRows { get; init; }
}

/// <summary>The types a field may have. Money is kept as decimal yuan whatever unit it is entered in.</summary>
public enum FieldType { Text, LongText, Integer, Decimal, Money, Choice, City, Industry, CreditCode, Date, Declaration, Table }
