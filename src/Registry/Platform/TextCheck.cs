using Registry.Platform.Commands;

namespace Registry.Platform;

/// <summary>
/// Reasons and other free text as people type them into a command: something must be said, within a length, and what a reader
/// sees must be what is stored. The refusal names the field by its name in the command, never the text.
/// </summary>
public static class TextCheck
{
    /// <summary>Most characters of a reason.</summary>
    public const int Longest = 5000;

    /// <summary>The procedure asks for these words.</summary>
    public static readonly Rule Missing = new("reason.missing", "procedure: with reasons");

    /// <summary>The text is longer than a reason needs.</summary>
    public static readonly Rule TooLong = new("reason.too-long", "procedure: with reasons");

    /// <summary>The text has characters that <see cref="PlainText"/> does not let through: a reader would see something else than what is stored.</summary>
    public static readonly Rule Hidden = new("reason.hidden-character", "design: text reads as it is stored");

    /// <summary>Why the text cannot be taken, or null if it can. White space around it does not count; new lines are allowed.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="field">The command's field, for the refusal.</param>
    /// <param name="longest">Most characters.</param>
    public static Refusal? Check(string? text, string field, int longest = Longest) =>
        string.IsNullOrWhiteSpace(text) ? Missing.Refuse(("field", field))
        : PlainText.Check(text, multiline: true, longest).Code switch
        {
            null => null,
            PlainText.TooLongCode => TooLong.Refuse(("field", field), ("longest", longest)),
            _ => Hidden.Refuse(("field", field)),
        };

    /// <summary>The same for a name or another text of one line: new lines and tabs are refused too, for it stands in a row of a list.</summary>
    public static Refusal? CheckLine(string? text, string field, int longest = Longest) =>
        Check(text, field, longest) ?? (text!.Trim().AsSpan().ContainsAny('\n', '\r', '\t') ? Hidden.Refuse(("field", field)) : null);

    /// <summary>The same for a text that may be left out.</summary>
    public static Refusal? CheckOptional(string? text, string field, int longest = Longest) =>
        string.IsNullOrWhiteSpace(text) ? null : Check(text, field, longest);
}
