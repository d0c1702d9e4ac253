using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>四(三): an expert saved a score sheet, whole, as it stands now.</summary>
/// <param name="Points">Points by criterion; a criterion without points is still open.</param>
/// <param name="Comments">Comments by criterion.</param>
[RecordedAs("sheet-saved")]
public sealed record SheetSaved(IReadOnlyDictionary<string, decimal> Points, IReadOnlyDictionary<string, Sealed> Comments);

/// <summary>The expert signed the sheet as last saved. Saving again asks for another signature.</summary>
/// <param name="Saved">The sheet's version that is signed.</param>
[RecordedAs("sheet-signed")]
public sealed record SheetSigned(long Saved);

/// <summary>The expert abstained from the application. This is no score of zero: the sheet counts for nothing.</summary>
[RecordedAs("sheet-abstained")]
public sealed record SheetAbstained(Sealed Reason);
