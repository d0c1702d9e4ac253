using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>
/// What an uploaded file really is. Only five kinds are taken, each read by its own rules from the first byte to the last, so that nothing lies before,
/// after or between its parts; what it unpacks to is counted as it is unpacked, not as the file claims. Nothing is ever executed, fetched or written.
/// </summary>
public static class Inspection
{
    /// <summary>Most bytes that one file may unpack to. A page of A3 in colour at 600 dots per inch has 208 million.</summary>
    public const long MostUnpacked = 256L * 1024 * 1024;

    /// <summary>The media type of an acceptable file, or why it is not taken.</summary>
    public static (string? Type, Refusal? Refusal) Of(ReadOnlyMemory<byte> content)
    {
        if (Bytes.Holds(content.Span, ScannersTest))
            return (null, FileRules.Infected.Refuse());
        var (type, wrong) = FileKinds.MagicOf(content.Span) switch
        {
            FileKinds.Pdf => (FileKinds.Pdf, PdfCheck.Check(content.Span)),
            FileKinds.Png => (FileKinds.Png, PngCheck.Check(content)),
            FileKinds.Jpeg => (FileKinds.Jpeg, JpegCheck.Check(content.Span)),
            FileKinds.Zip => OfficeCheck.Check(content),
            FileKinds.Compound => (null, Bytes.Holds(content.Span, "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"u8) ? FileRules.Encrypted.Refuse() : FileRules.Kind.Refuse()),
            _ => (null, FileRules.Kind.Refuse()),
        };
        return wrong is null ? (type, null) : (null, wrong);
    }

    /// <summary>What every virus scanner finds so that it can be tried out (EICAR); here in two parts, so that none finds it in this program.</summary>
    internal static byte[] ScannersTest { get; } = [.. @"X5O!P%@AP[4\PZX54(P^)7CC)7}$"u8, .. "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"u8];

    internal static Refusal TooMuch() => FileRules.Bomb.Refuse(("most", $"{MostUnpacked / 1024 / 1024} MB"));
}

/// <summary>Searching in bytes.</summary>
internal static class Bytes
{
    private static readonly byte[][] Page = [.. new[] { "<!doctype html", "<html", "<script", "<iframe", "<?php" }.Select(System.Text.Encoding.ASCII.GetBytes)];
    private static readonly byte[][] Markup = [.. Page, "<body"u8.ToArray()];

    public static bool Holds(ReadOnlySpan<byte> content, ReadOnlySpan<byte> sought) => content.IndexOf(sought) >= 0;

    /// <summary>Whether a browser or server could take the bytes for a page: one of the tags that only a page has, followed by what ends a tag's name.</summary>
    public static bool HoldMarkup(ReadOnlySpan<byte> content) => Hold(content, Markup);

    /// <summary>The same without the tag that rich text brings along: a PDF's comments are written with a body.</summary>
    public static bool HoldPage(ReadOnlySpan<byte> content) => Hold(content, Page);

    private static bool Hold(ReadOnlySpan<byte> content, byte[][] tags)
    {
        for (var at = content.IndexOf((byte)'<'); at >= 0;)
        {
            var rest = content[at..];
            foreach (var tag in tags)
                if (rest.Length > tag.Length && System.Text.Ascii.EqualsIgnoreCase(rest[..tag.Length], tag) && rest[tag.Length] is (byte)'>' or (byte)' ' or (byte)'/' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                    return true;
            var next = content[(at + 1)..].IndexOf((byte)'<');
            at = next < 0 ? -1 : at + 1 + next;
        }
        return false;
    }

    /// <summary>Whether an archive ends in these bytes, so that an unpacker would open them: its directory stands where its end says.</summary>
    public static bool HoldArchive(ReadOnlySpan<byte> content)
    {
        const int endSize = 22, longestComment = 65_535;
        for (var at = content.Length - endSize; at >= 0 && at >= content.Length - endSize - longestComment; at--)
            if (content[at..].StartsWith("PK\u0005\u0006"u8))
            {
                var size = BitConverter.ToUInt32(content[(at + 12)..]);
                var offset = BitConverter.ToUInt32(content[(at + 16)..]);
                if (IsDirectory(content, at - size) || IsDirectory(content, offset) || (size == 0 && offset == 0))
                    return true;
            }
        return false;

        static bool IsDirectory(ReadOnlySpan<byte> content, long at) => at >= 0 && at < content.Length && content[(int)at..].StartsWith("PK\u0001\u0002"u8);
    }

    /// <summary>CRC-32 as PNG and ZIP use it.</summary>
    public static uint Crc(ReadOnlySpan<byte> content, uint before = 0)
    {
        var crc = ~before;
        foreach (var b in content)
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1))];
}
