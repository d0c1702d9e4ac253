using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Recommendation;

/// <summary>A city officer's finding on one condition, as it is given.</summary>
/// <param name="Condition">Id of the condition or test: C1, A2 …</param>
/// <param name="Kind">What the check asks for: a judgement, a proposed relaxation or a justification.</param>
/// <param name="Reason">Why.</param>
public sealed record Finding(string Condition, FindingKind Kind, string Reason);

/// <summary>三: which conditions a person must speak to before the city recommends, and whether the person has.</summary>
public static class Findings
{
    /// <summary>What the verdict asks of a person; null when the figures settle it, either way.</summary>
    public static FindingKind? AskedBy(Verdict verdict) => verdict switch
    {
        Verdict.MayBeRelaxed => FindingKind.Relaxation,
        Verdict.NeedsJustification => FindingKind.Justification,
        Verdict.NeedsJudgement => FindingKind.Meets,
        _ => null,
    };

    /// <summary>
    /// The city recommends only what meets every condition, or falls short where the notice leaves room and a person says why. The first thing wrong
    /// gives the refusal; all of them are listed with it.
    /// </summary>
    /// <param name="check">The condition check stored with the submission.</param>
    /// <param name="findings">What the officer said.</param>
    public static Refusal? Check(IReadOnlyList<ConditionVerdict> check, IReadOnlyList<Finding> findings)
    {
        var wrong = check.Select(v => Unsettled(v, findings)).Concat(findings.Select((f, i) => Unfit(f, i, check, findings)))
            .OfType<(string Field, Refusal Refusal)>()
            .ToList();
        return wrong.Count == 0 ? null : wrong[0].Refusal with { Errors = [.. wrong.Select(w => w.Refusal.AsError(w.Field))] };
    }

    /// <summary>The findings as an event holds them.</summary>
    public static IReadOnlyList<ConditionFinding> Seal(IReadOnlyList<Finding> findings) =>
        [.. findings.Select(f => new ConditionFinding(f.Condition, f.Kind, Sealed.Of(f.Reason.Trim())))];

    private static (string, Refusal)? Unsettled(ConditionVerdict verdict, IReadOnlyList<Finding> findings) =>
        verdict.Verdict is Verdict.NotMet or Verdict.Incomplete
            ? (verdict.Condition, RecommendationRules.ConditionNotMet.Refuse(("condition", verdict.Condition), ("clause", verdict.Clause)))
        : AskedBy(verdict.Verdict) is { } asked && findings.All(f => f.Condition != verdict.Condition)
            ? (verdict.Condition, RecommendationRules.FindingMissing.Refuse(("condition", verdict.Condition), ("clause", verdict.Clause), ("kind", Kind(asked))))
        : null;

    private static (string, Refusal)? Unfit(Finding finding, int index, IReadOnlyList<ConditionVerdict> check, IReadOnlyList<Finding> findings)
    {
        var asked = check.FirstOrDefault(v => v.Condition == finding.Condition) is { } verdict ? AskedBy(verdict.Verdict) : null;
        if (asked != finding.Kind || findings.Take(index).Any(f => f.Condition == finding.Condition))
            return ($"findings[{index}]", RecommendationRules.FindingUnasked.Refuse(("index", index + 1)));
        return TextCheck.Check(finding.Reason, $"findings[{index}].reason") is { } refusal ? ($"findings[{index}].reason", refusal) : null;
    }

    private static string Kind(FindingKind kind) => System.Text.Json.JsonSerializer.SerializeToElement(kind).GetString()!;
}
