namespace Registry.Pages;

/// <summary>The list as it is filtered, as a file for a spreadsheet. Cells that a spreadsheet would take for formulas are marked as text.</summary>
public static class Export
{
    /// <summary>CSV of the rows, with the same columns and words as the page.</summary>
    public static IResult Csv(PageCall call, string name, IReadOnlyList<object> rows)
    {
        var columns = rows.Count == 0 ? [] : Shown.Parts(rows[0]).Select(p => p.Name).ToList();
        var owner = rows.Count == 0 ? "" : Shown.Owner(rows[0]);
        using var content = new MemoryStream();
        PublicSite.Csv.Write(content,
            [.. columns.Select(c => Shown.Label(call.Page, owner, c))],
            rows.Select(r => (IReadOnlyList<string?>)[.. Shown.Parts(r).Select(p => Shown.Text(call.Page, p.Name, p.Value) ?? "")]));
        return Results.File(content.ToArray(), "text/csv; charset=utf-8", $"{name}.csv");
    }
}
