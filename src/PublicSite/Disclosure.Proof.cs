namespace PublicSite;

/// <summary>What shows that a page rests on the public log: the leaves of the events behind it, each disclosed in a file of its own below <c>log/disclosures/</c>.</summary>
public sealed record PageProof
{
    /// <summary>The page's address.</summary>
    public required string Page { get; init; }

    /// <summary>Numbers of the leaves, ascending.</summary>
    public required IReadOnlyList<long> Leaves { get; init; }

    /// <summary>A notice's content as it was put into the log, oldest first.</summary>
    public IReadOnlyList<Attestation> Attestations { get; init; } = [];

    /// <summary>The objections to a notice, once every window is over and every one of them has ended. Null before.</summary>
    public ObjectionCount? Count { get; init; }
}

/// <summary>Why a notice's content was put into the log.</summary>
public enum AttestationOccasion { Start, Daily, Changed, End }

/// <summary>A notice's content at one moment. The content itself lies at <c>log/content/</c> under its digest.</summary>
/// <param name="Content">SHA-256, hexadecimal.</param>
/// <param name="Leaf">Its leaf in the log; null until the log has taken it in.</param>
public sealed record Attestation(DateTimeOffset At, DateOnly Day, AttestationOccasion Occasion, string Content, string? Reason, long? Leaf);

/// <summary>As many as were received were handled; each stands in the log as received and as ended.</summary>
public sealed record ObjectionCount(int Received, int Concluded, int Inadmissible, int Withdrawn)
{
    public IReadOnlyList<long> ReceivedLeaves { get; init; } = [];
    public IReadOnlyList<long> HandledLeaves { get; init; } = [];
}
