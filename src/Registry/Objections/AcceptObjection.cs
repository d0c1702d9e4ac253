using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>受理: the objection is complete and will be verified. Procedure 7.</summary>
/// <param name="Version">The objection's version seen.</param>
public sealed record AcceptObjection(long Version) : ICommand<AcceptObjection>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("accept-objection", "/objections/{id}/acceptance", Roles.ProvincialOfficer, "Accept an objection for verification.");

    /// <summary>Procedure 7. One that was asked for completion may be accepted as it is, but not before its objector has had the term to complete it.</summary>
    public static Decision Decide(ObjectionOnDesk objection, DateTimeOffset now) =>
        objection.NotIn(ObjectionStage.Filed, ObjectionStage.CompletionAsked) is { } wrong ? wrong
        : objection.State is { Stage: ObjectionStage.CompletionAsked, CompletionLastDay: { } lastDay } && now < ChinaTime.EndOf(lastDay) ? HandlingRules.CompletionAwaited.Refuse(("lastDay", lastDay))
        : Decision.Accept(new ObjectionAccepted());

    /// <inheritdoc />
    public static Task<Decision> Handle(AcceptObjection command, Desk desk) => desk.OnObjectionAsync(command.Version, objection => Decide(objection, desk.Now));
}
