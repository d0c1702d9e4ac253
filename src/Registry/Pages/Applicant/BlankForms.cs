using Marten;
using Registry.Programme;

namespace Registry.Pages.Applicant;

/// <summary>The application form without anything in it, for whoever wants to see what is asked before signing in.</summary>
public static class BlankForms
{
    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/blank-forms", PageGate.Anyone, async call => call.Show<BlankFormsPage>(new { Batches = await Ask.ManyAsync<IReadOnlyList<BatchCard>>(call, "list-batches") ?? [] }));
        office.Page("/blank-forms/{id}", PageGate.Anyone, ShowAsync);
    }

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return await call.Service<Calls>().ReadAsync(session, new BatchId(call.Route("id")), call.Cancelled) is { } running
            ? call.Show<BlankFormPage>(new { running.Definition })
            : call.NotFound();
    }
}
