using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Applications.Sensitive;

/// <summary>
/// Orders the destruction of material that two persons found sensitive: its keys and with them every copy, backups included. It cannot be taken back.
/// Procedure 2.
/// </summary>
/// <param name="Version">The quarantine's version seen.</param>
public sealed record DestroyMaterial(long Version) : ICommand<DestroyMaterial>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("destroy-material", "/quarantines/{id}/destruction", Roles.CityOfficer | Roles.ProvincialOfficer, "Destroy withheld material everywhere, backups included.");

    /// <summary>After the confirmation, and by another person than the one who confirmed: two persons stand behind the destruction as well.</summary>
    public static Decision Decide(QuarantineCard card, string by) =>
        card.Status != QuarantineStatus.Confirmed ? SensitiveRules.WrongStep.Refuse(("status", card.Status.ToString()))
        : card.ConfirmedBy == by ? SensitiveRules.SamePerson.Refuse()
        : Decision.Accept(new DestructionOrdered(by));

    /// <inheritdoc />
    public static Task<Decision> Handle(DestroyMaterial command, Desk desk) => desk.OnQuarantineAsync(command.Version, card =>
    {
        var decision = Decide(card, desk.Actor.Id);
        if (decision is Decision.Accepted)
            desk.Send(new QuarantineMoved(card.Quarantine));
        return decision;
    });
}

/// <summary>Records that the destruction is done. Given by the program itself, after it has destroyed.</summary>
/// <param name="Version">The quarantine's version seen.</param>
public sealed record RecordDestruction(long Version) : ICommand<RecordDestruction>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-destruction", null, Roles.System, "Record that withheld material was destroyed.");

    /// <summary>Once, after the order.</summary>
    public static Decision Decide(QuarantineCard card) =>
        card.Status != QuarantineStatus.Ordered ? SensitiveRules.WrongStep.Refuse(("status", card.Status.ToString())) : Decision.Accept(new MaterialDestroyed());

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordDestruction command, Desk desk) => desk.OnQuarantineAsync(command.Version, Decide);
}
