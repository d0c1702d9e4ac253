using System.Text.Json;
using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Registry.Programme;

namespace Registry.Applications.Sensitive;

/// <summary>What an application's last submission brings along: files by digest, and marks of sensitive material.</summary>
public sealed record SubmittedFiles
{
    /// <summary>The application's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The applicant's city.</summary>
    public required string City { get; init; }

    /// <summary>The applicant's credit code.</summary>
    public required string Organisation { get; init; }

    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>SHA-256 of each file, hexadecimal, each once.</summary>
    public IReadOnlyList<string> Digests { get; init; } = [];

    /// <summary>Keys of the indicators whose evidence is on the disc.</summary>
    public IReadOnlyList<string> Sensitive { get; init; } = [];

    /// <summary>Whether the form says that there is sensitive material.</summary>
    public bool Declared { get; init; }

    /// <summary>Applications that hold one of these files as well, and how many of them. Hashes are of the bytes, so it is the same file whatever its name.</summary>
    public static Task<IReadOnlyList<SubmittedFiles>> SharingAsync(IQuerySession session, SubmittedFiles own, CancellationToken ct) =>
        own.Digests.Count == 0
            ? Task.FromResult<IReadOnlyList<SubmittedFiles>>([])
            : session.QueryAsync<SubmittedFiles>("where jsonb_exists_any(data -> 'Digests', ?) and id <> ? order by id", ct, own.Digests.ToArray(), own.Id);
}

/// <summary>Folds <see cref="SubmittedFiles"/>.</summary>
public sealed partial class SubmittedFilesProjection : SingleStreamProjection<SubmittedFiles, string>
{
    /// <summary>Reads submissions.</summary>
    public SubmittedFilesProjection() => IncludeType<ApplicationSubmitted>();

    /// <inheritdoc />
    public override SubmittedFiles? Evolve(SubmittedFiles? files, string id, IEvent e) => e.Data is not ApplicationSubmitted s ? files : new SubmittedFiles
    {
        Id = id,
        Batch = s.Batch.Value,
        City = s.City,
        Organisation = s.Organisation.Value,
        Cluster = s.ClusterName,
        Digests = [.. s.Evidence.Select(f => f.Sha256).Distinct()],
        Sensitive = s.Sensitive ?? [],
        Declared = s.HasSensitive ?? s.Sensitive is { Count: > 0 },
    };
}
