using Marten;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Recognition;

/// <summary>
/// Procedure 8: whoever is declined, rejected, not shortlisted or not recognised is told so with the reason, and until when a review may be asked for.
/// </summary>
/// <param name="Against">What was decided.</param>
/// <param name="ToldOn">The day the applicant was told: that of the decision.</param>
/// <param name="Reason">Why.</param>
/// <param name="ReviewLastDay">Last day of the term; null where no calendar counts it yet.</param>
/// <param name="MayAsk">Whether a review may be asked for today.</param>
/// <param name="Request">The review that was asked for.</param>
public sealed record DecisionTold(Stage Against, DateOnly ToldOn, string? Reason, DateOnly? ReviewLastDay, bool MayAsk, string? Request)
{
    /// <summary>The decision against the application that is the last word on it; null if there is none.</summary>
    public static async Task<DecisionTold?> OfAsync(Timeline application, CallDefinition definition, Reading reading)
    {
        if (ReviewableDecision.Of(application) is not { } decision)
            return null;
        var (id, version) = (application.Stream["application/".Length..], decision.Version);
        var request = await reading.Session.Query<ReviewRequestCard>().FirstOrDefaultAsync(r => r.Application == id && r.DecisionVersion == version, reading.Cancelled);
        var term = (await reading.CalendarAsync()).AddWorkingDays(decision.ToldOn, definition.ReviewRequests.WorkingDays);
        var lastDay = (term as DayAnswer.Computed)?.Day;
        return new DecisionTold(
            decision.Against, decision.ToldOn, reading.Open(ReasonOf(application.Events[(int)version - 1].Data)), lastDay,
            request is null && ChinaTime.ToDay(reading.Now) <= lastDay, request?.Request);
    }

    private static Sealed? ReasonOf(object decision) => decision switch
    {
        ApplicationDeclined d => d.Reason,
        ApplicationRejected r => r.Reason,
        ApplicationNotShortlisted n => n.Reason,
        ApplicationNotRecognised n => n.Reason,
        _ => null,
    };
}
