namespace Registry.Programme;

/// <summary>One condition of 三 (or one test of 二) with its thresholds as data over the form's fields.</summary>
/// <param name="Id">Stable key: C1 to C7, A1 …</param>
/// <param name="Clause">The notice's own number, 三(二).</param>
/// <param name="Text">What the notice says.</param>
/// <param name="Kind">Whether figures decide it, or a person's judgement.</param>
/// <param name="Relaxable">True if core and frontier industries may have it relaxed.</param>
/// <param name="Fields">The form's fields that speak to it.</param>
/// <param name="Requirements">The thresholds, all of which must hold. A judged condition may have none.</param>
public sealed record Condition(
    string Id, string Clause, Words Title, Words Text, ConditionKind Kind, bool Relaxable,
    IReadOnlyList<string> Fields, IReadOnlyList<Requirement> Requirements);

public enum ConditionKind { Quantitative, Judgement }

/// <summary>One threshold. It holds if any one of its alternatives holds (1 national or 3 provincial platforms).</summary>
/// <param name="Soft">原则上: falling short needs a recorded justification and does not fail the condition.</param>
public sealed record Requirement(string Id, Words Label, bool Soft, IReadOnlyList<Alternative> AnyOf);

/// <summary>A figure measured on the form and the bounds it must keep. "以上" includes the figure itself.</summary>
/// <param name="Unit">Unit of the bounds: 元, 万元 or 亿元 for money, % for a ratio, otherwise what is counted.</param>
/// <param name="OneOf">For a choice: the codes that satisfy.</param>
public sealed record Alternative(
    Words Label, Measure Measure, decimal? AtLeast = null, decimal? AtMost = null, IReadOnlyList<string>? OneOf = null, string? Unit = null);

/// <summary>How a figure is taken from the form.</summary>
public sealed record Measure
{
    public required MeasureKind Kind { get; init; }

    /// <summary>The field of a value, a declaration or a choice.</summary>
    public string? Field { get; init; }

    /// <summary>The tables whose rows are counted or summed, taken together.</summary>
    public IReadOnlyList<string>? Tables { get; init; }

    /// <summary>The columns whose figures are summed.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The rows that count: those that pass every filter.</summary>
    public IReadOnlyList<RowFilter>? Where { get; init; }

    /// <summary>Rows equal in this column count once, so that a firm named in two tables is one firm.</summary>
    public string? DistinctBy { get; init; }

    public string? Numerator { get; init; }
    public string? Denominator { get; init; }
}

public enum MeasureKind { Value, Declared, Choice, CountRows, Sum, Ratio }

/// <param name="Unit">Unit of the bounds where the column is money.</param>
/// <param name="WithinMonths">Passes a day from which these months have not run out yet.</param>
public sealed record RowFilter(
    string Column, decimal? AtLeast = null, decimal? AtMost = null, string? Unit = null, IReadOnlyList<string>? OneOf = null, int? WithinMonths = null);

/// <summary>三, last sentence: which conditions may be relaxed for whom. A relaxation is a person's decision, never automatic.</summary>
/// <param name="OpenEnded">True if the notice's list of fields ends in 等, so that further fields can be admitted.</param>
/// <param name="ProposedBy">Who proposes a relaxation, a further field, or a justification of a soft threshold.</param>
/// <param name="ConfirmedBy">Who confirms or refuses it.</param>
public sealed record Relaxation(
    string Clause, IReadOnlyList<string> Conditions, IReadOnlyList<string> Industries, bool OpenEnded, DecidingBody ProposedBy, DecidingBody ConfirmedBy);

public enum DecidingBody { City, Province }
