using Registry.Accounts;
using Registry.Objections;

namespace Registry.Pages.Handling;

/// <summary>The lists of reports and of complaints: all of them, page by page, or those that wait.</summary>
public static class PaperListPages
{
    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/reports", Roles.ProvincialOfficer | Roles.IntegrityOfficer, call => ShowAsync(call, "reports", "list-reports"));
        office.Page("/complaints", Roles.Supervision, call => ShowAsync(call, "complaints", "list-complaints"));
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
