using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace PublicSite;

/// <summary>
/// The site's own words in one language. Every word that a page shows and that is not data comes from <c>Words/*.json</c>;
/// a key without a word is an error at build time and never an empty place on a page.
/// </summary>
public sealed class Words
{
    public static readonly Words Chinese = new("zh-CN", "", "zh");
    public static readonly Words English = new("en", "en/", "en");
    public static readonly IReadOnlyList<Words> All = [Chinese, English];

    private readonly FrozenDictionary<string, string> words;

    private Words(string language, string folder, string resource)
    {
        Language = language;
        Folder = folder;
        words = Read(resource).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The BCP 47 tag of the pages' <c>lang</c>.</summary>
    public string Language { get; }

    /// <summary>The folder below the site's root: empty for Chinese.</summary>
    public string Folder { get; }

    public bool IsChinese => Folder.Length == 0;

    public IEnumerable<string> Keys => words.Keys;

    public string this[string key] =>
        words.TryGetValue(key, out var word) ? word : throw new KeyNotFoundException($"No word for '{key}' in {Language}.");

    public string this[string key, params object[] arguments] =>
        string.Format(CultureInfo.InvariantCulture, this[key], arguments);

    /// <summary>The words of an enum's value, under <c>type.value</c>.</summary>
    public string Of<T>(T value) where T : struct, Enum => this[$"{typeof(T).Name}.{value}"];

    public string Of(Bilingual text) => IsChinese ? text.Zh : text.En ?? text.Zh;

    public string Day(DateOnly day) => day.ToString(this["format.day"], CultureInfo.InvariantCulture);

    public string Weekday(DateOnly day) => this[$"weekday.{(int)day.DayOfWeek}"];

    private static Dictionary<string, string> Read(string resource)
    {
        using var stream = Assets.Open($"Words.{resource}.json");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
