using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>Values as a person reads them: days written out, instants in Beijing time, codes by their names.</summary>
public static class Shown
{
    /// <summary>Names of instants at which something ends: their midnight is the 24:00 of the day before.</summary>
    private static readonly string[] Ends = ["ClosesAt", "closedAt", "closesAt", "Until", "EndsAt"];

    /// <summary>A single value as text; null for one that has parts.</summary>
    public static string? Text(PageContext page, string name, object? value) => value switch
    {
        null => "",
        string text => OfCode(page, name, text) ?? text,
        bool yes => page.Say(yes ? "page.yes" : "page.no"),
        Enum e => page.SayFirst(e.ToString(), $"enum.{e.GetType().Name}.{e}"),
        DateOnly day => BeijingTime.Day(day, page.Language),
        DateTimeOffset instant => Ends.Contains(name) ? BeijingTime.End(instant, page.Language) : BeijingTime.Instant(instant, page.Language),
        Words words => page.Say(words),
        Option option => page.Say(option),
        Yuan yuan => yuan.Show("亿元"),
        IId id => id.Value,
        CreditCode code => code.Value,
        IFormattable figure when value.GetType().IsPrimitive || value is decimal => figure.ToString(null, CultureInfo.InvariantCulture),
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString(),
        JsonElement { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } plain => plain.GetRawText(),
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => "",
        System.Text.Json.Nodes.JsonValue plain => plain.ToString(),
        _ => null,
    };

    /// <summary>A figure of a refusal, for its sentence.</summary>
    public static object? Argument(PageContext page, string name, object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.String } text => Argument(page, name, text.GetString()),
        string s when name == "stage" => page.SayFirst(s, "enum.Stage." + s, "enum.ObjectionStage." + s),
        string s when s.Length >= 20 && DateTimeOffset.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) && s.Contains('T', StringComparison.Ordinal) => Text(page, name, instant),
        string s when DateOnly.TryParseExact(s, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => Text(page, name, day),
        DateTimeOffset or DateOnly => Text(page, name, value),
        _ => value,
    };

    /// <summary>The parts of a value that has parts, in their order. An id already shown as the page's own is left out.</summary>
    public static IReadOnlyList<(string Name, object? Value)> Parts(object value) => value switch
    {
        System.Text.Json.Nodes.JsonObject o => [.. o.Select(m => (m.Key, (object?)m.Value))],
        JsonElement { ValueKind: JsonValueKind.Object } o => [.. o.EnumerateObject().Select(m => (m.Name, (object?)m.Value))],
        IDictionary map => [.. map.Keys.Cast<object>().Select(k => ($"{k}", map[k]))],
        _ when IsMap(value) => [.. ((IEnumerable)value).Cast<object>().Select(pair => ($"{pair.GetType().GetProperty("Key")!.GetValue(pair)}", pair.GetType().GetProperty("Value")!.GetValue(pair)))],
        _ => [.. value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && p.CanRead && p.Name != "EqualityContract").Select(p => (p.Name, p.GetValue(value)))],
    };

    /// <summary>The elements of a list, or null.</summary>
    public static IReadOnlyList<object?>? List(object? value) => value switch
    {
        null or string => null,
        JsonElement { ValueKind: JsonValueKind.Array } a => [.. a.EnumerateArray().Select(e => (object?)e)],
        JsonElement or System.Text.Json.Nodes.JsonObject or System.Text.Json.Nodes.JsonValue => null,
        IDictionary => null,
        IEnumerable when IsMap(value) => null,
        IEnumerable list => [.. list.Cast<object?>()],
        _ => null,
    };

    /// <summary>The id of a list's row in addresses: what the list is of, else its stream's last part.</summary>
    public static string? IdOf(string list, object row)
    {
        var parts = Parts(row).ToDictionary(p => p.Name, p => p.Value);
        var own = Singular(list.Split('/')[^1]).Split('-')[^1];
        var value = parts.GetValueOrDefault(char.ToUpperInvariant(own[0]) + own[1..]) ?? parts.GetValueOrDefault("Id") ?? parts.GetValueOrDefault("Application");
        return value is IId id ? id.Value : value?.ToString()?.Split('/')[^1];
    }

    /// <summary>What a list is of, as its streams are called.</summary>
    public static string Singular(string list) => list switch
    {
        "batches" => "batch",
        "publicity" => "publicity",
        _ => list.TrimEnd('s'),
    };

    /// <summary>What a part is called.</summary>
    public static string Label(PageContext page, string owner, string name) =>
        page.SayFirst(name, $"view.{owner}.{Camel(name)}", $"field.{Camel(name)}");

    /// <summary>The name of a type as the words know it.</summary>
    public static string Owner(object? value) => value is null ? "" : value.GetType().Name;

    private static bool IsMap(object value) =>
        value.GetType().GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>));

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>Codes that have a name in the province's reference data.</summary>
    private static string? OfCode(PageContext page, string name, string text) => name switch
    {
        "City" or "city" => Places.City(page, text),
        "Industry" or "industry" => Places.Industry(page, text),
        "Kind" or "kind" => page.SayFirst(text, "event." + text),
        _ => null,
    };
}
