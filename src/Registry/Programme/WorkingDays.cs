using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Registry.Programme;

/// <summary>
/// The official calendar: which days are worked in China. Holidays and make-up working days (调休上班) are published
/// year by year by the State Council's General Office; a year that is not in the data is never guessed.
/// </summary>
public sealed class WorkingDays
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
    };

    private readonly HashSet<int> _years;
    private readonly Dictionary<DateOnly, Words> _holidays;
    private readonly HashSet<DateOnly> _makeUpDays;

    private readonly CalendarFile _file;

    private WorkingDays(CalendarFile file, string version)
    {
        _file = file;
        Title = file.Title;
        Version = version;
        Years = [.. file.Years.Select(year => year.Year).Order()];
        _years = [.. Years];
        // A New Year's holiday may stand in the arrangements of both years that it touches.
        _holidays = file.Years.SelectMany(year => year.Holidays).SelectMany(holiday => holiday.Days, (holiday, day) => (holiday, day))
            .DistinctBy(pair => pair.day).ToDictionary(pair => pair.day, pair => new Words(pair.holiday.Zh, pair.holiday.En));
        _makeUpDays = [.. file.Years.SelectMany(year => year.MakeUpWorkingDays)];
    }

    public Words Title { get; }

    /// <summary>SHA-256 of the calendar's bytes, recorded with every window that is computed from it.</summary>
    public string Version { get; }

    /// <summary>The years covered, in order.</summary>
    public IReadOnlyList<int> Years { get; }

    /// <summary>The calendar that comes with the program: 2022 to 2026.</summary>
    public static WorkingDays Bundled() => Read(EmbeddedData.Bytes("Calendars/china-2022-2026.json"));

    /// <summary>Reads a calendar. Throws <see cref="FormatException"/>, in Chinese, if the data contradict themselves.</summary>
    public static WorkingDays Read(byte[] bytes)
    {
        CalendarFile file;
        try
        {
            file = JsonSerializer.Deserialize<CalendarFile>(bytes, Options) ?? throw new FormatException("日历文件是空的。");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"日历文件第 {wrong.LineNumber + 1} 行有误。", wrong);
        }
        if (FirstContradiction(file) is { } contradiction)
            throw new FormatException(contradiction);
        return new WorkingDays(file, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    public bool Covers(int year) => _years.Contains(year);

    /// <summary>The calendar after a year's arrangement was imported. Its version follows from this one's and the digest of what was imported.</summary>
    public WorkingDays With(CalendarYearImported imported)
    {
        var year = new CalendarYear(
            imported.Year, new Words(imported.Source, imported.Source), [.. imported.Holidays.Select(h => new Holiday(h.Name, h.Name, [.. h.Days()]))], imported.MakeUpWorkingDays);
        return new WorkingDays(
            _file with { Years = [.. _file.Years.Where(y => y.Year != imported.Year), year] },
            Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Version}\n{imported.Hash}"))));
    }

    /// <summary>One covered year as it was published: source, holidays, make-up working days.</summary>
    public (string Source, IReadOnlyList<HolidaySpan> Holidays, IReadOnlyList<DateOnly> MakeUpWorkingDays) Arrangement(int year)
    {
        var found = _file.Years.Single(y => y.Year == year);
        return (found.Source.Zh, [.. found.Holidays.Select(h => new HolidaySpan(h.Zh, h.Days.Min(), h.Days.Max()))], found.MakeUpWorkingDays);
    }

    /// <summary>Whether another year's arrangement makes the day a working day.</summary>
    internal bool IsMadeUpIn(DateOnly day, int otherThan) => _file.Years.Any(y => y.Year != otherThan && y.MakeUpWorkingDays.Contains(day));

    /// <summary>Whether another year's arrangement makes the day a day off.</summary>
    internal bool IsOffIn(DateOnly day, int otherThan) => _file.Years.Any(y => y.Year != otherThan && y.Holidays.Any(h => h.Days.Contains(day)));

    /// <summary>The name of the holiday that falls on the day, if one does.</summary>
    public Words? HolidayOn(DateOnly day) => _holidays.GetValueOrDefault(day);

    /// <summary>Whether the day is worked. Its year must be covered.</summary>
    public bool IsWorkingDay(DateOnly day) => WhyNotWorked(day) is null;

    /// <summary>
    /// 四(四): the window of so many working days for a notice posted on this day. The posting day is the first day
    /// of the window; whether it is also the first to count is a setting. Posted on a day that is not worked, counting
    /// starts with the next working day under either setting. Refused, naming the year, if a day of the window falls
    /// into a year without a calendar.
    /// </summary>
    public WindowAnswer Window(DateOnly posted, int workingDays, bool firstDayCounts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workingDays, 1);
        var counted = new List<DateOnly>();
        var skipped = new List<SkippedDay>();
        for (var day = posted; ; day = day.AddDays(1))
        {
            if (!Covers(day.Year))
                return new WindowAnswer.NotPublished(day.Year);
            if (WhyNotWorked(day) is { } reason)
                skipped.Add(new SkippedDay(day, reason));
            else if (day == posted && !firstDayCounts)
                skipped.Add(new SkippedDay(day, SkipReason.PostingDay));
            else
                counted.Add(day);
            if (counted.Count == workingDays)
                return new WindowAnswer.Computed(new PublicityWindow(posted, day, counted, skipped, Version));
        }
    }

    /// <summary>The window under the programme's rule.</summary>
    public WindowAnswer Window(DateOnly posted, PublicityRule rule) => Window(posted, rule.WorkingDays, rule.FirstDayCounts);

    /// <summary>
    /// The last day of a term of so many working days that runs from something that happened on this day. The day
    /// itself is not counted (Civil Code art. 201).
    /// </summary>
    public DayAnswer AddWorkingDays(DateOnly day, int workingDays)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workingDays, 1);
        for (var left = workingDays; ;)
        {
            day = day.AddDays(1);
            if (!Covers(day.Year))
                return new DayAnswer.NotPublished(day.Year);
            if (IsWorkingDay(day) && --left == 0)
                return new DayAnswer.Computed(day);
        }
    }

    private SkipReason? WhyNotWorked(DateOnly day) =>
        !Covers(day.Year) ? throw new ArgumentOutOfRangeException(nameof(day), day, "No calendar for this year.")
        : _holidays.ContainsKey(day) ? SkipReason.Holiday
        : day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && !_makeUpDays.Contains(day) ? SkipReason.Weekend
        : null;

    private static string? FirstContradiction(CalendarFile file)
    {
        var years = new HashSet<int>();
        var days = new HashSet<DateOnly>();
        foreach (var year in file.Years)
        {
            if (!years.Add(year.Year))
                return $"{year.Year} 年重复出现。";
            if (year.Holidays.Count == 0)
                return $"{year.Year} 年没有任何节假日：未公布的年份不应写入日历。";
            foreach (var day in year.Holidays.SelectMany(holiday => holiday.Days).Concat(year.MakeUpWorkingDays))
                if (day.Year != year.Year)
                    return $"{day:yyyy-MM-dd} 不属于 {year.Year} 年。";
                else if (!days.Add(day))
                    return $"{day:yyyy-MM-dd} 重复出现。";
            if (year.MakeUpWorkingDays.FirstOrDefault(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) is var wrong && wrong != default)
                return $"{wrong:yyyy-MM-dd} 不是周末，不能是调休上班日。";
        }
        return null;
    }

    private sealed record CalendarFile(string Key, Words Title, IReadOnlyList<CalendarYear> Years);

    private sealed record CalendarYear(int Year, Words Source, IReadOnlyList<Holiday> Holidays, IReadOnlyList<DateOnly> MakeUpWorkingDays);

    private sealed record Holiday(string Zh, string En, IReadOnlyList<DateOnly> Days);
}

