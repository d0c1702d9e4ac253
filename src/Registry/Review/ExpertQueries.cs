using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>What an expert may read: titles and parties of what is assigned; content only after declaring; the own sheets, nobody else's.</summary>
internal static class ExpertQueries
{
    private static readonly QuerySpec Assignments = new("list-assignments", "/review/assignments", Roles.Expert, "The own panels: titles and parties of what is assigned, and the own sheets.");
    private static readonly QuerySpec GetDossier = new("get-dossier", "/sheets/{id}/dossier", Roles.Expert, "An assigned application, after declaring conflicts and undertaking confidentiality.");
    private static readonly QuerySpec GetSheet = new("get-sheet", "/sheets/{id}", Roles.Expert | Roles.ProvincialOfficer, "A score sheet: the own one, or for the province one of a closed panel.");

    private static readonly QuerySpec GetWorkbook = new("get-sheet-workbook", "/sheets/{id}/workbook", Roles.Expert, "The own score sheet as an Excel file, to be filled in and read again.");
    private static readonly QuerySpec Download = new("download-assigned-evidence", "/sheets/{id}/evidence/{sha256}", Roles.Expert, "Download an evidence file of an assigned application as an attachment.");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(Assignments, AssignmentsAsync).WithTags("Review");
        api.MapQuery(GetDossier, DossierAsync).WithTags("Review");
        api.MapQuery(GetSheet, SheetAsync).WithTags("Review");
        api.MapQuery(GetWorkbook, WorkbookAsync).WithTags("Review");
        api.MapGet("/sheets/{id}/evidence/{sha256}", SendAsync)
            .WithName(Download.Name).WithTags("Review").WithSummary(Download.Summary)
            .WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    private static async Task<IReadOnlyList<AssignmentAnswer>?> AssignmentsAsync(HttpContext http, Reading reading)
    {
        if (await reading.Session.OfAccountAsync(reading.Actor.Id, reading.Cancelled) is not { } expert)
            return [];
        var id = expert.Expert.Value;
        var panels = await reading.Session.Query<PanelView>().Where(p => p.Experts.Contains(id)).OrderBy(p => p.Id).ToListAsync(reading.Cancelled);
        var answers = new List<AssignmentAnswer>();
        foreach (var panel in panels)
        {
            var assigned = panel.State.Seats.Single(s => s.Expert == id).Applications;
            var sheets = (await reading.Session.LoadManyAsync<SheetView>(reading.Cancelled, assigned.Select(a => SheetOf(panel, a, expert).Stream))).ToDictionary(s => s.Application);
            var call = await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, panel.State.Batch, reading.Cancelled);
            var files = await EventsAsync(reading, assigned);
            answers.Add(new(
                panel.Panel, panel.State.Batch, panel.State.HasDeclared(id), panel.State.Closed,
                [.. assigned.Select(a => Assigned(panel, a, expert, sheets.GetValueOrDefault(a), files[a], call!.Definition.Form))]));
        }
        return answers;
    }

    private static AssignedApplication Assigned(PanelView panel, string application, ExpertView expert, SheetView? sheet, IReadOnlyList<IEvent> events, FormDefinition form)
    {
        var last = events.Select(e => e.Data).OfType<ApplicationSubmitted>().Last();
        var check = events.Aggregate(CheckState.Start, CheckState.Next);
        return new(
            new ApplicationId(application), SheetOf(panel, application, expert).Value, last.ClusterName, last.City, last.Industry, Parties.Of(last, form),
            sheet?.Version ?? 0, sheet?.State.Status ?? SheetStatus.Open, panel.State.HasDeclared(expert.Expert.Value, application),
            check.ReviseBy is { } day && sheet?.State.Done < check.RecordedAt && !panel.State.Closed ? day : null);
    }

    private static async Task<DossierAnswer?> DossierAsync(HttpContext http, Reading reading)
    {
        if (await OpenedAsync(http, reading) is not { } id)
            return null;
        var events = await reading.Session.Events.FetchStreamAsync(id.Application.Stream, token: reading.Cancelled);
        var last = events.Select(e => e.Data).OfType<ApplicationSubmitted>().Last();
        var checks = events.Select(e => e.Data).OfType<OnSiteCheckRecorded>();
        return new(
            id.Application, last.OrganisationName, last.ClusterName, last.City, last.Industry,
            FrozenForm.Join(last, value => value.Box!.Key.EndsWith("/personal", StringComparison.Ordinal) ? null : reading.Open(value)),
            [.. last.Evidence.Select(e => ApplicationsRoom.Shown(e, reading))],
            last.Check,
            [.. checks.Select(c => new CheckAnswer(c.Day, reading.Open(c.Findings), c.Photos, c.ReviseBy))],
            last.Sensitive, Withholding.OfTexts(last, reading.Services.GetRequiredService<KeyStore>()));
    }

    private static async Task<SheetAnswer?> SheetAsync(HttpContext http, Reading reading)
    {
        if (SheetId.Find(Route(http)) is not { } id
            || await reading.Session.LoadAsync<PanelView>(id.Panel.Stream, reading.Cancelled) is not { } panel
            || !panel.State.Scores(id.Expert.Value, id.Application.Value))
            return null;
        var own = (await reading.Session.OfAccountAsync(reading.Actor.Id, reading.Cancelled))?.Expert == id.Expert;
        if (!own && !(reading.Actor.Role == Roles.ProvincialOfficer && panel.State.Closed))
            return null;
        var sheet = await reading.Session.LoadAsync<SheetView>(id.Stream, reading.Cancelled);
        var state = sheet?.State ?? SheetState.Start;
        return new(
            id.Value, sheet?.Version ?? 0, state.Status, state.Done, panel.State.Closed,
            [.. state.Points.Keys.Union(state.Comments.Keys).Order(StringComparer.Ordinal)
                .Select(c => new SheetLine(c, state.Points.TryGetValue(c, out var points) ? points : null, reading.Open(state.Comments.GetValueOrDefault(c))))]);
    }

    private static async Task<Download?> WorkbookAsync(HttpContext http, Reading reading)
    {
        if (await SheetAsync(http, reading) is not { } sheet)
            return null;
        var panel = await reading.Session.LoadAsync<PanelView>(SheetId.Find(sheet.Id)!.Value.Panel.Stream, reading.Cancelled);
        var call = await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, panel!.State.Batch, reading.Cancelled);
        return new Download(SheetWorkbook.Write(sheet, call!.Definition.Rubric), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "score-sheet.xlsx");
    }

    /// <summary>Sends an evidence file, or a photo of an on-site check, of an application that the expert has declared on.</summary>
    public static async Task<IResult> SendAsync(string sha256, HttpContext http)
    {
        var actor = http.Actor();
        if (actor.Barred(Roles.Expert) is { } barred)
            return barred.Response(http);
        await using var session = http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession();
        var reading = new Reading(actor, http.RequestServices.GetRequiredService<RegistryClock>().GetUtcNow(), session, http.RequestServices.GetRequiredService<Vault>(), http.RequestServices, http.RequestAborted);
        if (await OpenedAsync(http, reading) is not { } id)
            return CommandRules.NotFound.Refuse().Response(http);
        var events = await session.Events.FetchStreamAsync(id.Application.Stream, token: http.RequestAborted);
        if (events.Select(e => e.Data).OfType<OnSiteCheckRecorded>().Any(c => c.Photos.Contains(sha256)))
            return await CheckPhotos.SendPhotoAsync(http, Download.Name, id.Application, sha256);
        var named = events.Select(e => e.Data).OfType<ApplicationSubmitted>().Last().Evidence.FirstOrDefault(e => e.Sha256 == sha256);
        return await EvidenceEndpoints.SendFileAsync(http, Download.Name, id.Application.Stream, id.Application.Value, named);
    }

    /// <summary>The sheet in the route, if it is the reader's, assigned on an open panel, and the reader has declared and undertaken confidentiality. Anything else does not exist.</summary>
    private static async Task<SheetId?> OpenedAsync(HttpContext http, Reading reading) =>
        SheetId.Find(Route(http)) is { } id
        && await reading.Session.LoadAsync<PanelView>(id.Panel.Stream, reading.Cancelled) is { } panel
        && !panel.State.Closed
        && panel.State.Scores(id.Expert.Value, id.Application.Value)
        && panel.State.HasDeclared(id.Expert.Value, id.Application.Value)
        && (await reading.Session.OfAccountAsync(reading.Actor.Id, reading.Cancelled))?.Expert == id.Expert
            ? id
            : null;

    private static async Task<Dictionary<string, IReadOnlyList<IEvent>>> EventsAsync(Reading reading, IReadOnlyList<string> applications)
    {
        var batch = reading.Session.CreateBatchQuery();
        var queries = applications.ToDictionary(a => a, a => batch.Events.FetchStream(new ApplicationId(a).Stream));
        await batch.Execute(reading.Cancelled);
        var events = new Dictionary<string, IReadOnlyList<IEvent>>();
        foreach (var (application, query) in queries)
            events[application] = await query;
        return events;
    }

    private static SheetId SheetOf(PanelView panel, string application, ExpertView expert) => new(panel.Panel, new ApplicationId(application), expert.Expert);

    private static string Route(HttpContext http) => http.Request.RouteValues["id"]!.ToString()!;
}

