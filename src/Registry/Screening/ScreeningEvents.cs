using System.Text.Json.Serialization;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>四(二): the province admitted the cluster to expert review and confirmed what the city proposed to relax or to accept.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Confirmed">The city's proposals, each with the province's reason.</param>
/// <param name="Check">The condition check that the admission rests on.</param>
[RecordedAs("application-admitted")]
public sealed record ApplicationAdmitted(Sealed Reason, IReadOnlyList<ConditionFinding> Confirmed, IReadOnlyList<ConditionVerdict>? Check = null)
    : IMovesApplication, IDecidedOnCheck
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Admitted;
}

/// <summary>Procedure 4: the province sent the application back to its city for a term of its own. It keeps its place.</summary>
/// <param name="Reason">What is to be corrected or explained.</param>
/// <param name="LastDay">Last day for correction and renewed recommendation, included, Beijing time.</param>
/// <param name="Check">The condition check that the province had before it.</param>
[RecordedAs("application-returned-to-city")]
public sealed record ApplicationReturnedToCity(Sealed Reason, DateOnly LastDay, IReadOnlyList<ConditionVerdict>? Check = null)
    : IMovesApplication, ISetsTerm, IDecidedOnCheck
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.ReturnedToCity;

    DateOnly? ISetsTerm.LastDay => LastDay;
}

/// <summary>四(二): the province did not admit the cluster to expert review (复审未通过).</summary>
/// <param name="Reason">Why; the applicant is told.</param>
/// <param name="Refused">The city's proposals that the province refused, each with the reason.</param>
/// <param name="Check">The condition check that the province had before it.</param>
[RecordedAs("application-rejected")]
public sealed record ApplicationRejected(Sealed Reason, IReadOnlyList<ConditionFinding> Refused, IReadOnlyList<ConditionVerdict>? Check = null)
    : IMovesApplication, IDecidedOnCheck
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Rejected;
}

/// <summary>二, 三(七): a department that the definition asks to be heard replied, for example on accidents.</summary>
/// <param name="Consultation">The definition's key of the consultation.</param>
/// <param name="Day">The day of the reply.</param>
[RecordedAs("consultation-replied")]
public sealed record ConsultationReplied(string Consultation, ConsultationOutcome Outcome, DateOnly Day, Sealed Reply);

/// <summary>What a consulted department said.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConsultationOutcome>))]
public enum ConsultationOutcome
{
    /// <summary>Nothing stands against the application.</summary>
    [JsonStringEnumMemberName("noConcern")] NoConcern,
    /// <summary>Something does; the province decides what follows from it.</summary>
    [JsonStringEnumMemberName("concern")] Concern,
}

/// <summary>四(二): the province fixed the list of clusters for expert review (确定参加专家评审环节的集群名单).</summary>
[RecordedAs("review-list-fixed")]
public sealed record ReviewListFixed(IReadOnlyList<ListedApplication> Applications) : IEndsFiling;

/// <summary>One application on the list for expert review.</summary>
/// <param name="Reason">Why it was admitted, sealed again with the batch's key.</param>
public sealed record ListedApplication(
    ApplicationId Application, CreditCode Organisation, string OrganisationName, string Cluster, string City, string Industry, Sealed Reason);
