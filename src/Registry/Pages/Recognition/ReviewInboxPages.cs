using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Recognition;

namespace Registry.Pages.Recognition;

/// <summary>The inbox of requests for review, and the page on which one is decided.</summary>
public static class ReviewInboxPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.CityOfficer | Roles.IntegrityOfficer | Roles.Auditor | Roles.Applicant;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/review-requests", Readers, ShowAsync);
        office.Page("/review-requests/{id}", Readers, call => OneAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/review-requests/{id}", Roles.ProvincialOfficer, DecideAsync);
    }

    private static async Task<IResult> OneAsync(PageCall call, Posted input, FormErrors errors, int status)
    {
        if (await Ask.OneAsync<ReviewRequestAnswer>(call, "get-review-request", call.Route("id")) is not { } request)
            return call.NotFound();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return call.Show<ReviewDecisionPage>(new
        {
            Request = request,
            Card = (await session.LoadAsync<ApplicationCard>(new ApplicationId(request.Application).Stream, call.Cancelled))!,
            Standing = await Ask.OneAsync<RecognitionAnswer>(call, "get-recognition", request.Application),
            Input = input.Seeing(request.Version, status),
            Errors = errors,
        }, status);
    }

    private static async Task<IResult> DecideAsync(PageCall call)
    {
        if (call.Posted.One("reopen") is not ("true" or "false"))
            return await OneAsync(call, call.Posted, new FormErrors(null, [("reopen", call.Page.Say("page.choose-one"))]), StatusCodes.Status422UnprocessableEntity);
        var done = await CommandPost.GiveAsync(
            call, call.Route("id"), new DecideReview(call.Posted.One("reopen") == "true", call.Posted.One("reason"), call.Posted.SeenVersion), new HashSet<string> { "reason" });
        return done.Errors is { } errors ? await OneAsync(call, call.Posted, errors, done.Status) : call.Next($"/office/review-requests/{call.Route("id")}", "decide-review");
    }

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        var asked = call.Http.Request.Query;
        var open = asked.ContainsKey("open") ? call.Query("open") : call.Actor.Role == Roles.ProvincialOfficer ? "true" : "";
        var csv = call.Query("format") == "csv";
        var requests = (await Ask.ManyAsync<IReadOnlyList<ReviewRequestAnswer>>(call, "list-review-requests") ?? [])
            .Where(r => open is not ("true" or "false") || r.Reopened is null == (open == "true")).OrderBy(r => r.Reopened is not null).ThenBy(r => r.At).ToList();
        if (csv)
            return Export.Csv(call, "review-requests", [.. requests]);
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var names = (await session.LoadManyAsync<ApplicationCard>(call.Cancelled, requests.Select(r => new ApplicationId(r.Application).Stream).Distinct())).ToDictionary(c => c.Application, c => c.Cluster);
        return call.Show<ReviewInboxPage>(new { List = (IReadOnlyList<(ReviewRequestAnswer, string)>)[.. requests.Select(r => (r, names[r.Application]))], Open = open });
    }
}
