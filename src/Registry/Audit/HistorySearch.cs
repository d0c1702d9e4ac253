using System.Globalization;
using Marten;
using Marten.Linq;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recognition;
using Registry.Review;

namespace Registry.Audit;

/// <summary>One page of a search.</summary>
/// <param name="Total">Acts that the filters let through.</param>
public sealed record HistoryPage(IReadOnlyList<Act> Items, long Total, int Number, int Size);

/// <summary>Procedure 11: search over the whole history by actor, organisation, code, kind and day. Only indexes are read, never an event's content.</summary>
public static class HistorySearch
{
    /// <summary>Acts on a page.</summary>
    public const int PageSize = 50;
    private const int LastPage = 10_000, LongestValue = 200;

    /// <summary>Kinds of streams that a bare id may be of.</summary>
    private static readonly string[] Prefixes =
        ["application", "batch", "organisation", "objection", "case", "expert", "panel", "publicity", "announcement", "report", "complaint", "review-request", "account"];

    private static readonly QuerySpec Search = new("search-history", "/history", Roles.Auditor, "Everything that happened, newest first, by actor, organisation, code, kind and day.")
    {
        Inputs =
        [
            new("actor", "Account id of who did it, or on whose behalf it was done."),
            new("organisation", "Credit code: everything about the organisation, its applications, cases, objections to them and its people's accounts."),
            new("code", "A stream, the id of a thing, an event's id, a request's number or a definition's hash."),
            new("kind", "Stored name of the event."),
            new("from", "First day, Beijing time."),
            new("to", "Last day, included."),
            new("before", "Only acts before this place in the history: the next page, whatever has happened meanwhile."),
            new("page", "Page, 1 first."),
        ],
    };

    internal static void Map(IEndpointRouteBuilder api) => api.MapQuery(Search, ReadAsync, Wrong).WithTags("Audit");

    private static async Task<HistoryPage?> ReadAsync(HttpContext http, Reading reading)
    {
        var (session, ct) = (reading.Session, reading.Cancelled);
        IQueryable<Act> acts = session.Query<Act>().Stats(out var found);
        if (Given(http, "actor") is { } actor)
            acts = acts.Where(a => a.Actor == actor || a.OnBehalfOf == actor);
        if (Given(http, "organisation") is { } organisation)
        {
            var streams = await StreamsOfAsync(session, organisation, ct);
            acts = acts.Where(a => a.Stream.IsOneOf(streams));
        }
        if (Given(http, "code") is { } code)
        {
            var named = Prefixes.Select(p => $"{p}/{code}").Append(code).ToArray();
            var id = Guid.TryParse(code, out var parsed) ? parsed : Guid.Empty;
            acts = acts.Where(a => a.Stream.IsOneOf(named) || a.Request == code || a.Definition == code || a.Id == id);
        }
        if (Given(http, "kind") is { } kind)
            acts = acts.Where(a => a.Kind == kind);
        if (Day(http, "from") is { } from)
        {
            var begin = ChinaTime.StartOf(from);
            acts = acts.Where(a => a.At >= begin);
        }
        if (Day(http, "to") is { } to)
        {
            var end = ChinaTime.EndOf(to);
            acts = acts.Where(a => a.At < end);
        }
        if (Place(http) is { } before)
            acts = acts.Where(a => a.Sequence < before);
        // Who scores what is nobody's to see while the panel is open.
        foreach (var panel in await session.Query<PanelView>().Where(p => p.Ranking == null).Select(p => p.Id).ToListAsync(ct))
        {
            var sheets = $"sheet/{panel["panel/".Length..]}/";
            acts = acts.Where(a => a.Stream != panel && !a.Stream.StartsWith(sheets));
        }
        var number = Page(http)!.Value;
        var items = await acts.OrderByDescending(a => a.Sequence).Skip((number - 1) * PageSize).Take(PageSize).ToListAsync(ct);
        return new HistoryPage([.. items], found.TotalResults, number, PageSize);
    }

    /// <summary>Every stream that is about an organisation.</summary>
    private static async Task<string[]> StreamsOfAsync(IQuerySession session, string code, CancellationToken ct)
    {
        var cards = await session.Query<ApplicationCard>().Where(c => c.Organisation == code).Select(c => c.Id).ToListAsync(ct);
        var applications = cards.Select(c => c["application/".Length..]).ToArray();
        return
        [
            $"organisation/{code}",
            .. cards,
            .. await session.Query<CaseCard>().Where(c => c.Organisation == code).Select(c => c.Id).ToListAsync(ct),
            .. await session.Query<ObjectionCard>().Where(o => o.Application.IsOneOf(applications)).Select(o => o.Id).ToListAsync(ct),
            .. await session.Query<ReviewRequestCard>().Where(r => r.Application.IsOneOf(applications)).Select(r => r.Id).ToListAsync(ct),
            .. await session.Query<AccountView>().Where(a => a.Organisation == code).Select(a => a.Id).ToListAsync(ct),
        ];
    }

    /// <summary>The refusal of a filter that cannot be understood; it names the filter.</summary>
    internal static Refusal? Wrong(HttpContext http) =>
        http.Request.Query.Where(q => q.Value.Count > 1 || q.Value.ToString().Trim().Length > LongestValue || q.Key switch
        {
            "kind" => Given(http, "kind") is { } kind && EventBook.All.All(e => e.Mark.Name != kind),
            "from" or "to" => Given(http, q.Key) is not null && Day(http, q.Key) is null,
            "before" => Given(http, "before") is not null && Place(http) is null,
            "page" => Page(http) is null,
            _ => false,
        }).Select(q => CommandRules.Malformed.Refuse(("what", q.Key))).FirstOrDefault();

    private static string? Given(HttpContext http, string name) => http.Request.Query[name].ToString().Trim() is { Length: > 0 and <= LongestValue } value ? value : null;

    private static DateOnly? Day(HttpContext http, string name) =>
        DateOnly.TryParseExact(Given(http, name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 2200 ? day : null;

    private static long? Place(HttpContext http) =>
        long.TryParse(Given(http, "before"), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > 0 ? place : null;

    private static int? Page(HttpContext http) =>
        Given(http, "page") is not { } text ? 1 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= LastPage ? page : null;
}
