using System.Globalization;
using JasperFx.Events.Projections;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>The objections' room: filing, receipt, handling.</summary>
public static class ObjectionsRoom
{
    /// <summary>The header that carries a receipt code. Never the URL: addresses end up in histories and logs.</summary>
    public const string CodeHeader = "Receipt-Code";

    private const Roles Everyone = (Roles)(-1);
    private const Roles Handlers = Roles.ProvincialOfficer;
    private const int MostAtOnce = 500;

    private static readonly QuerySpec Many = new("list-objections", "/objections", Handlers | Roles.Auditor, "Objections, without who objected; the second queue is asked for by queue=2.") { Inputs = [new("batch", "Id of the batch."), new("application", "Id of the application."), new("publicity", "Id of the notice."), new("queue", "2 for the second queue."), new("open", "true for those that have not ended."), new("waiting", "true for those that have not ended or whose objector has no answer yet."), new("offset", "How many of the oldest to leave out."), new("size", "How many are answered at once, 500 if left out and at most.")] };
    private static readonly QuerySpec One = new("get-objection", "/objections/{id}", Handlers | Roles.Auditor, "One objection with its handling, without what the objector wrote.");
    private static readonly QuerySpec TheFile = new("get-objection-file", "/objections/{id}/file", Handlers, "What is sealed in an objection, after it was opened with a purpose.");
    private static readonly QuerySpec Status = new("get-objection-status", "/objections/status", Everyone, "State and answer, for whoever holds the receipt code (header Receipt-Code).") { Inputs = [new(CodeHeader, "The receipt code.", Header: true)] };
    private static readonly QuerySpec Requests = new("list-statement-requests", "/objections/statement-requests", Roles.Applicant | Roles.CityOfficer, "What was asked about objections to own applications, in the officer's wording.");

    private static readonly QuerySpec Openings = new("list-openings", "/objections/openings", Roles.Auditor | Roles.Supervision, "Who opened which objection when, newest first.");

    /// <summary>Registers the room.</summary>
    public static void AddObjections(this IServiceCollection services)
    {
        services.AddSingleton<Receipts>();
        services.AddSingleton<Uploads>();
        services.AddFilingLimits();
        services.AddHttpContextAccessor();
    }

    /// <summary>The room's views.</summary>
    public static void AddObjectionViews(this StoreOptions options)
    {
        options.Projections.Add(new ObjectionCardProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new OpenObjectionsProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new ReportCardProjection(), ProjectionLifecycle.Inline);
        options.Schema.For<FilingCount>();
        options.Schema.For<UploadCount>();
        options.Schema.For<ObjectionCard>().Index(c => c.Application).Index(c => c.Batch);
    }

    /// <summary>The room's queries.</summary>
    public static void MapObjections(this IEndpointRouteBuilder api)
    {
        api.MapQuery(Many, ListAsync, http =>
            Number(http, "offset", 0) is null ? CommandRules.Malformed.Refuse(("what", "offset"))
            : Number(http, "size", MostAtOnce) is not (>= 1 and <= MostAtOnce) ? CommandRules.Malformed.Refuse(("what", "size"))
            : null).WithTags("Objections");
        api.MapQuery(One, async (http, reading) => await DetailAsync(IdIn(http), reading)).WithTags("Objections");
        api.MapQuery(TheFile, async (http, reading) => await FileAsync(IdIn(http), reading)).WithTags("Objections");
        api.MapQuery(Openings, (_, reading) => OpeningsAsync(reading)).WithTags("Objections");
        api.MapQuery(Requests, RequestsAsync).WithTags("Objections");
        api.MapQuery(Status, async (http, reading) => await StatusAsync(http.Request.Headers[CodeHeader].ToString(), reading)).WithTags("Objections").RequireRateLimiting(FilingLimits.Status);
        ObjectionFiles.Map(api);
        ReportDesk.Map(api);
    }

