using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform;

namespace Registry.Applications;

/// <summary>
/// An application in a list. Kept in the append's own transaction: quotas, city reports and the list for expert review are counted on it.
/// Rooms that come later show through the stage that their events move to.
/// </summary>
public sealed record ApplicationCard
{
    /// <summary>The application's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The id in URLs.</summary>
    public required string Application { get; init; }

    /// <summary>The batch's id.</summary>
    public required string Batch { get; init; }

    /// <summary>The applicant's credit code.</summary>
    public required string Organisation { get; init; }

    /// <summary>The applicant's name.</summary>
    public required string OrganisationName { get; init; }

    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>GB/T 2260 code of the city it is filed in.</summary>
    public required string City { get; init; }

    /// <summary>Code of the leading industry.</summary>
    public required string Industry { get; init; }

    /// <summary>Where it stands.</summary>
    public Stage Stage { get; init; }

    /// <summary>Since when it stands there, UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it was first submitted, UTC: the order of every list.</summary>
    public DateTimeOffset FirstSubmitted { get; init; }

    /// <summary>How often it was submitted.</summary>
    public int Round { get; init; }

    /// <summary>Its rank in its city; null while the city does not recommend it.</summary>
    public int? Rank { get; init; }

    /// <summary>四(二): whether it takes one of the city's places. What is disqualified frees its place, which can be given
    /// to another only while the city still recommends: after its deadline nothing takes it. Should a ruling restore the application, it has its rank again.</summary>
    public bool HoldsPlace => Rank is not null && Stage is not Stage.Disqualified;

    /// <summary>Last day of the term of a return by the province.</summary>
    public DateOnly? Term { get; init; }
}

/// <summary>Folds <see cref="ApplicationCard"/>.</summary>
public sealed partial class ApplicationCardProjection : SingleStreamProjection<ApplicationCard, string>
{
    /// <summary>Reads the events that move an application, of whichever room.</summary>
    public ApplicationCardProjection()
    {
        foreach (var (type, _) in EventBook.All.Where(e => typeof(IMovesApplication).IsAssignableFrom(e.Type)))
            IncludeType(type);
    }

    /// <inheritdoc />
    public override ApplicationCard? Evolve(ApplicationCard? card, string id, IEvent e) => e.Data switch
    {
        ApplicationSubmitted s => Submitted(card, id, s, e.Timestamp),
        IMovesApplication moves when card is not null => card with
        {
            Stage = moves.To,
            Since = moves.To == card.Stage ? card.Since : e.Timestamp,
            Rank = RankAfter(moves, card),
            Term = e.Data is ISetsTerm { LastDay: { } lastDay } ? lastDay : card.Term,
        },
        _ => card,
    };

    private static ApplicationCard Submitted(ApplicationCard? before, string id, ApplicationSubmitted s, DateTimeOffset at) => new()
    {
        Id = id,
        Application = id["application/".Length..],
        Batch = s.Batch.Value,
        Organisation = s.Organisation.Value,
        OrganisationName = s.OrganisationName,
        Cluster = s.ClusterName,
        City = s.City,
        Industry = s.Industry,
        Stage = s.To,
        Since = at,
        FirstSubmitted = before?.FirstSubmitted ?? at,
        Round = s.Round,
        Rank = before?.Rank,
        Term = before?.Term,
    };

    /// <summary>四(二): a place is free again when the application leaves the procedure; what the province rejects has used its place.</summary>
    private static int? RankAfter(IMovesApplication moves, ApplicationCard card) =>
        moves is IRanksApplication ranks ? ranks.Rank
        : moves.To is Stage.Withdrawn or Stage.Declined ? null
        : card.Rank;
}
