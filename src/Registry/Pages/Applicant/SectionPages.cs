using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Screening;

namespace Registry.Pages.Applicant;

/// <summary>
/// One section of the form. Every button saves what was typed, unchecked, and every chosen file goes up by itself; so neither a table's new row nor a
/// refused file costs anything that was typed.
/// </summary>
public static class SectionPages
{
    /// <summary>Shows the section as it was saved, with what is missing or wrong once something was filled in.</summary>
    public static async Task<IResult> ShowAsync(PageCall call) =>
        await ApplicantPages.DraftAsync(call) is var (draft, definition) && definition.Form.Sections.Any(s => s.Key == call.Route("section"))
            ? await PageAsync(call, draft, definition, null, FormErrors.None, StatusCodes.Status200OK)
            : call.NotFound();

    /// <summary>Saves the section, then the files.</summary>
    public static async Task<IResult> ReceiveAsync(PageCall call)
    {
        if (await ApplicantPages.DraftAsync(call) is not var (draft, definition) || definition.Form.Sections.All(s => s.Key != call.Route("section")))
            return call.NotFound();
        var section = call.Route("section");
        var typed = call.Posted.One("remove").Length > 0 ? Rows.Changed(call.Posted) : call.Posted;
        var saved = await SaveAsync(call, draft, FormSections.FieldsOf(definition, section), typed);
        if (call.Posted.One("autosave").Length > 0)
            return saved.Answer is { } kept ? Results.Json(new { saves = kept.Version, at = BeijingTime.Instant(call.Page.Now, call.Page.Language), key = PageGate.NewKey() }) : Results.StatusCode(saved.Status);
        if (saved.Errors is { } refused)
            return await ApplicantPages.DraftAsync(call) is var (now, _) ? await PageAsync(call, now, definition, typed, refused, saved.Status) : call.NotFound();
        var files = await AttachAsync(call);
        if (files.Any)
            return await ApplicantPages.DraftAsync(call) is var (now, _) ? await PageAsync(call, now, definition, null, files, StatusCodes.Status422UnprocessableEntity) : call.NotFound();
        return Next(call, definition, section);
    }

