using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// Reads one value of a form as its field's type. Figures may be numbers or text (with full-width digits or grouping
/// commas); money may name its unit: {"amount": "49.999999", "unit": "亿元"}. Nothing is rounded.
/// </summary>
internal static partial class FieldReader
{
    private const int DefaultTextLength = 200;
    private const int DefaultLongTextLength = 5000;

    /// <summary>The value, or null with the reason. An empty value is read as null without a reason.</summary>
    public static FieldReading Read(CallDefinition definition, FieldDefinition field, JsonElement raw) =>
        IsEmpty(raw) ? new FieldReading(null) : field.Type switch
        {
            FieldType.Text => Text(field, raw, multiline: false, DefaultTextLength),
            FieldType.LongText => Text(field, raw, multiline: true, DefaultLongTextLength),
            FieldType.Integer or FieldType.Decimal => Number(field, raw),
            FieldType.Money => Money(field, raw),
            FieldType.Choice => Choice(raw, field.Options ?? [], field.Several, "choice.unknown", "没有这一选项"),
            FieldType.City => Choice(raw, definition.Cities, false, "city.unknown", "不是可以申报的市"),
            FieldType.Industry => Choice(raw, [.. definition.Industries.List.Select(one => new Option(one.Code, one.Zh, one.En))], false,
                "industry.unknown", "不在本批次的主导产业之列"),
            FieldType.CreditCode => Organisation(raw),
            FieldType.Date => Day(raw),
            FieldType.Declaration => Declaration(raw),
            _ => throw new NotSupportedException($"A {field.Type} is not a single value.")
        };

