using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Refusals of everything that counts in working days.</summary>
public static class CalendarRules
{
    /// <summary>A year whose holidays the State Council has not published is never guessed.</summary>
    public static readonly Rule NotPublished = new("calendar.not-published", "procedure 6");

    /// <summary>The refusal that names the year.</summary>
    public static Refusal Refusal(this DayAnswer.NotPublished answer) => NotPublished.Refuse(("year", answer.Year));

    /// <summary>The refusal that names the year.</summary>
    public static Refusal Refusal(this WindowAnswer.NotPublished answer) => NotPublished.Refuse(("year", answer.Year));
}
