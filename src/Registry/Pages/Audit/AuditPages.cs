using Marten;
using Registry.Accounts;
using Registry.Audit;

namespace Registry.Pages.Audit;

/// <summary>The auditor's pages: search, one stream from its beginning, an application at a moment.</summary>
public static class AuditPages
{
    /// <summary>Filters of the search, in their order.</summary>
    public static readonly string[] Filters = ["actor", "organisation", "code", "kind", "from", "to"];

    private const int MostExported = 10_000;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/history", Roles.Auditor, SearchAsync);
        office.Page("/history/{id}", Roles.Auditor, StreamAsync);
        office.Page("/applications/{id}/as-of", Roles.Auditor, AsOfAsync);
        office.Page("/applications/{id}/whole-file", FileEndpoints.Get.Roles, async call =>
            await FileEndpoints.SendAsync(call.Route("id"), call.Http));
    }

    private static async Task<IResult> SearchAsync(PageCall call)
    {
        var chosen = Filters.Select(f => (Name: f, Value: call.Query(f).Trim())).Where(f => f.Value.Length > 0).ToArray();
        if (HistorySearch.Wrong(call.Http) is { } wrong)
            return ShowSearch(call, new HistoryPage([], 0, 1, HistorySearch.PageSize), chosen, Told(call.Page, $"{wrong.Arguments["what"]}"));
        if (await Ask.ManyAsync<HistoryPage>(call, "search-history", [.. chosen, .. Given(call, "page")]) is not { } list)
            return call.NotFound();
        if (call.Query("format") != "csv")
            return ShowSearch(call with { Page = await WithNamesAsync(call, list) }, list, chosen, FormErrors.None);
        // A file that silently ends somewhere would be taken for the whole.
        return list.Total > MostExported
            ? ShowSearch(call with { Page = await WithNamesAsync(call, list) }, list, chosen, new FormErrors(call.Page.Say("audit.too-many", ("count", list.Total), ("most", MostExported)), []))
            : Export.Csv(call, "history", await AllAsync(call, chosen));
    }

    private static IResult ShowSearch(PageCall call, HistoryPage list, (string Name, string Value)[] chosen, FormErrors errors) => call.Show<HistorySearchPage>(
        new { List = list, Chosen = chosen.ToDictionary(c => c.Name, c => c.Value), Errors = errors }, errors.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    /// <summary>What is wrong with this filter.</summary>
    private static FormErrors Told(PageContext page, string filter) =>
        Filters.Contains(filter) ? new(null, [(filter, page.Say(filter is "from" or "to" ? "page.day" : "page.value-invalid"))]) : new(page.Say("page.value-invalid"), []);

    /// <summary>All acts of the search as it is filtered, from one act to the one before it: what happens meanwhile moves none into another page.</summary>
    private static async Task<List<object>> AllAsync(PageCall call, (string, string)[] chosen)
    {
        var acts = new List<Act>();
        while (await Ask.ManyAsync<HistoryPage>(call, "search-history", acts.Count == 0 ? chosen : [.. chosen, ("before", $"{acts[^1].Sequence}")]) is { Items: { Count: > 0 } part })
            acts.AddRange(part);
        return [.. acts];
    }

    private static async Task<IResult> StreamAsync(PageCall call)
    {
        if (await Ask.OneAsync<StreamAnswer>(call, "get-history", call.Route("id")) is not { } stream)
            return call.NotFound();
        return call.Show<StreamPage>(new { Stream = stream }, await WithNamesAsync(call, stream));
    }

    private static async Task<IResult> AsOfAsync(PageCall call)
    {
        var at = call.Query("at");
        // A moment that cannot be understood is told beside the field, over how things stand now.
        var wrong = at.Length > 0 && Moment.Parse(at) is null;
        var given = at.Length > 0 && !wrong;
        var id = call.Route("id");
        var state = await AskAsync<ApplicationAsOf>(call, "get-application-as-of", id, given ? [("at", at)] : []);
        if (state is null && !given)
            return call.NotFound();
        var differences = await AskAsync<DifferencesAnswer>(call, "compare-application", id, given ? [("from", at)] : []);
        return differences is null
            ? call.NotFound()
            : (call with { Page = await WithNamesAsync(call, differences) }).Show<AsOfPage>(
                new { Id = id, At = at, State = state, Differences = differences, Errors = wrong ? new FormErrors(null, [("at", call.Page.Say("page.instant"))]) : FormErrors.None },
                wrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<T?> AskAsync<T>(PageCall call, string query, string id, (string, string)[] filters) where T : class
    {
        call.Http.Request.RouteValues["id"] = id;
        return await Ask.ManyAsync<T>(call, query, filters);
    }

    private static (string, string)[] Given(PageCall call, string name) => call.Query(name) is { Length: > 0 } value ? [(name, value)] : [];

    private static async Task<PageContext> WithNamesAsync(PageCall call, object answer) => call.Page with { Known = await NamesOf.AnswerAsync(call, answer) };

    private static IResult Show<TPage>(this PageCall call, object parameters, PageContext page) where TPage : WholePage => (call with { Page = page }).Show<TPage>(parameters);

    /// <summary>Who did it, by name where the reader may know it.</summary>
    public static string Who(PageContext page, string? actor) => actor is null ? "" : page.Known.TryGetValue(actor, out var known) ? known.Text : actor;

    /// <summary>What happened, in words.</summary>
    public static string What(PageContext page, string kind) => page.SayFirst(kind, "event." + kind);
}
