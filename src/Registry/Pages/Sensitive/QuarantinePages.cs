using System.Globalization;
using Registry.Accounts;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Programme;

namespace Registry.Pages.Sensitive;

/// <summary>Withholding and destroying what slipped in, and the hand-over of what is sensitive: decided here by the room's own commands.</summary>
public static class QuarantinePages
{
    private const Roles Actors = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/applications/{id}/quarantines", Actors, call => ChooseAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/applications/{id}/quarantines", Actors, QuarantineAsync);
        office.Page("/quarantines/{id}", Actors | Roles.Auditor, call => ShowAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/quarantines/{id}", Roles.CityOfficer | Roles.ProvincialOfficer, DecideAsync);
        office.Page("/batches/{id}/hand-over", Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Auditor, call => HandOverAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/batches/{id}/hand-over", Roles.CityOfficer, RecordAsync);
        office.Page("/batches/{id}/hand-overs", Roles.ProvincialOfficer | Roles.Auditor, call => HandOverAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/batches/{id}/hand-overs", Roles.ProvincialOfficer, ReceiveAsync);
    }

    private static async Task<IResult> ChooseAsync(PageCall call, FormErrors errors, int status) =>
        await Ask.OneAsync<ApplicationAnswer>(call, "get-application", call.Route("id")) is { } application
            ? call.Show<QuarantinePage>(new { Application = application, Choices = await ChoicesAsync(call, application), Input = call.Posted, Errors = errors }, status)
            : call.NotFound();

    /// <summary>Everything in the application that can be withheld by itself and is not yet.</summary>
    private static async Task<IReadOnlyList<Choice>> ChoicesAsync(PageCall call, ApplicationAnswer application)
    {
        var definition = await ApplicationPages.DefinitionAsync(call, application);
        var drafted = (await Ask.OneAsync<DraftAnswer>(call, "get-draft", call.Route("id")))?.Evidence ?? [];
        var files = application.Submissions.SelectMany(s => s.Evidence).Concat(drafted).DistinctBy(f => f.Sha256).Where(f => f.Withheld is null)
            .Select(f => new Choice($"file/{f.Sha256}", $"{call.Page.Say("enum.MaterialKind.File")}：{f.Name ?? call.Page.Say("page.file-unnamed")} ({f.Sha256[..12]}…)"));
        var withheld = application.Submissions.SelectMany(s => s.Withheld?.Keys ?? []).ToHashSet();
        var texts = application.Submissions.Count == 0 ? [] : definition.Form.Fields
            .Where(f => (f.FreeText || f.Columns?.Any(c => c.FreeText) == true) && !withheld.Contains(f.Key) && application.Submissions.Any(s => s.Form[f.Key] is not null))
            .Select(f => new Choice($"text/{f.Key}", $"{call.Page.Say("enum.MaterialKind.Text")}：{call.Page.Say(f.Label)}"));
        var steps = application.Steps.Select((s, i) => (Step: s, Number: i + 1)).Where(s => s.Step.Kind != "application-submitted")
            .Select(s => new Choice($"step/{s.Number}", call.Page.Say("page.quarantine.step", ("step", s.Number), ("name", call.Page.SayFirst(s.Step.Kind, "event." + s.Step.Kind)))));
        return [.. files, .. texts, .. steps];
    }

    private static async Task<IResult> QuarantineAsync(PageCall call)
    {
        var what = call.Posted.One("what").Split('/', 2);
        var (kind, place) = what is [var k, var p] ? (k, p) : ("", "");
        var command = new QuarantineMaterial(
            kind == "file" ? place : null, kind == "text" ? place : null,
            kind == "step" && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null, call.Posted.One("reason"));
        var done = await CommandPost.GiveAsync(call, call.Route("id"), command, new HashSet<string> { "reason" });
        return done.Errors is { } errors ? await ChooseAsync(call, errors, done.Status) : call.Next($"/office/quarantines/{done.Answer!.Id}", "quarantine-material");
    }

    private static async Task<IResult> ShowAsync(PageCall call, FormErrors errors, int status)
    {
        if (await Ask.OneAsync<QuarantineAnswer>(call, "get-quarantine", call.Route("id")) is not { } quarantine)
            return call.NotFound();
        var field = quarantine.Kind == MaterialKind.Text && await Ask.OneAsync<ApplicationAnswer>(call, "get-application", quarantine.Application) is { } application
            ? (await ApplicationPages.DefinitionAsync(call, application)).Form.Find(quarantine.Place) : null;
        return call.Show<QuarantineDecisionPage>(new { Quarantine = quarantine, Field = field, Input = call.Posted.Seeing(quarantine.Version, status), Errors = errors }, status);
    }

    private static async Task<IResult> DecideAsync(PageCall call)
    {
        var act = call.Posted.One("act");
        var done = act switch
        {
            "confirm-quarantine" => await CommandPost.GiveAsync(call, call.Route("id"), new ConfirmQuarantine(call.Posted.SeenVersion)),
            "lift-quarantine" => await CommandPost.GiveAsync(call, call.Route("id"), new LiftQuarantine(call.Posted.One("reason"), call.Posted.SeenVersion), new HashSet<string> { "reason" }),
            "destroy-material" => await CommandPost.GiveAsync(call, call.Route("id"), new DestroyMaterial(call.Posted.SeenVersion)),
            _ => null,
        };
        return done is null ? call.NotFound()
            : done.Errors is { } errors ? await ShowAsync(call, errors, done.Status)
            : call.Next($"/office/quarantines/{call.Route("id")}", act);
    }

    private static async Task<IResult> HandOverAsync(PageCall call, FormErrors errors, int status)
    {
        IReadOnlyList<HandOverAnswer>? cities = call.Actor.Role == Roles.CityOfficer
            ? await Ask.OneAsync<HandOverAnswer>(call, "get-hand-over", call.Route("id")) is { } own ? [own] : null
            : await Ask.OneAsync<IReadOnlyList<HandOverAnswer>>(call, "list-hand-overs", call.Route("id"));
        return cities is null ? call.NotFound() : call.Show<HandOverPage>(new { Batch = call.Route("id"), Cities = cities, Input = call.Posted, Errors = errors }, status);
    }

    private static Task<IResult> RecordAsync(PageCall call) => HandedAsync(call, "record-hand-over", (day, version) =>
        CommandPost.GiveAsync(call, call.Route("id"), new RecordHandOver(call.Posted.One("disc"), day, version)));

    private static Task<IResult> ReceiveAsync(PageCall call) => HandedAsync(call, "receive-hand-over", (day, version) =>
        CommandPost.GiveAsync(call, call.Route("id"), new ReceiveHandOver(call.Posted.One("city"), call.Posted.One("disc"), day, version)));

    private static async Task<IResult> HandedAsync(PageCall call, string name, Func<DateOnly, long, Task<Posting>> give)
    {
        if (!DateOnly.TryParseExact(call.Posted.One("day").Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return await HandOverAsync(call, new FormErrors(null, [("day", call.Page.Say("page.value-invalid"))]), StatusCodes.Status422UnprocessableEntity);
        var done = await give(day, call.Posted.SeenVersion);
        return done.Errors is { } errors ? await HandOverAsync(call, errors, done.Status) : call.Next(call.Http.Request.Path, name);
    }
}
