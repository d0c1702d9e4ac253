using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Registry.Platform;

/// <summary>The languages of the interface. Chinese comes first.</summary>
public enum Language
{
    /// <summary>简体中文.</summary>
    Zh,
    /// <summary>English.</summary>
    En,
}

/// <summary>
/// All words a person reads, by code, one file per room and language (<c>Words.zh.json</c>, <c>Words.en.json</c>). There is no text in code.
/// A missing word is an error at start, not an empty place on a page.
/// </summary>
public static partial class Texts
{
    // A code that is given twice in one file would silently lose its first words.
    private static readonly JsonSerializerOptions Once = new() { AllowDuplicateProperties = false };

    private static readonly FrozenDictionary<string, string> Zh = Load("zh"), En = Load("en");

    /// <summary>All codes of a language.</summary>
    public static IReadOnlyCollection<string> Codes(Language language) => Table(language).Keys;

    /// <summary>The words of a code, with each <c>{name}</c> replaced by its argument.</summary>
    public static string Of(Language language, string code, IReadOnlyDictionary<string, object?>? arguments = null)
    {
        if (!Table(language).TryGetValue(code, out var words))
            throw new KeyNotFoundException($"no words for {code} in {language}");
        return arguments is null ? words : Place().Replace(words, m => arguments.TryGetValue(m.Groups[1].Value, out var value) ? Show(value) : m.Value);
    }

    /// <summary>Whether the code has words.</summary>
    public static bool Has(Language language, string code) => Table(language).ContainsKey(code);

    private static string Show(object? value) => value switch
    {
        null => "",
        IFormattable f => f.ToString(value is DateOnly ? "yyyy-MM-dd" : null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static FrozenDictionary<string, string> Table(Language language) => language == Language.Zh ? Zh : En;

    private static FrozenDictionary<string, string> Load(string language)
    {
        var assembly = typeof(Texts).Assembly;
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith($"Words.{language}.json", StringComparison.Ordinal)))
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            foreach (var (code, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(file, Once)!)
                if (!words.TryAdd(code, text))
                    throw new InvalidOperationException($"the words of {code} are given twice, the second time in {name}");
        }
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Place();
}
