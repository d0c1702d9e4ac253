using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>An application in its applicant's list.</summary>
/// <param name="Name">The cluster's name, or that it has none yet.</param>
/// <param name="ClosesAt">Until when the form may be submitted.</param>
public sealed record OwnApplication(string Id, string Batch, string Name, Stage Stage, DateTimeOffset Since, DateTimeOffset ClosesAt);

/// <summary>Questions of pages, answered by the queries of the API.</summary>
public static class Ask
{
    /// <summary>What the named query answers about this thing; null for missing, foreign, and for roles that may not ask.</summary>
    public static async Task<T?> OneAsync<T>(PageCall call, string query, string id) where T : class =>
        call.Service<Catalogue>().Queries.FirstOrDefault(q => q.Spec.Name == query) is { } found && call.Actor.May(found.Spec.Roles)
            ? await RecordPages.AskAsync(call, found, new RouteValueDictionary { ["id"] = id }) as T
            : null;

    /// <summary>What the named query answers with these filters, whatever the page's own address says.</summary>
    public static async Task<T?> ManyAsync<T>(PageCall call, string query, params (string Name, string Value)[] filters) where T : class
    {
        if (call.Service<Catalogue>().Queries.FirstOrDefault(q => q.Spec.Name == query) is not { } found || !call.Actor.May(found.Spec.Roles))
            return null;
        var before = call.Http.Request.QueryString;
        call.Http.Request.QueryString = QueryString.Create(filters.Select(f => KeyValuePair.Create(f.Name, (string?)f.Value)));
        try
        {
            return await RecordPages.AskAsync(call, found, []) as T;
        }
        finally
        {
            call.Http.Request.QueryString = before;
        }
    }

    /// <summary>All objections that fit, of one queue or of both, however many a flood has made them: counts are true, and nothing is out of reach.</summary>
    public static async Task<IReadOnlyList<ObjectionAnswer>> ObjectionsAsync(PageCall call, params (string Name, string Value)[] filters)
    {
        var whole = new List<ObjectionAnswer>();
        string[] queues = filters.Any(f => f.Name == "queue") ? [""] : ["1", "2"];
        foreach (var queue in queues)
        {
            var before = whole.Count;
            (string, string)[] all = queue.Length == 0 ? filters : [.. filters, ("queue", queue)];
            while (await ManyAsync<IReadOnlyList<ObjectionAnswer>>(call, "list-objections", [.. all, ("offset", $"{whole.Count - before}")]) is { Count: > 0 } part)
                whole.AddRange(part);
        }
        return whole;
    }

    /// <summary>The applications of the reader's own organisation, drafts included, newest first.</summary>
    public static async Task<IReadOnlyList<OwnApplication>> OwnAsync(PageCall call, IQuerySession session)
    {
        if (call.Actor is not { Role: Roles.Applicant, Organisation: { } organisation })
            return [];
        var drafts = await session.QueryAsync<Draft>("where data ->> 'Organisation' = ?", call.Cancelled, organisation);
        var list = new List<OwnApplication>();
        foreach (var draft in drafts.Where(d => call.Actor.Reaches(new Belonging(d.City, d.Organisation.Value))).OrderByDescending(d => d.SavedAt).ThenBy(d => d.Id, StringComparer.Ordinal))
        {
            var events = await session.Events.FetchStreamAsync(draft.Id, token: call.Cancelled);
            var filing = new Timeline(draft.Id, events).Fold(Filing.Start, Filing.Next);
            var batch = (await call.Service<Calls>().ReadAsync(session, draft.Batch, call.Cancelled))!;
            var closes = filing.Stage == Stage.Returned ? filing.Term is { } term ? ChinaTime.EndOf(term) : batch.ReportWindow.ClosesAt : batch.ApplicationWindow(draft.City).ClosesAt;
            list.Add(new OwnApplication(draft.Application.Value, draft.Batch.Value, NameOf(call, draft, filing, batch.Definition), filing.Stage, events.Count > 0 ? events[^1].Timestamp : draft.SavedAt, closes));
        }
        return list;
    }

    private static string NameOf(PageCall call, Draft draft, Filing filing, CallDefinition definition)
    {
        if (filing.Last is { } last)
            return last.ClusterName;
        var form = draft.Form is { } text && call.Service<Vault>().Open(text) is { } json ? System.Text.Json.Nodes.JsonNode.Parse(json) : null;
        return form?[definition.Form.Roles.ClusterName]?.ToString() is { Length: > 0 } name ? name : call.Page.Say("page.unnamed");
    }
}
