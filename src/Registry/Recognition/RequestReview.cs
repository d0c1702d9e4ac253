using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>The applicant asks for a review of the decision against its application.</summary>
/// <param name="Grounds">Why; sealed.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RequestReview(string Grounds, long Version) : ICommand<RequestReview>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "request-review", "/applications/{id}/review-requests", Roles.Applicant, "Ask for a review of the decision against the own application.");

    /// <summary>Procedure 8: once for each decision, within the definition's working days after the day on which the applicant was told.</summary>
    public static Decision Decide(RequestReview command, ApplicationFile file, bool askedBefore, WorkingDays calendar, DateOnly today)
    {
        if (ReviewableDecision.Of(file.Timeline) is not { } decision)
            return RecognitionRules.NothingToReview.Refuse();
        if (askedBefore)
            return RecognitionRules.AlreadyAsked.Refuse();
        if (TextCheck.Check(command.Grounds, "grounds") is { } wrong)
            return wrong;
        switch (calendar.AddWorkingDays(decision.ToldOn, file.Call.Definition.ReviewRequests.WorkingDays))
        {
            case DayAnswer.NotPublished missing:
                return missing.Refusal();
            case DayAnswer.Computed term when today > term.Day:
                return RecognitionRules.TooLate.Refuse(("lastDay", term.Day));
            case DayAnswer.Computed term:
                return Decision.Accept(new ReviewRequested(
                    file.Head.Application, file.Call.Id, file.Head.Organisation, file.Head.City, decision.Against, decision.Version, decision.By, term.Day,
                    Sealed.Of(command.Grounds.Trim())));
            default:
                throw new InvalidOperationException("A calendar answers with a day or a missing year.");
        }
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(RequestReview command, Desk desk)
    {
        var id = new ReviewRequestId(Desk.NewId());
        // The application is held alone, so two requests against one decision do not pass each other; the request itself is a stream of its own.
        var decision = await desk.OnApplicationAsync(command.Version, async file =>
        {
            var (application, version) = (file.Head.Application.Value, ReviewableDecision.Of(file.Timeline)?.Version);
            var asked = await desk.Session.Query<ReviewRequestCard>().AnyAsync(r => r.Application == application && r.DecisionVersion == version, desk.Cancelled);
            var decided = Decide(command, file, asked, await desk.CalendarAsync(), ChinaTime.ToDay(desk.Now));
            if (decided is not Decision.Accepted accepted)
                return decided;
            desk.Append<ReviewRequest>(new Timeline(id.Stream, []), accepted.Events);
            return Decision.Accept();
        });
        if (decision is Decision.Accepted)
            desk.Answer(id.Value, 1);
        return decision;
    }
}
