using System.Globalization;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>The day that a question is about: <c>?day=2025-06-20</c>, or today in China.</summary>
public static class Days
{
    /// <summary>The day asked for.</summary>
    public static DateOnly Asked(HttpContext http, Reading reading) => TryRead(http, out var day) ? day ?? ChinaTime.ToDay(reading.Now) : default;

    /// <summary>A day that is none cannot be answered about.</summary>
    public static Refusal? Wrong(HttpContext http) => TryRead(http, out _) ? null : CommandRules.Malformed.Refuse(("what", "day"));

    private static bool TryRead(HttpContext http, out DateOnly? day)
    {
        day = null;
        if (http.Request.Query["day"].ToString() is not { Length: > 0 } text)
            return true;
        var read = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked);
        day = asked;
        return read;
    }
}
