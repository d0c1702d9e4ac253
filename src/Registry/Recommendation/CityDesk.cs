using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>The city's steps: on which applications, and until when.</summary>
public static class CityDesk
{
    /// <summary>
    /// Carries out a city's command about an application. The city's report is relied on, so that nothing joins or leaves the list while it is issued.
    /// </summary>
    public static Task<Decision> OnCityApplicationAsync(
        this Desk desk, long version, Func<ApplicationFile, CityReportState, Task<Decision>> decide, Func<Draft, IEnumerable<Hold>>? holds = null) =>
        desk.OnApplicationAsync(
            version,
            async file =>
            {
                var report = (await desk.ReadAsync(CityReport.Stream(file.Head.Batch, file.Head.City)))[0];
                return await decide(file, report.Fold(CityReportState.Start, CityReportState.Next));
            },
            head => [Hold.Relying(CityReport.Stream(head.Batch, head.City)), .. holds?.Invoke(head) ?? []]);

    /// <summary>
    /// Procedure 4: the province has returned the application and the city has not recommended it again yet. It keeps its place meanwhile, and the
    /// province's term holds for everything in between.
    /// </summary>
    public static bool IsBackWithCity(this Filing filing) =>
        filing.Term is not null && filing.Stage is Stage.ReturnedToCity or Stage.Returned or Stage.Submitted;

    /// <summary>四(二): the city acts within the reporting window, half-open; after a return by the province within its term instead.</summary>
    public static Refusal? OutOfTime(this ApplicationFile file, DateTimeOffset now)
    {
        if (!file.Filing.IsBackWithCity())
            return file.Call.OutsideReportWindow(now);
        var term = file.Filing.Term!.Value;
        return now < ChinaTime.EndOf(term) ? null : RecommendationRules.TermOver.Refuse(("lastDay", term));
    }

    /// <summary>四(二): from the opening instant up to, not including, the midnight after the last day.</summary>
    public static Refusal? OutsideReportWindow(this Call call, DateTimeOffset now) =>
        now < call.ReportWindow.Opens ? RecommendationRules.NotOpenYet.Refuse(("opensAt", call.ReportWindow.Opens))
        : now >= call.ReportWindow.ClosesAt ? RecommendationRules.Closed.Refuse(("closedAt", call.ReportWindow.ClosesAt))
        : null;
}
