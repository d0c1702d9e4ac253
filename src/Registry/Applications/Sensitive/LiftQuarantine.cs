using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications.Sensitive;

/// <summary>Another person finds nothing sensitive: the material can be read again. Procedure 2.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Version">The quarantine's version seen.</param>
public sealed record LiftQuarantine(string Reason, long Version) : ICommand<LiftQuarantine>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("lift-quarantine", "/quarantines/{id}/lifting", Roles.CityOfficer | Roles.ProvincialOfficer, "Lift a quarantine, as another person than the one who acted last.");

    /// <summary>Until the destruction is ordered, by another person than the one who acted last.</summary>
    public static Decision Decide(LiftQuarantine command, QuarantineCard card, string by) =>
        card.Status is not (QuarantineStatus.Withheld or QuarantineStatus.Confirmed) ? SensitiveRules.WrongStep.Refuse(("status", card.Status.ToString()))
        : (card.ConfirmedBy ?? card.By) == by ? SensitiveRules.SamePerson.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept(new QuarantineLifted(Sealed.Of(command.Reason.Trim()), by));

    /// <inheritdoc />
    public static Task<Decision> Handle(LiftQuarantine command, Desk desk) => desk.OnQuarantineAsync(command.Version, card =>
    {
        var decision = Decide(command, card, desk.Actor.Id);
        if (decision is Decision.Accepted)
            desk.Send(new QuarantineMoved(card.Quarantine));
        return decision;
    });
}
