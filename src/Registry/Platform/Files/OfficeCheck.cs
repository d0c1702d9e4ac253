using System.Buffers;
using System.Xml;
using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>
/// A workbook or document of the Office Open XML kind, found by what its own list of contents says. Macros, embedded objects and archives, document types
/// and whatever is loaded from elsewhere are refused; links that a person has to follow are not.
/// </summary>
internal static class OfficeCheck
{
    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Document = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    private const string ContentTypes = "[Content_Types].xml";
    private const int MostKept = 1024 * 1024, Prologue = 64 * 1024, DeepestNesting = 1, MagicSize = 8;

    private static readonly string[] ActivePaths = ["vbaproject", "/activex/", "/externallinks/", "/macrosheets/", "/dialogsheets/", "customui/", "xl/connections.xml", "oleobject"];
    private static readonly string[] ActiveTypes = ["macroenabled", "vbaproject", "activex", "oleobject"];
    private static readonly byte[] Compound = [0xD0, 0xCF, 0x11, 0xE0];

    public static (string? Type, Refusal? Refusal) Check(ReadOnlyMemory<byte> archive) => Check(archive, new UnpackBudget(), 0);

    private static (string? Type, Refusal? Refusal) Check(ReadOnlyMemory<byte> archive, UnpackBudget budget, int depth)
    {
        if (Bytes.Holds(archive.Span[..Math.Min(1024, archive.Length)], "%PDF-"u8))
            return (null, FileRules.Polyglot.Refuse());
        var (parts, wrong) = ZipParts.Read(archive, budget);
        if (wrong is not null)
            return (null, wrong);
        if (parts.All(p => p.Name != ContentTypes))
            return (null, FileRules.Kind.Refuse());
        string? type = null;
        foreach (var part in parts)
        {
            if (ActivePaths.Any(p => ("/" + part.Name).Contains(p, StringComparison.OrdinalIgnoreCase)))
                return (null, FileRules.Active.Refuse());
            var head = new Beginning();
            if (ZipParts.Unpack(part, budget, head.Take) is { } damaged)
                return (null, damaged);
            if (part.Name == ContentTypes)
                (type, wrong) = TypeOf(head, parts);
            else
                wrong = PartWrong(part, head, budget, depth);
            if (wrong is not null)
                return (null, wrong);
        }
        return type is null ? (null, FileRules.Kind.Refuse()) : (type, null);
    }