/// <summary>One of the expert's panels.</summary>
public sealed record AssignmentAnswer(PanelId Panel, BatchId Batch, bool Declared, bool Closed, IReadOnlyList<AssignedApplication> Applications);

/// <summary>An assigned application before its content: title and parties, and the own sheet's id, version and status.</summary>
/// <param name="Declared">Whether the reader has declared conflicts for it; content comes after.</param>
/// <param name="ReviseBy">An on-site check was recorded since the sheet was signed: the last day to revise it, or to sign it again as it is.</param>
public sealed record AssignedApplication(
    ApplicationId Id, string Sheet, string ClusterName, string City, string Industry, IReadOnlyList<Party> Parties, long SheetVersion, SheetStatus Status,
    bool Declared, DateOnly? ReviseBy);

/// <summary>An application as a declared expert sees it: the last submission without personal data, and on-site checks.</summary>
/// <param name="Sensitive">Indicators whose evidence is handed over on a disc.</param>
/// <param name="Withheld">Fields whose text is withheld or destroyed.</param>
public sealed record DossierAnswer(
    ApplicationId Id, string OrganisationName, string ClusterName, string City, string Industry, JsonNode Form,
    IReadOnlyList<EvidenceAnswer> Evidence, IReadOnlyList<ConditionVerdict> Check, IReadOnlyList<CheckAnswer> OnSiteChecks,
    IReadOnlyList<string>? Sensitive, IReadOnlyDictionary<string, Withholding> Withheld);

/// <summary>An on-site check as the panel sees it.</summary>
public sealed record CheckAnswer(DateOnly Day, string? Findings, IReadOnlyList<string> Photos, DateOnly ReviseBy);

/// <summary>A score sheet.</summary>
public sealed record SheetAnswer(string Id, long Version, SheetStatus Status, DateTimeOffset? Done, bool Final, IReadOnlyList<SheetLine> Lines);
