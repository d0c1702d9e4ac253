using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform.Sealing;

namespace Registry.Applications.Sensitive;

/// <summary>One quarantine, as the rules and the pages read it.</summary>
public sealed record QuarantineCard
{
    /// <summary>The stream.</summary>
    public required string Id { get; init; }

    /// <summary>The application's opaque id.</summary>
    public required string Application { get; init; }

    /// <summary>The applicant's city.</summary>
    public required string City { get; init; }

    /// <summary>The applicant's credit code.</summary>
    public required string Organisation { get; init; }

    /// <summary>What is withheld.</summary>
    public MaterialKind Kind { get; init; }

    /// <summary>The file's digest, the field's key, or the step's number.</summary>
    public required string Place { get; init; }

    /// <summary>The digest that remains.</summary>
    public required string Digest { get; init; }

    /// <summary>Keys under which it lies.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public QuarantineStatus Status { get; init; }

    /// <summary>Why it was withheld.</summary>
    public Sealed? Reason { get; init; }

    /// <summary>Why it was lifted.</summary>
    public Sealed? LiftedBecause { get; init; }

    /// <summary>Since when it is withheld, UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it came to where it stands, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Account of the person who withheld it.</summary>
    public required string By { get; init; }

    /// <summary>Account of the person who confirmed it.</summary>
    public string? ConfirmedBy { get; init; }

    /// <summary>Account of the person who ordered the destruction.</summary>
    public string? OrderedBy { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public string Quarantine => Id["quarantine/".Length..];

    /// <summary>Whether the material may not be read or handed in again.</summary>
    public bool Holds => Status != QuarantineStatus.Lifted;

    /// <summary>Whether what lies under this key may not be read because of this quarantine.</summary>
    public bool Holding(string key) => Holds && Keys.Contains(key);
}

/// <summary>Folds <see cref="QuarantineCard"/>.</summary>
public sealed partial class QuarantineCardProjection : SingleStreamProjection<QuarantineCard, string>
{
    /// <summary>Reads the events of quarantines.</summary>
    public QuarantineCardProjection()
    {
        IncludeType<MaterialQuarantined>();
        IncludeType<QuarantineConfirmed>();
        IncludeType<QuarantineLifted>();
        IncludeType<DestructionOrdered>();
        IncludeType<MaterialDestroyed>();
    }

    /// <inheritdoc />
    public override QuarantineCard? Evolve(QuarantineCard? card, string id, IEvent e) => e.Data switch
    {
        MaterialQuarantined q => new QuarantineCard
        {
            Id = id, Application = q.Application.Value, City = q.City, Organisation = q.Organisation, Kind = q.Kind, Place = q.Place, Digest = q.Digest, Keys = q.Keys,
            Status = QuarantineStatus.Withheld, Reason = q.Reason, Since = e.Timestamp, At = e.Timestamp, By = q.By, Version = e.Version,
        },
        QuarantineConfirmed c => card! with { Status = QuarantineStatus.Confirmed, ConfirmedBy = c.By, At = e.Timestamp, Version = e.Version },
        QuarantineLifted l => card! with { Status = QuarantineStatus.Lifted, LiftedBecause = l.Reason, At = e.Timestamp, Version = e.Version },
        DestructionOrdered o => card! with { Status = QuarantineStatus.Ordered, OrderedBy = o.By, At = e.Timestamp, Version = e.Version },
        MaterialDestroyed => card! with { Status = QuarantineStatus.Destroyed, At = e.Timestamp, Version = e.Version },
        _ => card,
    };
}
