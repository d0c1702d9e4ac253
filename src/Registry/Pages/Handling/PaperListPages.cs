using Registry.Accounts;
using Registry.Objections;
using Registry.Platform.Commands;

namespace Registry.Pages.Handling;

/// <summary>The lists of reports and of complaints, page by page, and the page on which one is settled. Whoever is concerned by complaints never sees them.</summary>
public static class PaperListPages
{
    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/reports", Roles.ProvincialOfficer | Roles.IntegrityOfficer, call => ShowAsync(call, "reports", "list-reports"));
        office.Page("/complaints", Roles.Supervision, call => ShowAsync(call, "complaints", "list-complaints"));
        office.Page("/reports/{id}", Roles.ProvincialOfficer | Roles.IntegrityOfficer, call => OneAsync(call, "reports", "get-report", Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/reports/{id}", Roles.ProvincialOfficer | Roles.IntegrityOfficer, call => SettleAsync(call, "reports", "get-report", new SettleReport(call.Posted.One("outcome"), call.Posted.SeenVersion)));
        office.Page("/complaints/{id}", Roles.Supervision, call => OneAsync(call, "complaints", "get-complaint", Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/complaints/{id}", Roles.Supervision, call => SettleAsync(call, "complaints", "get-complaint", new SettleComplaint(call.Posted.One("outcome"), call.Posted.SeenVersion)));
    }

    private static async Task<IResult> OneAsync(PageCall call, string list, string query, Posted input, FormErrors errors, int status) =>
        await Ask.OneAsync<ReportAnswer>(call, query, call.Route("id")) is { } paper
            ? call.Show<PaperDecisionPage>(new { Paper = paper, Path = list, Input = input.Seeing(paper.Version, status), Errors = errors }, status)
            : call.NotFound();

    private static async Task<IResult> SettleAsync<T>(PageCall call, string list, string query, T command) where T : ICommand<T>
    {
        var done = await CommandPost.GiveAsync(call, call.Route("id"), command, new HashSet<string> { "outcome" });
        return done.Errors is { } errors
            ? await OneAsync(call, list, query, call.Posted, errors, done.Status)
            : call.Next($"/office/{list}/{call.Route("id")}", list == "reports" ? "settle-report" : "settle-complaint");
    }

    private static async Task<IResult> ShowAsync(PageCall call, string list, string query)
    {
        var open = call.Query("open") == "true" ? "true" : "";
        if (call.Query("format") == "csv")
            return await ExportAsync(call, list, query, open);
        return await Ask.ManyAsync<ReportPage>(call, query, ("open", open), ("page", call.Query("page"))) is { } page
            ? call.Show<PaperListPage>(new { List = page, Path = list, Title = call.Page.Say("nav." + query), Open = open.Length > 0 })
            : call.NotFound();
    }

    private static async Task<IResult> ExportAsync(PageCall call, string list, string query, string open)
    {
        var lines = new List<object>();
        for (var number = 1; await Ask.ManyAsync<ReportPage>(call, query, ("open", open), ("page", $"{number}"), ("size", "200")) is { Items.Count: > 0 } page; number++)
            lines.AddRange(page.Items);
        return Export.Csv(call, list, lines);
    }
}
