using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>
/// The pages that no hand has made: at each path of the API, below /office, what its query answers and the forms of its commands.
/// <c>?do=name</c> asks for a command's form at the path of its thing.
/// </summary>
public static class RecordPages
{
    /// <summary>Parts of an address that are the page's own, not the query's.</summary>
    private static readonly string[] OfPage = ["do", "next", "format"];

    /// <summary>Maps everything below /office that has no page of its own.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/{**path}", PageGate.SignedIn, ShowAsync);
        office.Form("/{**path}", PageGate.SignedIn, ReceiveAsync);
    }

    private static Task<IResult> ShowAsync(PageCall call) => ShowAsync(call, call.Route("path").Trim('/'));

    /// <summary>The page at a path of the API.</summary>
    public static async Task<IResult> ShowAsync(PageCall call, string path)
    {
        var named = call.Query("do");
        var commands = Catalogue.CommandsAt(path).Where(c => (c.Form.Spec.Roles & call.Actor.Role) != 0).ToList();
        if (commands.FirstOrDefault(c => named.Length == 0 || c.Form.Spec.Name == named) is { Form: { } form } command && (named.Length > 0 || call.Service<Catalogue>().QueryAt(path) is null))
            return await FormAsync(call, form, command.Target, Prefilled(call), FormErrors.None, StatusCodes.Status200OK);
        return await RecordAsync(call, path);
    }

    /// <summary>The page of what a query answers, with what may be done next.</summary>
    private static async Task<IResult> RecordAsync(PageCall call, string path)
    {
        var catalogue = call.Service<Catalogue>();
        var found = catalogue.QueryAt(path);
        var answer = found is { } at && (at.Query.Spec.Roles & call.Actor.Role) != 0 ? await AskAsync(call, at.Query, at.Values) : await LineAsync(call, path);
        if (answer is null)
            return call.NotFound();
        if (answer is Download file)
            return file.Response(call.Http);
        var actions = (found is { Values.Count: 0 } ? Catalogue.ActionsIn(path, call.Actor.Role) : Catalogue.ActionsOn(path, call.Actor.Role))
            .Where(f => answer is not AccountAnswer account || Steps.Fits(f.Spec.Name, account, call.Actor))
            .Select(f => new NavigationLink($"{f.PathFor(path.Split('/').ElementAtOrDefault(1))}?do={f.Spec.Name}", f.Title(call.Page))).ToList();
        if (answer is CallDefinition definition)
            return call.Show<DefinitionPage>(new { Definition = definition, Crumbs = CrumbsOf(call, path) });
        var related = await RelatedAsync(call, path);
        if (call.Query("format") == "csv" && answer is IEnumerable rows and not string)
            return Export.Csv(call, path.Replace('/', '-'), [.. rows.Cast<object>()]);
        call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, answer) } };
        return call.Show<RecordPage>(new
        {
            Title = found is { } query ? TitleOf(call.Page, query.Query) : NameOf(call.Page, answer) ?? TitleOf(call.Page, catalogue.QueryAt(path.Split('/')[0])!.Value.Query),
            Answer = answer,
            Path = path,
            Actions = actions,
            Related = related,
            Crumbs = CrumbsOf(call, path),
        });
    }

    /// <summary>
    /// Further pages about the thing at this path that have something to show. Whether they have is asked without opening anything sealed, and not at all
    /// where the answer is there for every such thing and costs much.
    /// </summary>
    public static async Task<IReadOnlyList<NavigationLink>> RelatedAsync(PageCall call, string path)
    {
        if (path.Split('/') is not [_, var id])
            return [];
        var links = new List<NavigationLink>();
        foreach (var query in call.Service<Catalogue>().RelatedTo(path, call.Actor.Role))
            if (query.Spec.Always || query.Answer.Type == typeof(Download)
                || await AskAsync(call, query, new RouteValueDictionary { ["id"] = id }, glance: true) is not (null or System.Collections.ICollection { Count: 0 }))
                links.Add(new NavigationLink("/office" + query.Spec.Route.Replace("{id}", id, StringComparison.Ordinal), TitleOf(call.Page, query)));
        return links;
    }

    /// <summary>A thing that has no query of its own, as its list shows it.</summary>
    private static async Task<object?> LineAsync(PageCall call, string path) =>
        path.Split('/') is [var list, var id] && call.Service<Catalogue>().QueryAt(list) is { } found && (found.Query.Spec.Roles & call.Actor.Role) != 0
        && Shown.List(await AskAsync(call, found.Query, found.Values)) is { } rows
            ? rows.FirstOrDefault(r => Shown.IdOf(list, r!) == id)
            : null;

    private static string? NameOf(PageContext page, object thing) =>
        new[] { "Title", "Cluster", "ClusterName", "Name" }.Select(n => thing.GetType().GetProperty(n)?.GetValue(thing) is { } value ? Shown.Text(page, n, value) : null).FirstOrDefault(n => n is { Length: > 0 });

    /// <summary>Receives any command's form, wherever it was shown.</summary>
    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        var path = call.Route("path").Trim('/');
        var named = call.Posted.One("command");
        var command = Catalogue.CommandsAt(path).FirstOrDefault(c => c.Form.Spec.Name == named || named.Length == 0);
        if (command.Form is not { } form)
            return call.NotFound();
        if (call.Posted.One("add").Length > 0 || call.Posted.One("remove").Length > 0)
            return await FormAsync(call, form, command.Target, Rows.Changed(call.Posted), FormErrors.None, StatusCodes.Status200OK);
        var done = await CommandPost.GiveAsync(call, form, command.Target);
        if (done.Errors is { } errors)
            return await FormAsync(call, form, command.Target, call.Posted, errors, done.Status);
        var next = PageGate.LocalOr(call.Posted.One("next"), ThingOf(call, form, command.Target, done.Answer!));
        return call.Next(next, form.Spec.Name);
    }

    /// <summary>The page of a command's form.</summary>
    public static async Task<IResult> FormAsync(PageCall call, CommandForm form, string? target, Posted input, FormErrors errors, int status)
    {
        if (call.Actor.Barred(form.Spec.Roles) is not null)
            return call.NotFound();
        var path = form.PathFor(target)["/office/".Length..];
        var (thing, version) = target is null ? (null, 0) : await ThingAsync(call, path);
        if (thing is not null)
            call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, thing) } };
        input = await Suggestions.PrefillAsync(call, form, target, thing, input);
        return call.Show<CommandPage>(new
        {
            Form = form,
            Target = target,
            Thing = thing,
            Input = form.OnVersion ? input.Seeing(version, status) : input,
            Errors = errors,
            Shapes = await Suggestions.FillAsync(call, form, target, thing, form.Shapes(call.Page)),
            Next = PageGate.LocalOr(call.Query("next") is { Length: > 0 } next ? next : call.Posted.One("next"), ""),
            Crumbs = CrumbsOf(call, path),
        }, status);
    }

    /// <summary>What the nearest query on a command's path says of the thing, and the version that a person would decide on.</summary>
    private static async Task<(object? Thing, long Version)> ThingAsync(PageCall call, string path)
    {
        for (var parts = path.Split('/'); parts.Length >= 2; parts = parts[..^1])
            if (call.Service<Catalogue>().QueryAt(string.Join('/', parts)) is { } found && (found.Query.Spec.Roles & call.Actor.Role) != 0
                && found.Query.Answer.Type.GetProperty("Version")?.PropertyType == typeof(long) && await AskAsync(call, found.Query, found.Values) is { } thing)
                return (thing, (long)found.Query.Answer.Type.GetProperty("Version")!.GetValue(thing)!);
        var segments = path.Split('/');
        var line = await LineAsync(call, $"{segments[0]}/{segments[1]}");
        var stream = segments[0] == "batches" ? new BatchId(segments[1]).Stream : $"{Shown.Singular(segments[0])}/{segments[1]}";
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (line, (await session.Events.FetchStreamStateAsync(stream, call.Cancelled))?.Version ?? 0);
    }

    /// <summary>Asks a query as the API would; null for missing and foreign. The request is the page's again afterwards.</summary>
    public static async Task<object?> AskAsync(PageCall call, OfficeQuery query, RouteValueDictionary values, bool glance = false)
    {
        var request = call.Http.Request;
        var (address, route) = (request.QueryString, new RouteValueDictionary(request.RouteValues));
        foreach (var (name, value) in values)
            request.RouteValues[name] = value;
        request.QueryString = QueryString.Create(request.Query.Where(q => !OfPage.Contains(q.Key)));
        try
        {
            if (query.Answer.Wrong?.Invoke(call.Http) is not null)
                return null;
            await using var session = call.Service<IDocumentStore>().QuerySession();
            return await query.Answer.Ask(call.Http, call.Reading(session) with { Glance = glance });
        }
        finally
        {
            (request.QueryString, request.RouteValues) = (address, route);
        }
    }

    /// <summary>What a query's page is called.</summary>
    public static string TitleOf(PageContext page, OfficeQuery query) =>
        page.SayFirst(query.Spec.Summary, "query." + query.Spec.Name, "nav." + query.Spec.Name);

    private static string ThingOf(PageCall call, CommandForm form, string? target, Answer answer)
    {
        var segment = form.Spec.Route!.Split('/', StringSplitOptions.RemoveEmptyEntries)[0];
        if (form.Spec.Name == "open-draft")
            return $"/office/applications/{answer.Id}/form";
        var path = $"{segment}/{target ?? answer.Id}";
        var catalogue = call.Service<Catalogue>();
        return segment is "applications" or "batches" or "reports" or "complaints" or "review-requests" || catalogue.QueryAt(path) is not null ? "/office/" + path : catalogue.QueryAt(segment) is not null ? "/office/" + segment : "/office";
    }

    private static List<NavigationLink> CrumbsOf(PageCall call, string path)
    {
        var crumbs = new List<NavigationLink> { new("/office", call.Page.Say("page.console")) };
        var parts = path.Split('/');
        for (var length = 1; length < parts.Length; length++)
            if (call.Service<Catalogue>().QueryAt(string.Join('/', parts[..length])) is { } found && (found.Query.Spec.Roles & call.Actor.Role) != 0)
                crumbs.Add(new NavigationLink("/office/" + string.Join('/', parts[..length]), TitleOf(call.Page, found.Query)));
        return crumbs;
    }

    /// <summary>A form can be opened with values from the address: a link from a list fills in what it is about.</summary>
    private static Posted Prefilled(PageCall call) =>
        new(call.Http.Request.Query.Where(q => q.Key is not ("do" or "next" or "version")).ToDictionary(q => q.Key, q => q.Value.Select(v => v ?? "").ToArray()));

}

/// <summary>Rows of a table that a person adds and takes out by buttons of the form.</summary>
public static class Rows
{
    /// <summary>The form after the button that was pressed.</summary>
    public static Posted Changed(Posted posted)
    {
        var values = posted.Values.Where(v => v.Key is not ("add" or "remove")).ToDictionary();
        if (posted.One("add") is { Length: > 0 } table)
            values[$"{table}[{posted.Rows(table)}].-"] = [""];
        if (posted.One("remove").Split('[', ']') is [var shrunk, var number, ..] && int.TryParse(number, out var gone))
            values = Without(values, shrunk, gone);
        return new Posted(values);
    }

    private static Dictionary<string, string[]> Without(Dictionary<string, string[]> values, string table, int gone)
    {
        var kept = new Dictionary<string, string[]>();
        foreach (var (name, value) in values)
            if (!name.StartsWith(table + "[", StringComparison.Ordinal) || name.Split('[', ']') is not [_, var number, var column] || !int.TryParse(number, out var row) || row < gone)
                kept[name] = value;
            else if (row > gone)
                kept[$"{table}[{row - 1}]{column}"] = value;
        return kept;
    }
}
