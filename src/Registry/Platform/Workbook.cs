using System.IO.Compression;
using System.Xml;
using Registry.Platform.Commands;

namespace Registry.Platform;

/// <summary>A row of a workbook: its number as Excel shows it, and its texts from column A on; an empty cell is an empty text.</summary>
public sealed record WorkbookRow(int Number, IReadOnlyList<string> Cells);

/// <summary>The rows of a workbook's first sheet that hold anything, or why it cannot be read.</summary>
public sealed record WorkbookRead(IReadOnlyList<WorkbookRow> Rows, Refusal? Refusal);

/// <summary>
/// Reads the first sheet of an XLSX file that somebody has uploaded. Nothing in it is trusted: sizes are counted as they are unpacked and not as the file claims,
/// document types and macros are refused, and so is a formula, since its value is whatever the file says: each such cell is named, and nothing is taken.
/// </summary>
public sealed class Workbook
{
    /// <summary>Most bytes after unpacking.</summary>
    public const int LargestUnpacked = 16 * 1024 * 1024;

    /// <summary>Some cells cannot be taken; each is named as Excel does.</summary>
    public static readonly Rule Cells = new("workbook.cells", "design: no file is trusted");

    /// <summary>A cell holds a formula.</summary>
    public static readonly Rule Formula = new("workbook.formula", "design: no file is trusted");

    /// <summary>A cell holds more than one cell may.</summary>
    public static readonly Rule LongCell = new("workbook.long-cell", "design: no file is trusted");

    private const int MostErrors = 500;

    private const int MostParts = 200, LongestCell = 5000, MostColumnLetters = 3;

    /// <summary>The file is no workbook, holds macros, or is built to exhaust its reader.</summary>
    public static readonly Rule Unreadable = new("workbook.unreadable", "design: no file is trusted");

    /// <summary>More rows or columns than the import takes.</summary>
    public static readonly Rule TooLarge = new("workbook.too-large", "design: no file is trusted", 413);

    private readonly ZipArchive zip;
    private readonly int mostRows, mostColumns;
    private readonly List<FieldError> wrong = [];
    private long left = LargestUnpacked;

    private Workbook(ZipArchive zip, int mostRows, int mostColumns) => (this.zip, this.mostRows, this.mostColumns) = (zip, mostRows, mostColumns);

    /// <summary>Reads it.</summary>
    public static WorkbookRead Read(byte[] content, int mostRows, int mostColumns)
    {
        if (FileKinds.Of(content) != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            return new([], Unreadable.Refuse());
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            return zip.Entries.Count > MostParts ? new([], Unreadable.Refuse()) : new Workbook(zip, mostRows, mostColumns).FirstSheet();
        }
        catch (Exception e) when (e is InvalidDataException or XmlException or FormatException)
        {
            return new([], Unreadable.Refuse());
        }
    }

    private WorkbookRead FirstSheet()
    {
        var texts = SharedTexts();
        using var xml = Open(PathOfFirstSheet()) ?? throw new FormatException("no sheet");
        var rows = new List<WorkbookRow>();
        while (xml.Read())
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "row" })
            {
                var number = int.TryParse(xml.GetAttribute("r"), out var stated) ? stated : rows.Count + 1;
                var cells = RowCells(xml.ReadSubtree(), number, texts);
                var holds = cells?.Any(c => c.Length > 0) == true;
                if (cells is null || holds && rows.Count == mostRows)
                    return new([], TooLarge.Refuse(("rows", mostRows), ("columns", mostColumns)));
                if (holds)
                    rows.Add(new WorkbookRow(number, cells));
            }
        return wrong.Count > 0 ? new([], Cells.Refuse(("count", wrong.Count)) with { Errors = wrong }) : new(rows, null);
    }

    /// <summary>Null when a cell stands beyond the columns that are taken.</summary>
    private string[]? RowCells(XmlReader row, int number, List<string?> texts)
    {
        using (row)
        {
            var cells = Enumerable.Repeat("", mostColumns).ToArray();
            var next = 0;
            while (row.Read())
                if (row is { NodeType: XmlNodeType.Element, LocalName: "c" })
                {
                    var column = row.GetAttribute("r") is { } place ? ColumnOf(place) : next;
                    var (text, fault) = CellText(row.GetAttribute("t"), row.ReadSubtree(), texts);
                    if (fault is not null && wrong.Count < MostErrors)
                        wrong.Add(fault.Refuse(("longest", LongestCell)).AsError($"{LettersOf(column)}{number}"));
                    if (column < mostColumns)
                        cells[column] = text.Trim();
                    else if (text.Length > 0)
                        return null;
                    next = column + 1;
                }
            return cells;
        }
    }

    /// <summary>What a cell holds, or why it is not taken. How a word is spoken (rPh) stands beside it in the file and is no part of it.</summary>
    private static (string Text, Rule? Fault) CellText(string? type, XmlReader cell, List<string?> texts)
    {
        using (cell)
        {
            var text = "";
            while (cell.Read())
                if (cell is { NodeType: XmlNodeType.Element, LocalName: "f" })
                    return ("", Formula);
                else if (cell is { NodeType: XmlNodeType.Element, LocalName: "rPh" })
                    using (var spoken = cell.ReadSubtree())
                        while (spoken.Read())
                            continue;
                else if (cell.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace
                    && (text += cell.Value).Length > LongestCell)
                    return ("", LongCell);
            if (type == "s")
                return int.TryParse(text, out var index) && index >= 0 && index < texts.Count ? (texts[index] ?? "", texts[index] is null ? LongCell : null) : throw new FormatException("no such text");
            return (text, null);
        }
    }

    /// <summary>The texts that cells share; null for one that is longer than a cell may be.</summary>
    private List<string?> SharedTexts()
    {
        var texts = new List<string?>();
        using var xml = Open("xl/sharedStrings.xml");
        while (xml?.Read() == true)
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "si" })
                texts.Add(CellText(null, xml.ReadSubtree(), texts) is { Fault: null, Text: var text } ? text : null);
        return texts;
    }

    private string PathOfFirstSheet()
    {
        const string relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        string? id = null;
        using (var workbook = Open("xl/workbook.xml"))
            while (id is null && workbook?.Read() == true)
                if (workbook is { NodeType: XmlNodeType.Element, LocalName: "sheet" })
                    id = workbook.GetAttribute("id", relationships);
        using var links = Open("xl/_rels/workbook.xml.rels");
        while (links?.Read() == true)
            if (links is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && links.GetAttribute("Id") == id && links.GetAttribute("Target") is { } target)
                return target.StartsWith('/') ? target[1..] : $"xl/{target}";
        throw new FormatException("no sheet");
    }

    private static int ColumnOf(string place)
    {
        var letters = place.TakeWhile(char.IsAsciiLetterUpper).ToArray();
        return letters.Length is > 0 and <= MostColumnLetters
            ? letters.Aggregate(0, (column, letter) => column * 26 + letter - 'A' + 1) - 1
            : throw new FormatException("no column");
    }

    private static string LettersOf(int column) => (column >= 26 ? LettersOf(column / 26 - 1) : "") + (char)('A' + column % 26);

    private XmlReader? Open(string path) => zip.GetEntry(path) is { } part
        ? XmlReader.Create(new Unpacked(this, part.Open()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true })
        : null;

    /// <summary>Counts what comes out of the archive, over all parts.</summary>
    private sealed class Unpacked(Workbook workbook, Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            workbook.left -= read;
            return workbook.left >= 0 ? read : throw new InvalidDataException("more than a workbook holds");
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
