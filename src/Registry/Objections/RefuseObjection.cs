using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>不予受理: finds that the objection is none that can be verified, and tells the objector why. It then no longer blocks recognition.</summary>
/// <param name="Reason">Why; the objector reads it.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record RefuseObjection(string Reason, long Version) : ICommand<RefuseObjection>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("refuse-objection", "/objections/{id}/refusal", Roles.ProvincialOfficer, "Find an objection inadmissible, with the reason.");

    /// <summary>Procedure 7: while the objector has time to complete it, it is not refused.</summary>
    public static Decision Decide(RefuseObjection command, ObjectionOnDesk objection, DateTimeOffset now) =>
        objection.NotIn(ObjectionStage.Filed, ObjectionStage.CompletionAsked) is { } wrong ? wrong
        : objection.State is { Stage: ObjectionStage.CompletionAsked, CompletionLastDay: { } lastDay } && now < ChinaTime.EndOf(lastDay) ? HandlingRules.TermRuns.Refuse(("lastDay", lastDay))
        : TextCheck.Check(command.Reason, "reason") is { } missing ? missing
        : Decision.Accept(new ObjectionFoundInadmissible(objection.Filed.Application, Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(RefuseObjection command, Desk desk) =>
        desk.OnObjectionAsync(command.Version, objection => Decide(command, objection, desk.Now), ends: true);
}
