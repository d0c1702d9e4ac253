namespace Registry.Programme;

/// <summary>
/// The one place where an instant becomes a day in China and back. Legal time is UTC+08:00 without change since the
/// last summer time ended on 1991-09-15, so the offset is a constant and the machine's zone database is not asked:
/// a server without tzdata, or in another zone, computes the same days.
/// </summary>
public static class ChinaTime
{
    /// <summary>The offset of Asia/Shanghai from UTC.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The day in China at this instant.</summary>
    public static DateOnly ToDay(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(Offset).DateTime);

    /// <summary>The clock on a wall in China at this instant, for display.</summary>
    public static DateTimeOffset ToLocal(DateTimeOffset instant) => instant.ToOffset(Offset);

    /// <summary>The first instant of the day, in UTC.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), Offset).ToUniversalTime();

    /// <summary>The midnight after the day (24:00), in UTC: the first instant that no longer belongs to it.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));
}
