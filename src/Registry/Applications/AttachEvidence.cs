using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// Attaches a stored file to an indicator of the draft. Given by the upload endpoint after the file lies durably in the evidence store, so that no event
/// ever names a file that is not there. 四(一).
/// </summary>
public sealed record AttachEvidence(string Indicator, string Sha256, long Size, string Type, string Name) : ICommand<AttachEvidence>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("attach-evidence", null, Roles.Applicant, "Attach a stored file to an indicator.");

    /// <summary>Only to a field that takes evidence: sensitive material is not uploaded, so nothing can be attached to it.</summary>
    /// <param name="limits">How much may be handed in.</param>
    /// <param name="today">How much the account has handed in today.</param>
    /// <param name="file">The file in the store.</param>
    public static Decision Decide(AttachEvidence command, Draft draft, Filing filing, FormDefinition form, FileLimits limits, UploadDay today, FileState file)
    {
        if (filing.Stage is not (Stage.Draft or Stage.Returned))
            return ApplicationRules.WrongStage.Refuse(("stage", filing.Stage.ToString()));
        if (form.Find(command.Indicator) is not { Evidence: true })
            return ApplicationRules.FileIndicator.Refuse();
        if (draft.Sensitive.Contains(command.Indicator))
            return SensitiveRules.NoFiles.Refuse();
        if (command.IsOf(draft))
            return Decision.Accept();
        if (draft.Evidence.Count >= limits.FilesOfApplication)
            return FileRules.ApplicationFull.Refuse(("most", $"{limits.FilesOfApplication}"));
        if (draft.Evidence.DistinctBy(e => e.Sha256).Where(e => e.Sha256 != command.Sha256).Sum(e => e.Size) + command.Size > limits.OfApplication)
            return FileRules.ApplicationFull.Refuse(("most", FileRules.Megabytes(limits.OfApplication)));
        return today.Full(command.Size, limits) is { } full ? full
            : file.Barred() is { } barred ? barred
            : file == FileState.Missing ? FileRules.Gone.Refuse()
            : Decision.Accept();
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(AttachEvidence command, Desk desk)
    {
        var owner = desk.Target!;
        var (draft, timeline) = await desk.OwnDraftAsync(EvidenceStore.Naming(owner), UploadDays.LockOf(desk.Actor.Id));
        if (draft is null)
            return CommandRules.NotFound.Refuse();
        var call = await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, draft.Batch, desk.Cancelled);
        var today = await desk.UploadedTodayAsync();
        var file = await desk.Services.GetRequiredService<EvidenceStore>().StateOfAsync(owner, command.Sha256, desk.Cancelled);
        var limits = desk.Services.GetRequiredService<RegistrySettings>().Files.Limits;
        var decision = Decide(command, draft, timeline.Fold(Filing.Start, Filing.Next), call!.Definition.Form, limits, today, file);
        if (decision is Decision.Accepted && !command.IsOf(draft))
        {
            // The name goes with its file: under the file's own key, so that it is withheld and destroyed with it.
            var name = desk.Services.GetRequiredService<Vault>().Seal(command.Name, EvidenceStore.SubjectOf(owner, command.Sha256), $"{draft.Id}|evidence|{command.Indicator}|{command.Sha256}");
            desk.Session.Store(draft with { Evidence = [.. draft.Evidence, new EvidenceFile(command.Indicator, command.Sha256, command.Size, command.Type, name)] });
            desk.Count(today, command.Size);
        }
        desk.Answer(draft.Application.Value, draft.Saves);
        return decision.With("sha256", command.Sha256);
    }

    private bool IsOf(Draft draft) => draft.Evidence.Any(e => e.Indicator == Indicator && e.Sha256 == Sha256);
}
