using System.Collections.Frozen;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Pages;

/// <summary>A query that has a page.</summary>
public sealed record OfficeQuery(QuerySpec Spec, QueryAnswer Answer)
{
    /// <summary>Whether it lists things, rather than showing one.</summary>
    public bool IsList => !Spec.Route.Contains('{', StringComparison.Ordinal);
}

/// <summary>
/// What can be seen and done in the browser: the same queries and commands as over the API, at the same path below /office. A room that adds a command
/// or a query has its page at once; pages made by hand come before these.
/// </summary>
public sealed class Catalogue(IServiceProvider services)
{
    private readonly Lazy<IReadOnlyList<OfficeQuery>> queries = new(() =>
        [.. services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(e => e.Metadata.GetMetadata<QueryAnswer>() is not null)
            .Select(e => new OfficeQuery(e.Metadata.GetMetadata<QuerySpec>()!, e.Metadata.GetMetadata<QueryAnswer>()!))
            .DistinctBy(q => q.Spec.Name)]);

    /// <summary>Every query of the API.</summary>
    public IReadOnlyList<OfficeQuery> Queries => queries.Value;

    /// <summary>The query at this path below /office, with the values of its route.</summary>
    public (OfficeQuery Query, RouteValueDictionary Values)? QueryAt(string path) =>
        Queries.Select(q => (Query: q, Values: Match(q.Spec.Route, path))).Where(m => m.Values is not null).OrderBy(m => m.Values!.Count)
            .Select(m => ((OfficeQuery, RouteValueDictionary)?)(m.Query, m.Values!)).FirstOrDefault();

    /// <summary>The commands at this path, with the id they are about.</summary>
    public static IEnumerable<(CommandForm Form, string? Target)> CommandsAt(string path) =>
        from form in CommandForm.All.Values
        where form.Spec.Route is not null
        let values = Match(form.Spec.Route!, path)
        where values is not null
        select (form, values["id"]?.ToString());

    /// <summary>What this role may do with the thing at this path.</summary>
    public static IEnumerable<CommandForm> ActionsOn(string path, Roles role) => ActionsBelow($"/{path.Split('/')[0]}/{{id}}/", role);

    /// <summary>What this role may make in the list at this path.</summary>
    public static IEnumerable<CommandForm> ActionsIn(string path, Roles role) =>
        path.Contains('/', StringComparison.Ordinal) ? [] : ActionsBelow($"/{path}", role).Where(f => !f.Spec.Route!.Contains('{', StringComparison.Ordinal));

    private static IEnumerable<CommandForm> ActionsBelow(string route, Roles role) =>
        CommandForm.All.Values.Where(f => (f.Spec.Roles & role) != 0 && f.Spec.Route?.StartsWith(route, StringComparison.Ordinal) == true).OrderBy(f => f.Order);

    /// <summary>Whether this role finds a page at the path of a thing.</summary>
    public bool Shows(string path, Roles role) =>
        QueryAt(path) is { } found ? (found.Query.Spec.Roles & role) != 0
        : path.Split('/') is [var list, _] && QueryAt(list) is { } lines && (lines.Query.Spec.Roles & role) != 0;

    /// <summary>Further pages about the thing at this path.</summary>
    public IEnumerable<OfficeQuery> RelatedTo(string path, Roles role) =>
        path.Split('/') is { Length: 2 } parts
            ? Queries.Where(q => (q.Spec.Roles & role) != 0 && q.Spec.Route.StartsWith($"/{parts[0]}/{{id}}/", StringComparison.Ordinal) && q.Spec.Route.Count(c => c == '{') == 1)
            : [];

    /// <summary>Console and lists of this reader's role.</summary>
    public IReadOnlyList<NavigationLink> NavigationOf(PageContext page) =>
        !page.SignedIn ? [] :
        [
            new NavigationLink("/office", page.Say("page.console")),
            .. Queries.Where(q => q.IsList && (q.Spec.Roles & page.Actor.Role) != 0 && Texts.Has(page.Language, $"nav.{q.Spec.Name}"))
                .Select(q => new NavigationLink("/office" + q.Spec.Route, page.Say($"nav.{q.Spec.Name}"))),
        ];

    private static RouteValueDictionary? Match(string route, string path)
    {
        var (pattern, parts) = (route.Split('/', StringSplitOptions.RemoveEmptyEntries), path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        if (pattern.Length != parts.Length)
            return null;
        var values = new RouteValueDictionary();
        for (var i = 0; i < pattern.Length; i++)
            if (pattern[i] is ['{', .., '}'])
                values[pattern[i][1..^1]] = parts[i];
            else if (pattern[i] != parts[i])
                return null;
        return values;
    }
}
