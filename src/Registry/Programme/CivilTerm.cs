namespace Registry.Programme;

/// <summary>
/// Terms in years and months as civil law counts them (Civil Code art. 200–202): the first day is not counted, the last
/// day bears the same date, or is the last day of its month where that date does not exist.
/// </summary>
public static class CivilTerm
{
    /// <summary>The last day of a term of years: 2025-03-10 and three years give 2028-03-10, 2028-02-29 gives 2031-02-28.</summary>
    public static DateOnly YearsAfter(DateOnly start, int years) => start.AddYears(years);

    /// <summary>The last day of a term of months.</summary>
    public static DateOnly MonthsAfter(DateOnly start, int months) => start.AddMonths(months);

    /// <summary>True if <paramref name="today"/> is not later than the last day of the months that began with the event.</summary>
    public static bool IsWithinMonths(DateOnly happened, int months, DateOnly today) => today <= MonthsAfter(happened, months);
}
