using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>Notes that the term of a recognition is over. It has expired by the calendar already; this only writes it into the history.</summary>
/// <param name="Version">The application's version seen.</param>
public sealed record ExpireRecognition(long Version) : ICommand<ExpireRecognition>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "expire-recognition", "/applications/{id}/expiry", Roles.System | Roles.ProvincialOfficer, "Note that the term of a recognition is over.");

    /// <summary>Procedure 8: recognition expires where the definition sets a term, after its last day.</summary>
    public static Decision Decide(RecognisedState recognition, ApplicationFile file, DateOnly today) =>
        file.NotIn(Stage.Recognised) is { } wrongStage ? wrongStage
        : recognition.On(today) != RecognitionStanding.Expired ? RecognitionRules.NotExpired.Refuse(("lastDay", recognition.LastDay))
        : Decision.Accept(new RecognitionExpired(recognition.LastDay!.Value));

    /// <inheritdoc />
    public static Task<Decision> Handle(ExpireRecognition command, Desk desk) => desk.OnApplicationAsync(
            command.Version, file => Decide(file.Timeline.Fold(RecognisedState.Start, RecognisedState.Next), file, ChinaTime.ToDay(desk.Now)));
}
