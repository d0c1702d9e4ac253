using JasperFx.Events.Projections;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Publicity;

/// <summary>The publicity room: the shortlist, the notice and its window.</summary>
public static class PublicityRoom
{
    private const Roles Everyone = (Roles)(-1);
    private const Roles Office = Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor | Roles.System;

    private static readonly QuerySpec Notices = new("list-notices", "/publicity", Everyone, "The notices and their windows; those not posted yet only for the office.") { Inputs = [new("batch", "Id of the batch.")] };
    private static readonly QuerySpec OneNotice = new("get-notice", "/publicity/{id}", Everyone, "One notice with its list, text and windows.");
    private static readonly QuerySpec OneShortlist = new("get-shortlist", "/batches/{id}/shortlist", Office, "The shortlist as proposed or fixed, with its reasons.");

    private static readonly QuerySpec Candidates = new(
        "list-shortlist-candidates", "/batches/{id}/shortlist/candidates", Office, "The ranked applications of a batch that a shortlist is proposed from.");

    /// <summary>Registers the room.</summary>
    public static void AddPublicity(this IServiceCollection services)
    {
        services.AddSingleton<SiteWatch>();
        services.AddHostedService(p => p.GetRequiredService<SiteWatch>());
    }

    /// <summary>The room's views.</summary>
    public static void AddPublicityViews(this StoreOptions options)
    {
        options.Projections.Add(new NoticeCardProjection(), ProjectionLifecycle.Inline);
        options.Schema.For<ServedSpan>();
    }

    /// <summary>The room's queries.</summary>
    public static void MapPublicity(this IEndpointRouteBuilder api)
    {
        api.MapQuery(Notices, async (http, reading) =>
        {
            var batch = http.Request.Query["batch"].ToString();
            var cards = await reading.Session.Query<NoticeCard>().Where(c => batch == "" || c.Batch == batch).ToListAsync(reading.Cancelled);
            var shown = new List<NoticeAnswer>();
            foreach (var card in cards.Where(c => IsShown(c, reading)).OrderByDescending(c => c.Notice.OpenedAt))
                shown.Add(await AnswerAsync(card, reading));
            return shown;
        }).WithTags("Publicity");

        api.MapQuery(OneNotice, (http, reading) => NoticeAsync(new PublicityId(http.Request.RouteValues["id"]!.ToString()!), reading)).WithTags("Publicity");

        ReviewRecordQueries.Map(api);
        api.MapQuery(Candidates, (http, reading) => CandidatesAsync(new BatchId(http.Request.RouteValues["id"]!.ToString()!), reading)).WithTags("Publicity");

        api.MapQuery(OneShortlist, async (http, reading) =>
        {
            var id = new BatchId(http.Request.RouteValues["id"]!.ToString()!);
            var timeline = new Timeline(id.Stream, await reading.Session.Events.FetchStreamAsync(id.Stream, token: reading.Cancelled));
            return ShortlistAnswer.From(timeline.Fold(Shortlist.Start, Shortlist.Next), timeline.Version, reading);
        }).WithTags("Publicity");
    }

    /// <summary>One notice; null before its posting for whoever is not of the office.</summary>
    public static async Task<NoticeAnswer?> NoticeAsync(PublicityId id, Reading reading) =>
        await reading.Session.LoadAsync<NoticeCard>(id.Stream, reading.Cancelled) is { } card && IsShown(card, reading) ? await AnswerAsync(card, reading) : null;

    /// <summary>The ranked applications with what an officer needs to divide them.</summary>
    public static async Task<IReadOnlyList<CandidateAnswer>?> CandidatesAsync(BatchId batch, Reading reading)
    {
        var ranked = (await reading.Session.RankingsOfAsync(batch, reading.Cancelled)).SelectMany(r => r.Entries).ToArray();
        var cards = (await reading.Session.LoadManyAsync<ApplicationCard>(reading.Cancelled, ranked.Select(r => r.Application.Stream).ToArray())).ToDictionary(c => c.Id);
        return [.. ranked.OrderBy(r => r.Rank).Select(r => (Place: r, Card: cards[r.Application.Stream])).Select(c => new CandidateAnswer(
            c.Place.Application, c.Place.Rank, c.Place.Aggregate, c.Place.Passes, c.Card.Cluster, c.Card.OrganisationName, c.Card.City, c.Card.Industry, c.Card.Stage))];
    }

    private static bool IsShown(NoticeCard card, Reading reading) => card.Notice.PostedAt is not null || reading.Actor.May(Office);

