using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Registry.Programme;

/// <summary>
/// The part of JSON Schema (2020-12) that the definition's schema uses, about a hundred lines, because an error must
/// name the line and say in Chinese what is wrong. A keyword it does not know is refused when the schema is read, so a
/// schema can never ask for more than is checked.
/// </summary>
public sealed class JsonSchema
{
    private static readonly HashSet<string> Annotations = ["$schema", "$id", "$defs", "title", "description"];

    private static readonly HashSet<string> Checked =
    [
        "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "uniqueItems", "minLength", "maxLength", "pattern", "minimum", "exclusiveMinimum", "maximum", "format"
    ];

    private readonly JsonElement _root;

    private JsonSchema(JsonElement root) => _root = root;

    /// <summary>Reads a schema. Throws if it uses a keyword that would not be checked.</summary>
    public static JsonSchema Parse(ReadOnlyMemory<byte> text)
    {
        var root = JsonDocument.Parse(text).RootElement;
        RefuseUnknownKeywords(root, "");
        return new JsonSchema(root);
    }

    /// <summary>Everything that is wrong with the value: pointer, stable code and a Chinese sentence.</summary>
    public IReadOnlyList<(string Pointer, string Code, string Message)> Check(JsonElement value)
    {
        var found = new List<(string, string, string)>();
        Check(value, _root, "", found);
        return found;
    }

    private void Check(JsonElement value, JsonElement schema, string at, List<(string, string, string)> found)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            Check(value, _root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), at, found);
        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(name => Is(value, name)))
        {
            found.Add((at, "schema.type", $"类型不对：应为{string.Join("或", Types(type).Select(TypeName))}。"));
            return;
        }
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(value, constant))
            found.Add((at, "schema.const", $"只能是 {constant.GetRawText()}。"));
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(value, one)))
            found.Add((at, "schema.enum", $"不是允许的取值：{Shown(value)}。可用：{string.Join("、", allowed.EnumerateArray().Select(Shown))}。"));

        if (value.ValueKind is JsonValueKind.Object)
            CheckObject(value, schema, at, found);
        else if (value.ValueKind is JsonValueKind.Array)
            CheckArray(value, schema, at, found);
        else if (value.ValueKind is JsonValueKind.String)
            CheckText(value.GetString()!, schema, at, found);
        else if (value.ValueKind is JsonValueKind.Number)
            CheckNumber(value, schema, at, found);
    }

    private void CheckObject(JsonElement value, JsonElement schema, string at, List<(string, string, string)> found)
    {
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray().Select(one => one.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
                found.Add((at, "schema.required", $"缺少必需的成员“{name}”。"));
        var known = schema.TryGetProperty("properties", out var properties);
        foreach (var member in value.EnumerateObject())
            if (known && properties.TryGetProperty(member.Name, out var memberSchema))
                Check(member.Value, memberSchema, at + JsonPositions.Step(member.Name), found);
            else if (schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind is JsonValueKind.False)
                found.Add((at + JsonPositions.Step(member.Name), "schema.unknown-member", $"不认识的成员“{member.Name}”，请检查拼写。"));
    }

    private void CheckArray(JsonElement value, JsonElement schema, string at, List<(string, string, string)> found)
    {
        if (Number(schema, "minItems") is { } least && value.GetArrayLength() < least)
            found.Add((at, "schema.min-items", $"至少应有 {least} 项，现有 {value.GetArrayLength()} 项。"));
        if (Number(schema, "maxItems") is { } most && value.GetArrayLength() > most)
            found.Add((at, "schema.max-items", $"至多可有 {most} 项，现有 {value.GetArrayLength()} 项。"));
        var items = value.EnumerateArray().ToList();
        for (var i = 0; i < items.Count; i++)
        {
            if (schema.TryGetProperty("items", out var itemSchema))
                Check(items[i], itemSchema, $"{at}/{i}", found);
            if (schema.TryGetProperty("uniqueItems", out var unique) && unique.GetBoolean() && items.Take(i).Any(one => JsonElement.DeepEquals(one, items[i])))
                found.Add(($"{at}/{i}", "schema.unique-items", $"与前面的一项重复：{Shown(items[i])}。"));
        }
    }

    private static void CheckText(string text, JsonElement schema, string at, List<(string, string, string)> found)
    {
        if (Number(schema, "minLength") is { } least && text.Length < least)
            found.Add((at, "schema.min-length", text.Length == 0 ? "不能为空。" : $"至少应有 {least} 个字符。"));
        if (Number(schema, "maxLength") is { } most && text.Length > most)
            found.Add((at, "schema.max-length", $"至多可有 {most} 个字符。"));
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
            found.Add((at, "schema.pattern", $"“{text}”不符合要求的格式 {pattern.GetString()}。"));
        if (schema.TryGetProperty("format", out var format) && WrongFormat(text, format.GetString()!) is { } why)
            found.Add((at, "schema.format", $"“{text}”{why}。"));
    }

    private static void CheckNumber(JsonElement value, JsonElement schema, string at, List<(string, string, string)> found)
    {
        if (!ExactDecimal.TryParse(value.GetRawText(), out var number))
            found.Add((at, "schema.number", "数字的位数过多，无法精确保存。"));
        else if (Number(schema, "minimum") is { } least && number < least)
            found.Add((at, "schema.minimum", $"不能小于 {least}，现为 {number}。"));
        else if (Number(schema, "exclusiveMinimum") is { } above && number <= above)
            found.Add((at, "schema.minimum", $"应大于 {above}，现为 {number}。"));
        else if (Number(schema, "maximum") is { } most && number > most)
            found.Add((at, "schema.maximum", $"不能大于 {most}，现为 {number}。"));
    }

    private static string? WrongFormat(string text, string format) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && IsOurCentury(day.Year) ? null : "不是有效的日期（应为 2025-06-20 的形式）",
        "date-time" => JsonSerializer.SerializeToElement(text).TryGetDateTimeOffset(out var instant) && text.Length > 19 && IsOurCentury(instant.Year) && (text.EndsWith('Z') || text[^6] is '+' or '-')
            ? null : "不是带时区的时刻（应为 2025-05-14T00:00:00+08:00 的形式）",
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? null : "不是网址",
        "json-pointer" => text.Length == 0 || text[0] == '/' ? null : "不是 JSON 指针（应以 / 开头）",
        _ => throw new NotSupportedException($"format {format}")
    };

    /// <summary>A year outside these is a slip of the keyboard, and would run out of the calendar when a term is added.</summary>
    private static bool IsOurCentury(int year) => year is >= 2000 and <= 2199;

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind is JsonValueKind.Null,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out _),
        _ => throw new NotSupportedException($"type {type}")
    };

    private static string TypeName(string type) => type switch
    {
        "object" => "对象 {…}",
        "array" => "数组 […]",
        "string" => "字符串",
        "boolean" => "true 或 false",
        "null" => "null",
        "integer" => "整数",
        _ => "数字"
    };

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static decimal? Number(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var number) ? number.GetDecimal() : null;

    private static string Shown(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static void RefuseUnknownKeywords(JsonElement schema, string at)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name) && !Checked.Contains(keyword.Name))
                throw new NotSupportedException($"The schema uses a keyword that is not checked: {at}/{keyword.Name}");
            if (keyword.Name is "properties" or "$defs")
                foreach (var inner in keyword.Value.EnumerateObject())
                    RefuseUnknownKeywords(inner.Value, $"{at}/{keyword.Name}/{inner.Name}");
            else if (keyword.Name is "items")
                RefuseUnknownKeywords(keyword.Value, $"{at}/items");
        }
    }
}
