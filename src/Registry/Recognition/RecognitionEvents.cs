using System.Text.Json.Serialization;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Review;

namespace Registry.Recognition;

/// <summary>Marks announcement streams.</summary>
public sealed class Announcement;

/// <summary>An announcement's id; its stream is <c>announcement/…</c>.</summary>
public readonly record struct AnnouncementId(string Value) : IId<AnnouncementId>
{
    /// <inheritdoc />
    public static AnnouncementId Of(string value) => new(value);

    /// <summary>The announcement's stream.</summary>
    public string Stream => $"announcement/{Value}";
}

/// <summary>What an announcement (公告) announces.</summary>
public enum AnnouncementKind
{
    /// <summary>The batch's list of recognised clusters.</summary>
    Recognition,
    /// <summary>Clusters of the batch recognised later, for example after a long objection.</summary>
    Supplementary,
    /// <summary>A recognition that was revoked.</summary>
    Revocation,
}

/// <summary>What was decided about one application.</summary>
public sealed record RecognitionVerdict(ApplicationId Application, bool Recognised);

/// <summary>四(四): it was decided collectively which applications are recognised. The recognised ones wait for their announcement; each of the others carries its own event with the reason.</summary>
[RecordedAs("recognition-decided")]
public sealed record RecognitionDecided(CollectiveDecision Decision, IReadOnlyList<RecognitionVerdict> Verdicts);

/// <summary>The application is not recognised; the applicant is told why and may ask for a review.</summary>
[RecordedAs("application-not-recognised")]
public sealed record ApplicationNotRecognised(Sealed Reason) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.NotRecognised;
}

/// <summary>One cluster on an announced list, as it is named in public.</summary>
/// <param name="City">GB/T 2260 code.</param>
/// <param name="Industry">Code of the leading industry.</param>
public sealed record AnnouncementEntry(ApplicationId Application, string ClusterName, string City, string Industry, CreditCode Organisation, string OrganisationName);

/// <summary>四(四): an announcement was issued.</summary>
/// <param name="Number">Document number, 机关代字〔年〕号.</param>
/// <param name="Day">The day the document bears.</param>
/// <param name="PublicSignatory">The body that signs.</param>
/// <param name="Finding">The finding a revocation rests on.</param>
[RecordedAs("announcement-issued", Public = true)]
public sealed record AnnouncementIssued(
    BatchId Batch, AnnouncementKind Kind, string Number, DateOnly Day, string PublicTitle, string PublicSignatory, IReadOnlyList<AnnouncementEntry> Entries, string? Finding);

/// <summary>A list of the batch was announced. Kept on the batch, so that no application is announced twice.</summary>
[RecordedAs("list-announced")]
public sealed record ListAnnounced(AnnouncementId Announcement, AnnouncementKind Kind, string Number, IReadOnlyList<ApplicationId> Applications);

/// <summary>The scores of a batch's closed panels became public with its list, behind pseudonyms, because the definition publishes them. 四(三)</summary>
[RecordedAs("scores-published", Public = true)]
public sealed record ScoresPublished(IReadOnlyList<PublishedPanel> Panels);

/// <summary>What one panel scored.</summary>
/// <param name="Industry">Where each industry was ranked by itself.</param>
/// <param name="Rule">The rule of its ranking.</param>
public sealed record PublishedPanel(string? Industry, ScoringRule Rule, IReadOnlyList<PublishedScore> Scores);

/// <summary>One ranked application.</summary>
/// <param name="Listed">On the shortlist.</param>
/// <param name="Notice">The notice in which it stands; null for one that was never publicised, which stays without a name.</param>
/// <param name="Entry">Its number there.</param>
/// <param name="Sheets">Signed sheets, in the order of the public pseudonyms.</param>
public sealed record PublishedScore(
    int Rank, decimal Aggregate, bool Passes, bool Listed, PublicityId? Notice, int? Entry, IReadOnlyList<ScoredSheet> Sheets);

/// <summary>四(四): the cluster is recognised (认定) by an announcement.</summary>
/// <param name="Day">First day of the recognition: the day the announcement bears.</param>
/// <param name="LastDay">Last day, where the definition sets a term; it expires by the calendar.</param>
[RecordedAs("application-recognised", Public = true)]
public sealed record ApplicationRecognised(
    AnnouncementId Announcement, string Number, DateOnly Day, DateOnly? LastDay, BatchId Batch, AnnouncementEntry Entry) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Recognised;
}

/// <summary>The revocation of the recognition was announced.</summary>
[RecordedAs("revocation-announced", Public = true)]
public sealed record RevocationAnnounced(AnnouncementId Announcement, string Number, DateOnly Day, string Finding);

/// <summary>The recognition's term is over. Only a note: it expires by the calendar, whether or not this is recorded.</summary>
[RecordedAs("recognition-expired", Public = true)]
public sealed record RecognitionExpired(DateOnly LastDay) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Expired;
}

/// <summary>
/// Where the definition sets a term: the cluster was re-checked within it. With the conditions found met the recognition goes on for another term; otherwise it ends
/// on the last day that it has.
/// </summary>
/// <param name="Day">The day of the collective decision.</param>
/// <param name="LastDay">Last day of the recognition from now on.</param>
/// <param name="PublicResult">What the re-check found, worded for publication.</param>
[RecordedAs("recognition-rechecked", Public = true)]
public sealed record RecognitionRechecked(DateOnly Day, bool ConditionsMet, DateOnly LastDay, string PublicResult, CollectiveDecision Decision);

/// <summary>A recognised cluster goes under another name from a day on.</summary>
[RecordedAs("cluster-renamed", Public = true)]
public sealed record ClusterRenamed(string From, string To, DateOnly Day, string PublicReason);

/// <summary>A recognised cluster has another operator from a day on.</summary>
[RecordedAs("operator-changed", Public = true)]
public sealed record OperatorChanged(CreditCode From, string FromName, CreditCode To, string ToName, DateOnly Day, string PublicReason);

/// <summary>After a review the application is back where it stood before the decision that was reviewed.</summary>
/// <param name="Request">The review request.</param>
/// <param name="Back">Where it stood.</param>
[RecordedAs("decision-reopened")]
public sealed record DecisionReopened(ReviewRequestId Request, Stage Back) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Back;
}
