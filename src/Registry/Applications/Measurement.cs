using System.Globalization;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>Takes a figure from a form as the definition says and holds it against its bounds, in exact decimals.</summary>
internal static class Measurement
{
    /// <summary>A ratio is shown to eight places.</summary>
    private const decimal RatioScale = 100_000_000m;

    /// <summary>A numerator of more denominators than this is a mistake of unit: the ratio is judged as any other, but not worked out.</summary>
    private const decimal MostTimes = 10_000m;

    public static MeasuredFigure Take(FormDefinition definition, Alternative alternative, FormData form, DateOnly today) => alternative.Measure.Kind switch
    {
        MeasureKind.Value => OfValue(definition, alternative, form),
        MeasureKind.Declared => OfDeclaration(definition, alternative, form),
        MeasureKind.Choice => OfChoice(definition, alternative, form),
        MeasureKind.Ratio => OfRatio(definition, alternative, form),
        _ => OfRows(definition, alternative, form, today)
    };

    private static MeasuredFigure OfValue(FormDefinition definition, Alternative alternative, FormData form)
    {
        var field = definition.Find(alternative.Measure.Field!)!;
        var figure = In(form[field.Key], alternative.Unit);
        return Result(alternative, figure is { } value ? Within(alternative, value) : null, figure, [Input(field, Shown(figure, alternative.Unit))]);
    }

    private static MeasuredFigure OfDeclaration(FormDefinition definition, Alternative alternative, FormData form)
    {
        var field = definition.Find(alternative.Measure.Field!)!;
        var declared = form.Declared(field.Key);
        return Result(alternative, declared, null, [Input(field, declared ? "已声明" : "未声明")], (declared ? "已声明" : "未声明", declared ? "declared" : "not declared"));
    }

    private static MeasuredFigure OfChoice(FormDefinition definition, Alternative alternative, FormData form)
    {
        var field = definition.Find(alternative.Measure.Field!)!;
        var code = form.Code(field.Key);
        var option = field.Options?.FirstOrDefault(one => one.Code == code);
        return Result(alternative, code is null ? null : alternative.OneOf!.Contains(code), null, [Input(field, option?.Zh ?? "未填写")],
            (option?.Zh ?? "未填写", option?.En ?? "not stated")) with
        { Code = code };
    }

    /// <summary>
    /// The ratio is held against its bounds without dividing, so that 2.999…% is never met by rounding; a ratio over
    /// nothing holds nowhere.
    /// </summary>
    private static MeasuredFigure OfRatio(FormDefinition definition, Alternative alternative, FormData form)
    {
        var (above, below) = (definition.Find(alternative.Measure.Numerator!)!, definition.Find(alternative.Measure.Denominator!)!);
        var (numerator, denominator) = (In(form[above.Key], "元"), In(form[below.Key], "元"));
        FigureInput[] inputs = [Input(above, Own(above, form)), Input(below, Own(below, form))];
        if (numerator is not { } n || denominator is not { } d)
            return Result(alternative, null, null, inputs);
        if (d <= 0)
            return Result(alternative, false, null, inputs, ("分母为零，无法计算", "the denominator is zero"));
        var holds = (alternative.AtLeast is not { } least || n * 100 >= least * d) && (alternative.AtMost is not { } most || n * 100 <= most * d);
        return n > d * MostTimes
            ? Result(alternative, holds, null, inputs, ($"大于 {Shown(MostTimes * 100, alternative.Unit)}", $"more than {Shown(MostTimes * 100, alternative.Unit)}"))
            : Result(alternative, holds, Cut(n / d * 100), inputs);
    }

    private static MeasuredFigure OfRows(FormDefinition definition, Alternative alternative, FormData form, DateOnly today)
    {
        var measure = alternative.Measure;
        var seen = new HashSet<FieldValue>();
        var inputs = new List<FigureInput>();
        var figure = 0m;
        foreach (var table in measure.Tables!.Select(key => definition.Find(key)!))
        {
            var counted = new List<int>();
            var rows = form.Rows(table.Key);
            for (var i = 0; i < rows.Count; i++)
            {
                if (!(measure.Where ?? []).All(filter => Passes(rows[i], filter, today)))
                    continue;
                if (measure.DistinctBy is { } distinct && rows[i][distinct] is { } key && !seen.Add(key))
                    continue;
                counted.Add(i + 1);
                figure += measure.Kind is MeasureKind.CountRows ? 1 : measure.Columns!.Sum(column => In(rows[i][column], alternative.Unit) ?? 0);
            }
            inputs.Add(Input(table, counted.Count == 0 ? "无" : $"第 {string.Join("、", counted)} 行"));
        }
        return Result(alternative, Within(alternative, figure), figure, inputs);
    }

    private static bool Passes(FormData row, RowFilter filter, DateOnly today) =>
        (filter.AtLeast is null || In(row[filter.Column], filter.Unit) >= filter.AtLeast)
        && (filter.AtMost is null || In(row[filter.Column], filter.Unit) <= filter.AtMost)
        && (filter.OneOf is null || row.Codes(filter.Column).Any(filter.OneOf.Contains))
        && (filter.WithinMonths is not { } months || row[filter.Column] is FieldValue.Day day && CivilTerm.IsWithinMonths(day.Value, months, today));

    /// <summary>The bounds include themselves: 以上 counts the figure itself.</summary>
    private static bool Within(Alternative alternative, decimal figure) =>
        (alternative.AtLeast is not { } least || figure >= least) && (alternative.AtMost is not { } most || figure <= most);

    /// <summary>A figure of the form in the unit of the bounds; only money has units to convert.</summary>
    private static decimal? In(FieldValue? value, string? unit) => value switch
    {
        FieldValue.Number number => number.Value,
        FieldValue.Money money => money.Value.In(unit!),
        _ => null
    };

    private static decimal Cut(decimal ratio) => decimal.Truncate(ratio * RatioScale) / RatioScale;

    private static MeasuredFigure Result(
        Alternative alternative, bool? holds, decimal? figure, IReadOnlyList<FigureInput> inputs, (string Zh, string En)? shown = null)
    {
        var words = shown ?? (Shown(figure, alternative.Unit), figure is null ? "not stated" : Shown(figure, alternative.Unit));
        return new MeasuredFigure(alternative.Label, holds, figure, null, alternative.Unit, alternative.AtLeast, alternative.AtMost, alternative.OneOf, inputs,
            $"{words.Zh}（{alternative.Label.Zh}）", $"{words.En} ({alternative.Label.En})");
    }

    private static string Own(FieldDefinition field, FormData form) => Shown(In(form[field.Key], field.Unit), field.Unit);

    private static string Shown(decimal? figure, string? unit) =>
        figure is { } value ? $"{value.ToString("#,0.############", CultureInfo.InvariantCulture)} {unit}".TrimEnd() : "未填写";

    private static FigureInput Input(FieldDefinition field, string shown) => new(field.Key, field.Label, shown);
}
