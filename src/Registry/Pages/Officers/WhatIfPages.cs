using System.Text;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Pages.Officers;

/// <summary>"What if": all past applications judged under a stored definition, or under one that is only tried out. And the comparison of submissions.</summary>
public static class WhatIfPages
{
    private const Roles Judges = Roles.ProvincialOfficer | Roles.Auditor;
    private const Roles Comparers = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/definitions", Judges | Roles.Administrator, ShowStoredAsync);
        office.Form("/definitions", Judges, TryAsync);
        office.Page("/applications/{id}/changes", Comparers, CompareAsync);
    }

    private static async Task<IResult> ShowStoredAsync(PageCall call)
    {
        var hash = call.Query("hash");
        return await PageAsync(call, hash.Length > 0 ? await Ask.OneAsync<WhatIfAnswer>(call, "get-what-if", hash) : null, FormErrors.None, StatusCodes.Status200OK);
    }

    private static async Task<IResult> TryAsync(PageCall call)
    {
        var load = DefinitionFile.Load(Encoding.UTF8.GetBytes(call.Posted.One("definition")));
        if (load.Definition is not { } definition)
            return await PageAsync(call, null, new FormErrors(null, [("definition", call.Posted.One("definition").Length == 0
                ? call.Page.Say("page.what-if.file-needed") : call.Page.JoinClauses(load.Errors.Take(5).Select(e => $"{e}")))]), StatusCodes.Status422UnprocessableEntity);
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var batch = call.Posted.One("batch");
        return await PageAsync(call, await WhatIf.AnswerAsync(session, definition, batch.Length > 0 ? batch : null, call.Cancelled), FormErrors.None, StatusCodes.Status200OK);
    }

    private static async Task<IResult> PageAsync(PageCall call, WhatIfAnswer? answer, FormErrors errors, int status) => call.Show<WhatIfPage>(new
    {
        Definitions = await Ask.ManyAsync<IReadOnlyList<DefinitionLine>>(call, "list-definitions") ?? [],
        Batches = await Ask.ManyAsync<IReadOnlyList<BatchCard>>(call, "list-batches") ?? [],
        Answer = answer,
        Input = call.Posted,
        Errors = errors,
    }, status);

    private static async Task<IResult> CompareAsync(PageCall call)
    {
        var id = call.Route("id");
        if (await Ask.OneAsync<ChangesAnswer>(call, "get-changes", id) is not { } changes || await Ask.OneAsync<ApplicationAnswer>(call, "get-application", id) is not { } application)
            return call.NotFound();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return call.Show<ChangesPage>(new { Application = application, (await call.Service<Calls>().ReadAsync(session, application.Batch, call.Cancelled))!.Definition, Changes = changes });
    }
}
