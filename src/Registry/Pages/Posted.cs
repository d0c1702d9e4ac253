using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Registry.Pages;

/// <summary>
/// What a person typed, as text by field name, exactly as it came. Forms are shown from it again, so nothing is lost when one is refused.
/// A table's cell is named <c>table[0].column</c>.
/// </summary>
public sealed class Posted(IReadOnlyDictionary<string, string[]> values)
{
    /// <summary>Most rows that a form may send of one table.</summary>
    private const int MostRows = 1000;

    /// <summary>Nothing was sent.</summary>
    public static readonly Posted Empty = new(new Dictionary<string, string[]>());

    /// <summary>Every value, by name.</summary>
    public IReadOnlyDictionary<string, string[]> Values => values;

    /// <summary>The one value of a field; empty when it was not sent.</summary>
    public string One(string name) => values.TryGetValue(name, out var sent) && sent.Length > 0 ? sent[0] : "";

    /// <summary>The bytes of a file that came in base 64; null when none was sent, or what was sent is no file.</summary>
    public byte[]? File(string name)
    {
        var sent = One(name);
        var bytes = new byte[sent.Length];
        return sent.Length > 0 && Convert.TryFromBase64String(sent, bytes, out var count) ? bytes[..count] : null;
    }

    /// <summary>All values of a field with several choices.</summary>
    public IReadOnlyList<string> All(string name) => values.TryGetValue(name, out var sent) ? sent : [];

    /// <summary>How many rows of a table were sent, blank ones included.</summary>
    public int Rows(string table)
    {
        var prefix = table + "[";
        var highest = -1;
        foreach (var name in values.Keys)
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf(']', prefix.Length) is > 0 and var end
                && int.TryParse(name.AsSpan(prefix.Length, end - prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row < MostRows)
                highest = Math.Max(highest, row);
        return highest + 1;
    }

    /// <summary>The cells of a row that were filled in.</summary>
    public bool RowIsBlank(string table, int row) =>
        !values.Any(v => v.Key.StartsWith($"{table}[{row}].", StringComparison.Ordinal) && !v.Key.EndsWith(".unit", StringComparison.Ordinal) && v.Value.Any(one => !string.IsNullOrWhiteSpace(one)));

    /// <summary>The same with further values.</summary>
    public Posted With(string name, params string[] sent) => new(new Dictionary<string, string[]>(values) { [name] = sent });

    /// <summary>The same without secrets, as it may be kept and shown again.</summary>
    public Posted WithoutSecrets() => new(values.Where(v => !SecretFields.Has(v.Key)).ToDictionary());

    /// <summary>The version of the thing that the sender saw; one that no thing has, when the form says none.</summary>
    public long SeenVersion => long.TryParse(One("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;

    /// <summary>
    /// The form with the version on which its sender decides. After a refusal because of a change in between that is the thing as the page now shows it;
    /// otherwise it stays the one that was seen when the form was opened, so that a change since then is noticed and not overwritten.
    /// </summary>
    /// <param name="now">The version that the page shows.</param>
    /// <param name="status">The response's status.</param>
    public Posted Seeing(long now, int status) =>
        status != StatusCodes.Status409Conflict && One("version").Length > 0 ? this : With("version", now.ToString(CultureInfo.InvariantCulture));

    /// <summary>A stored form as it would have been typed: amounts with their unit, rows as cells.</summary>
    public static Posted From(JsonNode? form)
    {
        var sent = new Dictionary<string, string[]>();
        if (form is JsonObject members)
            foreach (var (key, value) in members)
                Add(sent, key, value);
        return new Posted(sent);
    }

    private static void Add(Dictionary<string, string[]> sent, string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject money when money.ContainsKey("amount"):
                sent[name] = [Plain(money["amount"])];
                sent[name + ".unit"] = [Plain(money["unit"])];
                break;
            case JsonObject group:
                foreach (var (key, inner) in group)
                    Add(sent, $"{name}.{key}", inner);
                break;
            case JsonArray list when list.All(one => one is JsonObject or null) && list.Count > 0:
                for (var i = 0; i < list.Count; i++)
                    foreach (var (key, inner) in list[i] as JsonObject ?? [])
                        Add(sent, $"{name}[{i}].{key}", inner);
                break;
            case JsonArray list:
                sent[name] = [.. list.Select(Plain)];
                break;
            case null:
                break;
            default:
                sent[name] = [Plain(value)];
                break;
        }
    }

    private static string Plain(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
