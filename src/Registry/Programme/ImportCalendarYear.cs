using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>
/// Imports the official holidays and make-up working days (调休上班) of one year as the State Council's General Office published them, or replaces a year
/// whose arrangement was changed. Windows that are open stay as they are: an officer re-dates them, never to an earlier day. Procedure 6.
/// </summary>
/// <param name="Year">The year of the arrangement.</param>
/// <param name="Source">The document that publishes it, with its number.</param>
/// <param name="Holidays">Each holiday from its first to its last day off; a New Year's holiday may begin in the December before.</param>
/// <param name="MakeUpWorkingDays">Saturdays and Sundays that are worked.</param>
/// <param name="PublicReason">Why a year that is covered is replaced; may be left out for a new one.</param>
public sealed record ImportCalendarYear(
    int Year, string Source, IReadOnlyList<HolidaySpan> Holidays, IReadOnlyList<DateOnly> MakeUpWorkingDays, string? PublicReason = null) : ICommand<ImportCalendarYear>
{
    private const int LongestHoliday = 31, MostHolidays = 20;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "import-calendar-year", "/calendar/years", Roles.Administrator | Roles.ProvincialOfficer, "Import the official holidays and make-up working days of a year.");

    /// <summary>Procedure 6: a year is taken as it was published, whole, with its source; a year that is covered only with the reason for the change.</summary>
    public static Decision Decide(ImportCalendarYear command, WorkingDays calendar, DateTimeOffset now)
    {
        var (first, last) = (calendar.Years[0], ChinaTime.ToDay(now).Year + 2);
        if (command.Year < first || command.Year > last)
            return CalendarRules.YearUnfit.Refuse(("from", first), ("to", last));
        if (TextCheck.Check(command.Source, "source", 300) is { } wrong)
            return wrong;
        if (PublicText.Check("source", command.Source, []) is { } personal)
            return personal;
        if (command.Holidays.Select(h => PublicText.Check("name", h.Name, [])).FirstOrDefault(fault => fault is not null) is { } named)
            return named;
        if (command.Holidays.Count is 0 or > MostHolidays || command.Holidays.FirstOrDefault(h => TextCheck.Check(h.Name, "name", 50) is not null) is not null)
            return CalendarRules.HolidaysMissing.Refuse(("year", command.Year));
        if (FirstWrongDay(command, calendar) is { } day)
            return CalendarRules.DayUnfit.Refuse(("day", day));
        if (calendar.Covers(command.Year) && TextCheck.Check(command.PublicReason, "publicReason") is not null)
            return CalendarRules.ReasonMissing.Refuse(("year", command.Year));
        if (TextCheck.CheckOptional(command.PublicReason, "publicReason") is { } unfit)
            return unfit;
        var (source, holidays, makeUp) = (command.Source.Trim(), command.Holidays.OrderBy(h => h.FirstDay).ToArray(), command.MakeUpWorkingDays.Order().ToArray());
        var hash = CalendarYearImported.HashOf(command.Year, source, holidays, makeUp);
        return Decision.Accept(new CalendarYearImported(
            command.Year, source, holidays, makeUp, hash, string.IsNullOrWhiteSpace(command.PublicReason) ? null : command.PublicReason.Trim())).With("hash", hash);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(ImportCalendarYear command, Desk desk)
    {
        await desk.HoldAsync(Hold.Changing(Calendar.Stream));
        var timeline = (await desk.ReadAsync(Calendar.Stream))[0];
        return desk.Record<Calendar>(timeline, "china", Decide(command, Calendars.Of(timeline), desk.Now));
    }

    /// <summary>The first day that contradicts the year or another day of the calendar.</summary>
    private static DateOnly? FirstWrongDay(ImportCalendarYear command, WorkingDays calendar)
    {
        var seen = new HashSet<DateOnly>();
        foreach (var holiday in command.Holidays)
            if (holiday.LastDay < holiday.FirstDay || holiday.LastDay.DayNumber - holiday.FirstDay.DayNumber >= LongestHoliday)
                return holiday.LastDay;
        foreach (var day in command.Holidays.SelectMany(h => h.Days()))
            if (!Belongs(day) || !seen.Add(day) || calendar.IsMadeUpIn(day, otherThan: command.Year))
                return day;
        foreach (var day in command.MakeUpWorkingDays)
            if (!Belongs(day) || !seen.Add(day) || day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) || calendar.IsOffIn(day, otherThan: command.Year))
                return day;
        return null;

        bool Belongs(DateOnly day) => day.Year == command.Year || day.Year == command.Year - 1 && day.Month == 12;
    }
}
