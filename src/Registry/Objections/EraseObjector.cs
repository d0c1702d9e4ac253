using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>
/// After the file's term: destroys the key under which everything of this objection is sealed. The history, its proofs and the conclusion stay;
/// who objected and what was written can never be read again. Procedure 7.
/// </summary>
/// <param name="Version">The objection's version seen.</param>
public sealed record EraseObjector(long Version) : ICommand<EraseObjector>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("erase-objector", "/objections/{id}/erasure", Roles.ProvincialOfficer | Roles.System, "Destroy what identifies an objector, after the file's term.");

    /// <summary>Procedure 7, the definition's retention: so many years from the day on which the objection ended.</summary>
    public static Decision Decide(ObjectionOnDesk objection, DateTimeOffset now)
    {
        if (objection.State.Erased)
            return CommandRules.NotFound.Refuse();
        if (objection.State.Ended is not { } ended)
            return HandlingRules.WrongStage.Refuse(("stage", objection.State.Stage.ToString()));
        var retention = objection.Call.Definition.Retention;
        var lastDay = retention.LastDayOf(ended);
        return ChinaTime.ToDay(now) <= lastDay
            ? HandlingRules.StillRetained.Refuse(("lastDay", lastDay))
            : Decision.Accept(new ObjectorErased(lastDay, retention.FileYears, retention.Basis?.Zh));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(EraseObjector command, Desk desk) => desk.OnObjectionAsync(command.Version, objection =>
    {
        var decision = Decide(objection, desk.Now);
        if (decision is Decision.Accepted)
            desk.Send(new FilerWasErased(new ObjectionId(desk.Target!).Stream));
        return decision;
    });
}