    /// <summary>What a form sends for a field that was left empty.</summary>
    public static bool IsEmpty(JsonElement raw) => raw.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.String => string.IsNullOrWhiteSpace(raw.GetString()),
        JsonValueKind.Array => raw.EnumerateArray().All(IsEmpty),
        JsonValueKind.Object => raw.TryGetProperty("amount", out var amount) && IsEmpty(amount),
        _ => false
    };

    private static FieldReading Text(FieldDefinition field, JsonElement raw, bool multiline, int defaultLength)
    {
        if (raw.ValueKind is not JsonValueKind.String)
            return Wrong("field.type", "应填写文字。");
        var check = PlainText.Check(raw.GetString()!, multiline, field.MaxLength ?? defaultLength);
        return check.Text is { } text ? new FieldReading(text.Length == 0 ? null : new FieldValue.Text(text)) : Wrong(check.Code!, check.Message!);
    }

    private static FieldReading Number(FieldDefinition field, JsonElement raw)
    {
        var (figure, wrong) = Figure(raw);
        if (figure is not { } value)
            return wrong!;
        if (field.Type is FieldType.Integer && decimal.Truncate(value) != value)
            return Wrong("number.not-whole", "应填写整数。");
        return OutOfRange(field, value, field.Unit) ?? new FieldReading(new FieldValue.Number(value));
    }

    private static FieldReading Money(FieldDefinition field, JsonElement raw)
    {
        var (amount, unit) = (raw, field.Unit!);
        if (raw.ValueKind is JsonValueKind.Object)
        {
            if (!raw.TryGetProperty("amount", out amount) || !raw.TryGetProperty("unit", out var named) || raw.EnumerateObject().Count() != 2)
                return Wrong("field.type", "金额应写明数额（amount）和单位（unit）。");
            if (named.ValueKind is not JsonValueKind.String || Yuan.PerUnit(named.GetString()) is null)
                return Wrong("money.unit", $"金额的单位应为{string.Join("、", Yuan.Units)}之一。");
            unit = named.GetString()!;
        }
        var (figure, wrong) = Figure(amount);
        if (figure is not { } value)
            return wrong!;
        var yuan = Yuan.Of(value, unit);
        if (Math.Abs(yuan.Amount) >= Yuan.Limit)
            return Wrong("number.too-large", $"{yuan.Show("亿元")}过大，请检查单位：此处以{unit}为单位。");
        if (decimal.Round(yuan.Amount, Yuan.Decimals) != yuan.Amount)
            return Wrong("number.too-many-digits", "金额精确到万分之一元即可，请减少小数位数。");
        return OutOfRange(field, yuan.In(field.Unit!), field.Unit) ?? new FieldReading(new FieldValue.Money(yuan));
    }

    private static (decimal?, FieldReading?) Figure(JsonElement raw)
    {
        if (raw.ValueKind is not (JsonValueKind.Number or JsonValueKind.String))
            return (null, Wrong("field.type", "应填写数字。"));
        var text = raw.ValueKind is JsonValueKind.Number ? raw.GetRawText() : raw.GetString()!;
        if (text.Length > 100 || text.Any(char.IsSurrogate))
            return (null, Wrong("number.invalid", "应填写数字。"));
        text = text.InForm(NormalizationForm.FormKC).Trim();
        // Exponents are how programs write numbers; in what a person typed or pasted from a spreadsheet, 1.2E+10 has lost its digits.
        if (raw.ValueKind is JsonValueKind.String && text.Any(char.IsAsciiLetter))
            return (null, Wrong("number.invalid", "应只填写数字，不要写单位、科学计数法或其他文字。"));
        if (Grouped().IsMatch(text))
            text = text.Replace(",", "", StringComparison.Ordinal);
        return ExactDecimal.TryParse(text, out var value) ? (value, null)
            : Digits().IsMatch(text) ? (null, Wrong("number.too-many-digits", "数字的位数过多，无法精确保存，请减少位数。"))
            : (null, Wrong("number.invalid", "应只填写数字，不要写单位或其他文字。"));
    }

    private static FieldReading? OutOfRange(FieldDefinition field, decimal value, string? unit) =>
        value < field.Min ? Wrong("number.too-small", $"不能小于 {field.Min} {unit}".TrimEnd() + "。")
        : value > field.Max ? Wrong("number.too-large", $"不能大于 {field.Max} {unit}".TrimEnd() + "。")
        : null;

    private static FieldReading Choice(JsonElement raw, IReadOnlyList<Option> options, bool several, string code, string why)
    {
        var chosen = several && raw.ValueKind is JsonValueKind.Array ? raw.EnumerateArray().Where(one => !IsEmpty(one)).ToList() : [raw];
        if (chosen.Any(one => one.ValueKind is not JsonValueKind.String))
            return Wrong("field.type", several ? "应从选项中选择一项或几项。" : "应从选项中选择一项。");
        var codes = chosen.Select(one => one.GetString()!).ToHashSet();
        return codes.All(one => options.Any(option => option.Code == one))
            ? new FieldReading(new FieldValue.Choice([.. options.Select(option => option.Code).Where(codes.Contains)]))
            : Wrong(code, why + "。");
    }

    private static FieldReading Organisation(JsonElement raw)
    {
        if (raw.ValueKind is not JsonValueKind.String)
            return Wrong("field.type", "应填写 18 位统一社会信用代码。");
        var check = CreditCode.Check(raw.GetString());
        return check.Code is { } code
            ? new FieldReading(new FieldValue.Organisation(code), WarningCode: check.Warning?.Code, WarningMessage: check.Warning?.Sentence)
            : Wrong(check.Reason!, check.Sentence!);
    }

    private static FieldReading Day(JsonElement raw) =>
        raw.ValueKind is JsonValueKind.String
        && DateOnly.TryParseExact(raw.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var day)
        && day.Year is >= 1900 and <= 2999
            ? new FieldReading(new FieldValue.Day(day))
            : Wrong("date.invalid", "应填写有效的日期，例如 2025-06-20。");

    /// <summary>A box that is ticked arrives as true, or as the text a browser sends for it.</summary>
    private static FieldReading Declaration(JsonElement raw) => raw.ValueKind switch
    {
        JsonValueKind.True => new FieldReading(new FieldValue.Declaration(true)),
        JsonValueKind.False => new FieldReading(new FieldValue.Declaration(false)),
        JsonValueKind.String when raw.GetString() is "true" or "on" => new FieldReading(new FieldValue.Declaration(true)),
        JsonValueKind.String when raw.GetString() is "false" => new FieldReading(new FieldValue.Declaration(false)),
        _ => Wrong("field.type", "应勾选或不勾选。")
    };

    private static FieldReading Wrong(string code, string message) => new(null, code, message);

    [GeneratedRegex(@"^-?\d{1,3}(,\d{3})+(\.\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}

/// <summary>What was read: a value, nothing, or a refusal; with a value perhaps something to look at.</summary>
internal sealed record FieldReading(
    FieldValue? Value, string? ErrorCode = null, string? ErrorMessage = null, string? WarningCode = null, string? WarningMessage = null);
