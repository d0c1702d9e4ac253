using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>
/// Sets windows to a later last day: because the calendar changed (then the day is computed anew), or to a named day because the notice could not be read for
/// a time. The notice shows the old and the new day. Procedure 6.
/// </summary>
/// <param name="PublicReason">Why, in words for the public.</param>
/// <param name="Version">The notice's version seen.</param>
/// <param name="LastDay">The new last day; left out, it follows from the calendar in force now.</param>
/// <param name="Entries">The entries concerned, by number; left out, all.</param>
public sealed record RedatePublicity(string PublicReason, long Version, DateOnly? LastDay = null, IReadOnlyList<int>? Entries = null)
    : ICommand<RedatePublicity>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "redate-publicity", "/publicity/{id}/redating", Roles.ProvincialOfficer, "Set windows to a later last day, with a reason.");

    /// <summary>
    /// 四(四): a window never becomes shorter, and never counts fewer working days than it did. Entries whose application is no longer in publicity, and windows
    /// that the new day would not lengthen, stay as they are; a window that is over may be opened again.
    /// </summary>
    public static Decision Decide(RedatePublicity command, NoticeFile file, WorkingDays calendar, DateTimeOffset now)
    {
        var notice = file.Notice;
        if (notice.PostedAt is null)
            return PublicityRules.NotPosted.Refuse();
        if (TextCheck.Check(command.PublicReason, "publicReason") is { } wrong)
            return wrong;
        foreach (var number in command.Entries ?? [])
            if (notice.Line(number) is null)
                return PublicityRules.UnknownEntry.Refuse(("entry", number));

        var redated = new List<object>();
        Refusal? unfit = null;
        var up = notice.Standing.Where(l => l.OpensAt is not null && file.IsUp(l.Entry.Application)).ToList();
        var concerned = up.Where(l => command.Entries?.Contains(l.Entry.Number) is not false);
        foreach (var sameWindow in concerned.GroupBy(l => (l.Window!.FirstDay, l.Window.LastDay)))
        {
            var whole = up.Count(l => (l.Window!.FirstDay, l.Window.LastDay) == sameWindow.Key) == sameWindow.Count();
            var owed = sameWindow.Max(l => l.Window!.Counted.Count);
            var answer = command.LastDay is { } lastDay
                ? calendar.WindowTo(sameWindow.Key.FirstDay, owed, lastDay, notice.Opened!)
                : calendar.Window(sameWindow.Key.FirstDay, owed, notice.Opened!.FirstDayCounts);
            if (answer is WindowAnswer.NotPublished missing)
                return missing.Refusal();
            var window = ((WindowAnswer.Computed)answer).Window;
            if (command.LastDay is not null && window.LastDay != command.LastDay || now >= ChinaTime.EndOf(window.LastDay))
            {
                unfit = PublicityRules.LastDayUnfit.Refuse(("lastDay", command.LastDay ?? window.LastDay));
                if (command.LastDay > sameWindow.Key.LastDay)
                    return unfit;
            }
            else if (window.LastDay > sameWindow.Key.LastDay)
                redated.Add(new PublicityRedated([.. sameWindow.Select(l => l.Entry.Number)], sameWindow.Key.LastDay, window, command.PublicReason.Trim(), whole));
        }
        return redated.Count == 0
            ? unfit ?? PublicityRules.NotLater.Refuse(("lastDay", notice.Standing.Max(l => l.Window!.LastDay)))
            : Decision.Accept([.. redated]);
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RedatePublicity command, Desk desk) => desk.OnNoticeAsync(command.Version, (file, calendar) =>
    {
        var decision = Decide(command, file, calendar, desk.Now);
        if (decision is Decision.Accepted accepted)
        {
            // Whoever waits for the posting of a changed entry goes on waiting: what stands under the old number until then gives no end.
            var waiting = file.Notice.Awaited.Select(l => l.Replaces).ToHashSet();
            foreach (var redated in accepted.Events.Cast<PublicityRedated>())
                foreach (var line in redated.Entries.Where(n => !waiting.Contains(n)).Select(n => file.Notice.Line(n)!))
                    desk.Publicise(file, [line.Entry], line.OpensAt!.Value, ChinaTime.EndOf(redated.Window.LastDay));
        }
        return decision;
    });
}
