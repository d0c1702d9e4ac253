using System.Globalization;

namespace Registry.Programme;

/// <summary>
/// An amount of money in yuan, exact. 亿元 and 万元 are ways to enter and to show it; inside there is one unit, so that
/// figures from different fields can be compared.
/// </summary>
public readonly record struct Yuan(decimal Amount) : IComparable<Yuan>
{
    /// <summary>The units in which money is entered and shown.</summary>
    public static readonly IReadOnlyList<string> Units = ["元", "万元", "亿元"];

    /// <summary>Amounts from here on are mistakes of unit: ten million times 亿元.</summary>
    public const decimal Limit = 1_000_000_000_000_000m;

    /// <summary>Finest fraction of a yuan, so that products of amounts stay exact.</summary>
    public const int Decimals = 4;

    /// <summary>How many yuan the unit is; null if it is no unit of money.</summary>
    public static decimal? PerUnit(string? unit) => unit switch { "元" => 1m, "万元" => 10_000m, "亿元" => 100_000_000m, _ => null };

    /// <summary>So many of the unit. The unit must be one of <see cref="Units"/>.</summary>
    public static Yuan Of(decimal figure, string unit) => new(figure * PerUnitOrThrow(unit));

    /// <summary>The amount in the unit, exact.</summary>
    public decimal In(string unit) => Amount / PerUnitOrThrow(unit);

    /// <summary>The amount with its unit, for people: 50 亿元.</summary>
    public string Show(string unit) => In(unit).ToString("#,0.############", CultureInfo.InvariantCulture) + " " + unit;

    public int CompareTo(Yuan other) => Amount.CompareTo(other.Amount);

    public static bool operator <(Yuan left, Yuan right) => left.Amount < right.Amount;

    public static bool operator >(Yuan left, Yuan right) => left.Amount > right.Amount;

    public static bool operator <=(Yuan left, Yuan right) => left.Amount <= right.Amount;

    public static bool operator >=(Yuan left, Yuan right) => left.Amount >= right.Amount;

    private static decimal PerUnitOrThrow(string unit) => PerUnit(unit) ?? throw new ArgumentException($"{unit} is no unit of money.", nameof(unit));
}
