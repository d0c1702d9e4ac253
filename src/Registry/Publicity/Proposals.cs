using Registry.Programme;

namespace Registry.Publicity;

/// <summary>A later last day that an officer may want to set, and why. Nothing moves by itself.</summary>
/// <param name="Because"><c>calendar</c> or <c>outage</c>.</param>
/// <param name="LastDay">The proposed last day.</param>
/// <param name="OutageHours">For an outage: how many hours of the window the notice could not be read.</param>
public sealed record RedatingProposal(string Because, DateOnly LastDay, decimal? OutageHours = null);

/// <summary>What is proposed to the officer about a window, and the counting behind it.</summary>
public static class Proposals
{
    /// <summary>
    /// The window that ends on this day: as many working days as it takes to get there, and no fewer than were owed before. If the day is not a working day,
    /// or leaves too few, the window ends on a later one, which the caller sees by comparing.
    /// </summary>
    public static WindowAnswer WindowTo(this WorkingDays calendar, DateOnly firstDay, int owed, DateOnly lastDay, PublicityOpened rule)
    {
        for (var days = owed; ; days++)
            if (calendar.Window(firstDay, days, rule.FirstDayCounts) is not WindowAnswer.Computed { Window: var window } || window.LastDay >= lastDay)
                return calendar.Window(firstDay, days, rule.FirstDayCounts);
    }

    /// <summary>
    /// Procedure 6: a calendar that changed while the window is open, and an outage longer than the definition's hours, each lead to a proposal.
    /// Recorded and observed times are counted once. A window owes as many working days as it counted when it was last set, under whichever calendar is in force;
    /// for an outage it is one more than the rule's for each day begun of the time that was lost. What the window gives already is not proposed again.
    /// </summary>
    public static IReadOnlyList<RedatingProposal> For(NoticeState notice, NoticeLine line, WorkingDays calendar, int outageHours, IReadOnlyList<Outage>? observed = null)
    {
        if (line.Window is not { } window || line.OpensAt is not { } opens || line.ClosesAt is not { } closes)
            return [];
        var proposals = new List<RedatingProposal>();
        if (calendar.Window(window.FirstDay, window.Counted.Count, notice.Opened!.FirstDayCounts) is WindowAnswer.Computed { Window: var now } && now.LastDay > window.LastDay)
            proposals.Add(new("calendar", now.LastDay));
        var lost = Availability.Total([.. notice.Outages, .. observed ?? []], opens, closes);
        var owed = notice.Opened.WorkingDays + (int)Math.Ceiling(lost.TotalDays);
        if (lost > TimeSpan.FromHours(outageHours) && owed > window.Counted.Count
            && calendar.Window(window.FirstDay, owed, notice.Opened.FirstDayCounts) is WindowAnswer.Computed { Window: var extended } && extended.LastDay > window.LastDay)
            proposals.Add(new("outage", extended.LastDay, Math.Round((decimal)lost.TotalHours, 1)));
        return proposals;
    }
}
