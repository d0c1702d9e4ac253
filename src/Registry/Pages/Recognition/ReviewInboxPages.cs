using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Recognition;

namespace Registry.Pages.Recognition;

/// <summary>The inbox of requests for review.</summary>
public static class ReviewInboxPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.CityOfficer | Roles.IntegrityOfficer | Roles.Auditor | Roles.Applicant;

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder office) => office.Page("/review-requests", Readers, ShowAsync);

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
