using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>Marks review request streams.</summary>
public sealed class ReviewRequest;

/// <summary>A review request's id; its stream is <c>review-request/…</c>.</summary>
public readonly record struct ReviewRequestId(string Value) : IId<ReviewRequestId>
{
    /// <inheritdoc />
    public static ReviewRequestId Of(string value) => new(value);

    /// <summary>The request's stream.</summary>
    public string Stream => $"review-request/{Value}";
}

/// <summary>An applicant asked for a review of a decision against its application.</summary>
/// <param name="Against">What was decided.</param>
/// <param name="DecisionVersion">The application's version that the decision made: it tells one decision from the next.</param>
/// <param name="DecidedBy">Opaque id of who decided first: not the one who decides the review.</param>
/// <param name="LastDay">Last day of the term to ask.</param>
[RecordedAs("review-requested")]
public sealed record ReviewRequested(
    ApplicationId Application, BatchId Batch, CreditCode Organisation, string City, Stage Against, long DecisionVersion, string DecidedBy, DateOnly LastDay, Sealed Grounds);

/// <summary>The review was decided: the decision stands, or is to be taken anew.</summary>
[RecordedAs("review-decided")]
public sealed record ReviewDecided(bool Reopened, Sealed Reason);

/// <summary>The decision against an application that may be reviewed.</summary>
/// <param name="Against">What was decided.</param>
/// <param name="Before">Where the application stood before.</param>
/// <param name="By">Who decided.</param>
/// <param name="ToldOn">The day the applicant was told: that of the decision.</param>
/// <param name="Version">The application's version that it made.</param>
public sealed record ReviewableDecision(Stage Against, Stage Before, string By, DateOnly ToldOn, long Version)
{
    /// <summary>Procedure 8: whoever is declined, rejected, not shortlisted or not recognised may ask for a review. Null if none of these is the last word.</summary>
    public static ReviewableDecision? Of(Timeline application)
    {
        var (stage, decision) = (Stage.Draft, (ReviewableDecision?)null);
        foreach (var e in application.Events)
            if (e.Data is IMovesApplication moves)
            {
                decision = moves.To is Stage.Declined or Stage.Rejected or Stage.NotShortlisted or Stage.NotRecognised
                    ? new ReviewableDecision(moves.To, stage, e.UserName ?? "", ChinaTime.ToDay(e.Timestamp), e.Version)
                    : null;
                stage = moves.To;
            }
        return decision;
    }
}

/// <summary>A review request in a list. Kept in the append's own transaction: a second request against the same decision is refused from it.</summary>
public sealed record ReviewRequestCard
{
    /// <summary>The request's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The id in URLs.</summary>
    public required string Request { get; init; }

    /// <summary>The application.</summary>
    public required string Application { get; init; }

    /// <summary>Its batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The applicant's credit code.</summary>
    public required string Organisation { get; init; }

    /// <summary>The application's city.</summary>
    public required string City { get; init; }

    /// <summary>What was decided.</summary>
    public Stage Against { get; init; }

    /// <summary>The application's version that the decision made.</summary>
    public long DecisionVersion { get; init; }

    /// <summary>Who decided first.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>When it was asked for, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The applicant's grounds, sealed.</summary>
    public required Sealed Grounds { get; init; }

    /// <summary>Null while it is open.</summary>
    public bool? Reopened { get; init; }

    /// <summary>The reasons of the decision on it, sealed.</summary>
    public Sealed? Reason { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }
}

/// <summary>Folds <see cref="ReviewRequestCard"/>.</summary>
public sealed partial class ReviewRequestCardProjection : SingleStreamProjection<ReviewRequestCard, string>
{
    /// <summary>Reads review request streams only.</summary>
    public ReviewRequestCardProjection()
    {
        IncludeType<ReviewRequested>();
        IncludeType<ReviewDecided>();
    }

    /// <inheritdoc />
    public override ReviewRequestCard? Evolve(ReviewRequestCard? card, string id, IEvent e) => e.Data switch
    {
        ReviewRequested r => new ReviewRequestCard
        {
            Id = id,
            Request = id["review-request/".Length..],
            Application = r.Application.Value,
            Batch = r.Batch.Value,
            Organisation = r.Organisation.Value,
            City = r.City,
            Against = r.Against,
            DecisionVersion = r.DecisionVersion,
            DecidedBy = r.DecidedBy,
            At = e.Timestamp,
            Grounds = r.Grounds,
            Version = 1,
        },
        ReviewDecided d => card! with { Reopened = d.Reopened, Reason = d.Reason, Version = card.Version + 1 },
        _ => card,
    };
}
