using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>An officer enters an objection that came by another channel that the notice announces. It gets the same receipt and has the same rights. Procedure 7.</summary>
/// <param name="Form">The objection; its files hold the scan of what arrived.</param>
/// <param name="Channel">Post, fax or e-mail.</param>
/// <param name="ArrivedAt">When it arrived; this decides whether it is in time.</param>
public sealed record EnterObjection(ObjectionForm Form, ObjectionChannel Channel, DateTimeOffset ArrivedAt) : ICommand<EnterObjection>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "enter-objection", "/objections/entered", Roles.ProvincialOfficer, "Enter an objection that arrived by post, fax or e-mail.");

    /// <inheritdoc />
    public static Task<Decision> Handle(EnterObjection command, Desk desk) =>
        desk.ReceiveObjectionAsync(command.Form, command.Channel, command.ArrivedAt.ToUniversalTime());
}
