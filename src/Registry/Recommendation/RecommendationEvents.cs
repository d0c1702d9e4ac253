using System.Text.Json.Serialization;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>四(二): the city returned the application for correction. The applicant may submit again, as often as it is returned.</summary>
/// <param name="Remarks">What is to be corrected, by field path of the form.</param>
/// <param name="Check">The condition check that the city had before it.</param>
[RecordedAs("application-returned")]
public sealed record ApplicationReturned(IReadOnlyDictionary<string, Sealed> Remarks, IReadOnlyList<ConditionVerdict>? Check = null) : IMovesApplication, IDecidedOnCheck
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Returned;
}

/// <summary>四(二): the city does not recommend the cluster.</summary>
/// <param name="Check">The condition check that the city had before it.</param>
[RecordedAs("application-declined")]
public sealed record ApplicationDeclined(Sealed Reason, IReadOnlyList<ConditionVerdict>? Check = null) : IMovesApplication, IDecidedOnCheck
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Declined;
}

/// <summary>四(二): the city recommends the cluster; from now on it holds a place of the city's quota.</summary>
/// <param name="Rank">The city's own order, 1 first.</param>
/// <param name="Round">The submission that was checked.</param>
/// <param name="Opinion">The recommendation opinion.</param>
/// <param name="Findings">What a person said to each condition that figures alone do not settle.</param>
/// <param name="Check">The condition check that the recommendation rests on.</param>
[RecordedAs("application-recommended")]
public sealed record ApplicationRecommended(
    BatchId Batch, string City, int Rank, int Round, Sealed Opinion, IReadOnlyList<ConditionFinding> Findings, IReadOnlyList<ConditionVerdict>? Check = null)
    : IMovesApplication, IRanksApplication, IDecidedOnCheck, IStatesOpinion
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Recommended;

    int? IRanksApplication.Rank => Rank;
}

/// <summary>四(二): before the deadline the city took its recommendation back; the place is free again.</summary>
[RecordedAs("recommendation-withdrawn")]
public sealed record RecommendationWithdrawn(BatchId Batch, string City, Sealed Reason) : IMovesApplication, IRanksApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Submitted;

    int? IRanksApplication.Rank => null;
}

/// <summary>The city's formal report, named by its document number, brought the cluster to the province.</summary>
/// <param name="Rank">Its place in the report's order.</param>
[RecordedAs("application-reported")]
public sealed record ApplicationReported(string ReportNumber, int Rank) : IMovesApplication, IRanksApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Reported;

    int? IRanksApplication.Rank => Rank;
}

/// <summary>After a return by the province the city recommended the cluster again, within the term and in its old place.</summary>
/// <param name="Check">The condition check that the recommendation rests on.</param>
[RecordedAs("recommendation-renewed")]
public sealed record RecommendationRenewed(int Round, Sealed Opinion, IReadOnlyList<ConditionFinding> Findings, IReadOnlyList<ConditionVerdict>? Check = null)
    : IMovesApplication, IDecidedOnCheck, IStatesOpinion
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Reported;
}

/// <summary>四(二): before its report the city changed rank and opinion of a cluster that it recommends, by its summary table (附件2). The place is kept.</summary>
[RecordedAs("recommendation-revised")]
public sealed record RecommendationRevised(int Rank, Sealed Opinion) : IMovesApplication, IRanksApplication, IStatesOpinion
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Recommended;

    int? IRanksApplication.Rank => Rank;
}

/// <summary>An event that states the city's recommendation opinion; the last one holds.</summary>
public interface IStatesOpinion
{
    /// <summary>The opinion.</summary>
    Sealed Opinion { get; }
}

/// <summary>What a person says to a condition on which figures alone do not decide.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingKind>))]
public enum FindingKind
{
    /// <summary>The condition is a matter of judgement, and it is met.</summary>
    [JsonStringEnumMemberName("meets")] Meets,
    /// <summary>三, last sentence: core or frontier field; the city proposes to relax the condition.</summary>
    [JsonStringEnumMemberName("relaxation")] Relaxation,
    /// <summary>原则上: the figure falls short; the city proposes to accept it.</summary>
    [JsonStringEnumMemberName("justification")] Justification,
}

/// <summary>A recorded finding on one condition.</summary>
/// <param name="Condition">Id of the condition or test.</param>
public sealed record ConditionFinding(string Condition, FindingKind Kind, Sealed Reason)
{
    /// <summary>A relaxation or justification is the city's proposal; the province confirms or refuses it.</summary>
    [JsonIgnore]
    public bool IsProposal => Kind != FindingKind.Meets;
}
