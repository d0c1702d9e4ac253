using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>Asks the applicant or its city to state its view on the substance of an objection, in the officer's own wording. Procedure 7.</summary>
/// <param name="Of">Whom.</param>
/// <param name="Wording">The substance and the question, without anything that identifies the objector.</param>
/// <param name="LastDay">Until when.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record AskStatement(StatementBy Of, string Wording, DateOnly LastDay, long Version) : ICommand<AskStatement>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("ask-statement", "/objections/{id}/statement-requests", Roles.ProvincialOfficer, "Ask the applicant or its city for its view, in the officer's wording.");

    /// <summary>Procedure 7: they learn the substance, never who objected; the officer to whom it is assigned asks.</summary>
    public static Decision Decide(AskStatement command, Actor actor, ObjectionOnDesk objection, Secret secret, DateTimeOffset now) =>
        objection.NotIn(ObjectionStage.Accepted) is { } wrong ? wrong
        : objection.State.AssignedTo != actor.Id ? HandlingRules.NotAssigned.Refuse()
        : command.LastDay < ChinaTime.ToDay(now) ? HandlingRules.TermPast.Refuse(("today", ChinaTime.ToDay(now)))
        : TextCheck.Check(command.Wording, "wording") is { } missing ? missing
        : secret.IsGivenAwayBy(command.Wording) ? HandlingRules.WordingIdentifies.Refuse()
        : Decision.Accept(new StatementAsked(objection.Filed.Application, command.Of, Sealed.Of(command.Wording.Trim()), NeverSooner(objection.State, command)));

    /// <summary>Asked once more, whoever is awaited keeps the later day.</summary>
    private static DateOnly NeverSooner(ObjectionState state, AskStatement command) =>
        state.Awaited.TryGetValue(command.Of, out var given) && given > command.LastDay ? given : command.LastDay;

    /// <inheritdoc />
    public static Task<Decision> Handle(AskStatement command, Desk desk) =>
        desk.OnObjectionAsync(command.Version, objection => Decide(command, desk.Actor, objection, desk.SecretOf(objection), desk.Now));
}
