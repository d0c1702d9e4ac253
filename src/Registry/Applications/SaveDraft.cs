using System.Text.Json;
using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications;

/// <summary>Saves the form as far as it is filled in, unchecked. Procedure 2: a draft is no event of the legal history.</summary>
/// <param name="Form">An object of field key to value.</param>
/// <param name="Version">The number of saves seen, so that two windows do not overwrite each other.</param>
public sealed record SaveDraft(JsonElement Form, long Version) : ICommand<SaveDraft>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("save-draft", "/applications/{id}/draft", Roles.Applicant, "Save the form so far.");

    /// <summary>Only while the form is with the applicant, and on top of the save that was seen.</summary>
    public static Decision Decide(SaveDraft command, Draft draft, Filing filing) =>
        filing.Stage is not (Stage.Draft or Stage.Returned) ? ApplicationRules.WrongStage.Refuse(("stage", filing.Stage.ToString()))
        : command.Form.ValueKind is not JsonValueKind.Object ? ApplicationRules.FormInvalid.Refuse()
        : command.Version != draft.Saves ? ApplicationRules.DraftChanged.Refuse(("seen", command.Version), ("now", draft.Saves))
        : Decision.Accept();

    /// <inheritdoc />
    public static async Task<Decision> Handle(SaveDraft command, Desk desk)
    {
        var (draft, timeline) = await desk.OwnDraftAsync();
        if (draft is null)
            return CommandRules.NotFound.Refuse();
        var decision = Decide(command, draft, timeline.Fold(Filing.Start, Filing.Next));
        if (decision is Decision.Accepted)
        {
            var form = desk.Services.GetRequiredService<Vault>().Seal(command.Form.GetRawText(), OwnKeys.OfDraft(draft), $"{draft.Id}|draft");
            desk.Session.Store(draft with { Form = form, Saves = draft.Saves + 1, SavedAt = desk.Now });
            desk.Answer(draft.Application.Value, draft.Saves + 1);
        }
        return decision;
    }
}

/// <summary>Commands that change the draft alone.</summary>
internal static class DraftDesk
{
    /// <summary>The draft in the route, held alone, if it is the applicant's own.</summary>
    public static async Task<(Draft? Draft, Timeline Timeline)> OwnDraftAsync(this Desk desk, params IEnumerable<Hold> further)
    {
        var id = new ApplicationId(desk.Target!);
        await desk.HoldAsync([Hold.Changing(id.Stream), .. further]);
        var draft = await desk.Session.LoadAsync<Draft>(id.Stream, desk.Cancelled);
        var own = draft is not null && desk.Actor.Reaches(new Belonging(draft.City, draft.Organisation.Value));
        return (own ? draft : null, (await desk.ReadAsync(id.Stream))[0]);
    }
}