    /// <summary>Saves these fields on top of the saved form.</summary>
    public static async Task<Posting> SaveAsync(PageCall call, DraftAnswer draft, IEnumerable<FieldDefinition> fields, Posted typed)
    {
        var form = draft.Form?.DeepClone().AsObject() ?? [];
        foreach (var field in fields)
            if (FormSections.Read(typed, field, field.Key) is { } value)
                form[field.Key] = value;
            else
                form.Remove(field.Key);
        var version = long.TryParse(call.Posted.One("saves"), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;
        return await CommandPost.GiveAsync(call, call.Route("id"), new SaveDraft(JsonSerializer.SerializeToElement(form), version));
    }

    /// <summary>Takes the files that were chosen, each to its indicator, and takes off the one whose button was pressed.</summary>
    public static async Task<FormErrors> AttachAsync(PageCall call)
    {
        var wrong = new List<(string, string)>();
        foreach (var file in call.Http.Request.Form.Files.Where(f => f.Name.StartsWith("file.", StringComparison.Ordinal) && f.Length > 0))
        {
            var indicator = file.Name["file.".Length..];
            var outcome = await EvidenceEndpoints.TakeFromPageAsync(call.Http, call.Actor, call.Route("id"), indicator, file, PageGate.NewKey());
            if (CommandPost.Of(call.Page, outcome).Errors is { } refused)
                wrong.Add((EvidencePlace(indicator), refused.Message ?? ""));
        }
        if (call.Posted.One("detach").Split('/') is [var from, var digest])
        {
            var detached = await CommandPost.GiveAsync(call, call.Route("id"), new DetachEvidence(from, digest), key: PageGate.NewKey());
            if (detached.Errors is { } refused)
                wrong.Add((EvidencePlace(from), refused.Message ?? ""));
        }
        foreach (var (button, sensitive) in new[] { ("mark", true), ("unmark", false) })
            if (call.Posted.One(button) is { Length: > 0 } marked
                && (await CommandPost.GiveAsync(call, call.Route("id"), new MarkSensitive(marked, sensitive), key: PageGate.NewKey())).Errors is { } refused)
                wrong.Add((EvidencePlace(marked), refused.Message ?? ""));
        return new FormErrors(null, wrong);
    }

    /// <summary>The field name of an indicator's files.</summary>
    public static string EvidencePlace(string indicator) => "file." + indicator;

    private static async Task<IResult> PageAsync(PageCall call, DraftAnswer draft, CallDefinition definition, Posted? typed, FormErrors errors, int status)
    {
        var section = definition.Form.Sections.First(s => s.Key == call.Route("section"));
        var progress = FormProgress.Of(definition, draft).Sections.First(s => s.Section == section);
        var input = typed ?? Posted.From(draft.Form);
        var roles = definition.Form.Roles;
        foreach (var (key, value) in new[] { (roles.ApplicantCode, draft.Organisation), (roles.City, draft.City) })
            if (input.One(key).Length == 0)
                input = input.With(key, value);
        return call.Show<SectionPage>(new { Draft = draft, Definition = definition, Progress = progress, Input = input, Errors = errors, CityRemarks = await RemarksAsync(call), RowsNow = await RowsNowAsync(call, definition, section, input) }, status);
    }

    /// <summary>What the city asks to be corrected, by field path, while the form is back with the applicant.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> RemarksAsync(PageCall call) =>
        await Ask.OneAsync<DecisionsAnswer>(call, "get-decisions", call.Route("id")) is { Stage: Stage.Returned } decisions
            ? decisions.Decisions.LastOrDefault(d => d.Remarks is not null)?.Remarks ?? new Dictionary<string, string?>()
            : new Dictionary<string, string?>();

    /// <summary>For each table of the section, where the rows stand now that were submitted and returned. Only a form that is back with its applicant has such rows.</summary>
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<int?>>> RowsNowAsync(PageCall call, CallDefinition definition, FormSection section, Posted input) =>
        await Ask.OneAsync<ApplicationAnswer>(call, "get-application", call.Route("id")) is { Stage: Stage.Returned, Submissions: [.., var last] }
            ? FormSections.FieldsOf(definition, section.Key).Where(f => f.Columns is not null)
                .ToDictionary(f => f.Key, f => RowPlaces.Of(FormSections.RowsOf(Posted.From(last.Form), f), FormSections.RowsOf(input, f)))
            : new Dictionary<string, IReadOnlyList<int?>>();

    private static IResult Next(PageCall call, CallDefinition definition, string section)
    {
        var here = $"/office/applications/{call.Route("id")}/form/{section}";
        var keys = definition.Form.Sections.Select(s => s.Key).ToList();
        var place = call.Posted.One("add") is { Length: > 0 } table ? FieldShape.IdOf($"{table}[{call.Posted.Rows(table)}]")
            : call.Posted.One("remove") is { Length: > 0 } row ? FieldShape.IdOf(row.Split('[')[0])
            : call.Posted.One("detach") is { Length: > 0 } file ? FieldShape.IdOf(EvidencePlace(file.Split('/')[0]))
            : (call.Posted.One("mark") + call.Posted.One("unmark")) is { Length: > 0 } marked ? FieldShape.IdOf(EvidencePlace(marked))
            : call.Posted.One("upload") is { Length: > 0 } indicator ? FieldShape.IdOf(EvidencePlace(indicator))
            : null;
        if (place is not null)
            return call.Next($"{here}#{place}", "save-draft");
        var following = keys.IndexOf(section) + 1;
        return call.Posted.One("go") == "next"
            ? call.Next(following < keys.Count ? $"/office/applications/{call.Route("id")}/form/{keys[following]}" : $"/office/applications/{call.Route("id")}/form", "save-draft")
            : call.Next(here, "save-draft");
    }
}
