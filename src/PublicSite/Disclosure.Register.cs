namespace PublicSite;

/// <summary>What is public about a cluster's standing. That a cluster was not recognised is not public.</summary>
public enum ClusterStanding { Shortlisted, Recognised, Revoked, Expired }

/// <summary>An entry of the register with its public history.</summary>
public sealed record PublicCluster
{
    /// <summary>Opaque: it tells neither when nor in which order it was given.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string City { get; init; }
    public required string Industry { get; init; }
    public required string Applicant { get; init; }
    public required string ApplicantCode { get; init; }
    public required string Batch { get; init; }
    public required ClusterStanding Standing { get; init; }
    public required DateOnly Since { get; init; }

    /// <summary>The last day of the standing, where it has one.</summary>
    public DateOnly? Until { get; init; }
    public IReadOnlyList<PublicEvent> Timeline { get; init; } = [];

    /// <summary>The finding for which the recognition was revoked: the entry leaves the public together with it.</summary>
    public string? Finding { get; init; }

    /// <summary>The last public event about the cluster, concluded objections to it included.</summary>
    public required DateTimeOffset AsOf { get; init; }
}

public enum PublicEventKind { Shortlisted, PublicityOpened, PublicityRedated, PublicityClosed, ObjectionConcluded, Recognised, Revoked, Expired, Renamed, Other, OperatorChanged, Rechecked, RevocationAnnounced }

/// <summary>One line of a cluster's public history.</summary>
public sealed record PublicEvent
{
    public required DateOnly Day { get; init; }

    /// <summary>The instant, where the hour matters.</summary>
    public DateTimeOffset? At { get; init; }
    public required PublicEventKind Kind { get; init; }

    /// <summary>What the kind alone does not say.</summary>
    public string? Text { get; init; }
    public string? Notice { get; init; }
    public string? Announcement { get; init; }

    /// <summary>The line leaves the public together with this finding.</summary>
    public string? Finding { get; init; }
}

public enum EarlierListStatus { Publicised, Recognised }

public enum Completeness { Complete, Fragment }

/// <summary>A list published before the registry existed, or by a sister programme, shown as just that.</summary>
public sealed record EarlierList
{
    public required string Id { get; init; }
    public required string Programme { get; init; }
    public required string Round { get; init; }

    /// <summary>As precisely as it is known: 2023-10-24, 2024-08 or 2024.</summary>
    public required string Date { get; init; }
    public required string Issuer { get; init; }
    public required EarlierListStatus Status { get; init; }
    public required Completeness Completeness { get; init; }

    /// <summary>How many entries the published list has, known also where only a part of it is at hand.</summary>
    public int? Total { get; init; }

    /// <summary>In the order of the source.</summary>
    public required IReadOnlyList<EarlierEntry> Entries { get; init; }
    public required DateTimeOffset AsOf { get; init; }
}

/// <param name="Cities">City codes; a cluster can span several.</param>
public sealed record EarlierEntry(string Name, IReadOnlyList<string> Cities, string? Operator = null);

public enum FindingStanding { InForce, Upheld, Changed, Rescinded }

/// <summary>
/// 五(三): a finding of false material and the restriction on applying (申报限制) that follows from it. It is not an administrative penalty.
/// A finding that was rescinded, or whose last day has passed on the build day, becomes a bare tombstone by itself.
/// </summary>
public sealed record PublicFinding
{
    public required string Id { get; init; }
    public required string Organisation { get; init; }
    public required string CreditCode { get; init; }
    public required string Batch { get; init; }
    public required string WhatWasFalse { get; init; }

    /// <summary>The clause of the notice, e.g. 五(三).</summary>
    public required string Clause { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }
    public required string DecidingBody { get; init; }
    public required DateOnly DecidedOn { get; init; }

    /// <summary>How, where and until when a review may be sought.</summary>
    public required string HowToSeekReview { get; init; }
    public required FindingStanding Standing { get; init; }

    /// <summary>Reviews and rulings, each with its number.</summary>
    public IReadOnlyList<Ruling> Rulings { get; init; } = [];
    public required DateTimeOffset AsOf { get; init; }
}

public sealed record Ruling(string Number, DateOnly Date, string Body, FindingStanding Outcome);

/// <summary>An explanatory text in Markdown; HTML in it is shown as text.</summary>
public sealed record Interpretation
{
    public required string Id { get; init; }
    public required Bilingual Title { get; init; }
    public required DateOnly Date { get; init; }
    public required Bilingual Markdown { get; init; }
    public required DateTimeOffset AsOf { get; init; }
}

public enum PageKind { Notice, Announcement, Cluster, Finding, EarlierList, Interpretation }

public sealed record Tombstone(PageKind Kind, string Id);

public sealed record MovedPage(PageKind Kind, string OldId, string NewId);
