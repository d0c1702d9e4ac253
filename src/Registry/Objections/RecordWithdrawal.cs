using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>
/// Records that the objector takes the objection back. Whoever holds a receipt code may have found it, so the code alone never ends an objection:
/// an officer has asked the objector in person and says how. Must hold: 42.
/// </summary>
/// <param name="HowChecked">How the officer made sure that it was the objector.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record RecordWithdrawal(string HowChecked, long Version) : ICommand<RecordWithdrawal>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-withdrawal", "/objections/{id}/withdrawal", Roles.ProvincialOfficer, "Record that the objector takes the objection back.");

    /// <summary>Procedure 7. A conclusion that was confirmed stays.</summary>
    public static Decision Decide(RecordWithdrawal command, ObjectionOnDesk objection) =>
        !objection.State.Open ? HandlingRules.WrongStage.Refuse(("stage", objection.State.Stage.ToString()))
        : TextCheck.Check(command.HowChecked, "howChecked") is { } missing ? missing
        : Decision.Accept(new ObjectionWithdrawn(objection.Filed.Application, Sealed.Of(command.HowChecked.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordWithdrawal command, Desk desk) =>
        desk.OnObjectionAsync(command.Version, objection => Decide(command, objection), ends: true);
}
