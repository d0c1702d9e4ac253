using Registry.Accounts;

namespace Registry.Platform.Commands;

/// <summary>Where a command is found and what it is called.</summary>
/// <param name="Name">Stable name, for example <c>submit-application</c>; also the OpenAPI operation id.</param>
/// <param name="Route">Path below /api/v1. At most one <c>{id}</c>: what the command is about. Null for one that another endpoint gives.</param>
/// <param name="Roles">Who may give it. How far each role reaches (own organisation, own city, assigned) is <see cref="Access.Reaches"/>'s.</param>
/// <param name="Summary">One sentence for the API's reader.</param>
public sealed record CommandSpec(string Name, string? Route, Roles Roles, string Summary);

/// <summary>
/// A step of the procedure. The record holds what the person said; <see cref="Handle"/> gathers what the rule reads and asks the pure rule.
/// </summary>
public interface ICommand<TSelf> where TSelf : ICommand<TSelf>
{
    /// <summary>Name, route, roles.</summary>
    static abstract CommandSpec Spec { get; }

    /// <summary>Gathers the state under the rule's locks and decides.</summary>
    static abstract Task<Decision> Handle(TSelf command, Desk desk);
}

/// <summary>A command on something that exists: it carries the version its giver saw, and a stale one is refused.</summary>
public interface IOnVersion
{
    /// <summary>The stream's version that the person decided on.</summary>
    long Version { get; }
}

/// <summary>What an accepted command answers.</summary>
/// <param name="Id">What it was about, or what it made.</param>
/// <param name="Version">The stream's version after it; the next command on it carries this.</param>
/// <param name="Details">Further figures, by name.</param>
public sealed record Answer(string? Id, long Version, IReadOnlyDictionary<string, object?> Details);

/// <summary>The end of a command: answered or refused, and whether this is the first answer given again.</summary>
public sealed record Outcome(Answer? Answer, Refusal? Refusal, bool Repeated = false);
