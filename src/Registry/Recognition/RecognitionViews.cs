using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Applications;
using Registry.Integrity;

namespace Registry.Recognition;

/// <summary>An announcement in a list. Kept in the append's own transaction: a number that is taken is refused from it.</summary>
public sealed record AnnouncementCard
{
    /// <summary>The announcement's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The id in URLs.</summary>
    public required string Announcement { get; init; }

    /// <summary>Document number.</summary>
    public required string Number { get; init; }

    /// <summary>The batch.</summary>
    public required string Batch { get; init; }

    /// <summary>What it announces.</summary>
    public required AnnouncementIssued Issued { get; init; }

    /// <summary>When it was issued, UTC.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>Folds <see cref="AnnouncementCard"/>.</summary>
public sealed partial class AnnouncementCardProjection : SingleStreamProjection<AnnouncementCard, string>
{
    /// <summary>Reads announcement streams only.</summary>
    public AnnouncementCardProjection() => IncludeType<AnnouncementIssued>();

    /// <inheritdoc />
    public override AnnouncementCard? Evolve(AnnouncementCard? card, string id, IEvent e) => e.Data is AnnouncementIssued issued
        ? new AnnouncementCard
        {
            Id = id,
            Announcement = id["announcement/".Length..],
            Number = issued.Number,
            Batch = issued.Batch.Value,
            Issued = issued,
            At = e.Timestamp,
        }
        : card;
}

/// <summary>A name or operator that a cluster had, and until when.</summary>
public sealed record Former(string Name, string? CreditCode, DateOnly Until);

/// <summary>A cluster of the register: every cluster that was ever recognised, as it stands.</summary>
public sealed record RecognisedCluster
{
    /// <summary>The application's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The application.</summary>
    public required string Application { get; init; }

    /// <summary>The batch.</summary>
    public required string Batch { get; init; }

    /// <summary>GB/T 2260 code.</summary>
    public required string City { get; init; }

    /// <summary>Code of the leading industry.</summary>
    public required string Industry { get; init; }

    /// <summary>Its name now.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Credit code of its operator now.</summary>
    public required string Organisation { get; init; }

    /// <summary>Its operator's name now.</summary>
    public required string OrganisationName { get; init; }

    /// <summary>Document number of the announcement that recognised it.</summary>
    public required string Number { get; init; }

    /// <summary>That announcement.</summary>
    public required string Announcement { get; init; }

    /// <summary>First day of the recognition.</summary>
    public DateOnly Day { get; init; }

    /// <summary>Last day, where there is a term.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>The last re-check.</summary>
    public DateOnly? RecheckedOn { get; init; }

    /// <summary>First day without the recognition, where it was revoked.</summary>
    public DateOnly? RevokedOn { get; init; }

    /// <summary>The finding for which it was revoked.</summary>
    public string? Finding { get; init; }

    /// <summary>Document number of the announcement of the revocation.</summary>
    public string? RevocationNumber { get; init; }

    /// <summary>Names it had before, oldest first.</summary>
    public IReadOnlyList<Former> FormerNames { get; init; } = [];

    /// <summary>Operators it had before, oldest first.</summary>
    public IReadOnlyList<Former> FormerOperators { get; init; } = [];

    /// <summary>How it stands on a day, by the calendar.</summary>
    public RecognitionStanding On(DateOnly day) =>
        day < Day ? RecognitionStanding.None
        : RevokedOn <= day ? RecognitionStanding.Revoked
        : LastDay < day ? RecognitionStanding.Expired
        : RecognitionStanding.Recognised;
}

/// <summary>Folds <see cref="RecognisedCluster"/> from the application's stream.</summary>
public sealed partial class RecognisedClusterProjection : SingleStreamProjection<RecognisedCluster, string>
{
    /// <summary>Reads what makes, changes or ends a recognition.</summary>
    public RecognisedClusterProjection()
    {
        IncludeType<ApplicationRecognised>();
        IncludeType<ClusterRenamed>();
        IncludeType<OperatorChanged>();
        IncludeType<RecognitionRechecked>();
        IncludeType<RecognitionRevoked>();
        IncludeType<RevocationAnnounced>();
        IncludeType<ApplicationRestored>();
    }

    /// <inheritdoc />
    public override RecognisedCluster? Evolve(RecognisedCluster? cluster, string id, IEvent e) => e.Data switch
    {
        ApplicationRecognised r => new RecognisedCluster
        {
            Id = id,
            Application = r.Entry.Application.Value,
            Batch = r.Batch.Value,
            City = r.Entry.City,
            Industry = r.Entry.Industry,
            ClusterName = r.Entry.ClusterName,
            Organisation = r.Entry.Organisation.Value,
            OrganisationName = r.Entry.OrganisationName,
            Number = r.Number,
            Announcement = r.Announcement.Value,
            Day = r.Day,
            LastDay = r.LastDay,
        },
        ClusterRenamed n => cluster! with { ClusterName = n.To, FormerNames = [.. cluster.FormerNames, new Former(n.From, null, n.Day.AddDays(-1))] },
        OperatorChanged o => cluster! with
        {
            Organisation = o.To.Value,
            OrganisationName = o.ToName,
            FormerOperators = [.. cluster.FormerOperators, new Former(o.FromName, o.From.Value, o.Day.AddDays(-1))],
        },
        RecognitionRechecked r => cluster! with { LastDay = r.LastDay, RecheckedOn = r.Day },
        RecognitionRevoked r => cluster! with { RevokedOn = r.Day, Finding = r.Finding, RevocationNumber = null },
        RevocationAnnounced r => cluster! with { RevocationNumber = r.Number },
        // An application that was never recognised can be put back too; it is not the register's.
        ApplicationRestored => cluster is null ? null : cluster with { RevokedOn = null, Finding = null, RevocationNumber = null },
        _ => cluster,
    };
}
