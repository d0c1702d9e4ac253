using System.Globalization;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>Days and instants as a person reads them: written out, in Beijing time, with the rule that midnight ends a day (24:00).</summary>
public static class BeijingTime
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>2025年6月20日, 20 June 2025.</summary>
    public static string Day(DateOnly day, Language language) =>
        language == Language.En ? day.ToString("d MMMM yyyy", English) : $"{day.Year}年{day.Month}月{day.Day}日";

    /// <summary>2025年6月20日 14:05（北京时间）.</summary>
    public static string Instant(DateTimeOffset instant, Language language)
    {
        var local = ChinaTime.ToLocal(instant);
        var day = Day(DateOnly.FromDateTime(local.DateTime), language);
        return language == Language.En ? $"{day}, {local:HH:mm} (Beijing time)" : $"{day} {local:HH:mm}（北京时间）";
    }

    /// <summary>An instant at which something ends: midnight is the 24:00 of the day before.</summary>
    public static string End(DateTimeOffset instant, Language language)
    {
        var local = ChinaTime.ToLocal(instant);
        if (local.TimeOfDay != TimeSpan.Zero)
            return Instant(instant, language);
        var day = Day(DateOnly.FromDateTime(local.DateTime).AddDays(-1), language);
        return language == Language.En ? $"{day}, 24:00 (Beijing time)" : $"{day} 24:00（北京时间）";
    }
}
