using System.Buffers.Binary;
using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>
/// A JPEG segment by segment up to its end. After it may come only further whole JPEGs (a telephone's camera appends previews and brightness maps as such)
/// and zeros; a comment that is a page, a program or another file is refused.
/// </summary>
internal static class JpegCheck
{
    private const byte Soi = 0xD8, Eoi = 0xD9, Sos = 0xDA, Sof0 = 0xC0, Sof15 = 0xCF, Dht = 0xC4, Jpg = 0xC8, Dac = 0xCC;
    private const int MostScans = 100, MostPictures = 8;

    public static Refusal? Check(ReadOnlySpan<byte> content)
    {
        for (var pictures = 0; pictures < MostPictures; pictures++)
        {
            var (length, wrong) = Picture(content);
            if (wrong is not null)
                return pictures == 0 ? wrong : FileRules.Polyglot.Refuse();
            content = content[length..].TrimStart((byte)0);
            if (content.IsEmpty)
                return null;
            if (content is not [0xFF, Soi, ..])
                return FileRules.Polyglot.Refuse();
        }
        return FileRules.Polyglot.Refuse();
    }

    /// <summary>One picture: how long it is, or what is wrong with it.</summary>
    private static (int Length, Refusal? Wrong) Picture(ReadOnlySpan<byte> content)
    {
        var (at, scans, hasFrame) = (2, 0, false);
        while (at + 2 <= content.Length)
        {
            if (content[at] != 0xFF)
                return (0, FileRules.Damaged.Refuse());
            var marker = content[at + 1];
            at += marker == 0xFF ? 1 : 2;
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7))
                continue;
            if (marker == Eoi)
                return hasFrame && scans > 0 ? (at, null) : (0, FileRules.Damaged.Refuse());
            if (marker is 0x00 or Soi || at + 2 > content.Length)
                return (0, FileRules.Damaged.Refuse());
            var length = BinaryPrimitives.ReadUInt16BigEndian(content[at..]);
            if (length < 2 || at + length > content.Length)
                return (0, FileRules.Damaged.Refuse());
            var segment = content.Slice(at + 2, length - 2);
            at += length;
            if (marker is >= Sof0 and <= Sof15 and not (Dht or Jpg or Dac))
            {
                if (segment.Length < 6)
                    return (0, FileRules.Damaged.Refuse());
                var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
                if (width == 0 || height == 0)
                    return (0, FileRules.Damaged.Refuse());
                if (width > PngCheck.LongestSide || height > PngCheck.LongestSide || (long)width * height > PngCheck.MostPixels)
                    return (0, Inspection.TooMuch());
                hasFrame = true;
            }
            else if (marker == Sos)
            {
                if (++scans > MostScans)
                    return (0, Inspection.TooMuch());
                at = AfterScan(content, at);
            }
            else if (Bytes.HoldMarkup(segment) || Bytes.Holds(segment, "%PDF-"u8) || Bytes.HoldArchive(segment) || Bytes.Holds(segment, "PK\u0003\u0004"u8))
                return (0, FileRules.Polyglot.Refuse());
        }
        return (0, FileRules.Damaged.Refuse());
    }

    /// <summary>Where the next marker stands: in a scan 0xFF is followed by zero or a restart.</summary>
    private static int AfterScan(ReadOnlySpan<byte> content, int at)
    {
        while (at + 1 < content.Length)
        {
            var next = content[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= content.Length)
                return content.Length;
            at += next;
            if (content[at + 1] is not (0x00 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return at;
            at++;
        }
        return content.Length;
    }
}