    /// <summary>State and answer for a receipt code. A wrong and an unknown code take the same way: one keyed hash, one look-up, nothing found.</summary>
    public static async Task<ObjectionStatus?> StatusAsync(string code, Reading reading)
    {
        var id = reading.Services.GetRequiredService<Receipts>().IdOf(code);
        var card = await reading.Session.LoadAsync<ObjectionCard>(id.Stream, reading.Cancelled);
        if (card is null)
            return null;
        var notice = (await reading.Session.LoadAsync<NoticeCard>(new PublicityId(card.Publicity).Stream, reading.Cancelled))!;
        return new ObjectionStatus(
            ClusterName(notice, card.Entry), card.Entry, notice.Notice.Lines.FirstOrDefault(l => l.Entry.Number == card.Entry)?.ClosesAt,
            [.. notice.Redatings.Where(r => r.Entries.Contains(card.Entry) && r.At >= card.ArrivedAt)], card.Number, card.ArrivedAt, card.Digest, card.Stage == ObjectionStage.ConclusionProposed ? ObjectionStage.Accepted : card.Stage,
            reading.Open(card.Missing), card.CompletionLastDay, reading.Open(card.Inadmissible), card.ConditionsMet, card.PublicReason, reading.Open(card.Reply));
    }

    private static ObjectionId IdIn(HttpContext http) => new(http.Request.RouteValues["id"]!.ToString()!);

    private static async Task<IReadOnlyList<ObjectionAnswer>?> ListAsync(HttpContext http, Reading reading)
    {
        var (batch, application) = (http.Request.Query["batch"].ToString(), http.Request.Query["application"].ToString());
        var publicity = http.Request.Query["publicity"].ToString();
        var (overflow, open) = (http.Request.Query["queue"] == "2", http.Request.Query["open"] == "true");
        var waiting = http.Request.Query["waiting"] == "true";
        var (offset, size) = (Number(http, "offset", 0)!.Value, Number(http, "size", MostAtOnce)!.Value);
        var cards = await reading.Session.Query<ObjectionCard>()
            .Where(c => (batch == "" || c.Batch == batch) && (application == "" || c.Application == application) && (publicity == "" || c.Publicity == publicity) && c.Overflow == overflow
                && (!open || c.EndedOn == null) && (!waiting || c.EndedOn == null || (c.Reply == null && c.Stage != ObjectionStage.Withdrawn)))
            .OrderBy(c => c.ArrivedAt).ThenBy(c => c.Id).Skip(offset).Take(size).ToListAsync(reading.Cancelled);
        var notices = await reading.Session.LoadManyAsync<NoticeCard>(reading.Cancelled, cards.Select(c => new PublicityId(c.Publicity).Stream).Distinct().ToArray());
        return [.. cards.Select(c => ObjectionAnswer.From(c, ClusterName(notices.FirstOrDefault(n => n.Publicity.Value == c.Publicity), c.Entry)))];
    }

    /// <summary>A whole number of the query, not negative; what is usual if it is left out, null if it is something else.</summary>
    private static int? Number(HttpContext http, string name, int usual) =>
        http.Request.Query[name].ToString() is not { Length: > 0 } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;

    private static string? ClusterName(NoticeCard? notice, int entry) => notice?.Notice.Lines.FirstOrDefault(l => l.Entry.Number == entry)?.Entry.ClusterName;

    private static async Task<ObjectionDetail?> DetailAsync(ObjectionId id, Reading reading)
    {
        if (await reading.Session.LoadAsync<ObjectionCard>(id.Stream, reading.Cancelled) is not { } card)
            return null;
        var notice = await reading.Session.LoadAsync<NoticeCard>(new PublicityId(card.Publicity).Stream, reading.Cancelled);
        var events = await reading.Session.Events.FetchStreamAsync(id.Stream, token: reading.Cancelled);
        var given = events.Select(e => e.Data).OfType<StatementGiven>().ToLookup(s => s.By);
        var proposal = events.Select(e => e.Data).OfType<ConclusionProposed>().LastOrDefault();
        return new ObjectionDetail(
            ObjectionAnswer.From(card, ClusterName(notice, card.Entry)), [.. events.Select(e => new ObjectionStep(e.EventTypeName, e.Timestamp, e.UserName))],
            reading.Open(card.Missing), reading.Open(card.Inadmissible), reading.Open(Last<FindingsRecorded>()?.Findings),
            reading.Open(proposal?.Reasons), reading.Open(proposal?.Wording), reading.Open(Last<ConclusionReturned>()?.Reason), reading.Open(card.Reply),
            [.. card.Asked.Select(a => new StatementDetail(a.Key, reading.Open(a.Value.Wording), a.Value.LastDay, reading.Open(given[a.Key].LastOrDefault()?.Text),
                [.. (given[a.Key].LastOrDefault()?.Files ?? []).Select(f => Line(reading, f))]))],
            [.. events.Select(e => e.Data).OfType<FindingsRecorded>().SelectMany(f => f.Files ?? []).Select(f => Line(reading, f))],
            events.Aggregate(ObjectionState.Start, ObjectionState.Next).ProposedBy, proposal?.ConditionsMet);

        T? Last<T>() where T : class => events.Select(e => e.Data).OfType<T>().LastOrDefault();
    }

