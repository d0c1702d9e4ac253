using System.Text;

namespace PublicSite;

/// <summary>CSV as spreadsheet programs and programs both read it: UTF-8 with a mark, RFC 4180, every cell quoted.</summary>
public static class Csv
{
    // Spreadsheets take a cell that starts with one of these for a formula, the full-width forms included.
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    public static void Write(Stream to, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        Line(text, columns);
        foreach (var row in rows) Line(text, row);
    }

    /// <summary>An apostrophe before what would start a formula: the spreadsheet shows text, and a reader takes one leading apostrophe away.</summary>
    public static string Escape(string cell)
    {
        var visible = cell.AsSpan().TrimStart(" \u00A0\u3000\uFEFF\u200B");
        var starts = visible.Length > 0 && FormulaStarts.Contains(visible[0], StringComparison.Ordinal) || cell.StartsWith('\'');
        return starts ? "'" + cell : cell;
    }

    private static void Line(StreamWriter text, IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) text.Write(',');
            text.Write('"');
            text.Write(Escape(cells[i] ?? "").Replace("\"", "\"\"", StringComparison.Ordinal));
            text.Write('"');
        }
        text.Write("\r\n");
    }
}
