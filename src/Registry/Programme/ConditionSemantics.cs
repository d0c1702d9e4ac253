namespace Registry.Programme;

/// <summary>That every threshold measures something the form really has, in a unit that fits.</summary>
internal static class ConditionSemantics
{
    /// <summary>Keeps the product of a bound and a figure within what a decimal holds.</summary>
    private const decimal LargestPercentage = 1_000_000;

    public static IEnumerable<Fault> Check(CallDefinition definition)
    {
        var all = definition.Conditions.Select((condition, i) => (Condition: condition, At: $"/conditions/{i}"))
            .Concat(definition.Applicants.Tests.Select((test, i) => (Condition: test, At: $"/applicants/tests/{i}"))).ToList();
        var ids = new HashSet<string>();
        foreach (var (condition, at) in all)
        {
            if (!ids.Add(condition.Id))
                yield return new($"{at}/id", "definition.repeated-key", $"“{condition.Id}”重复出现。");
            for (var i = 0; i < condition.Fields.Count; i++)
                if (definition.Form.Find(condition.Fields[i]) is null)
                    yield return UnknownField($"{at}/fields/{i}", condition.Fields[i]);
            if (condition.Kind is ConditionKind.Quantitative && condition.Requirements.Count == 0)
                yield return new($"{at}/requirements", "definition.no-threshold", $"量化条件“{condition.Id}”没有任何指标。");
            foreach (var fault in DefinitionSemantics.Repeated($"{at}/requirements", condition.Requirements, requirement => requirement.Id, "id"))
                yield return fault;
            for (var i = 0; i < condition.Requirements.Count; i++)
                for (var j = 0; j < condition.Requirements[i].AnyOf.Count; j++)
                    foreach (var fault in Alternative(definition.Form, condition.Requirements[i].AnyOf[j], $"{at}/requirements/{i}/anyOf/{j}"))
                        yield return fault;
            if (condition.Relaxable != definition.Relaxation.Conditions.Contains(condition.Id))
                yield return new($"{at}/relaxable", "definition.relaxation-differs", $"条件“{condition.Id}”可否放宽，与放宽规则中的名单不一致。");
        }
        for (var i = 0; i < definition.Relaxation.Conditions.Count; i++)
            if (!ids.Contains(definition.Relaxation.Conditions[i]))
                yield return new($"/relaxation/conditions/{i}", "definition.unknown-condition", $"没有“{definition.Relaxation.Conditions[i]}”这一条件。");
        for (var i = 0; i < definition.Applicants.Consultations.Count; i++)
            if (!ids.Contains(definition.Applicants.Consultations[i].About))
                yield return new($"/applicants/consultations/{i}/about", "definition.unknown-condition", $"没有“{definition.Applicants.Consultations[i].About}”这一条件。");
    }

    private static IEnumerable<Fault> Alternative(FormDefinition form, Alternative alternative, string at)
    {
        var measure = alternative.Measure;
        var bounded = alternative.AtLeast is not null || alternative.AtMost is not null;
        if (measure.Kind is MeasureKind.Choice ? alternative.OneOf is not { Count: > 0 } || bounded : measure.Kind is not MeasureKind.Declared && !bounded)
            yield return new(at, "definition.no-threshold", measure.Kind is MeasureKind.Choice ? "选择项应以 oneOf 说明哪些选项符合。" : "没有写明阈值（atLeast 或 atMost）。");
        if (alternative.AtLeast > alternative.AtMost)
            yield return new($"{at}/atMost", "definition.order", "上限小于下限。");
        foreach (var fault in measure.Kind switch
        {
            MeasureKind.Value => Value(form, alternative, at),
            MeasureKind.Declared => OneField(form, measure.Field, [FieldType.Declaration], $"{at}/measure"),
            MeasureKind.Choice => OneField(form, measure.Field, [FieldType.Choice], $"{at}/measure").Concat(Options(form.Find(measure.Field ?? ""), alternative.OneOf, $"{at}/oneOf")),
            MeasureKind.Ratio => Ratio(form, alternative, at),
            _ => Rows(form, alternative, at)
        })
            yield return fault;
    }

    private static IEnumerable<Fault> Value(FormDefinition form, Alternative alternative, string at)
    {
        foreach (var fault in OneField(form, alternative.Measure.Field, [FieldType.Integer, FieldType.Decimal, FieldType.Money], $"{at}/measure"))
            yield return fault;
        if (form.Find(alternative.Measure.Field ?? "") is { } field && MoneyUnit(field, alternative.Unit, at) is { } unit)
            yield return unit;
    }

