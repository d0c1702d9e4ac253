using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>Decides a review request: the decision stands, or is to be taken anew.</summary>
/// <param name="Reopen">The application goes back to where it stood before the decision.</param>
/// <param name="Reason">Why, as the applicant is told; sealed.</param>
/// <param name="Version">The request's version seen.</param>
public sealed record DecideReview(bool Reopen, string Reason, long Version) : ICommand<DecideReview>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("decide-review", "/review-requests/{id}/decision", Roles.ProvincialOfficer, "Decide a review request.");

    /// <summary>
    /// Procedure 8: somebody else than who decided first. A decision is reopened only while it is the last word on the application, the applicant is not banned (五(三)),
    /// and the cluster has not been filed anew meanwhile.
    /// </summary>
    public static Decision Decide(DecideReview command, ReviewRequestCard request, ApplicationFile file, bool clusterFiled, Actor actor, DateTimeOffset now)
    {
        if (request.Reopened is not null)
            return RecognitionRules.AlreadyDecided.Refuse();
        if (request.DecidedBy == actor.Id)
            return RecognitionRules.SamePerson.Refuse();
        if (TextCheck.Check(command.Reason, "reason") is { } wrong)
            return wrong;
        if (command.Reopen && (file.Banned(now)
            ?? (ReviewableDecision.Of(file.Timeline)?.Version == request.DecisionVersion ? null : RecognitionRules.NothingToReview.Refuse())
            ?? (clusterFiled ? ApplicationRules.ClusterFiled.Refuse() : null)) is { } refusal)
            return refusal;
        return Decision.Accept(new ReviewDecided(command.Reopen, Sealed.Of(command.Reason.Trim())));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(DecideReview command, Desk desk)
    {
        var id = new ReviewRequestId(desk.Target!);
        var card = await desk.Session.LoadAsync<ReviewRequestCard>(id.Stream, desk.Cancelled);
        var head = card is null ? null : await desk.Session.LoadAsync<Draft>(new ApplicationId(card.Application).Stream, desk.Cancelled);
        if (head is null || !desk.Actor.Reaches(new Belonging(head.City, head.Organisation.Value)))
            return CommandRules.NotFound.Refuse();
        var organisation = Organisation.Stream(head.Organisation);
        await desk.HoldAsync(
            Hold.Changing(id.Stream), Hold.Changing(head.Id), Hold.Relying(head.Batch.Stream), Hold.Relying(organisation), ClusterFilings.HoldOf(head));

        var timelines = await desk.ReadAsync(id.Stream, head.Id, head.Batch.Stream, organisation);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, head.Batch, timelines[2], desk.Cancelled)
            ?? throw new InvalidOperationException($"Application {head.Id} belongs to a batch that was never announced.");
        if (command.Version != timelines[0].Version)
            return timelines[0].ChangedSince(command.Version);
        desk.UnderDefinition(call.Definition.Hash);
        var file = new ApplicationFile(
            head, timelines[1], timelines[1].Fold(Filing.Start, Filing.Next), call, timelines[3].Fold(Standing.Start, Standing.Next));
        var request = timelines[0].Events.Aggregate((ReviewRequestCard?)null, (state, e) => new ReviewRequestCardProjection().Evolve(state, id.Stream, e))!;
        var decision = desk.Record<ReviewRequest>(timelines[0], id.Value, Decide(command, request, file, await desk.LiveElsewhereAsync(head), desk.Actor, desk.Now));
        if (decision is Decision.Accepted && command.Reopen)
            desk.Append<Application>(timelines[1], [new DecisionReopened(id, ReviewableDecision.Of(timelines[1])!.Before)]);
        return decision;
    }
}
