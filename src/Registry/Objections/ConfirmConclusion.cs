using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>Confirms a proposed conclusion, as a second person. The objection is then no longer open, and its outcome stands in the application's history. Procedure 7.</summary>
/// <param name="Version">The objection's version seen.</param>
public sealed record ConfirmConclusion(long Version) : ICommand<ConfirmConclusion>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("confirm-conclusion", "/objections/{id}/conclusion", Roles.ProvincialOfficer, "Confirm a proposed conclusion as a second person.");

    /// <summary>Procedure 7: prepared by one, confirmed by another. The wording is looked through once more: it becomes public with this.</summary>
    public static Decision Decide(Actor actor, ObjectionOnDesk objection, string wording, Secret secret) =>
        objection.NotIn(ObjectionStage.ConclusionProposed) is { } wrong ? wrong
        : objection.State.ProposedBy == actor.Id ? HandlingRules.SecondPerson.Refuse()
        : secret.IsGivenAwayBy(wording) ? HandlingRules.WordingIdentifies.Refuse()
        : Decision.Accept(new ConclusionConfirmed(objection.Filed.Application, objection.State.Proposal!.ConditionsMet, wording));

    /// <inheritdoc />
    public static Task<Decision> Handle(ConfirmConclusion command, Desk desk) => desk.OnObjectionAsync(command.Version, objection =>
    {
        var wording = objection.State.Proposal is { } proposal ? desk.Open(proposal.Wording) : null;
        var decision = Decide(desk.Actor, objection, wording ?? "", desk.SecretOf(objection));
        if (decision is Decision.Accepted { Events: [ConclusionConfirmed confirmed] })
            desk.Append<Application>(objection.Application!, [new ObjectionConcluded(objection.Filed.Number, confirmed.ConditionsMet, confirmed.PublicReason)]);
        return decision;
    }, ends: true);
}
