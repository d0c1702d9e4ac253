using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform;

namespace Registry.Applications;

/// <summary>Which clusters have a live application. Kept in the append's own transaction: submission decides on it.</summary>
public sealed record ClusterFiling
{
    /// <summary>The application's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The applicant's credit code.</summary>
    public required string Organisation { get; init; }

    /// <summary>The cluster's name as it is compared.</summary>
    public required string Cluster { get; init; }

    /// <summary>Whether the application goes on.</summary>
    public bool Live { get; init; }
}

/// <summary>Folds <see cref="ClusterFiling"/>.</summary>
public sealed partial class ClusterFilingProjection : SingleStreamProjection<ClusterFiling, string>
{
    /// <summary>Reads the events that move an application, of whichever room.</summary>
    public ClusterFilingProjection()
    {
        foreach (var (type, _) in EventBook.All.Where(e => typeof(IMovesApplication).IsAssignableFrom(e.Type)))
            IncludeType(type);
    }

    /// <inheritdoc />
    public override ClusterFiling? Evolve(ClusterFiling? filing, string id, IEvent e) => e.Data switch
    {
        ApplicationSubmitted s => new ClusterFiling
        {
            Id = id,
            Batch = s.Batch.Value,
            Organisation = s.Organisation.Value,
            Cluster = Draft.ClusterKey(s.ClusterName),
            Live = true,
        },
        IMovesApplication moves => filing! with { Live = !new Filing(moves.To, 0, null).Ended },
        _ => filing,
    };
}
