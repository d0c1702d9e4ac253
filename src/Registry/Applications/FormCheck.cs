using System.Text.Json;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// 四(一): reads a form as it is submitted. A draft is never checked; what is submitted is typed, exact and clean, and
/// every error says at which field, row and column it is. Whether the conditions are met is another question
/// (<see cref="ConditionCheck"/>): a form that meets none can still be submitted.
/// </summary>
public static class FormCheck
{
    private const int DefaultMostRows = 1000;

    /// <summary>Nobody reads more errors than this; a form of millions of wrong cells is not answered at length.</summary>
    internal const int MostErrors = 500;

    /// <param name="raw">An object of field key to value: text, figure, money with unit, code, day, true or false, array of rows.</param>
    public static FormCheckResult Validate(CallDefinition definition, JsonElement raw)
    {
        if (raw.ValueKind is not JsonValueKind.Object)
            return new FormCheckResult(FormData.Empty, [new FormRemark("form.type", "", null, null, "申报表应是一个对象：字段名和值。")], []);
        if (!IsReadable(raw))
            return new FormCheckResult(FormData.Empty, [new FormRemark("text.encoding", "", null, null, "申报表中有不完整的字符，请重新输入。")], []);
        var findings = new Findings();
        var values = ReadFields(definition, definition.Form.Fields, raw, new Place(null, null), findings);
        return new FormCheckResult(new FormData(values), findings.Errors, findings.Warnings);
    }

    /// <summary>
    /// 四(一): the fields that need evidence (对申报书中涉及的具体指标要提供佐证材料) and have none. An empty table or
    /// field that need not be filled in needs no evidence either.
    /// </summary>
    /// <param name="fieldsWithFiles">Keys of the fields to which at least one file is attached.</param>
    public static IReadOnlyList<FormRemark> MissingEvidence(CallDefinition definition, FormData form, IReadOnlySet<string> fieldsWithFiles) =>
        [.. definition.Form.Fields
            .Where(field => field.Evidence && !fieldsWithFiles.Contains(field.Key) && IsStated(form[field.Key]))
            .Select(field => new FormRemark("evidence.missing", field.Key, null, null, $"“{field.Label.Zh}”缺少佐证材料。"))];

