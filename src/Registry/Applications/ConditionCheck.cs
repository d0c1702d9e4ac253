using System.Text.Json.Serialization;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// 三: what the figures of a form say about each condition. Pure and replayable: the same form, definition, industry and
/// day always give the same verdicts. It decides nothing: relaxing, justifying and judging are acts of persons, and a
/// condition that is not met never blocks submission.
/// </summary>
public static class ConditionCheck
{
    /// <summary>The verdicts on the conditions of 三, in the definition's order.</summary>
    /// <param name="industry">Code of the leading industry, which decides what may be relaxed.</param>
    /// <param name="today">The day in China up to which "the last three years" reach.</param>
    public static IReadOnlyList<ConditionVerdict> Evaluate(CallDefinition definition, FormData form, string? industry, DateOnly today) =>
        [.. definition.Conditions.Select(condition => Judge(definition, condition, form, industry, today))];

    /// <summary>二 and 一: the verdicts on who may apply.</summary>
    public static IReadOnlyList<ConditionVerdict> EvaluateApplicant(CallDefinition definition, FormData form, DateOnly today) =>
        [.. definition.Applicants.Tests.Select(test => Judge(definition, test, form, null, today))];

    private static ConditionVerdict Judge(CallDefinition definition, Condition condition, FormData form, string? industry, DateOnly today)
    {
        var results = condition.Requirements.Select(requirement => Measure(definition.Form, requirement, form, today)).ToList();
        var mayBeRelaxed = condition.Relaxable && industry is not null && definition.Relaxation.Industries.Contains(industry);
        var verdict =
            results.Any(result => result is { Soft: false, Holds: false }) ? mayBeRelaxed ? Verdict.MayBeRelaxed : Verdict.NotMet
            : results.Any(result => result.Holds is null) ? Verdict.Incomplete
            : results.Any(result => result.Holds is false) ? Verdict.NeedsJustification
            : condition.Kind is ConditionKind.Judgement ? Verdict.NeedsJudgement
            : Verdict.Met;
        return new ConditionVerdict(
            condition.Id, condition.Clause, condition.Title, verdict, results, Explain(verdict, results), definition.Version, definition.Hash);
    }

    /// <summary>A requirement holds if one alternative does; it is open while none does and one still lacks its figure.</summary>
    private static RequirementResult Measure(FormDefinition formDefinition, Requirement requirement, FormData form, DateOnly today)
    {
        var measured = requirement.AnyOf.Select(alternative => Measurement.Take(formDefinition, alternative, form, today)).ToList();
        bool? holds = measured.Any(one => one.Holds is true) ? true : measured.Any(one => one.Holds is null) ? null : false;
        return new RequirementResult(requirement.Id, requirement.Label, requirement.Soft, holds, measured);
    }

    private static Words Explain(Verdict verdict, List<RequirementResult> results)
    {
        var (zh, en) = verdict switch
        {
            Verdict.Met => ("符合。", "Met."),
            Verdict.NotMet => ("不符合。", "Not met."),
            Verdict.MayBeRelaxed => ("未达到指标，所属产业可申请适当放宽，须市级提出、省级确认。", "Below the figure; the industry may have it relaxed, which the city proposes and the province confirms."),
            Verdict.NeedsJustification => ("低于“原则上”的指标，须说明理由，由市级提出、省级确认。", "Below a figure that holds in principle; needs a justification which the city proposes and the province confirms."),
            Verdict.NeedsJudgement => ("由工作人员判断。", "A person judges it."),
            _ => ("所需的数据尚未填写。", "Figures are still missing.")
        };
        var failing = results.Where(result => result.Holds is not true).ToList();
        return new Words(
            zh + string.Concat(failing.Select(result => $"{result.Label.Zh}：{string.Join("；", result.AnyOf.Select(one => one.ShownZh))}。")),
            en + string.Concat(failing.Select(result => $" {result.Label.En}: {string.Join("; ", result.AnyOf.Select(one => one.ShownEn))}.")));
    }
}

/// <summary>What the figures say. <see cref="Incomplete"/> is for drafts: a submitted form has every figure.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    [JsonStringEnumMemberName("met")] Met,
    [JsonStringEnumMemberName("notMet")] NotMet,
    [JsonStringEnumMemberName("mayBeRelaxed")] MayBeRelaxed,
    [JsonStringEnumMemberName("needsJustification")] NeedsJustification,
    [JsonStringEnumMemberName("needsJudgement")] NeedsJudgement,
    [JsonStringEnumMemberName("incomplete")] Incomplete
}

/// <summary>The verdict on one condition with everything it rests on. Holds figures only, no words of the applicant.</summary>
/// <param name="DefinitionVersion">Number of the definition it was judged under.</param>
/// <param name="DefinitionHash">Its hash.</param>
public sealed record ConditionVerdict(
    string Condition, string Clause, Words Title, Verdict Verdict, IReadOnlyList<RequirementResult> Requirements, Words Explanation,
    int DefinitionVersion, string DefinitionHash);

/// <param name="Holds">Null while a figure is missing.</param>
public sealed record RequirementResult(string Id, Words Label, bool Soft, bool? Holds, IReadOnlyList<MeasuredFigure> AnyOf);

/// <summary>One measured figure against its bounds.</summary>
/// <param name="Figure">In <paramref name="Unit"/>; a ratio is cut, never rounded up, to eight places. Null if there is none.</param>
/// <param name="Code">The code chosen, where the figure is a choice.</param>
/// <param name="Inputs">The fields it was taken from, each with its own figure or the rows that count.</param>
public sealed record MeasuredFigure(
    Words Label, bool? Holds, decimal? Figure, string? Code, string? Unit, decimal? AtLeast, decimal? AtMost, IReadOnlyList<string>? OneOf,
    IReadOnlyList<FigureInput> Inputs, string ShownZh, string ShownEn);

/// <param name="Shown">The figure with its unit, or the numbers of the rows that count.</param>
public sealed record FigureInput(string Field, Words Label, string Shown);
