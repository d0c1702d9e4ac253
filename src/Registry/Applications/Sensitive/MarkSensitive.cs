using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications.Sensitive;

/// <summary>
/// The applicant marks an indicator whose evidence is sensitive: it is handed to the city on a disc and never uploaded, so the indicator needs no file and
/// takes none. Procedure 2.
/// </summary>
/// <param name="Indicator">Key of the form field.</param>
/// <param name="Sensitive">Whether it is marked from now on.</param>
public sealed record MarkSensitive(string Indicator, bool Sensitive) : ICommand<MarkSensitive>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("mark-sensitive", "/applications/{id}/sensitive-marks", Roles.Applicant, "Mark an indicator whose evidence is sensitive and is handed over on a disc.");

    /// <summary>Only while the form is with the applicant, only an indicator that takes evidence (the undertaking is none), and only one that has no file.</summary>
    public static Decision Decide(MarkSensitive command, Draft draft, Filing filing, FormDefinition form) =>
        filing.Stage is not (Stage.Draft or Stage.Returned) ? ApplicationRules.WrongStage.Refuse(("stage", filing.Stage.ToString()))
        : form.Find(command.Indicator) is not { Evidence: true } || command.Indicator == form.Roles.Undertaking ? ApplicationRules.FileIndicator.Refuse()
        : command.Sensitive && draft.Evidence.Any(e => e.Indicator == command.Indicator) ? SensitiveRules.FilesAttached.Refuse()
        : Decision.Accept();

    /// <inheritdoc />
    public static async Task<Decision> Handle(MarkSensitive command, Desk desk)
    {
        var (draft, timeline) = await desk.OwnDraftAsync();
        if (draft is null)
            return CommandRules.NotFound.Refuse();
        var call = await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, draft.Batch, desk.Cancelled);
        var decision = Decide(command, draft, timeline.Fold(Filing.Start, Filing.Next), call!.Definition.Form);
        if (decision is Decision.Accepted)
        {
            var others = draft.Sensitive.Where(s => s != command.Indicator);
            desk.Session.Store(draft with { Sensitive = command.Sensitive ? [.. others, command.Indicator] : [.. others] });
        }
        desk.Answer(draft.Application.Value, draft.Saves);
        return decision;
    }
}
