using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Registry.Tests.Files;

/// <summary>Small files of the accepted kinds, whole and honest, for tests to send or to spoil.</summary>
public static class MadeFiles
{
    /// <summary>A PDF of one empty page with a comment in it.</summary>
    public static byte[] Pdf(string comment = "", string trailer = "") => Encoding.UTF8.GetBytes(
        $"%PDF-1.7\n%{comment}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R{trailer}>>\n%%EOF\n");

    /// <summary>A PNG of one colour; <paramref name="lines"/> says how many lines it really holds.</summary>
    public static byte[] Png(int width = 4, int height = 4, int? lines = null, byte[]? text = null)
    {
        var picture = new MemoryStream();
        using (var zip = new ZLibStream(picture, CompressionLevel.Optimal, leaveOpen: true))
            for (var i = 0; i < (lines ?? height); i++)
                zip.Write(new byte[1 + (width + 7) / 8]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 1;
        var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk("IHDR", head);
        if (text is not null)
            Chunk("tEXt", text);
        Chunk("IDAT", picture.ToArray());
        Chunk("IEND", []);
        return png.ToArray();

        void Chunk(string kind, byte[] data)
        {
            var whole = Encoding.ASCII.GetBytes(kind).Concat(data).ToArray();
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            png.Write(number);
            png.Write(whole);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(whole));
            png.Write(number);
        }
    }

    /// <summary>A JPEG as far as its segments go; the picture in it is empty.</summary>
    public static byte[] Jpeg(int width = 8, int height = 8, byte[]? comment = null) =>
    [
        0xFF, 0xD8,
        .. comment is null ? [] : Segment(0xFE, comment),
        .. Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]),
        .. Segment(0xDA, [1, 1, 0, 0, 63, 0]),
        0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD9,
    ];

    /// <summary>A workbook with one empty sheet, and further parts.</summary>
    public static byte[] Xlsx(params (string Name, byte[] Content)[] further) => Zip(
    [
        ("[Content_Types].xml", Xml("""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>""")),
        ("_rels/.rels", Xml("""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""")),
        ("xl/workbook.xml", Xml("<workbook/>")),
        .. further,
    ]);

    /// <summary>A document, and further parts.</summary>
    public static byte[] Docx(params (string Name, byte[] Content)[] further) => Zip(
    [
        ("[Content_Types].xml", Xml("""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>""")),
        ("word/document.xml", Xml("<document/>")),
        .. further,
    ]);

    /// <summary>An archive as the base library writes it.</summary>
    public static byte[] Zip(IEnumerable<(string Name, byte[] Content)> parts)
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in parts)
                using (var part = zip.CreateEntry(name, CompressionLevel.Optimal).Open())
                    part.Write(content);
        return archive.ToArray();
    }

    public static byte[] Xml(string text) => Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="UTF-8"?>""" + text);

    /// <summary>Where a sequence of bytes stands, for tests that spoil a head.</summary>
    public static int Find(byte[] content, byte[] sought, bool last = false) => last ? content.AsSpan().LastIndexOf(sought) : content.AsSpan().IndexOf(sought);

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static uint Crc(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var b in content)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
