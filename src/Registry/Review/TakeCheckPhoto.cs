using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>
/// Takes a photo of an on-site check. Given by the upload before the photo is stored: it counts what the account hands in and records nothing, because a photo
/// is of the history only when the record of the check names it. 四(三).
/// </summary>
/// <param name="Type">The media type by the content; empty for a file of no kind that is taken.</param>
public sealed record TakeCheckPhoto(string Sha256, long Size, string Type) : ICommand<TakeCheckPhoto>
{
    private static readonly string[] Kinds = [FileKinds.Jpeg, FileKinds.Png, FileKinds.Pdf];

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("take-check-photo", null, Roles.ProvincialOfficer, "Take a photo of an on-site check.");

    /// <summary>A photo of a check that was ordered and is to be recorded, within what one account may hand in on a day.</summary>
    /// <param name="check">The application's on-site check.</param>
    /// <param name="limits">How much may be handed in.</param>
    /// <param name="today">How much the account has handed in today.</param>
    /// <param name="photo">The same bytes in the store.</param>
    public static Decision Decide(TakeCheckPhoto command, ApplicationFile file, CheckState check, FileLimits limits, UploadDay today, FileState photo, DateTimeOffset now) =>
        file.Banned(now) is { } banned ? banned
        : file.NotIn(Stage.Admitted) is { } stage ? stage
        : !check.Ordered ? ReviewRules.CheckNotOrdered.Refuse()
        : !Kinds.Contains(command.Type) ? ReviewRules.PhotoKind.Refuse()
        : today.Full(command.Size, limits) is { } full ? full
        : photo.Barred() is { } barred ? barred
        : Decision.Accept();

    /// <inheritdoc />
    public static Task<Decision> Handle(TakeCheckPhoto command, Desk desk) => desk.OnApplicationAsync(
        null,
        async file =>
        {
            var today = await desk.UploadedTodayAsync();
            var photo = await desk.Services.GetRequiredService<EvidenceStore>().StateOfAsync(file.Head.Application.Value, command.Sha256, desk.Cancelled);
            var decision = Decide(
                command, file, file.Timeline.Fold(CheckState.Start, CheckState.Next), desk.Services.GetRequiredService<RegistrySettings>().Files.Limits, today, photo, desk.Now);
            if (decision is Decision.Accepted)
                desk.Count(today, command.Size);
            return decision;
        },
        _ => [UploadDays.LockOf(desk.Actor.Id)]);
}
