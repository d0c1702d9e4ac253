using Marten;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>One cluster in the summary table: its card, the last submission, and rank and opinion of its city: given, or prepared in a table before.</summary>
public sealed record SummaryRow(ApplicationCard Card, ApplicationSubmitted Submission, int? Rank, string? Opinion);

/// <summary>Reads the rows of the summary table: three queries, however many clusters there are.</summary>
internal static class SummaryRows
{
    private static readonly string[] Told =
        [.. EventBook.All.Where(e => e.Type == typeof(ApplicationSubmitted) || typeof(IStatesOpinion).IsAssignableFrom(e.Type)).Select(e => e.Mark.Name)];

    /// <summary>The rows of these cards, in their order.</summary>
    /// <param name="open">Opens an opinion: for a person by <see cref="Platform.Commands.Reading.Open"/>, so that the reading leaves its record.</param>
    public static async Task<IReadOnlyList<SummaryRow>> ReadAsync(IQuerySession session, IReadOnlyList<ApplicationCard> cards, Func<Sealed, string?> open, CancellationToken ct)
    {
        var streams = cards.Select(c => c.Id).ToArray();
        var prepared = (await session.LoadManyAsync<PreparedRecommendation>(ct, streams)).ToDictionary(p => p.Id);
        var submissions = new Dictionary<string, ApplicationSubmitted>();
        var opinions = new Dictionary<string, Sealed>();
        await foreach (var e in session.Events.QueryAllRawEvents().Where(e => e.EventTypeName.IsOneOf(Told) && e.StreamKey!.IsOneOf(streams)).OrderBy(e => e.Sequence).ToAsyncEnumerable(ct))
            if (e.Data is ApplicationSubmitted submission)
                submissions[e.StreamKey!] = submission;
            else if (e.Data is IStatesOpinion said)
                opinions[e.StreamKey!] = said.Opinion;
        return [.. cards.Select(c => c.Rank is not null
            ? new SummaryRow(c, submissions[c.Id], c.Rank, Opened(opinions.GetValueOrDefault(c.Id)))
            : new SummaryRow(c, submissions[c.Id], prepared.GetValueOrDefault(c.Id)?.Rank, Opened(prepared.GetValueOrDefault(c.Id)?.Opinion)))];

        string? Opened(Sealed? text) => text is null ? null : open(text);
    }
}

/// <summary>
/// 四(二): the summary table (附件2) as an Excel file. The annex itself was not published; the layout is ours and follows from the definition alone: who and
/// what, one column for each figure that a condition rests on, rank and opinion. Text cells are strings and figures are numbers whatever they look like;
/// no cell is a formula.
/// </summary>
public static class SummaryTable
{
    /// <summary>The file's media type.</summary>
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Columns that the city fills in.</summary>
    public const string RankColumn = "推荐排序", OpinionColumn = "推荐意见";

    /// <summary>Columns that say which cluster a row is about.</summary>
    public const string ClusterColumn = "集群名称", CodeColumn = "统一社会信用代码";

    private static readonly OpenXmlConfiguration Layout = new() { AutoFilter = false };

    /// <summary>The heading row: it follows from the definition alone.</summary>
    public static IReadOnlyList<string> Headings(CallDefinition definition) =>
        ["序号", "市", ClusterColumn, "主导产业", "申报主体", CodeColumn, .. Figures(definition).Select(f => f.Header), RankColumn, OpinionColumn];

    /// <summary>The file's bytes, its rows in the order given.</summary>
    public static byte[] Write(CallDefinition definition, IReadOnlyList<SummaryRow> rows)
    {
        var figures = Figures(definition);
        using var table = new System.Data.DataTable();
        foreach (var header in Headings(definition))
            table.Columns.Add(header, typeof(object));
        for (var i = 0; i < rows.Count; i++)
            table.Rows.Add(Cells(definition, i + 1, rows[i], figures));
        using var file = new MemoryStream();
        file.SaveAs(table, sheetName: "汇总表", configuration: Layout);
        return file.ToArray();
    }

    /// <summary>The cells of a row, in the order of the headings: texts, figures, or nothing.</summary>
    public static IReadOnlyList<object?> Cells(CallDefinition definition, int number, SummaryRow row) => Cells(definition, number, row, Figures(definition));

    private static object?[] Cells(CallDefinition definition, int number, SummaryRow row, List<FigureColumn> figures) =>
    [
        number,
        definition.FindCity(row.Card.City)?.Zh ?? row.Card.City,
        row.Card.Cluster,
        definition.FindIndustry(row.Card.Industry)?.Zh ?? row.Card.Industry,
        row.Card.OrganisationName,
        row.Card.Organisation,
        .. figures.Select(f => f.Of(row.Submission.Check)),
        row.Rank,
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
