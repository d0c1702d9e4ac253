using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>四(三): a panel was formed for applications that are ranked together.</summary>
/// <param name="Industry">The industry whose applications these are, where the definition groups by industry; null for one panel.</param>
[RecordedAs("panel-formed")]
public sealed record PanelFormed(BatchId Batch, string? Industry, IReadOnlyList<ApplicationId> Applications);

/// <summary>An officer committed to a sealed number before the pool was known.</summary>
/// <param name="By">The officer's account.</param>
/// <param name="Commitment">SHA-256, hexadecimal, of the number followed by its salt.</param>
[RecordedAs("seed-committed")]
public sealed record SeedCommitted(string By, string Commitment);

/// <summary>The pool was recorded as it stood, with everything a repetition of the draw needs.</summary>
/// <param name="PoolHash">SHA-256, hexadecimal, of the pool file that is exported for a repetition.</param>
/// <param name="ApplicationsHash">The same of the applications file.</param>
/// <param name="LeftOut">Applications that no longer stand, or whose applicant is banned.</param>
[RecordedAs("pool-snapshot-taken")]
public sealed record PoolSnapshotTaken(
    IReadOnlyList<PoolExpert> Pool, IReadOnlyList<DrawApplication> Applications, DrawRule Rule,
    string PoolHash, string ApplicationsHash, IReadOnlyList<ApplicationId> LeftOut);

/// <summary>An officer opened the sealed number committed to before.</summary>
[RecordedAs("seed-opened")]
public sealed record SeedOpened(string By, string Number, string Salt);

/// <summary>The panel was drawn. Whoever has the snapshot and the seed draws the same.</summary>
[RecordedAs("panel-drawn")]
public sealed record PanelDrawn(string Seed, DrawResult Result);

/// <summary>A draw, finished or not, was given up for a recorded reason; another one begins with new sealed numbers.</summary>
/// <param name="Unopened">Accounts of officers who had committed but not opened.</param>
[RecordedAs("draw-abandoned")]
public sealed record DrawAbandoned(Sealed Reason, IReadOnlyList<string> Unopened);

/// <summary>Experts were appointed with reasons, where the definition says so.</summary>
/// <param name="Experts">Who, in the order of appointment.</param>
/// <param name="Reasons">Why, by expert.</param>
[RecordedAs("experts-appointed")]
public sealed record ExpertsAppointed(IReadOnlyList<string> Experts, IReadOnlyDictionary<string, Sealed> Reasons, IReadOnlyList<Assignment> Assignments);

/// <summary>A member declared conflicts, or that there are none, and undertook confidentiality, before seeing any content.</summary>
/// <param name="Applications">Applications with a conflict; none if there is none.</param>
[RecordedAs("conflicts-declared")]
public sealed record ConflictsDeclared(ExpertId Expert, IReadOnlyList<ApplicationId> Applications, bool General, bool ConfidentialityUndertaken);

/// <summary>A member was recused: from one application, or from the panel.</summary>
/// <param name="Application">The application; null for all.</param>
/// <param name="By">Account of whoever recused: the expert, or the officer.</param>
/// <param name="Found">The conflict, where one was found by its facts.</param>
[RecordedAs("expert-recused")]
public sealed record ExpertRecused(ExpertId Expert, ApplicationId? Application, string By, Conflict? Found, Sealed? Reason);

/// <summary>The next expert in drawn order stepped in.</summary>
/// <param name="Instead">Whom this expert replaces.</param>
/// <param name="Applications">What the expert scores.</param>
[RecordedAs("expert-called-in")]
public sealed record ExpertCalledIn(ExpertId Expert, ExpertId Instead, IReadOnlyList<ApplicationId> Applications);

/// <summary>The panel is closed: all sheets are final.</summary>
/// <param name="Opinion">The panel's opinion.</param>
/// <param name="Pseudonyms">Which expert stands behind which pseudonym, as JSON.</param>
[RecordedAs("panel-closed")]
public sealed record PanelClosed(Sealed Opinion, Sealed Pseudonyms);

/// <summary>One application in the ranking.</summary>
/// <param name="Rank">Equal aggregates after the tie-break share a rank.</param>
/// <param name="Means">Mean points by criterion.</param>
/// <param name="Passes">Whether the pass mark and the group minimums are reached.</param>
public sealed record Ranked(ApplicationId Application, int Rank, decimal Aggregate, IReadOnlyDictionary<string, decimal> Means, int Sheets, bool Passes);

/// <summary>四(三): the ranking was fixed, once, by the rule it names.</summary>
/// <param name="Entries">In rank order.</param>
/// <param name="LeftOut">Applications that no longer stood, or whose applicant was banned.</param>
[RecordedAs("ranking-fixed")]
public sealed record RankingFixed(BatchId Batch, string? Industry, ScoringRule Rule, IReadOnlyList<Ranked> Entries, IReadOnlyList<ApplicationId> LeftOut);
