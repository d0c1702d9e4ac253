using System.Buffers.Binary;
using System.IO.Compression;
using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>A PNG chunk by chunk, of a size that a program can show, whose picture unpacks to no more than its head says.</summary>
internal static class PngCheck
{
    /// <summary>Longest side of a picture, pixels.</summary>
    internal const int LongestSide = 20_000;

    /// <summary>Most pixels of a picture.</summary>
    internal const long MostPixels = 100_000_000;

    private const int HeadSize = 8, ChunkFrame = 12, MostText = 1024 * 1024;

    public static Refusal? Check(ReadOnlyMemory<byte> png)
    {
        var content = png.Span;
        var picture = new MemoryStream();
        long expected = -1;
        for (var at = HeadSize; at + ChunkFrame <= content.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
            if (length > content.Length - at - ChunkFrame)
                return FileRules.Damaged.Refuse();
            var kind = content.Slice(at + 4, 4);
            var data = content.Slice(at + 8, (int)length);
            if (BinaryPrimitives.ReadUInt32BigEndian(content[(at + 8 + (int)length)..]) != Bytes.Crc(content.Slice(at + 4, 4 + (int)length)))
                return FileRules.Damaged.Refuse();
            at += ChunkFrame + (int)length;
            if (kind.SequenceEqual("IHDR"u8))
            {
                if (expected >= 0 || length != 13)
                    return FileRules.Damaged.Refuse();
                var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
                if (width == 0 || height == 0)
                    return FileRules.Damaged.Refuse();
                if (width > LongestSide || height > LongestSide || (long)width * height > MostPixels)
                    return Inspection.TooMuch();
                expected = Unpacked(width, height, data[8], data[9], data[12] != 0);
                if (expected > Inspection.MostUnpacked)
                    return Inspection.TooMuch();
            }
            else if (expected < 0)
                return FileRules.Damaged.Refuse();
            else if (kind.SequenceEqual("IDAT"u8))
                picture.Write(data);
            else if (kind.SequenceEqual("IEND"u8))
                return at < content.Length ? FileRules.Polyglot.Refuse() : PictureWrong(picture, expected);
            else if (Bytes.HoldMarkup(data) || Bytes.Holds(data, "%PDF-"u8) || Bytes.HoldArchive(data))
                return FileRules.Polyglot.Refuse();
            else if (TextUnpacks(kind, data) > MostText)
                return Inspection.TooMuch();
        }
        return FileRules.Damaged.Refuse();
    }

    /// <summary>The most bytes that the picture's lines can have: an interlaced one has up to two more beginnings of lines.</summary>
    private static long Unpacked(uint width, uint height, byte depth, byte colour, bool interlaced)
    {
        var channels = colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var line = 1 + ((long)width * channels * Math.Clamp(depth, (byte)1, (byte)16) + 7) / 8;
        return interlaced ? height * (line + 2) * 2 : height * line;
    }

    private static Refusal? PictureWrong(MemoryStream picture, long expected)
    {
        picture.Position = 0;
        return Count(new ZLibStream(picture, CompressionMode.Decompress), expected) switch
        {
            -1 => FileRules.Damaged.Refuse(),
            0 => FileRules.Damaged.Refuse(),
            var count when count > expected => Inspection.TooMuch(),
            _ => null,
        };
    }

    /// <summary>Colour profiles and texts are packed as well: the bytes after a name that ends in zero.</summary>
    private static long TextUnpacks(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        if (!kind.SequenceEqual("iCCP"u8) && !kind.SequenceEqual("zTXt"u8) && !kind.SequenceEqual("iTXt"u8))
            return 0;
        // Wherever the packed part begins (the kinds differ), trying each beginning in the first hundred bytes finds it.
        for (var at = data.IndexOf((byte)0) + 1; at > 0 && at < Math.Min(data.Length - 2, 200); at++)
            if ((data[at] & 0x0F) == 8 && ((data[at] << 8) | data[at + 1]) % 31 == 0)
            {
                var count = Count(new ZLibStream(new MemoryStream(data[at..].ToArray()), CompressionMode.Decompress), MostText);
                if (count > 0)
                    return count;
            }
        return 0;
    }

    /// <summary>How many bytes come out, stopping soon after the most; -1 when they cannot be unpacked.</summary>
    private static long Count(Stream packed, long most)
    {
        var (buffer, count) = (new byte[64 * 1024], 0L);
        try
        {
            using (packed)
                for (int read; count <= most && (read = packed.Read(buffer)) > 0;)
                    count += read;
            return count;
        }
        catch (InvalidDataException)
        {
            return -1;
        }
    }
}