    /// <summary>Only for an officer who handles it, with a record of the own opening that has not lapsed.</summary>
    internal static bool MayRead(IEnumerable<JasperFx.Events.IEvent> events, Actor actor, DateTimeOffset now) =>
        events.Any(e => e.Data is IdentityOpened && e.UserName == actor.Id && e.Timestamp <= now && now < e.Timestamp + OpenIdentity.Lasts)
        && events.Aggregate(ObjectionState.Start, ObjectionState.Next).IsHandledBy(actor.Id);

    /// <summary>What is sealed, for an officer whose own opening is on record and has not lapsed; otherwise nothing.</summary>
    public static async Task<ObjectionFileAnswer?> FileAsync(ObjectionId id, Reading reading)
    {
        var events = await reading.Session.Events.FetchStreamAsync(id.Stream, token: reading.Cancelled);
        if (events.Select(e => e.Data).OfType<ObjectionFiled>().FirstOrDefault() is not { } filed || !MayRead(events, reading.Actor, reading.Now))
            return null;
        return new ObjectionFileAnswer(
            filed.Number, filed.Kind, reading.Open(filed.Name), reading.Open(filed.Contact), reading.Open(filed.Facts), reading.Open(filed.Evidence),
            [.. filed.Files.Select(Line)], filed.SealedLetter is { } letter ? Line(letter) : null,
            [.. events.Select(e => e.Data).OfType<ObjectionCompleted>().Select(c => new CompletionLine(c.ArrivedAt, reading.Open(c.Facts), [.. c.Files.Select(Line)]))]);

        ObjectionFileLine Line(ObjectionFile f) => ObjectionsRoom.Line(reading, f);
    }

    private static ObjectionFileLine Line(Reading reading, ObjectionFile f) => new(reading.Open(f.Sha256), reading.Open(f.Name), f.Size, f.Type);

    /// <summary>Procedure 7: every opening left a record; here it is read by those who watch over it. The purpose stays in the objection's own file.</summary>
    private static async Task<IReadOnlyList<Opening>?> OpeningsAsync(Reading reading)
    {
        const int most = 1000;
        var openings = await reading.Session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == "identity-opened").OrderByDescending(e => e.Sequence).Take(most).ToListAsync(reading.Cancelled);
        var cards = (await reading.Session.LoadManyAsync<ObjectionCard>(reading.Cancelled, openings.Select(e => e.StreamKey!).Distinct().ToArray())).ToDictionary(c => c.Id);
        return [.. openings.Select(e => new Opening(e.Timestamp, e.UserName, cards[e.StreamKey!].Objection, cards[e.StreamKey!].Number, e.Timestamp + OpenIdentity.Lasts))];
    }

    private static async Task<IReadOnlyList<StatementRequest>?> RequestsAsync(HttpContext http, Reading reading)
    {
        var by = reading.Actor.Role == Roles.Applicant ? StatementBy.Applicant : StatementBy.City;
        var (city, organisation) = (reading.Actor.City ?? "", reading.Actor.Organisation ?? "");
        var own = by == StatementBy.Applicant
            ? reading.Session.Query<ApplicationCard>().Where(c => c.Organisation == organisation)
            : reading.Session.Query<ApplicationCard>().Where(c => c.City == city);
        string[] applications = [.. await own.Select(c => c.Application).ToListAsync(reading.Cancelled)];
        var cards = await reading.Session.Query<ObjectionCard>().Where(c => c.Application.IsOneOf(applications)).ToListAsync(reading.Cancelled);
        return [.. cards.Where(c => c.Asked.ContainsKey(by)).Select(c => new StatementRequest(
            c.Objection, c.Version, c.Application, reading.Open(c.Asked[by].Wording), c.Asked[by].LastDay, c.Asked[by].Given))];
    }
}
