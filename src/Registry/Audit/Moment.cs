using System.Globalization;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Audit;

/// <summary>An instant in a question: with an offset, or without one as Beijing time; a day alone is its end (24:00).</summary>
public static class Moment
{
    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>The instant, or null when the text is none.</summary>
    public static DateTimeOffset? Parse(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && InRange(day.Year) ? ChinaTime.EndOf(day).AddTicks(-TimeSpan.TicksPerMicrosecond)
        : DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && InRange(local.Year)
            ? ChinaTime.StartOf(DateOnly.FromDateTime(local)) + local.TimeOfDay
        : text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) && InRange(instant.Year) ? instant.ToUniversalTime()
        : null;

    /// <summary>The named instant of a question; <paramref name="otherwise"/> when it is not given.</summary>
    public static DateTimeOffset Of(HttpContext http, string name, DateTimeOffset otherwise) =>
        http.Request.Query[name].ToString() is { Length: > 0 } text ? Parse(text)!.Value : otherwise;

    /// <summary>Why a question's instants cannot be read.</summary>
    public static Refusal? Wrong(HttpContext http, params string[] names) =>
        names.FirstOrDefault(n => http.Request.Query[n].ToString() is { Length: > 0 } text && Parse(text) is null) is { } wrong ? CommandRules.Malformed.Refuse(("what", wrong)) : null;

    private static bool InRange(int year) => year is > 1900 and < 2200;
}
