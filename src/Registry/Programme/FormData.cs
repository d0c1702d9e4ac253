using System.Text.Json.Serialization;
using Registry.Organisations;

namespace Registry.Programme;

/// <summary>
/// A filled-in form: a value by field key, typed as the definition says that it was read under.
/// </summary>
public sealed record FormData(IReadOnlyDictionary<string, FieldValue> Fields)
{
    public static readonly FormData Empty = new(new Dictionary<string, FieldValue>());

    /// <summary>The value of a field; null if it was left empty.</summary>
    public FieldValue? this[string key] => Fields.GetValueOrDefault(key);

    public string? Text(string key) => (this[key] as FieldValue.Text)?.Value;

    /// <summary>The single code of a choice, a city or an industry.</summary>
    public string? Code(string key) => (this[key] as FieldValue.Choice)?.Codes is [var code, ..] ? code : null;

    public IReadOnlyList<string> Codes(string key) => (this[key] as FieldValue.Choice)?.Codes ?? [];

    public CreditCode? CreditCode(string key) => (this[key] as FieldValue.Organisation)?.Code;

    public bool Declared(string key) => this[key] is FieldValue.Declaration { Value: true };

    /// <summary>The rows of a table; none if it was left empty.</summary>
    public IReadOnlyList<FormData> Rows(string key) => (this[key] as FieldValue.Table)?.Rows ?? [];
}

/// <summary>
/// The value of one field. The discriminator is one letter so that it stays the first member when a store orders
/// members by length.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "t")]
[JsonDerivedType(typeof(Text), "text")]
[JsonDerivedType(typeof(Number), "number")]
[JsonDerivedType(typeof(Money), "money")]
[JsonDerivedType(typeof(Choice), "choice")]
[JsonDerivedType(typeof(Organisation), "organisation")]
[JsonDerivedType(typeof(Day), "day")]
[JsonDerivedType(typeof(Declaration), "declaration")]
[JsonDerivedType(typeof(Table), "table")]
public abstract record FieldValue
{
    public sealed record Text(string Value) : FieldValue;

    /// <summary>An integer or decimal in the field's unit, exact.</summary>
    public sealed record Number(decimal Value) : FieldValue;

    /// <summary>An amount in yuan, whatever unit it was entered in.</summary>
    public sealed record Money(Yuan Value) : FieldValue;

    /// <summary>The codes chosen, in the order of the options.</summary>
    public sealed record Choice(IReadOnlyList<string> Codes) : FieldValue;

    public sealed record Organisation(CreditCode Code) : FieldValue;

    public sealed record Day(DateOnly Value) : FieldValue;

    public sealed record Declaration(bool Value) : FieldValue;

    /// <summary>Rows in the order entered, without blank ones; each row is a small form of the table's columns.</summary>
    public sealed record Table(IReadOnlyList<FormData> Rows) : FieldValue;
}