    private static Refusal? PartWrong(ZipPart part, Beginning head, UnpackBudget budget, int depth)
    {
        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            // A chart in a document brings its figures along as a workbook of its own.
            var isFigures = part.Name.Contains("/embeddings/", StringComparison.Ordinal) && part.Name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);
            return !isFigures || depth >= DeepestNesting || head.Whole is not { } whole ? FileRules.Active.Refuse() : Check(whole, budget, depth + 1).Refusal;
        }
        if (Bytes.Holds(head.First(Prologue), Inspection.ScannersTest))
            return FileRules.Infected.Refuse();
        if (head.StartsWith(Compound) || part.Name.Contains("/embeddings/", StringComparison.OrdinalIgnoreCase))
            return FileRules.Active.Refuse();
        if (part.Name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase))
            return RelationsWrong(head);
        if (!part.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) && !part.Name.EndsWith(".vml", StringComparison.OrdinalIgnoreCase))
            return null;
        return !part.Name.StartsWith("word/", StringComparison.OrdinalIgnoreCase) ? PrologueWrong(head)
            : head.HoldsDde ? FileRules.Active.Refuse()
            : PrologueWrong(head) ?? (head.HoldsFields ? FieldCheck.Check(part) : null);
    }

    /// <summary>The kind by the list of contents: the type of the main part, which must be there.</summary>
    private static (string? Type, Refusal? Refusal) TypeOf(Beginning list, IReadOnlyList<ZipPart> parts)
    {
        string? type = null;
        var wrong = Read(list, xml =>
        {
            var stated = xml.GetAttribute("ContentType") ?? "";
            if (ActiveTypes.Any(a => stated.Contains(a, StringComparison.OrdinalIgnoreCase)))
                return FileRules.Active.Refuse();
            if (xml.GetAttribute("PartName") is { } name && parts.Any(p => "/" + p.Name == name))
                type = stated == Workbook + ".main+xml" ? Workbook : stated == Document + ".main+xml" ? Document : type;
            return null;
        });
        return (type, wrong);
    }

    /// <summary>What the program would fetch by itself when the file is opened; a link for a person to follow is not that.</summary>
    private static Refusal? RelationsWrong(Beginning relations) => Read(relations, xml =>
        xml.GetAttribute("TargetMode") == "External" && xml.GetAttribute("Type")?.EndsWith("/hyperlink", StringComparison.Ordinal) != true ? FileRules.Active.Refuse() : null);

    /// <summary>A whole small part, element by element.</summary>
    private static Refusal? Read(Beginning part, Func<XmlReader, Refusal?> look)
    {
        if (part.Whole is not { } whole)
            return Inspection.TooMuch();
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(whole), Strict);
            while (xml.Read())
                if (xml.NodeType == XmlNodeType.Element && look(xml) is { } wrong)
                    return wrong;
            return null;
        }
        catch (XmlException e)
        {
            return DocumentType(e);
        }
    }

    /// <summary>A document type, by which a small part becomes a large one or another file, can only stand before the first element.</summary>
    private static Refusal? PrologueWrong(Beginning part)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(part.First(Prologue)), Strict);
            return xml.MoveToContent() == XmlNodeType.Element ? null : FileRules.Damaged.Refuse();
        }
        catch (XmlException e)
        {
            return DocumentType(e);
        }
    }

    private static Refusal DocumentType(XmlException e) => e.Message.Contains("DTD", StringComparison.Ordinal) ? FileRules.Active.Refuse() : FileRules.Damaged.Refuse();

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>What is kept of a part while it is unpacked: its beginning, and whether a field, or one that calls another program, stands anywhere in it.</summary>
    private sealed class Beginning
    {
        // What every field's element or attribute is named with, in UTF-8 and in either kind of UTF-16.
        private static readonly byte[] Dde = "DDEAUTO"u8.ToArray(), Field = "instr"u8.ToArray(), WideField = "i\0n\0s\0t\0r"u8.ToArray();
        private static readonly int Longest = new[] { Dde, Field, WideField }.Max(w => w.Length);
        private readonly ArrayBufferWriter<byte> kept = new();
        private byte[] tail = [];
        private long count;

        public bool HoldsDde { get; private set; }

        public bool HoldsFields { get; private set; }

        /// <summary>The whole part, or null when it is larger than is kept.</summary>
        public byte[]? Whole => count <= MostKept ? kept.WrittenSpan.ToArray() : null;

        public byte[] First(int most) => kept.WrittenSpan[..Math.Min(most, kept.WrittenCount)].ToArray();

        public bool StartsWith(ReadOnlySpan<byte> magic) => kept.WrittenSpan[..Math.Min(MagicSize, kept.WrittenCount)].StartsWith(magic);

        public void Take(ReadOnlyMemory<byte> bytes)
        {
            count += bytes.Length;
            if (kept.WrittenCount < MostKept)
                kept.Write(bytes.Span[..Math.Min(bytes.Length, MostKept - kept.WrittenCount)]);
            byte[] seam = [.. tail, .. bytes.Span[..Math.Min(bytes.Length, Longest)]];
            HoldsDde |= Holds(bytes.Span, seam, Dde);
            HoldsFields |= Holds(bytes.Span, seam, Field) || Holds(bytes.Span, seam, WideField);
            tail = seam.Length < Longest ? seam : bytes.Length >= Longest ? bytes.Span[^Longest..].ToArray() : seam[^Longest..];
        }

        private static bool Holds(ReadOnlySpan<byte> bytes, byte[] seam, byte[] word) => Bytes.Holds(bytes, word) || Bytes.Holds(seam, word);
    }
}
