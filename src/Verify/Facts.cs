using System.Text.Json;

namespace Verify;

/// <summary>The disclosed facts, found by their leaf, by the page that rests on them and by the stream that they stand on; each list in the log's order.</summary>
public sealed class Facts(IReadOnlyList<Disclosure> all)
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);
    private readonly Dictionary<long, Disclosure> byLeaf = all.ToDictionary(d => d.Leaf);
    private readonly ILookup<string, Disclosure> byPage = all.OrderBy(d => d.Leaf).SelectMany(d => d.Pages.Select(p => (Page: p, Fact: d))).ToLookup(p => p.Page, p => p.Fact);
    private readonly ILookup<string, Disclosure> byStream = all.OrderBy(d => d.Leaf).ToLookup(d => d.Field("stream") ?? "");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Disclosure> All => all;

    /// <summary>Every page that rests on a fact.</summary>
    public IEnumerable<string> Pages => byPage.Select(p => p.Key);

    /// <summary>The fact of this leaf, if it is disclosed.</summary>
    public Disclosure? At(long? leaf) => leaf is { } index ? byLeaf.GetValueOrDefault(index) : null;

    /// <summary>What a page rests on.</summary>
    public IEnumerable<Disclosure> Of(string page, params string[] kinds) => byPage[page].Where(d => kinds.Length == 0 || kinds.Contains(d.Kind));

    /// <summary>What happened on a stream, whichever page it is disclosed for.</summary>
    public IEnumerable<Disclosure> On(string stream, params string[] kinds) => byStream[stream].Where(d => kinds.Length == 0 || kinds.Contains(d.Kind));

    /// <summary>The day in China.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(China).DateTime);

    /// <summary>A day as documents write it; null for anything else, and for the calendar's last one, after which no day can be named.</summary>
    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day) && day < DateOnly.MaxValue.AddDays(-2) ? day : null;

    /// <summary>A day as documents write it.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>An instant; null for anything else.</summary>
    public static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var instant)
        && instant.UtcDateTime.Year is > 1 and < 9999 ? instant : null;

    /// <summary>The members of a list; nothing where there is none.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement thing, string name) =>
        thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];
}
