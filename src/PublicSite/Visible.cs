using System.Text;

namespace PublicSite;

/// <summary>
/// Characters that turn or hide text, and control characters, could make one name look like another. Pages show them by their
/// number, like <c>[U+202E]</c>; the data files keep the text as it is.
/// </summary>
public static class Visible
{
    public static string Text(string text)
    {
        if (!text.Any(IsTreacherous)) return text;
        var visible = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsTreacherous(c)) visible.Append('[').Append(Name(c)).Append(']');
            else visible.Append(c);
        }
        return visible.ToString();
    }

    public static bool IsTreacherous(char c) =>
        c is < ' ' and not ('\t' or '\n' or '\r') or (>= '\u007F' and <= '\u009F') or '\u00AD' or '\u061C' or '\u180E'
        or (>= '\u200B' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFB') or '\uFFFE' or '\uFFFF';

    private static string Name(char c) => $"U+{(int)c:X4}";
}
