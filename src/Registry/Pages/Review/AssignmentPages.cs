using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Pages.Review;

/// <summary>An expert's own work: what is assigned, the declaration before the content, and the sheet on paper.</summary>
public static class AssignmentPages
{
    /// <summary>The field names of one application's line on the declaration.</summary>
    internal const string Conflict = "conflict.", Reason = "reason.";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/review/assignments", Roles.Expert, ListAsync);
        office.Page("/panels/{id}/declarations", Roles.Expert, call => DeclareAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/panels/{id}/declarations", Roles.Expert, ReceiveAsync);
        office.Page("/sheets/{id}/print", Roles.Expert | Roles.ProvincialOfficer, PrintAsync);
    }

    /// <summary>The own panels.</summary>
    internal static async Task<IReadOnlyList<AssignmentAnswer>> OwnAsync(PageCall call) =>
        await Ask.ManyAsync<IReadOnlyList<AssignmentAnswer>>(call, "list-assignments") ?? [];

    private static async Task<IResult> ListAsync(PageCall call)
    {
        var panels = await OwnAsync(call);
        var titles = new Dictionary<string, string>();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        foreach (var batch in panels.Select(p => p.Batch).Distinct())
            titles[batch.Value] = call.Page.Say((await call.Service<Calls>().ReadAsync(session, batch, call.Cancelled))!.Definition.Batch.Title);
        return call.Show<AssignmentsPage>(new { Panels = panels, Titles = titles });
    }

    private static async Task<IResult> DeclareAsync(PageCall call, Posted typed, FormErrors errors, int status) =>
        (await OwnAsync(call)).FirstOrDefault(p => p.Panel.Value == call.Route("id")) is not { } panel ? call.NotFound()
        : panel.Declared || panel.Closed ? call.Next("/office/review/assignments")
        : call.Show<DeclarePage>(new { Panel = panel, Input = typed, Errors = errors }, status);

    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        if ((await OwnAsync(call)).FirstOrDefault(p => p.Panel.Value == call.Route("id")) is not { } panel)
            return call.NotFound();
        var named = panel.Applications.Where(a => call.Posted.One(Conflict + a.Id.Value) is "true" or "on").ToArray();
        var general = call.Posted.One("serve") == "no" ? call.Posted.One("general") : null;
        var wrong = new List<(string, string)>();
        if (call.Posted.One("serve").Length == 0)
            wrong.Add(("serve", call.Page.Say("page.declare.choose")));
        if (call.Posted.One("serve") == "no" && string.IsNullOrWhiteSpace(general))
            wrong.Add(("general", call.Page.Say("page.declare.reason-missing")));
        foreach (var application in named.Where(a => general is null && string.IsNullOrWhiteSpace(call.Posted.One(Reason + a.Id.Value))))
            wrong.Add((Reason + application.Id.Value, call.Page.Say("page.declare.reason-missing")));
        if (general is null && call.Posted.One("confidentiality") is not ("true" or "on"))
            wrong.Add(("confidentiality", call.Page.Say(ReviewRules.UndertakingMissing.Code)));
        if (wrong.Count > 0)
            return await DeclareAsync(call, call.Posted, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        var given = await CommandPost.GiveAsync(call, panel.Panel.Value, new DeclareConflicts(
            general is null ? [.. named.Select(a => new DeclaredConflict(a.Id, call.Posted.One(Reason + a.Id.Value)))] : [], general, general is null));
        return given.Errors is { } refused ? await DeclareAsync(call, call.Posted, refused, given.Status) : call.Next("/office/review/assignments", "declare-conflicts");
    }

    /// <summary>A sheet to be printed and signed by hand: the own one at any time, for the province once the panel is closed.</summary>
    private static async Task<IResult> PrintAsync(PageCall call)
    {
        if (SheetId.Find(call.Route("id")) is not { } id || await Ask.OneAsync<SheetAnswer>(call, "get-sheet", call.Route("id")) is not { } sheet)
            return call.NotFound();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var panel = (await session.LoadAsync<PanelView>(id.Panel.Stream, call.Cancelled))!;
        var definition = (await call.Service<Calls>().ReadAsync(session, panel.State.Batch, call.Cancelled))!.Definition;
        var card = (await session.LoadAsync<Registry.Applications.ApplicationCard>(id.Application.Stream, call.Cancelled))!;
        var expert = (await session.LoadAsync<ExpertView>(id.Expert.Stream, call.Cancelled))!;
        return call.Show<SheetPrintPage>(new
        {
            Sheet = sheet,
            Definition = definition,
            Cluster = card.Cluster,
            Organisation = card.OrganisationName,
            Place = Places.City(call.Page, card.City) ?? card.City,
            Expert = call.Reading(session).Open(expert.Name) ?? "",
            ClosedAt = panel.State.Closed ? (await session.Events.FetchStreamAsync(panel.Id, token: call.Cancelled)).Last(e => e.Data is PanelClosed).Timestamp : (DateTimeOffset?)null,
        });
    }
}
