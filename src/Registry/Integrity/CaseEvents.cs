using System.Text.Json.Serialization;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Marks case streams: one suspected case of false material, from its opening to the last ruling.</summary>
public sealed class Case;

/// <summary>A case's id; its stream is <c>case/…</c>.</summary>
public readonly record struct CaseId(string Value) : IId<CaseId>
{
    /// <inheritdoc />
    public static CaseId Of(string value) => new(value);

    /// <summary>The case's stream.</summary>
    public string Stream => $"case/{Value}";

    /// <summary>
    /// Lock of the cases about an application: whoever opens or ends one holds it alone, whoever may only act while none is open relies on it.
    /// </summary>
    public static string LockOf(ApplicationId application) => $"cases/{application.Value}";
}

/// <summary>What made the department look.</summary>
public enum CaseSource
{
    /// <summary>An officer noticed it.</summary>
    Officer,
    /// <summary>An objection within the publicity window.</summary>
    Objection,
    /// <summary>A report (举报) at any other time.</summary>
    Report,
}

/// <summary>What is alleged to be false: one field of one submission, and the file that supports it where there is one.</summary>
/// <param name="Field">Key of the form field.</param>
/// <param name="Round">Which submission.</param>
/// <param name="Evidence">SHA-256 of the evidence file, hexadecimal.</param>
public sealed record AllegedItem(string Field, int Round, string? Evidence);

/// <summary>五(三): a case of suspected false material was opened.</summary>
/// <param name="Reference">Id of the objection or report.</param>
/// <param name="Alleged">What is alleged, in the officer's words.</param>
/// <param name="ApplicationVersion">The application's version on that day, so that the file shows what was known then.</param>
/// <param name="FormHash">Hash of the last form that had been submitted then.</param>
[RecordedAs("case-opened")]
public sealed record CaseOpened(
    ApplicationId Application, BatchId Batch, CreditCode Organisation, string OrganisationName, string ClusterName, string City,
    CaseSource Source, string? Reference, IReadOnlyList<AllegedItem> Items, Sealed Alleged, long ApplicationVersion, string FormHash);

/// <summary>The organisation was served notice of the case. Its term to state a defence runs from there.</summary>
/// <param name="Method">Code of a method of service of the definition.</param>
/// <param name="DefenceLastDay">Last day of the term, counted in working days by the calendar named.</param>
/// <param name="Calendar">Version of the calendar.</param>
[RecordedAs("case-notice-served")]
public sealed record CaseNoticeServed(string Method, DateOnly ServedOn, DateOnly DefenceLastDay, string Calendar);

/// <summary>The organisation stated its defence (陈述申辩), itself or through an officer who entered it.</summary>
/// <param name="InTime">Whether it came within the term.</param>
[RecordedAs("defence-recorded")]
public sealed record DefenceRecorded(DateOnly ReceivedOn, bool InTime, Sealed Statement);

/// <summary>听证: the organisation was heard on its case.</summary>
[RecordedAs("hearing-held")]
public sealed record HearingHeld(DateOnly Day, Sealed Record);

/// <summary>An officer proposed a finding, or proposed to find nothing. It replaces an earlier proposal.</summary>
/// <param name="Clause">The clause that was broken.</param>
/// <param name="PublicWhatWasFalse">What was false, worded for publication: no person in it.</param>
/// <param name="PublicHowToSeekReview">How, where and until when a review may be sought, worded for publication.</param>
/// <param name="Reason">The reasoning, for the file.</param>
[RecordedAs("finding-proposed")]
public sealed record FindingProposed(bool FalseMaterial, string? Clause, string? PublicWhatWasFalse, string? PublicHowToSeekReview, Sealed Reason);

/// <summary>The proposal was decided collectively (集体研究).</summary>
[RecordedAs("finding-decided")]
public sealed record FindingDecided(Sealed Meeting, DateOnly Day, Sealed Signatory);

/// <summary>五(三): another officer confirmed the finding. It holds from this day on; the organisation's ban and the end of its application stand beside it.</summary>
/// <param name="Finding">Stable id, under which it is published.</param>
/// <param name="Years">Years of the ban under the definition of this day.</param>
/// <param name="Starts">From when they are counted.</param>
/// <param name="PublicDecidingBody">The body that decided.</param>
[RecordedAs("finding-confirmed", Public = true)]
public sealed record FindingConfirmed(
    string Finding, CreditCode Organisation, string OrganisationName, ApplicationId Application, string ClusterName, BatchId Batch, string Programme,
    string Clause, string PublicWhatWasFalse, int Years, BanStart Starts, DateOnly FirstDay, DateOnly LastDay,
    string PublicDecidingBody, DateOnly DecidedOn, string PublicHowToSeekReview);

/// <summary>The decision was served on the organisation.</summary>
/// <param name="LastDay">The ban's last day from now on.</param>
[RecordedAs("finding-served")]
public sealed record FindingServed(string Finding, string Method, DateOnly ServedOn, DateOnly LastDay);

/// <summary>五(三): the finding was announced to society (将对社会进行公布), after it had been served.</summary>
[RecordedAs("finding-published", Public = true)]
public sealed record FindingPublished(string Finding, DateOnly Day);

/// <summary>The case was closed: no false material was found.</summary>
[RecordedAs("case-closed")]
public sealed record CaseClosed(Sealed Reason);

/// <summary>What a review or a court did to a finding.</summary>
public enum RulingOutcome
{
    /// <summary>It stands.</summary>
    Upheld,
    /// <summary>Its term is another.</summary>
    TermChanged,
    /// <summary>It falls, from the day of the ruling on.</summary>
    Rescinded,
}

/// <summary>An officer entered a review or court ruling on a finding; it works once another officer has confirmed it. A later entry replaces an earlier one.</summary>
/// <param name="LastDay">The ban's new last day, only where the term is changed.</param>
[RecordedAs("ruling-entered")]
public sealed record RulingEntered(string Number, string PublicBody, RulingOutcome Outcome, DateOnly DecidedOn, DateOnly? LastDay);

/// <summary>A review or court ruling on a finding was recorded: entered by one officer, confirmed by another. It works from its own day on.</summary>
/// <param name="Number">The ruling's own number.</param>
/// <param name="PublicBody">The body that gave it.</param>
/// <param name="LastDay">The ban's last day from now on.</param>
[RecordedAs("ruling-recorded", Public = true)]
public sealed record RulingRecorded(string Finding, string Number, string PublicBody, RulingOutcome Outcome, DateOnly DecidedOn, DateOnly LastDay);

/// <summary>五(三), before recognition: the application is disqualified (取消资格).</summary>
[RecordedAs("application-disqualified")]
public sealed record ApplicationDisqualified(string Finding, CaseId Case, DateOnly Day) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Disqualified;
}

/// <summary>五(三), after recognition: the recognition is revoked (撤销认定).</summary>
/// <param name="Day">First day without the recognition.</param>
/// <param name="PublicReason">What was false, as the finding says it.</param>
[RecordedAs("recognition-revoked", Public = true)]
public sealed record RecognitionRevoked(string Finding, CaseId Case, DateOnly Day, string PublicReason) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Revoked;
}
