using JasperFx.Events.Projections;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>A cluster of the register with its standing on the day asked for.</summary>
public sealed record RegisterEntry(RecognisedCluster Cluster, RecognitionStanding Standing);

/// <summary>An announcement as anyone may read it.</summary>
/// <param name="Number">Document number.</param>
/// <param name="Day">The day the document bears.</param>
/// <param name="Entries">Its list, in its order.</param>
/// <param name="At">When it was issued, UTC.</param>
public sealed record AnnouncementAnswer(
    string Announcement, string Number, string Batch, AnnouncementKind Kind, DateOnly Day, string PublicTitle, string PublicSignatory,
    IReadOnlyList<AnnouncementEntry> Entries, DateTimeOffset At);

/// <summary>How an application's recognition stands: what a proof of standing shows, and what an applicant that was not recognised is told.</summary>
/// <param name="Day">The day of the answer.</param>
/// <param name="ReasonNotRecognised">Why it was not recognised; for those who may read it.</param>
/// <param name="Against">The decision against the application that is the last word on it, with its reason and the term to ask for a review.</param>
/// <param name="IssuedBy">The body that recognises.</param>
public sealed record RecognitionAnswer(
    string Application, long Version, DateOnly Day, Stage Stage, RecognitionStanding Standing, string? ClusterName, string? OrganisationName, string? CreditCode,
    string? Announcement, string? Number, DateOnly? Since, DateOnly? LastDay, DateOnly? RevokedOn, string? RevokedFor, string? RevocationNumber,
    string? ReasonNotRecognised, Words IssuedBy, bool Demo, DecisionTold? Against);

/// <summary>
/// Another application for a cluster of the same name, whoever operated it. A new operator does not inherit a ban and does not shed the cluster's past either:
/// it is shown, and what follows from it is a person's decision.
/// </summary>
public sealed record ClusterPast(string Application, string Batch, string Organisation, bool Live, RecognisedCluster? Recognition, IReadOnlyList<CaseCard> Cases);

/// <summary>A review request as those who may read it see it.</summary>
/// <param name="DecidedByReader">The reader took the decision that is to be reviewed, so somebody else decides the review.</param>
public sealed record ReviewRequestAnswer(
    string Request, string Application, string Batch, string City, Stage Against, DateTimeOffset At, string? Grounds, bool? Reopened, string? Reason, long Version, bool DecidedByReader);

/// <summary>The recognition room: recognition, announcements, the register, review requests.</summary>
public static class RecognitionRoom
{
    private const Roles Officers = Roles.ProvincialOfficer | Roles.CityOfficer | Roles.IntegrityOfficer | Roles.Auditor;
    private static readonly QuerySpec Announcements = new("list-announcements", "/batches/{id}/announcements", (Roles)(-1), "Announcements of a batch, the latest first.");
    private static readonly QuerySpec Register = new(
        "list-register", "/register", Officers | Roles.Applicant, "Every cluster ever recognised with its standing: ?day=, ?city=, ?industry=, ?batch=.")
    {
        Inputs =
        [
            new("day", "A day, 2025-06-20; today if left out."),
            new("city", "GB/T 2260 code of the city."),
            new("industry", "Code of the leading industry."),
            new("batch", "Id of the batch."),
        ],
    };
    private static readonly QuerySpec Recognition = new(
        "get-recognition", "/applications/{id}/recognition", Officers | Roles.Applicant, "How an application's recognition stands today: the data of a proof of standing.");
    private static readonly QuerySpec ClusterHistory = new(
        "get-cluster-history", "/applications/{id}/cluster-history", Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor,
        "What was filed before for a cluster of this name, by whichever operator: recognition, cases.");
    private static readonly QuerySpec List = new(
        "get-recognition-list", "/batches/{id}/recognition", Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor,
        "The publicised applications of a batch: why each may or may not be recognised now, what was decided, what may be announced.")
    { Always = true };
    private static readonly QuerySpec Requests = new("list-review-requests", "/review-requests", Officers | Roles.Applicant, "Review requests, the latest first; ?open=true for open ones.") { Inputs = [new("open", "true for open ones only.")] };

    private static readonly QuerySpec OneRequest = new("get-review-request", "/review-requests/{id}", Officers | Roles.Applicant, "A review request with its grounds and how it ended.");

