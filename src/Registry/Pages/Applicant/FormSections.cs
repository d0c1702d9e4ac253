using System.Text.Json.Nodes;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Pages.Applicant;

/// <summary>The application form of the definition as fields of a page, and back.</summary>
public static class FormSections
{
    /// <summary>The fields of a section, without the undertaking, which is given when submitting.</summary>
    public static IReadOnlyList<FieldDefinition> FieldsOf(CallDefinition definition, string section) =>
        [.. definition.Form.Fields.Where(f => f.Section == section && f.Key != definition.Form.Roles.Undertaking)];

    /// <summary>A field as it is asked for.</summary>
    public static FieldShape Shape(PageContext page, CallDefinition definition, FieldDefinition field) => new(field.Key, KindOf(field), page.Say(field.Label))
    {
        Hint = field.Help is { } help ? page.Say(help) : null,
        Required = field.Required,
        Unit = field.Unit,
        Choices = field.Type switch
        {
            FieldType.City => [.. definition.Cities.Select(c => new Choice(c.Code, page.Say(c)))],
            FieldType.Industry => [.. definition.Industries.List.Select(i => new Choice(i.Code, page.Say(new Words(i.Zh, i.En))))],
            _ => [.. (field.Options ?? []).Select(o => new Choice(o.Code, page.Say(o)))],
        },
        Columns = [.. (field.Columns ?? []).Select(c => Shape(page, definition, c))],
        BlankRows = 2,
        Saved = true,
    };

    /// <summary>What was typed as the draft keeps it: unchecked, text as text.</summary>
    public static JsonNode? Read(Posted posted, FieldDefinition field, string name) => field.Type switch
    {
        FieldType.Table => new JsonArray([.. Enumerable.Range(0, posted.Rows(name)).Where(row => !posted.RowIsBlank(name, row)).Select(row => ReadRow(posted, field, name, row))]),
        FieldType.Money => posted.One(name).Trim() is { Length: > 0 } amount ? new JsonObject { ["amount"] = amount, ["unit"] = posted.One(name + ".unit") } : null,
        FieldType.Declaration => posted.One(name) is "true" or "on",
        FieldType.Choice when field.Several => new JsonArray([.. posted.All(name).Where(v => v.Length > 0).Select(v => (JsonNode)v)]),
        _ => posted.One(name) is { Length: > 0 } text ? text : null,
    };

    /// <summary>The name in the form of the field that a remark is about; a remark counts rows from 1, blank ones included.</summary>
    public static string PlaceOf(FormRemark remark) =>
        remark.Row is { } row ? remark.Column is { } column ? $"{remark.Field}[{row - 1}].{column}" : $"{remark.Field}[{row - 1}]" : remark.Field;

    /// <summary>A remark's words; the English ones are kept by code.</summary>
    public static string Say(PageContext page, FormRemark remark) =>
        page.Language == Platform.Language.En ? page.SayFirst(remark.Message, "remark." + remark.Code) : remark.Message;

    /// <summary>The rows of a table as texts to be compared.</summary>
    public static IReadOnlyList<string> RowsOf(Posted posted, FieldDefinition table) =>
        [.. Enumerable.Range(0, posted.Rows(table.Key)).Select(row => ReadRow(posted, table, table.Key, row).ToJsonString())];

    private static JsonObject ReadRow(Posted posted, FieldDefinition table, string name, int row)
    {
        var cells = new JsonObject();
        foreach (var column in table.Columns!)
            if (Read(posted, column, $"{name}[{row}].{column.Key}") is { } value)
                cells[column.Key] = value;
        return cells;
    }

    private static InputKind KindOf(FieldDefinition field) => field.Type switch
    {
        FieldType.LongText => InputKind.Text,
        FieldType.Integer or FieldType.Decimal => InputKind.Number,
        FieldType.Money => InputKind.Money,
        FieldType.Choice => field.Several ? InputKind.SomeOf : InputKind.OneOf,
        FieldType.City or FieldType.Industry => InputKind.OneOf,
        FieldType.Date => InputKind.Day,
        FieldType.Declaration => InputKind.Tick,
        FieldType.Table => InputKind.Rows,
        _ => InputKind.Line,
    };
}
