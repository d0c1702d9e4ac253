using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>The number of an official document (发文字号): 机关代字〔年〕序号号, for example 鲁工信〔2025〕12号 (GB/T 9704-2012, 7.2.5).</summary>
public static partial class DocumentNumber
{
    /// <summary>The number as it is written: year in 〔〕, digits in half width, no spaces. Null if the text is no document number.</summary>
    public static string? Normal(string text)
    {
        if (text.Length > 100 || !text.IsNormalized(NormalizationForm.FormC))
            return null;
        var plain = string.Concat(text.Where(c => !char.IsWhiteSpace(c))).Normalize(NormalizationForm.FormKC)
            .Replace('[', '〔').Replace(']', '〕').Replace('(', '〔').Replace(')', '〕').Replace('【', '〔').Replace('】', '〕');
        return Form().IsMatch(plain) ? plain : null;
    }

    /// <summary>Why the announcement cannot bear this number: wrong form, another body's letters, another year than the document's; null if it can.</summary>
    /// <param name="normal">The number in normal form, or null.</param>
    /// <param name="issuer">Whose letters (机关代字) it begins with; letters of a division may follow.</param>
    /// <param name="day">The day the document bears.</param>
    public static Refusal? Fault(string? normal, Issuer issuer, DateOnly day)
    {
        var parts = normal is null ? null : Form().Match(normal);
        return parts is not null && parts.Groups["letters"].Value.StartsWith(issuer.DocumentPrefix, StringComparison.Ordinal)
            && parts.Groups["letters"].Length <= issuer.DocumentPrefix.Length + 4
            && parts.Groups["year"].Value == day.Year.ToString("0000", CultureInfo.InvariantCulture)
            ? null
            : RecognitionRules.NumberInvalid.Refuse(("prefix", issuer.DocumentPrefix), ("year", day.Year));
    }

    [GeneratedRegex(@"^(?<letters>\p{IsCJKUnifiedIdeographs}{1,12})〔(?<year>[0-9]{4})〕[1-9][0-9]{0,4}号$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
