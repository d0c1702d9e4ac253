using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>Marks objection streams: one objection and its handling.</summary>
public sealed class Objection;

/// <summary>An objection's id; its stream, and the key of everything in it, is <c>objection/…</c>. It follows from the receipt code and a secret, so the code leads to it and nothing else does.</summary>
public readonly record struct ObjectionId(string Value) : IId<ObjectionId>
{
    /// <inheritdoc />
    public static ObjectionId Of(string value) => new(value);

    /// <summary>The objection's stream.</summary>
    public string Stream => $"objection/{Value}";

    /// <summary>The lock on all objections to an application: held alone by filing and conclusion, relied on by recognition.</summary>
    public static string LockOf(ApplicationId application) => $"objections/{application.Value}";
}

/// <summary>Who objects.</summary>
public enum ObjectorKind
{
    /// <summary>个人, under the true name.</summary>
    Person,
    /// <summary>单位, with a sealed letter.</summary>
    Organisation,
}

/// <summary>A file that came with an objection. It lies in the evidence store under the objection's id.</summary>
public sealed record ObjectionFile(Sealed Name, Sealed Sha256, long Size, string Type);

/// <summary>四(四): somebody objected to an entry in publicity, under their true name. Who, and everything they wrote, is sealed under this objection's own key.</summary>
/// <param name="Number">The public number: random, no order, opens nothing.</param>
/// <param name="ArrivedAt">When the whole filing had arrived, UTC; for post, fax and e-mail the recorded arrival.</param>
/// <param name="Digest">SHA-256, hexadecimal, of exactly what was filed. The filing holds the receipt code, so the digest cannot be guessed from its other parts.</param>
/// <param name="Overflow">So many came from one source that it went to the second queue.</param>
[RecordedAs("objection-filed")]
public sealed record ObjectionFiled(
    BatchId Batch, PublicityId Publicity, int Entry, ApplicationId Application, string Number, ObjectionChannel Channel, ObjectorKind Kind,
    DateTimeOffset ArrivedAt, string Digest, Sealed Name, Sealed Contact, Sealed Facts, Sealed? Evidence,
    IReadOnlyList<ObjectionFile> Files, ObjectionFile? SealedLetter, bool Overflow);

/// <summary>受理: the objection is complete and is verified now.</summary>
[RecordedAs("objection-accepted")]
public sealed record ObjectionAccepted;

/// <summary>The objector was told, once, what is missing, with a last day to complete it.</summary>
[RecordedAs("completion-asked")]
public sealed record CompletionAsked(Sealed Missing, DateOnly LastDay);

/// <summary>The objector completed the objection within the term.</summary>
/// <param name="Digest">SHA-256, hexadecimal, of exactly what was sent.</param>
[RecordedAs("objection-completed")]
public sealed record ObjectionCompleted(DateTimeOffset ArrivedAt, string Digest, Sealed Facts, IReadOnlyList<ObjectionFile> Files);

/// <summary>不予受理: the objection was not taken up for verification; the objector is told why.</summary>
[RecordedAs("objection-found-inadmissible")]
public sealed record ObjectionFoundInadmissible(ApplicationId Application, Sealed Reason);

/// <summary>The objection was assigned to an officer, who handles it from now on.</summary>
/// <param name="Officer">The officer's account.</param>
[RecordedAs("objection-assigned")]
public sealed record ObjectionAssigned(string Officer);

/// <summary>An officer opened what is sealed in an objection: the name, the contact and what was written. The event's metadata say who and when.</summary>
[RecordedAs("identity-opened")]
public sealed record IdentityOpened(Sealed Purpose);

/// <summary>Whom a statement is asked of.</summary>
public enum StatementBy
{
    /// <summary>The applicant.</summary>
    Applicant,
    /// <summary>The city that recommended.</summary>
    City,
}

/// <summary>The applicant or its city was asked to state its view on the substance, in the officer's wording without anything that identifies.</summary>
[RecordedAs("statement-asked")]
public sealed record StatementAsked(ApplicationId Application, StatementBy Of, Sealed Wording, DateOnly LastDay);

/// <summary>The applicant or its city stated its view.</summary>
/// <param name="Files">Files that prove it; null in what was recorded before there were any.</param>
[RecordedAs("statement-given")]
public sealed record StatementGiven(StatementBy By, Sealed Text, IReadOnlyList<ObjectionFile>? Files = null);

/// <summary>核实: the officer recorded what verifying the objection found.</summary>
/// <param name="Files">Files that prove it; null in what was recorded before there were any.</param>
[RecordedAs("findings-recorded")]
public sealed record FindingsRecorded(Sealed Findings, IReadOnlyList<ObjectionFile>? Files = null);

/// <summary>One officer proposed a conclusion, with reasons and the wording that is to be published.</summary>
[RecordedAs("conclusion-proposed")]
public sealed record ConclusionProposed(bool ConditionsMet, Sealed Reasons, Sealed Wording);

/// <summary>Another officer sent the proposed conclusion back.</summary>
[RecordedAs("conclusion-returned")]
public sealed record ConclusionReturned(Sealed Reason);

/// <summary>Another officer confirmed the conclusion: with it the objection is no longer open.</summary>
[RecordedAs("conclusion-confirmed")]
public sealed record ConclusionConfirmed(ApplicationId Application, bool ConditionsMet, string PublicReason);

/// <summary>The objector took the objection back, checked by an officer in person: the receipt code alone is not enough for it.</summary>
[RecordedAs("objection-withdrawn")]
public sealed record ObjectionWithdrawn(ApplicationId Application, Sealed HowChecked);

/// <summary>The objector was answered; the answer is read with the receipt code.</summary>
[RecordedAs("objector-answered")]
public sealed record ObjectorAnswered(Sealed Reply);

/// <summary>After the file's term everything sealed in this objection was destroyed with its key.</summary>
/// <param name="RetainedUntil">Last day of the term that had ended.</param>
/// <param name="FileYears">The definition's term in years.</param>
/// <param name="Basis">The law that the definition names for it.</param>
[RecordedAs("objector-erased")]
public sealed record ObjectorErased(DateOnly RetainedUntil, int? FileYears = null, string? Basis = null);

/// <summary>四(四): an objection to the application was concluded. Number, outcome and reason are public from now on; who objected never is.</summary>
[RecordedAs("objection-concluded", Public = true)]
public sealed record ObjectionConcluded(string Number, bool ConditionsMet, string PublicReason);