    private static IEnumerable<Fault> Ratio(FormDefinition form, Alternative alternative, string at)
    {
        var (numerator, denominator) = (form.Find(alternative.Measure.Numerator ?? ""), form.Find(alternative.Measure.Denominator ?? ""));
        if (numerator is null)
            yield return UnknownField($"{at}/measure/numerator", alternative.Measure.Numerator);
        if (denominator is null)
            yield return UnknownField($"{at}/measure/denominator", alternative.Measure.Denominator);
        if (numerator is not null && denominator is not null && (numerator.Type != denominator.Type || numerator.Type is not (FieldType.Money or FieldType.Decimal or FieldType.Integer)))
            yield return new($"{at}/measure", "definition.field-type", "比值的分子和分母应为同一类型的数字字段。");
        if (alternative.AtLeast > LargestPercentage || alternative.AtMost > LargestPercentage)
            yield return new(at, "definition.unit", $"比值的阈值不能大于 {LargestPercentage}%。");
        if (alternative.Unit is not "%")
            yield return new($"{at}/unit", "definition.unit", "比值的阈值应以 % 为单位。");
    }

    private static IEnumerable<Fault> Rows(FormDefinition form, Alternative alternative, string at)
    {
        var measure = alternative.Measure;
        if (measure.Tables is not { Count: > 0 })
            yield return new($"{at}/measure", "definition.unknown-field", "应以 tables 说明按哪些表格计算。");
        for (var i = 0; i < (measure.Tables?.Count ?? 0); i++)
        {
            if (form.Find(measure.Tables![i]) is not { Type: FieldType.Table, Columns: { } columns })
            {
                yield return UnknownField($"{at}/measure/tables/{i}", measure.Tables[i]);
                continue;
            }
            if (measure.DistinctBy is { } distinct && columns.All(column => column.Key != distinct))
                yield return UnknownColumn($"{at}/measure/distinctBy", measure.Tables[i], distinct);
            if (measure.Kind is MeasureKind.Sum && measure.Columns is not { Count: > 0 })
                yield return new($"{at}/measure", "definition.unknown-column", "应以 columns 说明合计哪些列。");
            for (var j = 0; j < (measure.Columns?.Count ?? 0); j++)
                if (columns.FirstOrDefault(one => one.Key == measure.Columns![j]) is not { Type: FieldType.Integer or FieldType.Decimal or FieldType.Money } column)
                    yield return UnknownColumn($"{at}/measure/columns/{j}", measure.Tables[i], measure.Columns![j]);
                else if (MoneyUnit(column, alternative.Unit, at) is { } unit)
                    yield return unit;
            for (var j = 0; j < (measure.Where?.Count ?? 0); j++)
                foreach (var fault in Filter(columns, measure.Where![j], measure.Tables[i], $"{at}/measure/where/{j}"))
                    yield return fault;
        }
    }

    private static IEnumerable<Fault> Filter(IReadOnlyList<FieldDefinition> columns, RowFilter filter, string table, string at)
    {
        var column = columns.FirstOrDefault(one => one.Key == filter.Column);
        if (column is null)
        {
            yield return UnknownColumn($"{at}/column", table, filter.Column);
            yield break;
        }
        var fits = (filter.AtLeast is null && filter.AtMost is null || column.Type is FieldType.Integer or FieldType.Decimal or FieldType.Money)
            && (filter.OneOf is null || column.Type is FieldType.Choice) && (filter.WithinMonths is null || column.Type is FieldType.Date);
        if (!fits || filter is { AtLeast: null, AtMost: null, OneOf: null, WithinMonths: null })
            yield return new(at, "definition.field-type", $"对“{filter.Column}”列的限定与该列的类型不符，或没有写明限定。");
        if (MoneyUnit(column, filter.Unit, at) is { } unit)
            yield return unit;
        foreach (var fault in Options(column, filter.OneOf, $"{at}/oneOf"))
            yield return fault;
    }

    private static IEnumerable<Fault> OneField(FormDefinition form, string? key, FieldType[] types, string at)
    {
        if (form.Find(key ?? "") is not { } field)
            yield return UnknownField($"{at}/field", key);
        else if (!types.Contains(field.Type))
            yield return new($"{at}/field", "definition.field-type", $"字段“{key}”的类型不适合这种计算。");
    }

    private static IEnumerable<Fault> Options(FieldDefinition? field, IReadOnlyList<string>? codes, string at) =>
        (codes ?? []).Where(code => field?.Options is { } options && options.All(option => option.Code != code))
            .Select(code => new Fault(at, "definition.unknown-option", $"字段“{field!.Key}”没有“{code}”这一选项。"));

    private static Fault? MoneyUnit(FieldDefinition field, string? unit, string at) =>
        field.Type is FieldType.Money && Yuan.PerUnit(unit) is null
            ? new Fault($"{at}/unit", "definition.money-unit", $"“{field.Key}”是金额，阈值的单位应为 {string.Join("、", Yuan.Units)} 之一。") : null;

    private static Fault UnknownField(string at, string? key) => new(at, "definition.unknown-field", $"表单中没有“{key}”这一字段，或它的类型不合适。");

    private static Fault UnknownColumn(string at, string table, string column) => new(at, "definition.unknown-column", $"表格“{table}”没有“{column}”这一列，或它的类型不合适。");
}
