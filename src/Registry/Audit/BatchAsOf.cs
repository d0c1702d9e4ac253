using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Disclosure;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Audit;

/// <summary>An application in a batch's list of that moment.</summary>
public sealed record LineAsOf(string Application, string Cluster, string OrganisationName, string Organisation, string City, Stage Stage, int? Rank, int? ShortlistRank);

/// <summary>A batch's lists at an instant: all applications where they stood, the shortlist, and the notices and announcements as the public site showed them.</summary>
/// <param name="ShortlistFixed">Whether the shortlist was fixed by then.</param>
public sealed record BatchAsOf(
    string Batch, DateTimeOffset At, bool ShortlistFixed, IReadOnlyList<LineAsOf> Applications, IReadOnlyList<PublicSite.PublicityNotice> Notices, IReadOnlyList<PublicSite.Announcement> Announcements);

/// <summary>Procedure 11: "the shortlist as shown on 3 June at 10:00".</summary>
public static class ListsAsOf
{
    private static readonly QuerySpec Get = new("get-batch-as-of", "/batches/{id}/as-of", Roles.Auditor, "A batch's lists as they stood at an instant; now, if none is given.")
    {
        Always = true,
        Inputs = [new("at", "The instant: RFC 3339, or Beijing time without an offset; a day alone is its end.")],
    };

    internal static void Map(IEndpointRouteBuilder api) => api.MapQuery(Get, ReadAsync, http => Moment.Wrong(http, "at")).WithTags("Audit");

    private static async Task<BatchAsOf?> ReadAsync(HttpContext http, Reading reading)
    {
        var (session, ct) = (reading.Session, reading.Cancelled);
        var id = new BatchId(http.Request.RouteValues["id"]!.ToString()!);
        var at = Moment.Of(http, "at", reading.Now);
        var history = new Timeline(id.Stream, await session.EventsUntilAsync(id.Stream, at, ct));
        if (!history.Exists)
            return null;
        var shortlist = history.Fold(Shortlist.Start, Shortlist.Next);
        var cards = new Dictionary<string, ApplicationCard>();
        var streams = (await session.Query<ApplicationCard>().Where(c => c.Batch == id.Value).Select(c => c.Id).ToListAsync(ct)).ToArray();
        var fold = new ViewFold<ApplicationCard>(new ApplicationCardProjection());
        // All events of these streams and not only those that move an application: any of them may be the first that bears a later time.
        var events = session.Events.QueryAllRawEvents().Where(e => e.StreamKey!.IsOneOf(streams)).OrderBy(e => e.Sequence);
        await foreach (var e in Past.UntilAsync(events.ToAsyncEnumerable(ct), at))
            if (fold.Next(cards.GetValueOrDefault(e.StreamKey!), e.StreamKey!, e) is { } card)
                cards[e.StreamKey!] = card;
        var shown = await PublicHistory.AsOfAsync(session, reading.Services.GetRequiredService<Calls>(), at, ct);
        return new BatchAsOf(
            id.Value, at, shortlist.Fixed is not null,
            [.. cards.Values.OrderBy(c => c.FirstSubmitted).ThenBy(c => c.Id, StringComparer.Ordinal).Select(c => Line(c, shortlist))],
            [.. shown.Notices.Where(n => n.Batch == id.Value)], [.. shown.Announcements.Where(a => a.Batch == id.Value)]);
    }

    private static LineAsOf Line(ApplicationCard c, Shortlist shortlist) => new(
        c.Application, c.Cluster, c.OrganisationName, c.Organisation, c.City, c.Stage, c.Rank,
        shortlist.Ranks.TryGetValue(new ApplicationId(c.Application), out var rank) ? rank : null);
}
