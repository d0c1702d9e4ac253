using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>Gives the objection to an officer, who then verifies it. Procedure 7.</summary>
/// <param name="Version">The objection's version seen.</param>
/// <param name="Officer">Account of a provincial officer; left out, whoever gives the command.</param>
public sealed record AssignObjection(long Version, string? Officer = null) : ICommand<AssignObjection>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("assign-objection", "/objections/{id}/assignment", Roles.ProvincialOfficer, "Give an objection to an officer.");

    /// <summary>Procedure 7: to somebody who can handle it.</summary>
    public static Decision Decide(string officer, bool canHandle, ObjectionOnDesk objection) =>
        !objection.State.Open ? HandlingRules.WrongStage.Refuse(("stage", objection.State.Stage.ToString()))
        : !canHandle ? HandlingRules.NoSuchOfficer.Refuse()
        : Decision.Accept(new ObjectionAssigned(officer));

    /// <inheritdoc />
    public static async Task<Decision> Handle(AssignObjection command, Desk desk)
    {
        var officer = command.Officer ?? desk.Actor.Id;
        var canHandle = officer == desk.Actor.Id
            || await desk.Session.LoadAsync<AccountView>(new AccountId(officer).Stream, desk.Cancelled) is { Open: true, Role: Roles.ProvincialOfficer };
        return await desk.OnObjectionAsync(command.Version, objection => Decide(officer, canHandle, objection));
    }
}
