using JasperFx.Events;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>After the file's term: destroys the key under which everything of this report is sealed. That it came, and that it was dealt with, stays. Procedure 7.</summary>
/// <param name="Version">The report's version seen.</param>
public sealed record EraseReporter(long Version) : ICommand<EraseReporter>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("erase-reporter", "/reports/{id}/erasure", Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.System, "Destroy what identifies a reporter, after the file's term.");

    /// <inheritdoc />
    public static async Task<Decision> Handle(EraseReporter command, Desk desk)
    {
        var retention = await desk.LongestRetentionAsync();
        return await desk.OnReportAsync<Report>("report", command.Version, timeline =>
        {
            var decision = ReporterErasure.Decide(timeline.Fold(ReporterErasure.Start, ReporterErasure.Next), retention, ChinaTime.ToDay(desk.Now));
            if (decision is Decision.Accepted)
                desk.Send(new FilerWasErased(timeline.Stream));
            return decision;
        });
    }
}

/// <summary>What the rule of erasing a report or a complaint reads.</summary>
/// <param name="Ended">The day on which it was dealt with.</param>
/// <param name="Erased">Its key is destroyed.</param>
public sealed record ReporterErasure(DateOnly? Ended, bool Erased)
{
    /// <summary>Before it was dealt with.</summary>
    public static readonly ReporterErasure Start = new(null, false);

    /// <summary>One event further.</summary>
    public static ReporterErasure Next(ReporterErasure state, IEvent e) => e.Data switch
    {
        ReportSettled or ComplaintSettled => state with { Ended = ChinaTime.ToDay(e.Timestamp) },
        ReporterErased => state with { Erased = true },
        _ => state,
    };

    /// <summary>Procedure 7, retention: so many years from the day on which it was dealt with.</summary>
    public static Decision Decide(ReporterErasure state, RetentionRule retention, DateOnly today)
    {
        if (state.Erased || state.Ended is not { } ended)
            return CommandRules.NotFound.Refuse();
        var lastDay = retention.LastDayOf(ended);
        return today <= lastDay
            ? HandlingRules.StillRetained.Refuse(("lastDay", lastDay))
            : Decision.Accept(new ReporterErased(lastDay, retention.FileYears, retention.Basis?.Zh));
    }
}
