using System.Buffers;
using System.Globalization;
using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>
/// A PDF from its first byte to its last, not encrypted, and nothing else besides. What it would do when it is opened (scripts, actions) is not judged:
/// nobody here opens it, and it only ever leaves as an inert attachment.
/// </summary>
internal static class PdfCheck
{
    /// <summary>Where readers of other kinds look for what a file is.</summary>
    private const int BeginsWithin = 1024, EndWithin = 1024;

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n\f\0"u8);

    public static Refusal? Check(ReadOnlySpan<byte> content)
    {
        if (content.Length < 8 || !char.IsAsciiDigit((char)content[5]) || content[6] != '.' || !char.IsAsciiDigit((char)content[7]))
            return FileRules.Damaged.Refuse();
        if (Bytes.HoldMarkup(content[..Math.Min(content.Length, BeginsWithin)]) || Bytes.HoldPage(content) || Bytes.HoldArchive(content))
            return FileRules.Polyglot.Refuse();
        var tail = content[Math.Max(0, content.Length - EndWithin)..];
        var end = tail.LastIndexOf("%%EOF"u8);
        if (end < 0)
            return content.LastIndexOf("%%EOF"u8) < 0 ? FileRules.Damaged.Refuse() : FileRules.Polyglot.Refuse();
        if (tail[(end + 5)..].IndexOfAnyExcept(Blank) >= 0)
            return FileRules.Polyglot.Refuse();
        return HasName(content, "Encrypt") ? FileRules.Encrypted.Refuse() : null;
    }

    /// <summary>Whether a name object stands anywhere, however its characters are written: <c>/#45ncrypt</c> is <c>/Encrypt</c>.</summary>
    private static bool HasName(ReadOnlySpan<byte> content, string name)
    {
        for (var at = content.IndexOf((byte)'/'); at >= 0;)
        {
            if (NameIs(content[(at + 1)..], name))
                return true;
            var next = content[(at + 1)..].IndexOf((byte)'/');
            at = next < 0 ? -1 : at + 1 + next;
        }
        return false;
    }

    private static bool NameIs(ReadOnlySpan<byte> rest, string name)
    {
        var at = 0;
        foreach (var letter in name)
        {
            if (at >= rest.Length)
                return false;
            var read = (char)rest[at++];
            if (read == '#' && at + 2 <= rest.Length && byte.TryParse(rest.Slice(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                read = (char)code;
                at += 2;
            }
            if (read != letter)
                return false;
        }
        return at == rest.Length || " \t\r\n\f\0<>[](){}/%"u8.Contains(rest[at]);
    }
}
