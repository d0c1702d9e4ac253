using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// Attaches a stored file to an indicator of the draft. Given by the upload endpoint after the file lies durably in the evidence store, so that no event
/// ever names a file that is not there. 四(一).
/// </summary>
public sealed record AttachEvidence(string Indicator, string Sha256, long Size, string Type, string Name) : ICommand<AttachEvidence>
{
    /// <summary>Files of one application.</summary>
    public const int MostFiles = 200;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("attach-evidence", null, Roles.Applicant, "Attach a stored file to an indicator.");

    /// <summary>Only to a field that takes evidence: sensitive material is not uploaded, so nothing can be attached to it.</summary>
    public static Decision Decide(AttachEvidence command, Draft draft, Filing filing, FormDefinition form) =>
        filing.Stage is not (Stage.Draft or Stage.Returned) ? ApplicationRules.WrongStage.Refuse(("stage", filing.Stage.ToString()))
        : form.Find(command.Indicator) is not { Evidence: true } ? ApplicationRules.FileIndicator.Refuse()
        : draft.Evidence.Count >= MostFiles ? ApplicationRules.FileTooLarge.Refuse(("most", $"{MostFiles}"))
        : Decision.Accept();

    /// <inheritdoc />
    public static async Task<Decision> Handle(AttachEvidence command, Desk desk)
    {
        var (draft, timeline) = await desk.OwnDraftAsync();
        if (draft is null)
            return CommandRules.NotFound.Refuse();
        var call = await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, draft.Batch, desk.Cancelled);
        var decision = Decide(command, draft, timeline.Fold(Filing.Start, Filing.Next), call!.Definition.Form);
        if (decision is Decision.Accepted && !draft.Evidence.Any(e => e.Indicator == command.Indicator && e.Sha256 == command.Sha256))
        {
            var name = desk.Services.GetRequiredService<Vault>().Seal(command.Name, draft.Id, $"{draft.Id}|evidence|{command.Indicator}|{command.Sha256}");
            desk.Session.Store(draft with { Evidence = [.. draft.Evidence, new EvidenceFile(command.Indicator, command.Sha256, command.Size, command.Type, name)] });
        }
        desk.Answer(draft.Application.Value, draft.Saves);
        return decision.With("sha256", command.Sha256);
    }
}
