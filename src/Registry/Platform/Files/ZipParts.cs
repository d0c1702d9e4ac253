using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>One part of an archive as both of its directories say it.</summary>
internal sealed record ZipPart(string Name, ushort Method, uint Crc, long Size, ReadOnlyMemory<byte> Packed);

/// <summary>How much may still be unpacked of one upload, archives inside it included.</summary>
internal sealed class UnpackBudget
{
    public long Left { get; set; } = Inspection.MostUnpacked;

    public int Parts { get; set; } = ZipParts.Most;
}

/// <summary>
/// An archive read so that no two readers can see different things in it: one directory at the very end, every part once, both heads of a part alike, the
/// parts lying one behind the other from the first byte on with nothing before, between, behind or over one another, and every size counted.
/// </summary>
internal static class ZipParts
{
    /// <summary>Most parts. A workbook of a hundred sheets with pictures has some hundreds.</summary>
    public const int Most = 2000;

    private const int EndSize = 22, End64Size = 76, DirectoryHead = 46, LocalHead = 30, LongestName = 255;
    private const uint Sentinel = uint.MaxValue;
    private const ushort EncryptedFlags = 0x0001 | 0x0040 | 0x2000, DescriptorFlag = 0x0008;

    /// <summary>The parts in the order in which they lie, or why the archive is not taken.</summary>
    public static (IReadOnlyList<ZipPart> Parts, Refusal? Refusal) Read(ReadOnlyMemory<byte> archive, UnpackBudget budget)
    {
        var content = archive.Span;
        if (!FindDirectory(content, out var at, out var count, out var directoryEnd))
            return ([], Bytes.HoldArchive(content) ? FileRules.Polyglot.Refuse() : FileRules.Damaged.Refuse());
        if (count > budget.Parts)
            return ([], Inspection.TooMuch());
        budget.Parts -= (int)count;

        var directoryStart = at;
        var heads = new List<Head>((int)count);
        for (var i = 0; i < count; i++)
        {
            if (Head.Read(content, ref at, directoryEnd) is not { } head)
                return ([], FileRules.Damaged.Refuse());
            if ((head.Flags & EncryptedFlags) != 0)
                return ([], FileRules.Encrypted.Refuse());
            if (head.Method is not (0 or 8) || !IsSafe(head.Name))
                return ([], FileRules.Damaged.Refuse());
            heads.Add(head);
        }
        if (at != directoryEnd || heads.DistinctBy(h => h.Name, StringComparer.OrdinalIgnoreCase).Count() != heads.Count)
            return ([], FileRules.Polyglot.Refuse());

        // What it owns up to is refused before a byte is unpacked; what it hides is found by counting.
        var left = budget.Left;
        foreach (var head in heads)
            if (head.Size > left)
                return ([], Inspection.TooMuch());
            else
                left -= head.Size;
        heads.Sort((a, b) => a.Local.CompareTo(b.Local));
        var (parts, expected) = (new List<ZipPart>(), 0L);
        for (var i = 0; i < heads.Count; i++)
        {
            var head = heads[i];
            if (head.Local != expected || LocalEnd(content, head, directoryStart) is not { } start || start + head.PackedSize > directoryStart)
                return ([], FileRules.Polyglot.Refuse());
            var end = start + head.PackedSize;
            expected = i + 1 < heads.Count ? heads[i + 1].Local : directoryStart;
            // Behind a part of unknown size its writer adds the size: without or with a mark, in four or in eight bytes.
            if (expected != end && !((head.Flags & DescriptorFlag) != 0 && expected - end is 12 or 16 or 20 or 24))
                return ([], FileRules.Polyglot.Refuse());
            parts.Add(new ZipPart(head.Name, head.Method, head.Crc, head.Size, archive.Slice((int)start, (int)head.PackedSize)));
        }
        return expected == directoryStart ? (parts, null) : ([], FileRules.Polyglot.Refuse());
    }

    /// <summary>Unpacks a part, hands its bytes over as they come, and says what is wrong with it: more or fewer bytes than it claims, or others.</summary>
    public static Refusal? Unpack(ZipPart part, UnpackBudget budget, Action<ReadOnlyMemory<byte>> take)
    {
        if (part.Size > budget.Left)
            return Inspection.TooMuch();
        var (buffer, count, crc) = (new byte[64 * 1024], 0L, 0u);
        try
        {
            using var packed = new MemoryStream(part.Packed.ToArray(), writable: false);
            using Stream plain = part.Method == 8 ? new DeflateStream(packed, CompressionMode.Decompress) : packed;
            for (int read; (read = plain.Read(buffer)) > 0;)
            {
                count += read;
                budget.Left -= read;
                if (count > part.Size)
                    return FileRules.Polyglot.Refuse();
                if (budget.Left < 0)
                    return Inspection.TooMuch();
                crc = Bytes.Crc(buffer.AsSpan(0, read), crc);
                take(buffer.AsMemory(0, read));
            }
        }
        catch (InvalidDataException)
        {
            return FileRules.Damaged.Refuse();
        }
        return count == part.Size && crc == part.Crc ? null : FileRules.Polyglot.Refuse();
    }

