using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Applications.Sensitive;

/// <summary>A second person agrees that the material is sensitive. Procedure 2.</summary>
/// <param name="Version">The quarantine's version seen.</param>
public sealed record ConfirmQuarantine(long Version) : ICommand<ConfirmQuarantine>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("confirm-quarantine", "/quarantines/{id}/confirmation", Roles.CityOfficer | Roles.ProvincialOfficer, "Confirm, as a second person, that the withheld material is sensitive.");

    /// <summary>An officer other than the one who withheld it.</summary>
    public static Decision Decide(QuarantineCard card, string by) =>
        card.Status != QuarantineStatus.Withheld ? SensitiveRules.WrongStep.Refuse(("status", card.Status.ToString()))
        : card.By == by ? SensitiveRules.SamePerson.Refuse()
        : Decision.Accept(new QuarantineConfirmed(by));

    /// <inheritdoc />
    public static Task<Decision> Handle(ConfirmQuarantine command, Desk desk) => desk.OnQuarantineAsync(command.Version, card => Decide(card, desk.Actor.Id));
}