    /// <summary>Half of a surrogate pair can stand in JSON as an escape, but is no text and cannot be read.</summary>
    internal static bool IsReadable(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is not null,
                JsonValueKind.Array => value.EnumerateArray().All(IsReadable),
                JsonValueKind.Object => value.EnumerateObject().All(member => member.Name is not null && IsReadable(member.Value)),
                _ => true
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsStated(FieldValue? value) => value is not (null or FieldValue.Declaration { Value: false } or FieldValue.Table { Rows.Count: 0 });

    private static Dictionary<string, FieldValue> ReadFields(
        CallDefinition definition, IReadOnlyList<FieldDefinition> fields, JsonElement raw, Place place, Findings findings)
    {
        var given = new Dictionary<string, JsonElement>();
        foreach (var member in raw.EnumerateObject().TakeWhile(_ => !findings.Full))
            if (fields.All(field => field.Key != member.Name))
                findings.Error("field.unknown", place.At(Showable(member.Name)), $"申报表中没有“{Showable(member.Name)}”这一项。");
            else if (!given.TryAdd(member.Name, member.Value))
                findings.Error("field.repeated", place.At(member.Name), "同一项出现了两次。");

        var values = new Dictionary<string, FieldValue>();
        foreach (var field in fields)
        {
            var at = place.At(field.Key);
            var before = findings.Errors.Count;
            var value = !given.TryGetValue(field.Key, out var one) ? null
                : field.Type is FieldType.Table ? ReadTable(definition, field, one, findings)
                : ReadValue(definition, field, one, at, findings);
            if (value is not null)
                values[field.Key] = value;
            if (findings.Errors.Count > before)
                continue;
            if (field.Required && !IsStated(value))
                findings.Error(field.Type is FieldType.Declaration ? "declaration.required" : "field.required", at,
                    field.Type is FieldType.Declaration ? $"请确认：{field.Label.Zh}。" : $"请填写“{field.Label.Zh}”。");
        }
        foreach (var field in fields.Where(field => field.RequiredWith is { } other && IsStated(values.GetValueOrDefault(other)) && !values.ContainsKey(field.Key)))
            if (!findings.HasErrorAt(place.At(field.Key)))
                findings.Error("field.required", place.At(field.Key), $"请填写“{field.Label.Zh}”。");
        return values;
    }

    private static FieldValue? ReadValue(CallDefinition definition, FieldDefinition field, JsonElement raw, Place at, Findings findings)
    {
        var reading = FieldReader.Read(definition, field, raw);
        if (reading.ErrorCode is { } code)
            findings.Error(code, at, $"“{field.Label.Zh}”：{reading.ErrorMessage}");
        if (reading.WarningCode is { } warning)
            findings.Warning(warning, at, $"“{field.Label.Zh}”：{reading.WarningMessage}");
        return reading.Value;
    }

    private static FieldValue.Table? ReadTable(CallDefinition definition, FieldDefinition field, JsonElement raw, Findings findings)
    {
        if (raw.ValueKind is JsonValueKind.Null)
            return null;
        if (raw.ValueKind is not JsonValueKind.Array || raw.EnumerateArray().Any(row => row.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)))
        {
            findings.Error("field.type", new Place(field.Key, null), $"“{field.Label.Zh}”应是一张表格：若干行，每行是各列的值。");
            return null;
        }
        var most = field.MaxRows ?? DefaultMostRows;
        if (raw.GetArrayLength() > most)
        {
            findings.Error("table.too-many-rows", new Place(field.Key, null), $"“{field.Label.Zh}”最多 {most} 行。");
            return null;
        }
        var rows = new List<FormData>();
        var seen = new HashSet<FieldValue>();
        var number = 0;
        foreach (var row in raw.EnumerateArray().TakeWhile(_ => !findings.Full))
        {
            number++;
            // A row left blank counts for nothing; a column that the table does not have is an error in it too, for it would be frozen with the rest.
            if (row.ValueKind is JsonValueKind.Null || row.EnumerateObject().All(cell => FieldReader.IsEmpty(cell.Value) && field.Columns!.Any(column => column.Key == cell.Name)))
                continue;
            var cells = new FormData(ReadFields(definition, field.Columns!, row, new Place(field.Key, number), findings));
            if (field.UniqueBy is { } unique && cells[unique] is { } key && !seen.Add(key))
                findings.Error("row.repeated", new Place(field.Key, number, unique), $"“{field.Label.Zh}”第 {number} 行与前面的一行重复。");
            rows.Add(cells);
        }
        return rows.Count == 0 ? null : new FieldValue.Table(rows);
    }

    /// <summary>A name that is no key could hold anything, so it is not repeated.</summary>
    private static string Showable(string name) => name.Length <= 60 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? name : "?";

    /// <summary>Where in the form: a field, or a column in a row of a table.</summary>
    private sealed record Place(string? Field, int? Row, string? Column = null)
    {
        public Place At(string key) => Row is null ? new Place(key, null) : this with { Column = key };
    }

    private sealed class Findings
    {
        public List<FormRemark> Errors { get; } = [];

        public List<FormRemark> Warnings { get; } = [];

        public bool Full => Errors.Count >= MostErrors;

        public void Error(string code, Place at, string message)
        {
            if (!Full)
                Errors.Add(Remark(code, at, message));
        }

        public void Warning(string code, Place at, string message) => Warnings.Add(Remark(code, at, message));

        public bool HasErrorAt(Place at) => Errors.Any(error => error.Field == at.Field && error.Row == at.Row && error.Column == at.Column);

        private static FormRemark Remark(string code, Place at, string message) => new(code, at.Field ?? "", at.Row, at.Column, message);
    }
}

/// <param name="Form">Every value that could be read, also where others are wrong.</param>
/// <param name="Errors">Why the form cannot be submitted.</param>
/// <param name="Warnings">What a person should look at; it refuses nothing.</param>
public sealed record FormCheckResult(FormData Form, IReadOnlyList<FormRemark> Errors, IReadOnlyList<FormRemark> Warnings)
{
    public bool Valid => Errors.Count == 0;
}

/// <summary>An error or a warning about one value.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Field">Key of the field.</param>
/// <param name="Row">Row of a table as it was entered, from 1.</param>
/// <param name="Column">Key of the column.</param>
/// <param name="Message">In Chinese; of what was typed it repeats no text, at most a figure or the key of a field.</param>
public sealed record FormRemark(string Code, string Field, int? Row, string? Column, string Message);