    private static async Task<NoticeAnswer> AnswerAsync(NoticeCard card, Reading reading)
    {
        var call = await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, new BatchId(card.Batch), reading.Cancelled)
            ?? throw new InvalidOperationException($"Notice {card.Id} belongs to a batch that was never announced.");
        var calendar = await reading.CalendarAsync();
        var notice = card.Notice;
        var office = reading.Actor.May(Office);
        var observed = office ? await ObservedAsync(notice, reading) : [];
        // What never opened is no business of anybody outside the office: it was struck, or its page has not been read back.
        var lines = notice.Lines.Where(l => office || l.OpensAt is not null).ToArray();
        var text = office ? notice.Opened!.PublicText : NoticeText.Without(notice.Opened!, [.. notice.Lines.Where(l => l is { Left: true, OpensAt: null }).Select(l => l.Entry.Number)]);
        return new NoticeAnswer(
            card.Publicity, card.Batch, card.Version, notice.Opened!.PublicTitle, text, NoticeText.HashOf(text),
            notice.Opened.Window, notice.PostedAt, notice.Address ?? notice.Opened.PostingAddress, notice.GivenUp, notice.Closed,
            [.. lines.Select(l => new LineAnswer(
                l.Entry, l.Window, l.OpensAt, l.ClosesAt, l.Left, l.At(reading.Now),
                office && !l.Left ? Proposals.For(notice, l, calendar, call.Definition.Publicity.OutageHours, observed) : null))],
            card.Redatings, notice.Opened.OwnSite, notice.Check, office ? notice.Outages : [], observed, call.Definition.Publicity.OutageHours);
    }

    /// <summary>The times since the posting in which the own site was not seen being served. About the department's own site nothing is observed here.</summary>
    private static async Task<IReadOnlyList<Outage>> ObservedAsync(NoticeState notice, Reading reading)
    {
        if (notice is not { Opened.OwnSite: true, PostedAt: { } from, LastClosing: { } closes })
            return [];
        var until = reading.Now < closes ? reading.Now : closes;
        return Availability.Gaps(await Availability.SpansAsync(reading.Session, from, until, reading.Cancelled), from, until);
    }
}

/// <summary>A notice as it is shown.</summary>
/// <param name="Text">The exact text as it was fixed; outside the office without the entries that could not be put up.</param>
/// <param name="TextHash">SHA-256 of that text in UTF-8, lower-case hexadecimal.</param>
/// <param name="PlannedWindow">The window as computed for the planned day of posting.</param>
/// <param name="OwnSite">It stands on the registry's own site.</param>
/// <param name="Check">How its posting was verified; null before.</param>
/// <param name="Outages">Times that an officer recorded in which it could not be read; for the office only.</param>
/// <param name="Observed">Times in which the own site was not seen being served; for the office only.</param>
/// <param name="OutageHours">From more than so many hours on an extension is proposed.</param>
public sealed record NoticeAnswer(
    PublicityId Publicity, string Batch, long Version, string Title, string Text, string TextHash, PublicityWindow PlannedWindow,
    DateTimeOffset? PostedAt, string Address, bool GivenUp, bool Closed, IReadOnlyList<LineAnswer> Entries, IReadOnlyList<Redating> Redatings,
    bool OwnSite, PostingCheck? Check, IReadOnlyList<Outage> Outages, IReadOnlyList<Outage> Observed, int OutageHours);

/// <summary>One entry as it is shown.</summary>
/// <param name="Side">Where the present instant lies against its window.</param>
/// <param name="Proposals">Later last days that are proposed; for the office only.</param>
public sealed record LineAnswer(
    NoticeEntry Entry, PublicityWindow? Window, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt, bool Left, WindowSide Side, IReadOnlyList<RedatingProposal>? Proposals);

/// <summary>A ranked application. Only those that still stand as scored are divided into listed and left out.</summary>
public sealed record CandidateAnswer(
    ApplicationId Application, int Rank, decimal Aggregate, bool Passes, string ClusterName, string OrganisationName, string City, string Industry, Stage Stage);

/// <summary>The shortlist as the office sees it.</summary>
public sealed record ShortlistAnswer(
    bool Fixed, string? ProposedBy, long BatchVersion, string? Meeting, DateOnly? DecidedOn, string? Signatory,
    IReadOnlyList<ShortlistAnswer.Place> Listed, IReadOnlyList<ShortlistAnswer.Place> LeftOut)
{
    /// <summary>One application with its rank and what was said about it.</summary>
    public sealed record Place(string Application, int Rank, bool Deviates, string? Reason);

    internal static ShortlistAnswer? From(Shortlist list, long version, Reading reading)
    {
        var (entries, leftOut) = list.Fixed is { } f ? (f.Entries, f.LeftOut) : (list.Proposed?.Entries, list.Proposed?.LeftOut);
        return entries is null ? null : new ShortlistAnswer(
            list.Fixed is not null, list.ProposedBy, version,
            reading.Open(list.Fixed?.Decision.Meeting), list.Fixed?.Decision.Date, reading.Open(list.Fixed?.Decision.Signatory),
            [.. entries.Select(e => new Place(e.Application.Value, e.Rank, e.Deviation is not null, reading.Open(e.Deviation)))],
            [.. leftOut!.Select(l => new Place(l.Application.Value, l.Rank, l.Deviates, reading.Open(l.Reason)))]);
    }
}
