using MiniExcelLibs;
using MiniExcelLibs.OpenXml;
using Registry.Applications;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>One cluster in the summary table: its card, the last submission and the last opinion of its city.</summary>
internal sealed record SummaryRow(ApplicationCard Card, ApplicationSubmitted Submission, string? Opinion)
{
    /// <summary>Reads the row from an application's events.</summary>
    public static SummaryRow Of(ApplicationCard card, IEnumerable<object> events, Func<Sealed?, string?> open)
    {
        ApplicationSubmitted? submission = null;
        Sealed? opinion = null;
        foreach (var e in events)
            (submission, opinion) = e switch
            {
                ApplicationSubmitted s => (s, opinion),
                ApplicationRecommended r => (submission, r.Opinion),
                RecommendationRenewed r => (submission, r.Opinion),
                _ => (submission, opinion),
            };
        return new SummaryRow(card, submission!, open(opinion));
    }
}

/// <summary>
/// 四(二): the summary table (附件2) as an Excel file. The annex itself was not published; the layout is ours and follows from the definition alone: who and
/// what, one column for each figure that a condition rests on, rank and opinion. Text cells are strings and figures are numbers whatever they look like;
/// no cell is a formula.
/// </summary>
internal static class SummaryTable
{
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly OpenXmlConfiguration Layout = new() { AutoFilter = false };

    /// <summary>The file's bytes, its rows in the order given.</summary>
    public static byte[] Write(CallDefinition definition, IReadOnlyList<SummaryRow> rows)
    {
        var figures = Figures(definition);
        using var table = new System.Data.DataTable();
        foreach (var header in (string[])["序号", "市", "集群名称", "主导产业", "申报主体", "统一社会信用代码", .. figures.Select(f => f.Header), "推荐排序", "推荐意见"])
            table.Columns.Add(header, typeof(object));
        for (var i = 0; i < rows.Count; i++)
            table.Rows.Add(Cells(definition, i + 1, rows[i], figures));
        using var file = new MemoryStream();
        file.SaveAs(table, sheetName: "汇总表", configuration: Layout);
        return file.ToArray();
    }

    private static object?[] Cells(CallDefinition definition, int number, SummaryRow row, List<FigureColumn> figures) =>
    [
        number,
        definition.FindCity(row.Card.City)?.Zh ?? row.Card.City,
        row.Card.Cluster,
        definition.FindIndustry(row.Card.Industry)?.Zh ?? row.Card.Industry,
        row.Card.OrganisationName,
        row.Card.Organisation,
        .. figures.Select(f => f.Of(row.Submission.Check)),
        row.Card.Rank,
        row.Opinion?.ReplaceLineEndings("\n"),
    ];

    private static List<FigureColumn> Figures(CallDefinition definition)
    {
        var columns = new List<FigureColumn>();
        foreach (var condition in definition.Conditions)
            foreach (var requirement in condition.Requirements)
                for (var i = 0; i < requirement.AnyOf.Count; i++)
                {
                    var alternative = requirement.AnyOf[i];
                    var label = requirement.AnyOf.Count > 1 ? $"{requirement.Label.Zh}：{alternative.Label.Zh}" : requirement.Label.Zh;
                    var header = $"{condition.Clause} {label}{(alternative.Unit is { } unit ? $"（{unit}）" : "")}";
                    columns.Add(new FigureColumn(columns.Any(c => c.Header == header) ? $"{header} {requirement.Id}" : header, condition.Id, requirement.Id, i));
                }
        return columns;
    }

    /// <summary>One figure of the condition check.</summary>
    private sealed record FigureColumn(string Header, string Condition, string Requirement, int Alternative)
    {
        /// <summary>The figure, or its words where it is none; empty where the submission was made under a definition without it.</summary>
        public object? Of(IReadOnlyList<ConditionVerdict> check) =>
            check.FirstOrDefault(v => v.Condition == Condition)?.Requirements.FirstOrDefault(r => r.Id == Requirement)?.AnyOf.ElementAtOrDefault(Alternative)
                is { } measured ? measured.Figure is { } figure ? figure : measured.ShownZh : null;
    }
}
