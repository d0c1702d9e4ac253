using Marten;
using Registry.Applications;
using Registry.Programme;
using Registry.Screening;

namespace Registry.Pages.Officers;

/// <summary>One application as an officer has it on the desk: what was submitted, how it is judged now, what went before.</summary>
/// <param name="Conditions">The check that the next decision will rest on.</param>
/// <param name="Decisions">Every decision so far.</param>
/// <param name="Changes">What changed since the submission before; null for the first.</param>
/// <param name="LookAlikes">Other clusters that should have been seen.</param>
public sealed record Dossier(
    ApplicationAnswer Application, CallDefinition Definition, ConditionsAnswer Conditions, DecisionsAnswer Decisions, ChangesAnswer? Changes, IReadOnlyList<LookAlike> LookAlikes)
{
    /// <summary>The submission that is decided on.</summary>
    public SubmissionAnswer Last => Application.Submissions[^1];

    /// <summary>The id in addresses.</summary>
    public string Id => Application.Id.Value;

    /// <summary>Where its files are.</summary>
    public string EvidenceBase => $"/office/applications/{Id}/evidence";

    /// <summary>Since when it stands where it stands, UTC.</summary>
    public DateTimeOffset Since => Application.Steps.Last(s => s.To is not null).At;

    /// <summary>The condition or test that a verdict is about.</summary>
    public Condition ConditionOf(ConditionVerdict verdict) =>
        Definition.Applicants.Tests.Concat(Definition.Conditions).Single(c => c.Id == verdict.Condition);

    /// <summary>Fields that speak to no condition.</summary>
    public IReadOnlyList<FieldDefinition> OtherFields =>
        [.. Definition.Form.Fields.Where(f => Definition.Applicants.Tests.Concat(Definition.Conditions).All(c => !c.Fields.Contains(f.Key)))];

    /// <summary>Reads it by the queries of the API; null for missing, foreign, and what was never submitted.</summary>
    public static async Task<Dossier?> ReadAsync(PageCall call, string id)
    {
        if (await Ask.OneAsync<ApplicationAnswer>(call, "get-application", id) is not { Submissions.Count: > 0 } application
            || await Ask.OneAsync<ConditionsAnswer>(call, "get-conditions", id) is not { } conditions
            || await Ask.OneAsync<DecisionsAnswer>(call, "get-decisions", id) is not { } decisions)
            return null;
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return new Dossier(
            application, (await call.Service<Calls>().ReadAsync(session, application.Batch, call.Cancelled))!.Definition, conditions, decisions,
            application.Submissions.Count > 1 ? await Ask.OneAsync<ChangesAnswer>(call, "get-changes", id) : null,
            await Ask.OneAsync<IReadOnlyList<LookAlike>>(call, "get-look-alikes", id) ?? []);
    }
}
