using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>What is wrong with one cell of a summary table.</summary>
/// <param name="Row">The row's number as a spreadsheet shows it.</param>
/// <param name="Column">The column's heading.</param>
/// <param name="Value">What the cell holds, shortened.</param>
/// <param name="Code">Stable code of what is wrong.</param>
/// <param name="Reason">The same in Chinese.</param>
public sealed record TableError(int Row, string Column, string Value, string Code, string Reason);

/// <summary>What the table would change about one cluster.</summary>
/// <param name="Recommended">Whether the cluster is recommended already: then its rank and opinion change; otherwise they are kept for its recommendation.</param>
public sealed record TableChange(ApplicationId Application, string Cluster, bool Recommended, int? RankBefore, int Rank, string? OpinionBefore, string Opinion);

/// <summary>What a filled-in summary table says, before anything is recorded.</summary>
/// <param name="Rows">Rows below the heading.</param>
/// <param name="Seen">Digest of the changes: the import records exactly what was shown, or nothing.</param>
public sealed record TableReport(int Rows, IReadOnlyList<TableError> Errors, IReadOnlyList<TableChange> Changes, string Seen);

/// <summary>
/// 四(二): checks a summary table (附件2) that a city filled in against what the registry holds. The city fills in rank and opinion; everything else in the table
/// is from the applications, and a cell that differs is an error: figures are corrected in the application, by a return, never in the table.
/// A cluster is known by its applicant's credit code and its name. Each wrong cell gives one error; a row that is nobody's is not examined further.
/// </summary>
public sealed class TableCheck
{
    private const int LongestShown = 80;

    private readonly CallDefinition definition;
    private readonly IReadOnlyList<string> headings;
    private readonly int quota, rankAt, opinionAt;
    private readonly Dictionary<(string Code, string Cluster), SummaryRow> known;
    private readonly List<TableError> errors = [];
    private readonly List<(WorkbookRow Row, SummaryRow Known, int Rank, string Opinion)> ranked = [];
    private readonly HashSet<string> seen = [];

    private TableCheck(CallDefinition definition, string city, IEnumerable<SummaryRow> known)
    {
        this.definition = definition;
        headings = SummaryTable.Headings(definition);
        quota = definition.QuotaOf(city);
        (rankAt, opinionAt) = (headings.Count - 2, headings.Count - 1);
        this.known = known.ToDictionary(k => (k.Card.Organisation, Draft.ClusterKey(k.Card.Cluster)));
    }

