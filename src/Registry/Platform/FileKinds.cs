using System.IO.Compression;

namespace Registry.Platform;

/// <summary>What a file is, by its content alone: neither its name nor what the sender says counts.</summary>
public static class FileKinds
{
    /// <summary>The media type, or null when it is none of PDF, PNG, JPEG, XLSX, DOCX.</summary>
    public static string? Of(ReadOnlyMemory<byte> content)
    {
        var head = content.Span;
        return head.StartsWith("%PDF-"u8) ? "application/pdf"
            : head.StartsWith(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }) ? "image/png"
            : head.StartsWith(new byte[] { 0xFF, 0xD8, 0xFF }) ? "image/jpeg"
            : head.StartsWith("PK\u0003\u0004"u8) ? OfficeKind(content)
            : null;
    }

    private static string? OfficeKind(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content.ToArray()), ZipArchiveMode.Read);
            var names = zip.Entries.Select(e => e.FullName).ToHashSet(StringComparer.Ordinal);
            return !names.Contains("[Content_Types].xml") || names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)) ? null
                : names.Contains("xl/workbook.xml") ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                : names.Contains("word/document.xml") ? "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