/// <summary>A publicity window and how it was computed. Every day from the first to the last is counted or skipped.</summary>
/// <param name="FirstDay">The day of posting.</param>
/// <param name="LastDay">The window closes at 24:00 of this day in China.</param>
/// <param name="Calendar">Version of the calendar it was computed from.</param>
public sealed record PublicityWindow(
    DateOnly FirstDay, DateOnly LastDay, IReadOnlyList<DateOnly> Counted, IReadOnlyList<SkippedDay> Skipped, string Calendar);

public sealed record SkippedDay(DateOnly Day, SkipReason Reason);

/// <summary>Why a day of a window is not counted. A weekend day inside a holiday is skipped as holiday.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SkipReason>))]
public enum SkipReason
{
    [JsonStringEnumMemberName("weekend")] Weekend,
    [JsonStringEnumMemberName("holiday")] Holiday,
    [JsonStringEnumMemberName("posting-day")] PostingDay
}

/// <summary>A window, or the first year for which no calendar has been published.</summary>
public abstract record WindowAnswer
{
    private WindowAnswer() { }

    public sealed record Computed(PublicityWindow Window) : WindowAnswer;

    public sealed record NotPublished(int Year) : WindowAnswer;
}

/// <summary>A day, or the first year for which no calendar has been published.</summary>
public abstract record DayAnswer
{
    private DayAnswer() { }

    public sealed record Computed(DateOnly Day) : DayAnswer;

    public sealed record NotPublished(int Year) : DayAnswer;
}
