using System.Globalization;
using Marten;
using Marten.Linq;
using Marten.Linq.MatchesSql;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Review;

namespace Registry.Audit;

/// <summary>One page of the record of readings.</summary>
public sealed record ReadingPage(IReadOnlyList<SensitiveReading> Items, long Total, int Number, int Size);

/// <summary>The record of who had sealed values opened, for the auditor. What the experts of a panel open is in it from the panel's closing on.</summary>
public static class ReadingList
{
    private const int PageSize = 50;

    private static readonly QuerySpec List = new("list-readings", "/readings", Roles.Auditor, "Who had sealed values opened, newest first.")
    {
        Inputs = [new("actor", "Account id of the reader."), new("subject", "The stream whose values were opened."), new("page", "Page, 1 first.")],
    };

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapQuery(List, ReadAsync, http => Page(http) is null ? CommandRules.Malformed.Refuse(("what", "page")) : null).WithTags("Audit");

    private static async Task<ReadingPage?> ReadAsync(HttpContext http, Reading reading)
    {
        IQueryable<SensitiveReading> readings = reading.Session.Query<SensitiveReading>().Stats(out var found);
        if (http.Request.Query["actor"].ToString() is { Length: > 0 } actor)
            readings = readings.Where(r => r.Actor == actor);
        if (http.Request.Query["subject"].ToString() is { Length: > 0 } subject)
            readings = readings.Where(r => r.Subjects.Contains(subject));
        // Whoever reads a dossier for an open panel sits on it: that is nobody's to see before the closing. What its experts read of other things stays in the list.
        var open = await reading.Session.Query<PanelView>().Where(p => p.Ranking == null).ToListAsync(reading.Cancelled);
        var experts = open.SelectMany(p => p.Experts.Concat(p.State.Recusals.Select(r => r.Expert))).Distinct().Select(e => new ExpertId(e).Stream);
        var members = (await reading.Session.LoadManyAsync<ExpertView>(reading.Cancelled, experts)).Select(e => e.Account).ToArray();
        var reviewed = open.SelectMany(p => p.State.Applications.Select(a => new Applications.ApplicationId(a).Stream).Concat([p.Id, "sheet/" + p.Id["panel/".Length..]])).Distinct().ToArray();
        readings = readings.Where(r => r.MatchesSql("not (d.data ->> 'Actor' = any(?) and jsonb_exists_any(d.data -> 'Subjects', ?))", members, reviewed));
        var number = Page(http)!.Value;
        var items = await readings.OrderByDescending(r => r.At).ThenBy(r => r.Id).Skip((number - 1) * PageSize).Take(PageSize).ToListAsync(reading.Cancelled);
        return new ReadingPage([.. items], found.TotalResults, number, PageSize);
    }

    private static int? Page(HttpContext http) =>
        http.Request.Query["page"].ToString() is not { Length: > 0 } text ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= 10_000 ? page : null;
}
