using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>Sends a proposed conclusion back to its proposer. Procedure 7.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record ReturnConclusion(string Reason, long Version) : ICommand<ReturnConclusion>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("return-conclusion", "/objections/{id}/conclusion-return", Roles.ProvincialOfficer, "Send a proposed conclusion back, with the reason.");

    /// <summary>Procedure 7: the second person may disagree.</summary>
    public static Decision Decide(ReturnConclusion command, Actor actor, ObjectionOnDesk objection) =>
        objection.NotIn(ObjectionStage.ConclusionProposed) is { } wrong ? wrong
        : objection.State.ProposedBy == actor.Id ? HandlingRules.SecondPerson.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } missing ? missing
        : Decision.Accept(new ConclusionReturned(Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(ReturnConclusion command, Desk desk) =>
        desk.OnObjectionAsync(command.Version, objection => Decide(command, desk.Actor, objection));
}
