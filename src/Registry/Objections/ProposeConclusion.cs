using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>Proposes how the objection ends: the conditions are met, or they are not. Procedure 7.</summary>
/// <param name="ConditionsMet">The application meets the conditions all the same.</param>
/// <param name="Reasons">Why, for the file.</param>
/// <param name="Wording">Why, in the words that will be published: nothing in it identifies the objector or anybody else.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record ProposeConclusion(bool ConditionsMet, string Reasons, string Wording, long Version) : ICommand<ProposeConclusion>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "propose-conclusion", "/objections/{id}/conclusion-proposal", Roles.ProvincialOfficer, "Propose how an objection ends, with the wording to be published.");

    /// <summary>四(四): after verification, by the officer to whom it is assigned, and when whoever was asked for a view has stated it or had the time to; what is published gives nobody away.</summary>
    public static Decision Decide(ProposeConclusion command, Actor actor, ObjectionOnDesk objection, Secret secret, DateTimeOffset now) =>
        objection.NotIn(ObjectionStage.Accepted) is { } wrong ? wrong
        : objection.State.AssignedTo != actor.Id ? HandlingRules.NotAssigned.Refuse()
        : !objection.State.Verified ? HandlingRules.FindingsMissing.Refuse()
        : objection.State.Awaited.Values.DefaultIfEmpty().Max() is var lastDay && lastDay != default && now < ChinaTime.EndOf(lastDay) ? HandlingRules.StatementAwaited.Refuse(("lastDay", lastDay))
        : (TextCheck.Check(command.Reasons, "reasons") ?? TextCheck.Check(command.Wording, "wording")) is { } missing ? missing
        : secret.IsGivenAwayBy(command.Wording) ? HandlingRules.WordingIdentifies.Refuse()
        : Decision.Accept(new ConclusionProposed(command.ConditionsMet, Sealed.Of(command.Reasons.Trim()), Sealed.Of(command.Wording.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(ProposeConclusion command, Desk desk) =>
        desk.OnObjectionAsync(command.Version, objection => Decide(command, desk.Actor, objection, desk.SecretOf(objection), desk.Now));
}
