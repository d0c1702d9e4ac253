using System.Security.Cryptography;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Marks the stream of the official calendar: the years that were imported after the program was built.</summary>
public sealed class Calendar
{
    /// <summary>The one calendar's stream.</summary>
    public const string Stream = "calendar/china";
}

/// <summary>One holiday of a year's arrangement, from its first to its last day off.</summary>
public sealed record HolidaySpan(string Name, DateOnly FirstDay, DateOnly LastDay)
{
    /// <summary>The days off.</summary>
    public IEnumerable<DateOnly> Days()
    {
        for (var day = FirstDay; day <= LastDay; day = day.AddDays(1))
            yield return day;
    }
}

/// <summary>A year's official holidays and make-up working days were imported, or replaced after the arrangement was changed. Whoever computes a window can repeat it from this.</summary>
/// <param name="Source">The document that publishes the arrangement, with its number.</param>
/// <param name="Hash">SHA-256 of year, source and days, hexadecimal.</param>
/// <param name="PublicReason">Why a year that was covered is replaced; null for a new year about which nothing was said.</param>
[RecordedAs("calendar-year-imported", Public = true)]
public sealed record CalendarYearImported(
    int Year, string Source, IReadOnlyList<HolidaySpan> Holidays, IReadOnlyList<DateOnly> MakeUpWorkingDays, string Hash, string? PublicReason)
{
    /// <summary>The digest of exactly these data.</summary>
    public static string HashOf(int year, string source, IReadOnlyList<HolidaySpan> holidays, IReadOnlyList<DateOnly> makeUpWorkingDays) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { year, source, holidays, makeUpWorkingDays }, Json.Api)));
}

/// <summary>The calendar in force: the years that come with the program, and those that were imported since. The same history always gives the same version.</summary>
public sealed class Calendars
{
    // One reference, so that no reader ever sees the version of one calendar with the days of another.
    private volatile Known last = new(0, WorkingDays.Bundled());

    /// <summary>The calendar as this session sees it.</summary>
    public async Task<WorkingDays> ReadAsync(IQuerySession session, CancellationToken ct)
    {
        var known = last;
        var version = (await session.Events.FetchStreamStateAsync(Calendar.Stream, ct))?.Version ?? 0;
        if (known.Version == version)
            return known.Calendar;
        var calendar = Of(new Timeline(Calendar.Stream, await session.Events.FetchStreamAsync(Calendar.Stream, version, token: ct)));
        last = new Known(version, calendar);
        return calendar;
    }

    /// <summary>The calendar after these imports.</summary>
    public static WorkingDays Of(Timeline timeline) =>
        timeline.Fold(WorkingDays.Bundled(), (calendar, e) => e is CalendarYearImported imported ? calendar.With(imported) : calendar);

    private sealed record Known(long Version, WorkingDays Calendar);
}

/// <summary>The calendar for rules and readers.</summary>
public static class CalendarDesk
{
    /// <summary>The calendar in force for this command.</summary>
    public static Task<WorkingDays> CalendarAsync(this Desk desk) => desk.Services.GetRequiredService<Calendars>().ReadAsync(desk.Session, desk.Cancelled);

    /// <summary>The calendar in force for this reading.</summary>
    public static Task<WorkingDays> CalendarAsync(this Reading reading) => reading.Services.GetRequiredService<Calendars>().ReadAsync(reading.Session, reading.Cancelled);

    /// <summary>The calendar as it is shown: each year with its source, and who imported it when.</summary>
    internal static async Task<CalendarAnswer?> AnswerAsync(Reading reading)
    {
        var events = await reading.Session.Events.FetchStreamAsync(Calendar.Stream, token: reading.Cancelled);
        var calendar = Calendars.Of(new Timeline(Calendar.Stream, events));
        var imports = events.GroupBy(e => ((CalendarYearImported)e.Data).Year).ToDictionary(g => g.Key, g => g.Last());
        return new CalendarAnswer(calendar.Version, events.Count, [.. calendar.Years.Select(year => Shown(calendar, year, imports.GetValueOrDefault(year)))]);
    }

    private static CalendarYearAnswer Shown(WorkingDays calendar, int year, IEvent? import)
    {
        var (source, holidays, makeUp) = calendar.Arrangement(year);
        var data = import?.Data as CalendarYearImported;
        return new CalendarYearAnswer(year, source, holidays, makeUp, import?.Timestamp, import?.UserName, data?.Hash, data?.PublicReason);
    }
}

/// <summary>The official calendar.</summary>
/// <param name="Calendar">Its version, which every window that is computed from it records.</param>
/// <param name="Version">How many imports there were.</param>
public sealed record CalendarAnswer(string Calendar, long Version, IReadOnlyList<CalendarYearAnswer> Years);

/// <summary>One year of the calendar.</summary>
/// <param name="ImportedAt">When it was imported; null for a year that comes with the program.</param>
/// <param name="ImportedBy">Account that imported it.</param>
public sealed record CalendarYearAnswer(
    int Year, string Source, IReadOnlyList<HolidaySpan> Holidays, IReadOnlyList<DateOnly> MakeUpWorkingDays,
    DateTimeOffset? ImportedAt, string? ImportedBy, string? Hash, string? PublicReason);
