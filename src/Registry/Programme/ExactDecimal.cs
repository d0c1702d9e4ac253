using System.Globalization;

namespace Registry.Programme;

/// <summary>
/// Reads decimal figures without ever rounding: a figure that would not fit exactly is refused, because 49.999… must
/// not become 50 on the way in.
/// </summary>
public static class ExactDecimal
{
    private const int MostIntegerDigits = 16;
    private const int MostFractionDigits = 12;

    /// <summary>Reads digits with an optional sign, point and exponent, as JSON writes numbers.</summary>
    public static bool TryParse(string text, out decimal value)
    {
        value = 0;
        var parts = text.Split('e', 'E');
        if (parts.Length > 2 || !TryReadExponent(parts, out var exponent))
            return false;
        var mantissa = parts[0].TrimStart('-');
        if (parts[0].Length - mantissa.Length > 1)
            return false;
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && fraction.Length == 0) || !(whole + fraction).All(char.IsAsciiDigit))
            return false;

        var digits = (whole + fraction).TrimStart('0');
        var scale = fraction.Length - exponent;
        var trimmed = digits.TrimEnd('0');
        scale -= digits.Length - trimmed.Length;
        if (trimmed.Length == 0)
            return true;
        if (scale > MostFractionDigits || trimmed.Length - scale > MostIntegerDigits)
            return false;
        var plain = scale <= 0 ? trimmed + new string('0', -scale)
            : trimmed.PadLeft(scale + 1, '0').Insert(Math.Max(trimmed.Length, scale + 1) - scale, ".");
        value = decimal.Parse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (parts[0][0] == '-')
            value = -value;
        return true;
    }

    private static bool TryReadExponent(string[] parts, out int exponent)
    {
        exponent = 0;
        return parts.Length == 1
            || (parts[1].Length is > 0 and <= 4 && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent));
    }
}
