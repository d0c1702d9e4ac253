using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>The applicant or its city states its view on what it was asked. A late statement is taken too: it costs nobody anything. Procedure 7.</summary>
/// <param name="Text">The view.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record GiveStatement(string Text, long Version) : ICommand<GiveStatement>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("give-statement", "/objections/{id}/statements", Roles.Applicant | Roles.CityOfficer, "State a view on the substance of an objection.");

    /// <summary>Procedure 7: whoever was asked, while the objection is verified.</summary>
    public static Decision Decide(GiveStatement command, StatementBy by, ObjectionOnDesk objection) =>
        objection.NotIn(ObjectionStage.Accepted) is { } wrong ? wrong
        : !objection.State.Awaited.ContainsKey(by) ? HandlingRules.NothingAsked.Refuse()
        : TextCheck.Check(command.Text, "text") is { } missing ? missing
        : Decision.Accept(new StatementGiven(by, Sealed.Of(command.Text.Trim())));

    /// <inheritdoc />
    public static async Task<Decision> Handle(GiveStatement command, Desk desk)
    {
        var by = desk.Actor.Role == Roles.Applicant ? StatementBy.Applicant : StatementBy.City;
        var card = await desk.Session.LoadAsync<ObjectionCard>(new ObjectionId(desk.Target!).Stream, desk.Cancelled);
        var head = card is null ? null : await desk.Session.LoadAsync<Draft>(new ApplicationId(card.Application).Stream, desk.Cancelled);
        // Whoever was never asked is told that there is no such objection: that one exists is not theirs to know.
        if (head is null || !desk.Actor.Reaches(new Belonging(head.City, head.Organisation.Value)) || !card!.Asked.ContainsKey(by))
            return CommandRules.NotFound.Refuse();
        return await desk.OnObjectionAsync(command.Version, objection => Decide(command, by, objection));
    }
}
