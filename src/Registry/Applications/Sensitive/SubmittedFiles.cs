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

    /// <summary>Most applications that are named for sharing a file.</summary>
    public const int MostSharing = 100;

    /// <summary>
    /// Applications that hold one of these files as well and that the reader reaches; the first hundred. Hashes are of the bytes, so it is the same file
    /// whatever its name.
    /// </summary>
    public static async Task<IReadOnlyList<SubmittedFiles>> SharingAsync(IQuerySession session, SubmittedFiles own, string? city, CancellationToken ct) =>
        own.Digests.Count == 0 ? [] : await session.QueryAsync<SubmittedFiles>(
            $"where {Shared} and coalesce(?::text, data ->> 'City') = data ->> 'City' and id <> ? order by id limit {MostSharing}",
            ct, own.Digests.Select(d => JsonSerializer.Serialize(new { Digests = new[] { d } })).ToArray(), city!, own.Id);

    /// <summary>The condition that the index over the whole document answers.</summary>
    public const string Shared = "data @> any (?::jsonb[])";
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