    /// <summary>The room's views.</summary>
    public static void AddRecognitionViews(this StoreOptions options)
    {
        options.Projections.Add(new AnnouncementCardProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new ReviewRequestCardProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new RecognisedClusterProjection(), ProjectionLifecycle.Async);
        options.Schema.For<AnnouncementCard>().Index(a => a.Number).Index(a => a.Batch);
        options.Schema.For<ReviewRequestCard>().Index(r => r.Application);
    }

    /// <summary>The room's queries.</summary>
    public static void MapRecognition(this IEndpointRouteBuilder api)
    {
        api.MapQuery(Announcements, (http, reading) => AnnouncementsAsync(IdOf(http), reading)).WithTags("Recognition");
        api.MapQuery(Register, RegisterAsync, Days.Wrong).WithTags("Recognition");
        api.MapQuery(Recognition, RecognitionAsync).WithTags("Recognition");
        api.MapQuery(List, (http, reading) => RecognitionList.ReadAsync(new BatchId(IdOf(http)), reading)).WithTags("Recognition");
        api.MapQuery(Requests, RequestsAsync).WithTags("Recognition");
        api.MapQuery(OneRequest, async (http, reading) =>
            await reading.Session.LoadAsync<ReviewRequestCard>(new ReviewRequestId(IdOf(http)).Stream, reading.Cancelled) is { } request
            && reading.Actor.Reaches(new Belonging(request.City, request.Organisation)) ? Answer(request, reading) : null).WithTags("Recognition");
        api.MapQuery(ClusterHistory, ClusterHistoryAsync).WithTags("Recognition");
    }

    /// <summary>五(三): with a finding that was rescinded or is over the announcement of the revocation that rested on it has left the public; the office still finds it.</summary>
    private static async Task<IReadOnlyList<AnnouncementAnswer>?> AnnouncementsAsync(string batch, Reading reading)
    {
        var cards = await reading.Session.Query<AnnouncementCard>().Where(a => a.Batch == batch).OrderByDescending(a => a.At).ToListAsync(reading.Cancelled);
        var (today, gone) = (ChinaTime.ToDay(reading.Now), new HashSet<string>());
        string[] findings = [.. cards.Select(c => c.Issued.Finding).OfType<string>()];
        if (findings.Length > 0 && !reading.Actor.May(Officers))
            foreach (var finding in await reading.Session.Query<FindingView>().Where(f => f.Finding.Finding.IsOneOf(findings)).ToListAsync(reading.Cancelled))
                if (finding.RescindedOn is not null || finding.LastDay < today)
                    gone.Add(finding.Finding.Finding);
        return [.. cards.Where(c => c.Issued.Finding is not { } finding || !gone.Contains(finding)).Select(c => new AnnouncementAnswer(
            c.Announcement, c.Number, c.Batch, c.Issued.Kind, c.Issued.Day, c.Issued.PublicTitle, c.Issued.PublicSignatory, c.Issued.Entries, c.At))];
    }

    private static async Task<IReadOnlyList<RegisterEntry>?> RegisterAsync(HttpContext http, Reading reading)
    {
        var query = http.Request.Query;
        var day = Days.Asked(http, reading);
        var (city, industry, batch) = (query["city"].ToString(), query["industry"].ToString(), query["batch"].ToString());
        IQueryable<RecognisedCluster> clusters = reading.Session.Query<RecognisedCluster>();
        if (reading.Actor.Role == Roles.CityOfficer)
            clusters = clusters.Where(c => c.City == reading.Actor.City);
        if (reading.Actor.Role == Roles.Applicant)
            clusters = clusters.Where(c => c.Organisation == reading.Actor.Organisation);
        if (city.Length > 0)
            clusters = clusters.Where(c => c.City == city);
        if (industry.Length > 0)
            clusters = clusters.Where(c => c.Industry == industry);
        if (batch.Length > 0)
            clusters = clusters.Where(c => c.Batch == batch);
        return [.. (await clusters.OrderBy(c => c.City).ThenBy(c => c.Id).ToListAsync(reading.Cancelled))
            .Select(c => new RegisterEntry(c, c.On(day))).Where(e => e.Standing != RecognitionStanding.None)];
    }

