using System.Globalization;
using Registry.Applications;

namespace Registry.Pages.Applicant;

/// <summary>Submission: what is still open, the undertaking of truth, and the one button that counts.</summary>
public static class SubmitPages
{
    /// <summary>Shows the page.</summary>
    public static Task<IResult> ShowAsync(PageCall call, FormErrors errors, int status) => ApplicantPages.WithDraftAsync(call, (draft, definition) =>
        call.Show<SubmitPage>(new { Draft = draft, Definition = definition, Progress = FormProgress.Of(definition, draft), Errors = errors, Ticked = call.Posted.One(definition.Form.Roles.Undertaking) is "true" }, status));

    /// <summary>Keeps the undertaking, then submits. Uploads of the page's own evidence come here too.</summary>
    public static async Task<IResult> ReceiveAsync(PageCall call)
    {
        if (await ApplicantPages.DraftAsync(call) is not var (draft, definition))
            return call.NotFound();
        var undertaking = definition.Form.Find(definition.Form.Roles.Undertaking)!;
        var files = await SectionPages.AttachAsync(call);
        if (files.Any)
            return await ShowAsync(call, files, StatusCodes.Status422UnprocessableEntity);
        if (call.Posted.One("upload").Length > 0 || call.Posted.One("detach").Length > 0)
            return call.Next($"/office/applications/{call.Route("id")}/submit#{FieldShape.IdOf(SectionPages.EvidencePlace(undertaking.Key))}", "save-draft");

        var answered = await RepeatedAsync(call, draft);
        if (answered is not null)
            return answered;
        if (call.Posted.One(undertaking.Key) is not "true")
            return await ShowAsync(call, new FormErrors(null, [(undertaking.Key, call.Page.Say(ApplicationRules.UndertakingMissing.Code))]), StatusCodes.Status422UnprocessableEntity);
        var saved = await SectionPages.SaveAsync(call, draft, [undertaking], call.Posted);
        if (saved.Errors is { } refused)
            return await ShowAsync(call, refused, saved.Status);
        var version = long.TryParse(call.Posted.One("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;
        var submitted = await CommandPost.GiveAsync(call, call.Route("id"), new SubmitApplication(version), key: "s" + call.Posted.One(CommandPost.KeyField));
        return submitted.Errors is { } errors
            ? await ShowAsync(call, errors, submitted.Status)
            : call.Next($"/office/applications/{call.Route("id")}/receipt", "submit-application");
    }

    /// <summary>A doubled click meets the application already submitted on top of the version that the form was made for: the same receipt again.</summary>
    private static async Task<IResult?> RepeatedAsync(PageCall call, DraftAnswer draft) =>
        await Ask.OneAsync<ApplicationAnswer>(call, "get-application", call.Route("id")) is { Stage: Stage.Submitted } application
        && call.Posted.One("version") == (application.Version - 1).ToString(CultureInfo.InvariantCulture) && draft.Version == application.Version
            ? call.Next($"/office/applications/{call.Route("id")}/receipt", "submit-application")
            : null;
}
