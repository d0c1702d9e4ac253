using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Pages.Applicant;

/// <summary>The applicant's journey: own applications, the form by sections, evidence, preview, submission, receipt.</summary>
public static class ApplicantPages
{
    /// <summary>Largest request of a section with its files.</summary>
    private const long LargestSection = 3 * EvidenceStore.Largest;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/applications/{id}/form", Roles.Applicant, ShowTasksAsync);
        office.Page("/applications/{id}/form/{section}", Roles.Applicant, SectionPages.ShowAsync);
        office.Form("/applications/{id}/form/{section}", Roles.Applicant, SectionPages.ReceiveAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestSection));
        office.Page("/applications/{id}/check", Roles.Applicant, call => WithDraftAsync(call, (draft, definition) => call.Show<CheckPage>(new { Draft = draft })));
        office.Page("/applications/{id}/submit", Roles.Applicant, call => SubmitPages.ShowAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/applications/{id}/submit", Roles.Applicant, SubmitPages.ReceiveAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestSection));
    }

    /// <summary>The draft in the route with its definition, or the page that there is none.</summary>
    public static async Task<IResult> WithDraftAsync(PageCall call, Func<DraftAnswer, CallDefinition, IResult> show) =>
        await DraftAsync(call) is var (draft, definition) ? show(draft, definition) : call.NotFound();

    /// <summary>The draft in the route with its definition.</summary>
    public static async Task<(DraftAnswer Draft, CallDefinition Definition)?> DraftAsync(PageCall call)
    {
        if (await Ask.OneAsync<DraftAnswer>(call, "get-draft", call.Route("id")) is not { } draft)
            return null;
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (draft, (await call.Service<Calls>().ReadAsync(session, draft.Batch, call.Cancelled))!.Definition);
    }

    /// <summary>What waits for the applicant: drafts and returned forms with their deadline, and batches that can be applied to.</summary>
    public static async Task<IReadOnlyList<WaitingGroup>> WaitingAsync(PageCall call, IQuerySession session)
    {
        var own = await Ask.OwnAsync(call, session);
        var open = own.Where(a => a.Stage is Stage.Draft or Stage.Returned)
            .Select(a => new WaitingItem($"/office/applications/{a.Id}/form", a.Name, call.Page.Say("enum.Stage." + a.Stage), a.Since, a.ClosesAt)).ToList();
        var running = own.Where(a => a.Stage is not (Stage.Draft or Stage.Returned))
            .Select(a => new WaitingItem($"/office/applications/{a.Id}", a.Name, call.Page.Say("enum.Stage." + a.Stage), a.Since)).ToList();
        var batches = new List<WaitingItem>();
        foreach (var card in await session.Query<BatchCard>().OrderBy(b => b.Id).ToListAsync(call.Cancelled))
            if (await call.Service<Calls>().ReadAsync(session, new BatchId(card.Batch), call.Cancelled) is { } batch && batch.ApplicationWindow(call.Actor.City!) is var window && window.Contains(call.Page.Now))
                batches.Add(new WaitingItem($"/office/applications?do=open-draft&batch={Uri.EscapeDataString(card.Batch)}", call.Page.Say(batch.Definition.Batch.Title), call.Page.Say("page.open-for-application"), null, window.ClosesAt));
        return
        [
            new WaitingGroup(call.Page.Say("page.waiting.to-fill"), open),
            new WaitingGroup(call.Page.Say("page.waiting.open-batches"), batches),
            new WaitingGroup(call.Page.Say("page.waiting.running"), running),
        ];
    }

    private static async Task<IResult> ShowTasksAsync(PageCall call)
    {
        var remarks = await SectionPages.RemarksAsync(call);
        return await WithDraftAsync(call, (draft, definition) =>
            call.Show<TaskListPage>(new { Draft = draft, Definition = definition, Progress = FormProgress.Of(definition, draft), CityRemarks = remarks }));
    }
}
