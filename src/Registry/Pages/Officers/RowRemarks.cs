using System.Globalization;
using System.Text.Json.Nodes;
using Registry.Programme;

namespace Registry.Pages.Officers;

/// <summary>
/// What the city asks to be corrected in single rows and cells of a table: each line of the form names a row, one of its columns or all of them, and says what.
/// </summary>
public static class RowRemarks
{
    private const string Prefix = "row-remark.", Row = "row", Column = "column", Text = "text";

    /// <summary>The lines for one table; null for a field without rows.</summary>
    public static FieldShape? Shape(PageContext page, Dossier dossier, FieldDefinition field) =>
        field.Columns is not { } columns || dossier.Last.Form[field.Key] is not JsonArray { Count: > 0 } rows ? null
        : new FieldShape(Prefix + field.Key, InputKind.Rows, page.Say("page.officer.row-remarks", ("field", page.Say(field.Label))))
        {
            Columns =
            [
                new FieldShape(Row, InputKind.OneOf, page.Say("page.officer.row"))
                {
                    Choices = [.. Enumerable.Range(0, rows.Count).Select(i => new Choice(Number(i), page.Say("page.officer.row-choice", ("row", i + 1))))],
                },
                new FieldShape(Column, InputKind.OneOf, page.Say("page.officer.column")) { Choices = [.. columns.Select(c => new Choice(c.Key, page.Say(c.Label)))] },
                new FieldShape(Text, InputKind.Text, page.Say("page.officer.row-remark")),
            ],
            Required = true,
        };

    /// <summary>The remarks by place, as the command takes them, with the line's text that says each; and lines that name no row or say nothing.</summary>
    public static (IReadOnlyList<(string Place, string Line, string Text)> Remarks, IReadOnlyList<(string Name, string Message)> Wrong) Read(PageContext page, Posted posted, IReadOnlyList<FieldDefinition> fields)
    {
        var (remarks, wrong) = (new List<(string, string, string)>(), new List<(string, string)>());
        foreach (var field in fields.Where(f => f.Columns is not null))
            for (var i = 0; i < posted.Rows(Prefix + field.Key); i++)
            {
                var line = $"{Prefix}{field.Key}[{i}].";
                var (row, column, text) = (posted.One(line + Row), posted.One(line + Column), posted.One(line + Text));
                if (row.Length == 0 && column.Length == 0 && text.Trim().Length == 0)
                    continue;
                if (row.Length == 0)
                    wrong.Add((line + Row, page.Say("page.officer.row-missing")));
                if (text.Trim().Length == 0)
                    wrong.Add((line + Text, page.Say("page.required", ("field", page.Say("page.officer.row-remark")))));
                remarks.Add(($"{field.Key}[{row}]{(column.Length > 0 ? "." + column : "")}", line + Text, text));
            }
        foreach (var again in remarks.GroupBy(r => r.Item1).SelectMany(g => g.Skip(1)))
            wrong.Add((again.Item2, page.Say("page.officer.row-again")));
        return (remarks, wrong);
    }

    private static string Number(int row) => row.ToString(CultureInfo.InvariantCulture);
}
