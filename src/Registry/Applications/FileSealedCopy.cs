using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
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

    /// <summary>Of the last submission, while the application goes on; a later scan stands beside the earlier one.</summary>
    public static Decision Decide(FileSealedCopy command, ApplicationFile file) =>
        file.Filing.Ended || file.Filing.Stage is Stage.Draft or Stage.Returned ? ApplicationRules.WrongStage.Refuse(("stage", file.Filing.Stage.ToString()))
        : command.FormHash != file.Filing.Last!.FormHash ? ApplicationRules.SealedCopyOfAnother.Refuse(("round", file.Filing.Round))
        : Decision.Accept(new SealedCopyFiled(
            file.Filing.Round, command.FormHash, new EvidenceFile(Indicator, command.Sha256, command.Size, command.Type, Sealed.Of(command.Name, EvidenceStore.SubjectOf(file.Head.Application.Value, command.Sha256)))));

    /// <inheritdoc />
    public static Task<Decision> Handle(FileSealedCopy command, Desk desk) =>
        desk.OnApplicationAsync(
            command.Version,
            async file => await desk.Services.GetRequiredService<EvidenceStore>().HasAsync(file.Head.Application.Value, command.Sha256, desk.Cancelled)
                ? Decide(command, file) : ApplicationRules.SealedCopyMissing.Refuse(),
            head => [EvidenceStore.Naming(head.Application.Value)]);
}
