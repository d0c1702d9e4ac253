using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>四(三): an expert entered the pool. Fields, employer and city decide about being called in and about conflicts; the name is sealed.</summary>
/// <param name="Account">The expert's account.</param>
/// <param name="Fields">Codes of the fields the expert is called in for.</param>
/// <param name="Employer">Credit code of the employer.</param>
/// <param name="City">GB/T 2260 code of the city the expert works in.</param>
[RecordedAs("expert-registered")]
public sealed record ExpertRegistered(string Account, Sealed Name, IReadOnlyList<string> Fields, CreditCode Employer, string City);

/// <summary>The expert works elsewhere now.</summary>
[RecordedAs("expert-moved")]
public sealed record ExpertMoved(CreditCode Employer, string City);

/// <summary>The fields for which the expert is called in are these from now on.</summary>
[RecordedAs("expert-fields-recognised")]
public sealed record ExpertFieldsRecognised(IReadOnlyList<string> Fields);

/// <summary>The expert is not called in, up to and including a day, or until coming back.</summary>
/// <param name="Own">On the expert's own word; false: the province's, which the expert cannot lift; null where it was not recorded who said so: either may lift it.</param>
[RecordedAs("expert-stood-down")]
public sealed record ExpertStoodDown(DateOnly? LastDay, Sealed Reason, bool? Own = null);

/// <summary>Who had stood the expert down takes it back; the other side's standing down goes on.</summary>
/// <param name="Own">The expert's own; otherwise the province's, or not recorded.</param>
[RecordedAs("expert-came-back")]
public sealed record ExpertCameBack(bool? Own = null);

/// <summary>The expert has an interest in an organisation (adviser, shareholder, family): an application that names it is not this expert's to score.</summary>
[RecordedAs("interest-declared")]
public sealed record InterestDeclared(CreditCode Organisation, Sealed Note);
