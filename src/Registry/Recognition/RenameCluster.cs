using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>A recognised cluster goes under another name.</summary>
/// <param name="Name">The new name.</param>
/// <param name="Day">From this day on.</param>
/// <param name="PublicReason">Why, in words for the public.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RenameCluster(string Name, DateOnly Day, string PublicReason, long Version) : ICommand<RenameCluster>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("rename-cluster", "/applications/{id}/name", Roles.ProvincialOfficer, "Record that a recognised cluster goes under another name.");

    /// <summary>Procedure 8: only a recognised cluster has a name to change, and the register keeps the old one.</summary>
    public static Decision Decide(RenameCluster command, RecognisedState recognition, ApplicationFile file, DateOnly today) =>
        (file.NotIn(Stage.Recognised)
            ?? TextCheck.CheckLine(command.Name, "name", 100)
            ?? TextCheck.Check(command.PublicReason, "publicReason", 500)
            ?? (command.Name.Trim() == recognition.ClusterName ? RecognitionRules.NothingNew.Refuse() : null)
            ?? RecognitionRules.DayFault(command.Day, recognition.RenamedOn ?? recognition.By!.Day, today)) is { } refusal
            ? refusal
            : Decision.Accept(new ClusterRenamed(recognition.ClusterName, command.Name.Trim(), command.Day, command.PublicReason.Trim()));

    /// <inheritdoc />
    public static Task<Decision> Handle(RenameCluster command, Desk desk) => desk.OnApplicationAsync(
            command.Version, file => Decide(command, file.Timeline.Fold(RecognisedState.Start, RecognisedState.Next), file, ChinaTime.ToDay(desk.Now)));
}