    private static async Task<RecognitionAnswer?> RecognitionAsync(HttpContext http, Reading reading)
    {
        if (await reading.Session.LoadAsync<Draft>(new ApplicationId(IdOf(http)).Stream, reading.Cancelled) is not { } head)
            return null;
        var filedBy = reading.Actor.Reaches(new Belonging(head.City, head.Organisation.Value));
        var timeline = new Timeline(head.Id, await reading.Session.Events.FetchStreamAsync(head.Id, token: reading.Cancelled));
        var state = timeline.Fold(RecognisedState.Start, RecognisedState.Next);
        // Whoever operates the cluster now reads how it stands, and no more of what another organisation filed.
        if (!timeline.Exists || !filedBy && !(state.Operator is { } now && reading.Actor.Reaches(new Belonging(head.City, now.To.Value))))
            return null;
        var call = await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, head.Batch, reading.Cancelled);
        var (day, filing) = (ChinaTime.ToDay(reading.Now), timeline.Fold(Filing.Start, Filing.Next));
        var standing = state.On(day);
        var refused = filedBy && filing.Stage == Stage.NotRecognised ? timeline.Events.Select(e => e.Data).OfType<ApplicationNotRecognised>().LastOrDefault() : null;
        return new RecognitionAnswer(
            head.Application.Value, timeline.Version, day, filing.Stage, standing,
            state.By is null ? null : state.ClusterName,
            state.Operator?.ToName ?? state.By?.Entry.OrganisationName, state.Operator?.To.Value ?? state.By?.Entry.Organisation.Value,
            state.By?.Announcement.Value, state.By?.Number, state.By?.Day, state.LastDay,
            state.Revoked?.Day, state.Revoked?.PublicReason, state.RevocationNumber,
            reading.Open(refused?.Reason), call!.Definition.Issuer.Body, call.Definition.Demo,
            filedBy ? await DecisionTold.OfAsync(timeline, call.Definition, reading) : null);
    }

    private static async Task<IReadOnlyList<ClusterPast>?> ClusterHistoryAsync(HttpContext http, Reading reading)
    {
        if (await ApplicationsRoom.ReachableAsync(http, reading) is not { } head || await reading.Session.LoadAsync<ClusterFiling>(head.Id, reading.Cancelled) is not { } own)
            return null;
        var others = await reading.Session.Query<ClusterFiling>().Where(c => c.Cluster == own.Cluster && c.Id != own.Id).OrderBy(c => c.Batch).ThenBy(c => c.Id).ToListAsync(reading.Cancelled);
        var recognised = (await reading.Session.LoadManyAsync<RecognisedCluster>(reading.Cancelled, others.Select(o => o.Id))).ToDictionary(r => r.Id);
        string[] ids = [.. others.Select(o => o.Id["application/".Length..])];
        var cases = (await reading.Session.Query<CaseCard>().Where(c => c.Application.IsOneOf(ids)).ToListAsync(reading.Cancelled)).ToLookup(c => c.Application);
        return [.. others.Zip(ids, (o, id) => new ClusterPast(id, o.Batch, o.Organisation, o.Live, recognised.GetValueOrDefault(o.Id), [.. cases[id]]))];
    }

    private static async Task<IReadOnlyList<ReviewRequestAnswer>?> RequestsAsync(HttpContext http, Reading reading)
    {
        IQueryable<ReviewRequestCard> requests = reading.Session.Query<ReviewRequestCard>();
        if (reading.Actor.Role == Roles.CityOfficer)
            requests = requests.Where(r => r.City == reading.Actor.City);
        if (reading.Actor.Role == Roles.Applicant)
            requests = requests.Where(r => r.Organisation == reading.Actor.Organisation);
        if (http.Request.Query["open"] == "true")
            requests = requests.Where(r => r.Reopened == null);
        return [.. (await requests.OrderByDescending(r => r.At).ThenBy(r => r.Id).ToListAsync(reading.Cancelled)).Select(r => Answer(r, reading))];
    }

    private static ReviewRequestAnswer Answer(ReviewRequestCard r, Reading reading) => new(
        r.Request, r.Application, r.Batch, r.City, r.Against, r.At, reading.Open(r.Grounds), r.Reopened, reading.Open(r.Reason), r.Version, r.DecidedBy == reading.Actor.Id);

    private static string IdOf(HttpContext http) => http.Request.RouteValues["id"]!.ToString()!;
}
