using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>One application as everybody sees it who may: where it stands, what was submitted, how the conditions look, what may be done.</summary>
public static class ApplicationPages
{
    private const Roles Readers = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    /// <summary>Steps that city and province take on their decision page, to which the application's page leads.</summary>
    private static readonly string[] DecidedOnOwnPage =
        ["recommend-application", "renew-recommendation", "return-for-correction", "decline-application", "admit-application", "return-to-city", "reject-application"];

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/applications", PageGate.SignedIn, ListAsync);
        office.Page("/applications/{id}", Readers, ShowAsync);
        office.Page("/applications/{id}/receipt", Readers, call => ReceiptAsync(call, call.Route("id"), FormErrors.None, StatusCodes.Status200OK));
        office.Page("/applications/{id}/evidence/{sha256}", Readers, call =>
            EvidenceEndpoints.SendAsync(call.Route("id"), call.Route("sha256"), call.Http, call.Service<IDocumentStore>()));
    }

    private static async Task<IResult> ListAsync(PageCall call)
    {
        if (call.Query("do").Length > 0)
            return await RecordPages.ShowAsync(call, "applications");
        if (call.Actor.Role != Roles.Applicant)
            return await OfficersListAsync(call);
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return call.Show<OwnApplicationsPage>(new { Applications = await Ask.OwnAsync(call, session) });
    }

    private static async Task<IResult> OfficersListAsync(PageCall call)
    {
        var filters = new List<(FieldShape Shape, string Value)>
        {
            (new FieldShape("batch", InputKind.OneOf, call.Page.Say("field.batch")) { Choices = [.. (await Ask.ManyAsync<IReadOnlyList<BatchCard>>(call, "list-batches") ?? []).Select(b => new Choice(b.Batch, b.Title))] }, call.Query("batch")),
            (new FieldShape("stage", InputKind.OneOf, call.Page.Say("field.stage")) { Choices = [.. Enum.GetNames<Stage>().Where(s => s != nameof(Stage.Draft)).Select(s => new Choice(s, call.Page.Say("enum.Stage." + s)))] }, call.Query("stage")),
        };
        if (call.Actor.Role != Roles.CityOfficer)
            filters.Add((new FieldShape("city", InputKind.OneOf, call.Page.Say("field.city")) { Choices = Places.Cities(call.Page) }, call.Query("city")));
        var chosen = filters.Where(f => f.Value.Length > 0).Select(f => (f.Shape.Name, f.Value)).ToList();
        if (call.Query("format") == "csv")
            return await ExportAsync(call, chosen);
        return await Ask.ManyAsync<Registry.Applications.ApplicationPage>(call, "list-applications", [.. chosen, ("page", call.Query("page"))]) is { } list
            ? call.Show<ApplicationListPage>(new { List = list, Filters = filters })
            : call.NotFound();
    }

    /// <summary>All pages of the list as it is filtered.</summary>
    private static async Task<IResult> ExportAsync(PageCall call, List<(string Name, string Value)> chosen)
    {
        var lines = new List<object>();
        for (var page = 1; ; page++)
        {
            if (await Ask.ManyAsync<Registry.Applications.ApplicationPage>(call, "list-applications", [.. chosen, ("page", $"{page}"), ("size", "200")]) is not { } part)
                return call.NotFound();
            lines.AddRange(part.Items);
            if (part.Items.Count < part.Size)
                return Export.Csv(call, "applications", lines);
        }
    }

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        if (await Ask.OneAsync<ApplicationAnswer>(call, "get-application", call.Route("id")) is not { } application)
            return call.NotFound();
        var path = $"applications/{application.Id.Value}";
        var actions = Catalogue.ActionsOn(path, call.Actor.Role).Where(f => Steps.Fits(f.Spec.Name, application.Stage) && !DecidedOnOwnPage.Contains(f.Spec.Name))
            .Select(f => new NavigationLink($"{f.PathFor(application.Id.Value)}?do={f.Spec.Name}", f.Title(call.Page))).ToList();
        var related = (await RecordPages.RelatedAsync(call, path)).Where(l => !l.Href.EndsWith("/draft", StringComparison.Ordinal)).ToList();
        return call.Show<ApplicationPage>(new { Application = application, Definition = await DefinitionAsync(call, application), Actions = actions, Related = related, Decisions = await Ask.OneAsync<Screening.DecisionsAnswer>(call, "get-decisions", application.Id.Value) });
    }

    /// <summary>The receipt of a submission, the last one or the one that is named: kept for good.</summary>
    public static async Task<IResult> ReceiptAsync(PageCall call, string id, FormErrors errors, int status)
    {
        var round = call.Query("round");
        return await Ask.OneAsync<ApplicationAnswer>(call, "get-application", id) is { Submissions.Count: > 0 } application
            && application.Submissions.LastOrDefault(s => round.Length == 0 || $"{s.Round}" == round) is { } submission
                ? call.Show<ReceiptPage>(new { Application = application, Submission = submission, Definition = await DefinitionAsync(call, submission, application.Batch), Errors = errors }, status)
                : call.NotFound();
    }

    /// <summary>The definition that the last submission was made under, or else the one in force.</summary>
    internal static Task<CallDefinition> DefinitionAsync(PageCall call, ApplicationAnswer application) => DefinitionAsync(call, application.Submissions is [.., var last] ? last : null, application.Batch);

    /// <summary>The definition that the submission was made under.</summary>
    private static async Task<CallDefinition> DefinitionAsync(PageCall call, SubmissionAnswer? submission, BatchId batch)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return submission is { Check: [{ DefinitionHash: var hash }, ..] }
            ? await call.Service<Calls>().DefinitionAsync(session, hash, call.Cancelled)
            : (await call.Service<Calls>().ReadAsync(session, batch, call.Cancelled))!.Definition;
    }
}
