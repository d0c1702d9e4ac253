using Registry.Programme;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>An objection in the office's list. Nothing in it tells who objected.</summary>
/// <param name="Since">Since when it waits for its next step.</param>
/// <param name="Verified">Findings are recorded.</param>
/// <param name="Answered">The objector was answered.</param>
/// <param name="Awaited">Whose statement is awaited.</param>
public sealed record ObjectionAnswer(
    ObjectionId Objection, long Version, string Number, string Batch, string Publicity, int Entry, string Application, string? ClusterName, ObjectionChannel Channel,
    ObjectorKind Kind, DateTimeOffset ArrivedAt, bool Overflow, ObjectionStage Stage, string? AssignedTo, DateOnly? CompletionLastDay, bool? ConditionsMet, string? PublicReason,
    DateTimeOffset Since, bool Verified, bool Answered, IReadOnlyList<StatementBy> Awaited)
{
    internal static ObjectionAnswer From(ObjectionCard c, string? clusterName) => new(
        c.Objection, c.Version, c.Number, c.Batch, c.Publicity, c.Entry, c.Application, clusterName, c.Channel,
        c.Kind, c.ArrivedAt, c.Overflow, c.Stage, c.AssignedTo, c.CompletionLastDay, c.ConditionsMet, c.PublicReason,
        c.Since, c.Verified, c.Reply is not null, [.. c.Asked.Where(a => !a.Value.Given).Select(a => a.Key).Order()]);
}

/// <summary>One step of an objection's history.</summary>
/// <param name="Kind">Stored name of the event.</param>
/// <param name="By">Account that gave it.</param>
public sealed record ObjectionStep(string Kind, DateTimeOffset At, string? By);

/// <summary>One objection with its history; sealed texts of the handling are opened, what the objector wrote is not.</summary>
public sealed record ObjectionDetail(ObjectionAnswer Objection, IReadOnlyList<ObjectionStep> Steps, string? Missing, string? Inadmissible, string? Findings,
    string? Reasons, string? Wording, string? Returned, string? Reply, IReadOnlyList<StatementDetail> Statements, IReadOnlyList<ObjectionFileLine> FindingsFiles, string? ProposedBy, bool? ProposedConditionsMet);

/// <summary>A question to one side, and its answer.</summary>
public sealed record StatementDetail(StatementBy Of, string? Wording, DateOnly LastDay, string? Text, IReadOnlyList<ObjectionFileLine> Files);

/// <summary>What is sealed in an objection, for an officer who opened it within the last eight hours.</summary>
public sealed record ObjectionFileAnswer(
    string Number, ObjectorKind Kind, string? Name, string? Contact, string? Facts, string? Evidence, IReadOnlyList<ObjectionFileLine> Files, ObjectionFileLine? SealedLetter,
    IReadOnlyList<CompletionLine> Completions);

/// <summary>A file of an objection.</summary>
public sealed record ObjectionFileLine(string? Sha256, string? Name, long Size, string Type);

/// <summary>What the objector added.</summary>
public sealed record CompletionLine(DateTimeOffset ArrivedAt, string? Facts, IReadOnlyList<ObjectionFileLine> Files);

/// <summary>What a receipt code shows to whoever holds it: never more than the objector knows, and the answer.</summary>
/// <param name="State">Where it stands; a proposed conclusion still shows as being verified.</param>
/// <param name="PublicReason">The published reason, once it is concluded.</param>
/// <param name="ClusterName">The cluster of the entry objected to, as the notice names it.</param>
/// <param name="Redatings">The window's last day was set to a later one after the objection was filed: old day, new day, reason.</param>
public sealed record ObjectionStatus(
    string? ClusterName, int Entry, DateTimeOffset? ClosesAt, IReadOnlyList<Redating> Redatings, string Number, DateTimeOffset ArrivedAt, string Digest, ObjectionStage State, string? Missing, DateOnly? CompletionLastDay, string? Inadmissible,
    bool? ConditionsMet, string? PublicReason, string? Reply);

/// <summary>An officer opened what is sealed in an objection.</summary>
/// <param name="OpenedBy">Account of the officer.</param>
/// <param name="Lapses">When the opening ends by itself.</param>
public sealed record Opening(DateTimeOffset OpenedAt, string? OpenedBy, ObjectionId Objection, string Number, DateTimeOffset Lapses);

/// <summary>What the applicant or its city was asked about an objection to its application: the substance in the officer's wording.</summary>
public sealed record StatementRequest(ObjectionId Objection, long Version, string Application, string? Wording, DateOnly LastDay, bool Given);
