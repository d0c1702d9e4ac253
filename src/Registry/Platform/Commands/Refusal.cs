using System.Collections.Frozen;

namespace Registry.Platform.Commands;

/// <summary>
/// One rule that can refuse: its stable code, the clause of the notice (or of our own design) that it rests on, and the HTTP status of its refusals.
/// Its words lie in the resources under the same code, in each language. Rules are static fields, so RULES.md can be checked against them.
/// </summary>
/// <param name="Code">Room and reason, for example <c>recommendation.quota-full</c>. Never changes once published.</param>
/// <param name="Source">
/// The clause, for example <c>四(二)</c>, or the standard that says so; <c>procedure</c> with its step where the notice names the step and we say how;
/// <c>design</c> where the rule is wholly ours.
/// </param>
/// <param name="Status">422 unless another status says more: 404 unknown or foreign, 409 stale, 403 not this role's.</param>
public sealed record Rule(string Code, string Source, int Status = 422)
{
    /// <summary>A refusal by this rule with the figures its words need.</summary>
    public Refusal Refuse(params (string Name, object? Value)[] arguments) =>
        new(this, arguments.ToFrozenDictionary(a => a.Name, a => a.Value));
}

/// <summary>A command was refused: by which rule and on which figures. Nothing is appended. Arguments never hold personal data or free text.</summary>
public sealed record Refusal(Rule Rule, IReadOnlyDictionary<string, object?> Arguments)
{
    /// <summary>For a form: what is wrong where, by field.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>What has happened since the giver of the command looked, oldest first; told to officers only, and not part of an answer of the API.</summary>
    public IReadOnlyList<Change> Since { get; init; } = [];

    /// <summary>The same refusal with one more figure, for example which of several applications it is about.</summary>
    public Refusal About(string name, object? value) => this with { Arguments = new Dictionary<string, object?>(Arguments) { [name] = value } };

    /// <summary>This refusal as one wrong field among several.</summary>
    public FieldError AsError(string field) => new(field, Rule.Code, Texts.Of(Language.Zh, Rule.Code, Arguments)) { Arguments = Arguments.Count > 0 ? Arguments : null };
}

/// <summary>That something has happened in a stream: the kind of event, and when it was recorded.</summary>
public sealed record Change(string Event, DateTimeOffset At);

/// <summary>One wrong field of a submitted form.</summary>
/// <param name="Field">The field's path, for example <c>leading_firms[2].revenue</c>.</param>
/// <param name="Code">Stable code of what is wrong.</param>
/// <param name="Message">The words for it, in Chinese.</param>
public sealed record FieldError(string Field, string Code, string Message)
{
    /// <summary>The figures that its words need, so that they can be said in another language; null where there are none.</summary>
    public IReadOnlyDictionary<string, object?>? Arguments { get; init; }
}