    /// <summary>Checks the rows below the heading.</summary>
    /// <param name="known">The clusters that the city can still rank, as the registry holds them.</param>
    public static TableReport Run(CallDefinition definition, string city, IReadOnlyList<WorkbookRow> rows, IReadOnlyList<SummaryRow> known)
    {
        var check = new TableCheck(definition, city, known);
        foreach (var row in rows)
            check.Examine(row);
        check.CompareRanks(known);
        List<TableChange> changes = check.errors.Count > 0 ? [] :
            [.. check.ranked.Where(r => r.Rank != r.Known.Rank || r.Opinion != r.Known.Opinion?.ReplaceLineEndings("\n").Trim()).Select(r => new TableChange(
                new ApplicationId(r.Known.Card.Application), r.Known.Card.Cluster, r.Known.Card.Stage == Stage.Recommended, r.Known.Rank, r.Rank, r.Known.Opinion, r.Opinion))];
        return new TableReport(
            rows.Count, [.. check.errors.OrderBy(e => e.Row).ThenBy(e => check.headings.ToList().IndexOf(e.Column))], changes,
            Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(changes))));
    }

    private void Examine(WorkbookRow row)
    {
        if (Known(row) is not { } cluster)
            return;
        var cells = SummaryTable.Cells(definition, 0, cluster);
        for (var i = 1; i < rankAt; i++)
            if (headings[i] is not (SummaryTable.ClusterColumn or SummaryTable.CodeColumn) && !IsSame(row.Cells[i], cells[i]))
                Wrong(row, i, "summary-table.differs", ("registered", Text(cells[i])));
        ReadRank(row, cluster);
    }

    /// <summary>The cluster that the row is about. If the city has one of this name under another code, the code is what is wrong.</summary>
    private SummaryRow? Known(WorkbookRow row)
    {
        var (codeAt, nameAt) = (IndexOf(SummaryTable.CodeColumn), IndexOf(SummaryTable.ClusterColumn));
        var code = CreditCode.Check(row.Cells[codeAt]);
        if (code.Code is not { } valid)
        {
            errors.Add(new TableError(row.Number, headings[codeAt], Shortened(row.Cells[codeAt]), code.Reason!, code.Sentence!));
            return null;
        }
        if (!known.TryGetValue((valid.Value, Draft.ClusterKey(row.Cells[nameAt])), out var cluster))
            Wrong(row, known.Keys.Any(k => k.Cluster == Draft.ClusterKey(row.Cells[nameAt])) ? codeAt : nameAt, "summary-table.unknown");
        else if (!seen.Add(cluster.Card.Id))
            (cluster, _) = (null, Wrong(row, nameAt, "summary-table.repeated"));
        return cluster;
    }

    private void ReadRank(WorkbookRow row, SummaryRow cluster)
    {
        var (rank, opinion) = (row.Cells[rankAt].InForm(NormalizationForm.FormKC), row.Cells[opinionAt].ReplaceLineEndings("\n").Trim());
        if (rank.Length == 0 && opinion.Length == 0 && cluster.Card.Stage != Stage.Recommended)
            return;
        if (!int.TryParse(rank, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > quota)
            Wrong(row, rankAt, rank.Length == 0 ? "summary-table.rank-missing" : "summary-table.rank-invalid", ("most", quota));
        else if (TextCheck.Check(opinion, SummaryTable.OpinionColumn) is { } refusal)
            errors.Add(new TableError(row.Number, headings[opinionAt], Shortened(opinion), refusal.Rule.Code, Texts.Of(Language.Zh, refusal.Rule.Code, refusal.Arguments)));
        else
            ranked.Add((row, cluster, number, opinion.InForm()));
    }

    /// <summary>No two clusters of the city have one rank, whether the table names both or one keeps the rank that it has.</summary>
    private void CompareRanks(IReadOnlyList<SummaryRow> all)
    {
        var taken = all.Where(k => k.Card.Stage == Stage.Recommended && !seen.Contains(k.Card.Id)).Select(k => k.Rank!.Value).ToHashSet();
        foreach (var (row, _, rank, _) in ranked)
            if (!taken.Add(rank))
                Wrong(row, rankAt, "summary-table.rank-repeated");
    }

    /// <summary>Figures are compared as a spreadsheet keeps them, in binary; texts without regard to width, case and spaces.</summary>
    private static bool IsSame(string cell, object? registered) => registered switch
    {
        null => cell.Length == 0,
        decimal figure => double.TryParse(cell.InForm(NormalizationForm.FormKC).Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var typed)
            && (typed == (double)figure || Math.Abs(typed - (double)figure) <= Math.Abs((double)figure) * 1e-14),
        _ => Draft.ClusterKey(cell) == Draft.ClusterKey(Text(registered)),
    };

    private bool Wrong(WorkbookRow row, int column, string code, params (string Name, object? Value)[] arguments)
    {
        errors.Add(new TableError(row.Number, headings[column], Shortened(row.Cells[column]), code, Texts.Of(Language.Zh, code, arguments.ToDictionary(a => a.Name, a => a.Value))));
        return true;
    }

    private int IndexOf(string heading) => headings.ToList().IndexOf(heading);

    private static string Text(object? cell) => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";

    /// <summary>What cannot be seen is shown by its number, so that an error about it can be understood.</summary>
    private static string Shortened(string value)
    {
        var shown = string.Concat(value.EnumerateRunes().Take(LongestShown).Select(r =>
            Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format ? $"[U+{r.Value:X4}]" : r.ToString()));
        return value.EnumerateRunes().Skip(LongestShown).Any() ? shown + "…" : shown;
    }
}
