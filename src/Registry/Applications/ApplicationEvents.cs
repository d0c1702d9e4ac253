using System.Text.Json;
using System.Text.Json.Serialization;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>Marks application streams.</summary>
public sealed class Application;

/// <summary>An application's id; its stream is <c>application/…</c>.</summary>
public readonly record struct ApplicationId(string Value) : IId<ApplicationId>
{
    /// <inheritdoc />
    public static ApplicationId Of(string value) => new(value);

    /// <summary>The application's stream.</summary>
    public string Stream => $"application/{Value}";
}

/// <summary>Where an application stands. The events of each room say where they move it.</summary>
public enum Stage
{
    /// <summary>草稿: nothing submitted yet.</summary>
    Draft,
    /// <summary>已提交: with the city.</summary>
    Submitted,
    /// <summary>退回补正: with the applicant, by the city.</summary>
    Returned,
    /// <summary>已撤回: by the applicant.</summary>
    Withdrawn,
    /// <summary>不予推荐: declined by the city.</summary>
    Declined,
    /// <summary>已推荐: holds a place of the city's quota.</summary>
    Recommended,
    /// <summary>已上报: in the city's formal report.</summary>
    Reported,
    /// <summary>省级退回: with the city, for a term; keeps its place.</summary>
    ReturnedToCity,
    /// <summary>复审未通过.</summary>
    Rejected,
    /// <summary>进入专家评审.</summary>
    Admitted,
    /// <summary>已评审: the panel is closed.</summary>
    Scored,
    /// <summary>入围.</summary>
    Shortlisted,
    /// <summary>未入围.</summary>
    NotShortlisted,
    /// <summary>公示.</summary>
    Publicised,
    /// <summary>已认定.</summary>
    Recognised,
    /// <summary>不予认定.</summary>
    NotRecognised,
    /// <summary>取消资格: false material, before recognition.</summary>
    Disqualified,
    /// <summary>撤销认定: false material, after recognition.</summary>
    Revoked,
    /// <summary>有效期满.</summary>
    Expired,
}

/// <summary>An event that moves its application to another stage.</summary>
public interface IMovesApplication
{
    /// <summary>The stage from now on. Not stored: it follows from the kind of event.</summary>
    Stage To { get; }
}

/// <summary>An event that gives the application's next step a last day of its own, Beijing time, included: a return from the province.</summary>
public interface ISetsTerm
{
    /// <summary>The last day, or null when the batch's own deadline goes on holding.</summary>
    DateOnly? LastDay { get; }
}

/// <summary>An event that gives the application a place and a rank in its city's list, or takes them away.</summary>
public interface IRanksApplication
{
    /// <summary>The rank, 1 first; null when the application leaves the list.</summary>
    int? Rank { get; }
}

/// <summary>One evidence file as an event names it. The file itself lies sealed in the evidence store.</summary>
/// <param name="Indicator">Key of the form field it supports.</param>
/// <param name="Sha256">Digest of the stored bytes, hexadecimal.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Type">Media type, found from the content.</param>
/// <param name="Name">The name it was uploaded under; a person typed it.</param>
public sealed record EvidenceFile(string Indicator, string Sha256, long Size, string Type, Sealed Name);

/// <summary>三, 四(一): an applicant submitted an application. Facts stay plain; what was typed freely is sealed.</summary>
/// <param name="Round">1 for the first submission.</param>
/// <param name="Facts">Figures, codes, choices and tables by field key, as they were sent.</param>
/// <param name="Prose">Free text by field path.</param>
/// <param name="Evidence">Files by indicator.</param>
/// <param name="Check">Condition check on exactly this form.</param>
/// <param name="FormHash">SHA-256 of the frozen form, hexadecimal, printed on it.</param>
/// <param name="Sensitive">Keys of the indicators whose evidence is handed over on a disc; null in a submission from before there were such marks.</param>
/// <param name="HasSensitive">Whether the form says that there is sensitive material.</param>
[RecordedAs("application-submitted")]
public sealed record ApplicationSubmitted(
    BatchId Batch, CreditCode Organisation, string OrganisationName, string ClusterName, string City, string Industry, int Round,
    IReadOnlyDictionary<string, JsonElement> Facts, IReadOnlyDictionary<string, Sealed> Prose,
    IReadOnlyList<EvidenceFile> Evidence, IReadOnlyList<ConditionVerdict> Check, string FormHash,
    IReadOnlyList<string>? Sensitive = null, bool? HasSensitive = null) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Submitted;
}

/// <summary>The applicant withdrew the application. This never ends an integrity case.</summary>
[RecordedAs("application-withdrawn")]
public sealed record ApplicationWithdrawn(Sealed Reason) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Withdrawn;
}
