using System.Globalization;
using System.Text;

namespace Registry.Platform;

/// <summary>
/// Text as people may enter it, in a form (<see cref="Check"/>) and in a command (<see cref="TextCheck"/>): normalised to NFC and trimmed, without
/// characters that are not seen or that turn the direction of reading, so that what an officer reads is what is stored. Full-width letters and signs stay.
/// </summary>
public static class PlainText
{
    /// <summary>Code of a text with too many characters.</summary>
    internal const string TooLongCode = "text.too-long";

    /// <summary>More marks than this on one letter are no writing of any language here.</summary>
    private const int MostCombiningMarks = 4;

    /// <summary>The text in normal form, or why it is refused. Line breaks become LF and are allowed in long text only.</summary>
    /// <param name="maxLength">Most characters, surrogate pairs counted once.</param>
    public static PlainTextCheck Check(string input, bool multiline, int maxLength)
    {
        // A character of the text can take several code units; far longer input is not examined at all.
        if (input.Length > maxLength * 4L + 64)
            return TooLong(maxLength);
        if (!IsWellFormed(input))
            return new(null, "text.encoding", "文字中有不完整的字符，请重新输入。");
        var text = input.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').InForm().Trim();
        var marks = 0;
        var (latin, cyrillic) = (false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune) && !(multiline && rune.Value is '\n' or '\t'))
                return new(null, "text.hidden-character", rune.Value is '\n' or '\t'
                    ? "此处只能填写一行文字，请删除换行或制表符。" : $"文字中有看不见的控制字符（U+{rune.Value:X4}），请删除后重新输入。");
            marks = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > MostCombiningMarks)
                return new(null, "text.combining-marks", "文字中有过多的附加符号，请重新输入。");
            (latin, cyrillic) = (Rune.IsLetter(rune) && (latin || IsLatin(rune)), Rune.IsLetter(rune) && (cyrillic || IsCyrillic(rune)));
            if (latin && cyrillic)
                return new(null, "text.mixed-scripts", "有一个词混用了拉丁字母和外形相同的西里尔字母，请重新输入。");
        }
        return text.EnumerateRunes().Count() > maxLength ? TooLong(maxLength) : new(text, null, null);
    }

    /// <summary>
    /// The text in one Unicode form. One that has none (half of a character, U+FFFE) stays as it is: it is left to the rule that refuses it,
    /// and never breaks what only compares.
    /// </summary>
    public static string InForm(this string text, NormalizationForm form = NormalizationForm.FormC)
    {
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    /// <summary>Controls, direction marks, zero-width and other format characters, line separators, private and unassigned code points.</summary>
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF;

    private static bool IsLatin(Rune rune) => rune.Value is >= 'A' and <= 'Z' or >= 'a' and <= 'z';

    private static bool IsCyrillic(Rune rune) => rune.Value is >= 0x0400 and <= 0x052F;

    private static PlainTextCheck TooLong(int maxLength) => new(null, TooLongCode, $"文字过长：最多 {maxLength} 个字。");

    /// <summary>No half of a character, no mark that stands where one was lost on its way, and not the one code unit that no Unicode form can hold.</summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is '\uFFFD' or '\uFFFE')
                return false;
            else if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i))
                    return false;
                i++;
            }
        return true;
    }
}

/// <param name="Text">The text in normal form; null if refused.</param>
/// <param name="Code">Stable code of the refusal.</param>
/// <param name="Message">The refusal in Chinese.</param>
public sealed record PlainTextCheck(string? Text, string? Code, string? Message);
