using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;

namespace Registry.Applications;

/// <summary>四(二): the applicant printed the frozen form, had it sealed and filed the scan. The form's hash, printed on it, says which submission it is of.</summary>
/// <param name="FormHash">Hash of the frozen form that was sealed.</param>
/// <param name="File">The scan.</param>
[RecordedAs("sealed-copy-filed")]
public sealed record SealedCopyFiled(int Round, string FormHash, EvidenceFile File);

/// <summary>
/// Files the scan of the sealed form. Given by the upload after the file lies durably in the store. 四(二): the city reports the application electronically
/// and as a scan.
/// </summary>
/// <param name="FormHash">The hash printed on the form that was sealed.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record FileSealedCopy(string FormHash, string Sha256, long Size, string Type, string Name, long Version) : ICommand<FileSealedCopy>, IOnVersion
{
    /// <summary>Indicator under which the scan is named: it supports the form as a whole.</summary>
    public const string Indicator = "sealed-copy";

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("file-sealed-copy", null, Roles.Applicant, "File the scan of the sealed form.");

    /// <summary>Of the last submission, while the application goes on; a later scan stands beside the earlier one. It counts like any file that is handed in.</summary>
    /// <param name="limits">How much may be handed in.</param>
    /// <param name="today">How much the account has handed in today.</param>
    /// <param name="scan">The scan in the store.</param>
    public static Decision Decide(FileSealedCopy command, ApplicationFile file, FileLimits limits, UploadDay today, FileState scan) =>
        file.Filing.Ended || file.Filing.Stage is Stage.Draft or Stage.Returned ? ApplicationRules.WrongStage.Refuse(("stage", file.Filing.Stage.ToString()))
        : command.FormHash != file.Filing.Last!.FormHash ? ApplicationRules.SealedCopyOfAnother.Refuse(("round", file.Filing.Round))
        : ScansOf(file).Count() >= limits.FilesOfApplication ? FileRules.ApplicationFull.Refuse(("most", $"{limits.FilesOfApplication}"))
        : ScansOf(file).Sum(s => s.Size) + command.Size > limits.OfApplication ? FileRules.ApplicationFull.Refuse(("most", FileRules.Megabytes(limits.OfApplication)))
        : today.Full(command.Size, limits) is { } full ? full
        : scan.Barred() is { } barred ? barred
        : scan == FileState.Missing ? ApplicationRules.SealedCopyMissing.Refuse()
        : Decision.Accept(new SealedCopyFiled(
            file.Filing.Round, command.FormHash, new EvidenceFile(Indicator, command.Sha256, command.Size, command.Type, Sealed.Of(command.Name, EvidenceStore.SubjectOf(file.Head.Application.Value, command.Sha256)))));

    /// <inheritdoc />
    public static Task<Decision> Handle(FileSealedCopy command, Desk desk) =>
        desk.OnApplicationAsync(
            command.Version,
            async file =>
            {
                var today = await desk.UploadedTodayAsync();
                var scan = await desk.Services.GetRequiredService<EvidenceStore>().StateOfAsync(file.Head.Application.Value, command.Sha256, desk.Cancelled);
                var decision = Decide(command, file, desk.Services.GetRequiredService<RegistrySettings>().Files.Limits, today, scan);
                if (decision is Decision.Accepted)
                    desk.Count(today, command.Size);
                return decision;
            },
            head => [EvidenceStore.Naming(head.Application.Value), UploadDays.LockOf(desk.Actor.Id)]);

    private static IEnumerable<EvidenceFile> ScansOf(ApplicationFile file) => file.Timeline.Events.Select(e => e.Data).OfType<SealedCopyFiled>().Select(c => c.File);
}
