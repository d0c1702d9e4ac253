using System.Text.Json;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>三: a decision of city or province on an application. It keeps the condition check it was taken on: figures, thresholds, clauses, the definition's version.</summary>
public interface IDecidedOnCheck
{
    /// <summary>The check; null in decisions from before it was kept.</summary>
    IReadOnlyList<ConditionVerdict>? Check { get; }
}

/// <summary>The condition check as a decision sees it.</summary>
public static class DecisionCheck
{
    /// <summary>
    /// 三: the verdicts on the last submission under the definition in force. The check is pure, so under an unchanged definition the stored verdicts
    /// stand; after an amendment the same figures are judged anew, as of the day of submission, so that no window of years moves with the officers' pace.
    /// </summary>
    public static IReadOnlyList<ConditionVerdict> CheckNow(this ApplicationFile file) =>
        file.Filing.Last is not { } last ? []
        : last.Check.All(v => v.DefinitionHash == file.Call.Definition.Hash) ? last.Check
        : Judge(last, file.Call.Definition, ChinaTime.ToDay(file.Timeline.Events.Last(e => ReferenceEquals(e.Data, last)).Timestamp));

    /// <summary>Judges a submission's figures under any definition. The facts are enough: no condition measures free text.</summary>
    /// <param name="submittedOn">The day in China up to which "the last three years" reach.</param>
    public static IReadOnlyList<ConditionVerdict> Judge(ApplicationSubmitted submission, CallDefinition definition, DateOnly submittedOn)
    {
        var form = FormCheck.Validate(definition, JsonSerializer.SerializeToElement(submission.Facts)).Form;
        return [.. ConditionCheck.EvaluateApplicant(definition, form, submittedOn), .. ConditionCheck.Evaluate(definition, form, submission.Industry, submittedOn)];
    }
}
