using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Registry.Platform;

/// <summary>发文字号 of a formal document: 机关代字〔年〕号, for example 鲁工信〔2025〕12号 (GB/T 9704-2012, 7.2.5).</summary>
/// <param name="Letters">机关代字: the body's sign, with that of a division where it has one.</param>
/// <param name="Year">The year, four digits.</param>
/// <param name="Serial">The number within the year, from 1.</param>
public sealed partial record DocumentNumber(string Letters, int Year, int Serial)
{
    private const int Longest = 100;

    /// <summary>Reads a number as people type it: other brackets, full-width digits and spaces are put right. Null if the text is no document number.</summary>
    public static DocumentNumber? Parse(string text)
    {
        // A sign of office has no character beyond the basic plane; half of such a character could not be normalised at all.
        if (text.Length > Longest || text.Any(char.IsSurrogate))
            return null;
        var plain = string.Concat(text.Where(c => !char.IsWhiteSpace(c))).InForm(NormalizationForm.FormKC)
            .Replace('[', '〔').Replace(']', '〕').Replace('(', '〔').Replace(')', '〕').Replace('【', '〔').Replace('】', '〕');
        return Form().Match(plain) is { Success: true } found
            ? new(found.Groups["letters"].Value, Figure(found.Groups["year"]), Figure(found.Groups["serial"]))
            : null;
    }

    /// <summary>The number as it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Letters}〔{Year}〕{Serial}号");

    private static int Figure(Group digits) => int.Parse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<letters>\p{IsCJKUnifiedIdeographs}{1,20})〔(?<year>[12][0-9]{3})〕(?<serial>[1-9][0-9]{0,4})号\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