    /// <summary>Names are only ever compared, never made into files; one that no office program writes is refused all the same.</summary>
    private static bool IsSafe(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '/'
        && name.All(c => c is > ' ' and <= '~' and not ('\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|') || c == ' ')
        && name.Split('/') is var steps && steps.All(s => s is not (".." or "."))
        && !steps.Any(s => Reserved.Contains(s.Split('.')[0].ToUpperInvariant()));

    private static readonly HashSet<string> Reserved = ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })];

    private static bool FindDirectory(ReadOnlySpan<byte> content, out long start, out long count, out long end)
    {
        (start, count, end) = (0, 0, 0);
        var at = content.Length - EndSize;
        if (at < 0 || U32(content, at) != 0x06054b50 || U16(content, at + 20) != 0 || U32(content, at + 4) != 0)
            return false;
        (count, var size, start, end) = (U16(content, at + 10), (long)U32(content, at + 12), U32(content, at + 16), at);
        if (at >= End64Size && U32(content, at - 20) == 0x07064b50)
        {
            end = at - End64Size;
            var (count64, size64, start64) = (U64(content, end + 32), U64(content, end + 40), U64(content, end + 48));
            if (U32(content, end) != 0x06064b50 || U64(content, end + 4) != 44 || U64(content, at - 12) != end
                || Differ(count, ushort.MaxValue, count64) || Differ(size, Sentinel, size64) || Differ(start, Sentinel, start64))
                return false;
            (count, size, start) = (count64, size64, start64);
        }
        return U16(content, at + 8) == U16(content, at + 10) && start >= 0 && size >= 0 && start + size == end && count >= 0 && count <= size / DirectoryHead;
    }

    private static bool Differ(long narrow, long sentinel, long wide) => narrow != sentinel && narrow != wide;

    /// <summary>Where a part's bytes begin, if its local head says the same as the directory's.</summary>
    private static long? LocalEnd(ReadOnlySpan<byte> content, Head head, long directoryStart)
    {
        var at = head.Local;
        if (at + LocalHead > directoryStart || U32(content, at) != 0x04034b50)
            return null;
        var (flags, method, crc, packed, size) = (U16(content, at + 6), U16(content, at + 8), U32(content, at + 14), U32(content, at + 18), U32(content, at + 22));
        var (nameLength, extraLength) = (U16(content, at + 26), U16(content, at + 28));
        var start = at + LocalHead + nameLength + extraLength;
        if (start > directoryStart || method != head.Method || ((flags ^ head.Flags) & (EncryptedFlags | DescriptorFlag)) != 0
            || Encoding.UTF8.GetString(content.Slice((int)at + LocalHead, nameLength)) != head.Name)
            return null;
        if ((flags & DescriptorFlag) == 0 && (crc != head.Crc || Differ(packed, Sentinel, head.PackedSize) || Differ(size, Sentinel, head.Size)))
            return null;
        return start;
    }

    /// <summary>A part as the directory at the end says it.</summary>
    private sealed record Head(string Name, ushort Flags, ushort Method, uint Crc, long PackedSize, long Size, long Local)
    {
        public static Head? Read(ReadOnlySpan<byte> content, ref long at, long end)
        {
            if (at + DirectoryHead > end || U32(content, at) != 0x02014b50)
                return null;
            var (nameLength, extraLength, commentLength) = (U16(content, at + 28), U16(content, at + 30), U16(content, at + 32));
            var next = at + DirectoryHead + nameLength + extraLength + commentLength;
            if (next > end)
                return null;
            var name = Encoding.UTF8.GetString(content.Slice((int)at + DirectoryHead, nameLength));
            long packed = U32(content, at + 20), size = U32(content, at + 24), local = U32(content, at + 42);
            var extra = content.Slice((int)at + DirectoryHead + nameLength, extraLength);
            for (var field = 0; field + 4 <= extra.Length; field += 4 + U16(extra, field + 2))
                if (U16(extra, field) == 1)
                {
                    var wide = field + 4;
                    if (!Widen(extra, ref size, ref wide) || !Widen(extra, ref packed, ref wide) || !Widen(extra, ref local, ref wide))
                        return null;
                }
            var head = new Head(name, U16(content, at + 8), U16(content, at + 10), U32(content, at + 16), packed, size, local);
            at = next;
            return packed < 0 || size < 0 || local < 0 || packed > content.Length || local > content.Length ? null : head;
        }

        private static bool Widen(ReadOnlySpan<byte> extra, ref long value, ref int at)
        {
            if (value != Sentinel)
                return true;
            if (at + 8 > extra.Length)
                return false;
            value = U64(extra, at);
            at += 8;
            return true;
        }
    }

    private static ushort U16(ReadOnlySpan<byte> content, long at) => BinaryPrimitives.ReadUInt16LittleEndian(content[(int)at..]);

    private static uint U32(ReadOnlySpan<byte> content, long at) => BinaryPrimitives.ReadUInt32LittleEndian(content[(int)at..]);

    private static long U64(ReadOnlySpan<byte> content, long at) => BinaryPrimitives.ReadInt64LittleEndian(content[(int)at..]);
}
