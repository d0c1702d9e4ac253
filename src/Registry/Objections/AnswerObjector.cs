using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>Answers the objector, who reads it with the receipt code. Procedure 7.</summary>
/// <param name="Reply">The answer.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record AnswerObjector(string Reply, long Version) : ICommand<AnswerObjector>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("answer-objector", "/objections/{id}/reply", Roles.ProvincialOfficer, "Answer the objector.");

    /// <summary>Procedure 7: after the conclusion, or after it was found inadmissible; a correction is a further answer.</summary>
    public static Decision Decide(AnswerObjector command, ObjectionOnDesk objection) =>
        objection.NotIn(ObjectionStage.Concluded, ObjectionStage.Inadmissible, ObjectionStage.Withdrawn) is { } wrong ? wrong
        : objection.State.Erased ? CommandRules.NotFound.Refuse()
        : TextCheck.Check(command.Reply, "reply") is { } missing ? missing
        : Decision.Accept(new ObjectorAnswered(Sealed.Of(command.Reply.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(AnswerObjector command, Desk desk) => desk.OnObjectionAsync(command.Version, objection => Decide(command, objection));
}
