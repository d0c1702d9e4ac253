using System.Text.RegularExpressions;

namespace Registry.Platform;

/// <summary>发文字号 of a formal document: 机关代字〔年〕号, for example 鲁工信〔2025〕12号 (GB/T 9704-2012).</summary>
public static partial class DocumentNumber
{
    /// <summary>Whether the text is a document number: the issuer's sign, the year in six-cornered brackets, a number without leading zeros.</summary>
    public static bool IsValid(string text) => Form().IsMatch(text);

    [GeneratedRegex(@"^[\u4e00-\u9fff]{1,20}〔[12][0-9]{3}〕[1-9][0-9]{0,4}号\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
