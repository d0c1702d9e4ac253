using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Refusals of everything that counts in working days.</summary>
public static class CalendarRules
{
    /// <summary>A year whose holidays the State Council has not published is never guessed.</summary>
    public static readonly Rule NotPublished = new("calendar.not-published", "procedure 6");

    /// <summary>A year that no arrangement can be published for yet, or one before the calendar begins.</summary>
    public static readonly Rule YearUnfit = new("calendar.year-unfit", "procedure 6");

    /// <summary>An arrangement without holidays is none.</summary>
    public static readonly Rule HolidaysMissing = new("calendar.holidays-missing", "procedure 6");

    /// <summary>A day outside the year, named twice, or a make-up working day that is no weekend.</summary>
    public static readonly Rule DayUnfit = new("calendar.day-unfit", "procedure 6");

    /// <summary>A year that is covered is replaced only with a reason, in words for the public.</summary>
    public static readonly Rule ReasonMissing = new("calendar.reason-missing", "procedure 6", 409);

    /// <summary>The refusal that names the year.</summary>
    public static Refusal Refusal(this DayAnswer.NotPublished answer) => NotPublished.Refuse(("year", answer.Year));

    /// <summary>The refusal that names the year.</summary>
    public static Refusal Refusal(this WindowAnswer.NotPublished answer) => NotPublished.Refuse(("year", answer.Year));
}
