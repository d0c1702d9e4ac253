using System.Data;
using System.Globalization;
using MiniExcelLibs;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>A score sheet as an Excel file: out with what was saved, in again as what an expert typed there. Reading it saves nothing.</summary>
public static class SheetWorkbook
{
    /// <summary>The columns: the criterion's key, its title, its most points, the points, the comment.</summary>
    public static readonly IReadOnlyList<string> Columns = ["编号", "评分项", "满分", "分值", "评语"];

    private const int Key = 0, Points = 3, Comment = 4;

    /// <summary>The sheet as a file. Points are figures; every other cell is text, whatever it begins with.</summary>
    public static byte[] Write(SheetAnswer sheet, Rubric rubric)
    {
        using var table = new DataTable();
        foreach (var column in Columns)
            table.Columns.Add(column, typeof(object));
        foreach (var criterion in rubric.Criteria)
        {
            var line = sheet.Lines.FirstOrDefault(l => l.Criterion == criterion.Key);
            table.Rows.Add(criterion.Key, criterion.Title.Zh, criterion.Most, line?.Points is { } points ? points : DBNull.Value, line?.Comment ?? "");
        }
        using var file = new MemoryStream();
        file.SaveAs(table, sheetName: "评分表");
        return file.ToArray();
    }

    /// <summary>What the file says of each criterion, as typed; null when it is not a file of this sheet's rubric.</summary>
    public static (IReadOnlyList<(string Criterion, string Points, string Comment)>? Lines, Refusal? Refusal) Read(byte[] content, Rubric rubric)
    {
        var read = Workbook.Read(content, rubric.Criteria.Count + 1, Columns.Count);
        if (read.Refusal is { } unreadable)
            return (null, unreadable);
        var rows = read.Rows.Skip(1).Select(r => (Criterion: r.Cells[Key], Points: Figure(r.Cells[Points]), Comment: r.Cells[Comment])).ToArray();
        return rows.Length > 0 && rows.All(r => rubric.Criteria.Any(c => c.Key == r.Criterion)) && rows.DistinctBy(r => r.Criterion).Count() == rows.Length
            ? (rows, null)
            : (null, ReviewRules.SheetWorkbookForeign.Refuse());
    }

    /// <summary>Excel keeps 13.5 as 13.5, or as 13.500000000000002 after arithmetic: what it shows is what was meant.</summary>
    private static string Figure(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var figure) ? Math.Round(figure, 6).ToString(CultureInfo.InvariantCulture) : text;
}
