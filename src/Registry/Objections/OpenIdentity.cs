using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>
/// Opens what is sealed in an objection (name, contact, text, files) to the officer who gives the command, for eight hours. The record comes first:
/// the query shows nothing without it, so nobody reads an objection and leaves no trace. The command itself answers nothing sealed. Procedure 7.
/// </summary>
/// <param name="Purpose">What for.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record OpenIdentity(string Purpose, long Version) : ICommand<OpenIdentity>, IOnVersion
{
    /// <summary>How long an opening lasts; then it takes another one.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(8);

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("open-identity", "/objections/{id}/openings", Roles.ProvincialOfficer, "Open what is sealed in an objection, for eight hours, with the purpose.");

    /// <summary>Procedure 7: identity and contact are for the handling officers only, and opening leaves a record.</summary>
    public static Decision Decide(OpenIdentity command, Actor actor, ObjectionOnDesk objection) =>
        objection.State.Erased ? CommandRules.NotFound.Refuse()
        : !objection.State.IsHandledBy(actor.Id) ? HandlingRules.NotHandling.Refuse()
        : TextCheck.Check(command.Purpose, "purpose", 500) is { } missing ? missing
        : Decision.Accept(new IdentityOpened(Sealed.Of(command.Purpose.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(OpenIdentity command, Desk desk) => desk.OnObjectionAsync(command.Version, objection => Decide(command, desk.Actor, objection));
}
