using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Applications;

/// <summary>Takes a file off an indicator of the draft, for example one attached by mistake. What was submitted keeps its files. 四(一).</summary>
/// <param name="Indicator">Key of the form field.</param>
/// <param name="Sha256">Digest of the file, hexadecimal.</param>
public sealed record DetachEvidence(string Indicator, string Sha256) : ICommand<DetachEvidence>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("detach-evidence", "/applications/{id}/evidence/removal", Roles.Applicant, "Take a file off an indicator of the draft.");

    /// <summary>Only while the form is with the applicant, and only a file that is there.</summary>
    public static Decision Decide(DetachEvidence command, Draft draft, Filing filing) =>
        filing.Stage is not (Stage.Draft or Stage.Returned) ? ApplicationRules.WrongStage.Refuse(("stage", filing.Stage.ToString()))
        : !draft.Evidence.Any(e => command.Names(e)) ? CommandRules.NotFound.Refuse()
        : Decision.Accept();

    /// <inheritdoc />
    public static async Task<Decision> Handle(DetachEvidence command, Desk desk)
    {
        var (draft, timeline) = await desk.OwnDraftAsync();
        if (draft is null)
            return CommandRules.NotFound.Refuse();
        var decision = Decide(command, draft, timeline.Fold(Filing.Start, Filing.Next));
        if (decision is Decision.Accepted)
        {
            desk.Session.Store(draft with { Evidence = [.. draft.Evidence.Where(e => !command.Names(e))] });
            desk.Answer(draft.Application.Value, draft.Saves);
        }
        return decision;
    }

    private bool Names(EvidenceFile file) => file.Indicator == Indicator && file.Sha256 == Sha256;
}
