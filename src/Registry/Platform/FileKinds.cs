using System.IO.Compression;

namespace Registry.Platform;

/// <summary>What a file is, by its content alone: neither its name nor what the sender says counts. Whether it is taken is <see cref="Files.Inspection"/>'s to say.</summary>
public static class FileKinds
{
    /// <summary>Media type.</summary>
    public const string Pdf = "application/pdf", Png = "image/png", Jpeg = "image/jpeg",
        Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    internal const string Zip = "application/zip", Compound = "application/x-ole-storage";

    /// <summary>The media type, or null when it is none of PDF, PNG, JPEG, XLSX, DOCX.</summary>
    public static string? Of(ReadOnlyMemory<byte> content) => MagicOf(content.Span) switch
    {
        Zip => OfficeKind(content),
        Compound => null,
        var kind => kind,
    };

    /// <summary>The family by the first bytes; an archive may be anything.</summary>
    internal static string? MagicOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("%PDF-"u8) ? Pdf
        : head.StartsWith(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }) ? Png
        : head.StartsWith(new byte[] { 0xFF, 0xD8, 0xFF }) ? Jpeg
        : head.StartsWith("PK\u0003\u0004"u8) ? Zip
        : head.StartsWith(new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 }) ? Compound
        : null;

    private static string? OfficeKind(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content.ToArray()), ZipArchiveMode.Read);
            var names = zip.Entries.Select(e => e.FullName).ToHashSet(StringComparer.Ordinal);
            return !names.Contains("[Content_Types].xml") || names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)) ? null
                : names.Contains("xl/workbook.xml") ? Workbook
                : names.Contains("word/document.xml") ? Document
                : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
