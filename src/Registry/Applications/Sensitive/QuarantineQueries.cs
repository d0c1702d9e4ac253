using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications.Sensitive;

/// <summary>A quarantine as those see it who reach its application. The material itself is nowhere in it.</summary>
/// <param name="Cluster">The cluster's name, once the application was submitted.</param>
/// <param name="Place">The file's digest, the field's key, or the step's number.</param>
/// <param name="By">Account of the person who withheld it.</param>
public sealed record QuarantineAnswer(
    string Quarantine, string Application, string? Cluster, string City, MaterialKind Kind, string Place, string Digest, QuarantineStatus Status, string? Reason,
    DateTimeOffset Since, DateTimeOffset At, string By, string? ConfirmedBy, string? OrderedBy, string? LiftedBecause, long Version);

/// <summary>A city's hand-over and the applications it is about.</summary>
public sealed record HandOverAnswer(
    string City, IReadOnlyList<MarkedApplication> Applications, string? Disc, DateOnly? HandedOver, string? HandedOverBy, DateOnly? Received, string? ReceivedBy, long Version);

/// <summary>Queries about sensitive material.</summary>
internal static class QuarantineQueries
{
    private const Roles Officers = Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Auditor;

    private static readonly QuerySpec Many = new("list-quarantines", "/quarantines", Officers | Roles.Applicant, "Withheld and destroyed material of the applications that the reader reaches, newest first.") { Inputs = [new("application", "Id of the application."), new("open", "true: only what waits for somebody.")] };
    private static readonly QuerySpec One = new("get-quarantine", "/quarantines/{id}", Officers | Roles.Applicant, "One quarantine: what, since when, by whom, where it stands.");
    private static readonly QuerySpec HandOver = new("get-hand-over", "/batches/{id}/hand-over", Officers, "A city's hand-over of sensitive material. City officers see their own city's; others name it by city.") { Inputs = [new("city", "GB/T 2260 code of the city.")] };
    private static readonly QuerySpec HandOverList = new("list-hand-overs", "/batches/{id}/hand-overs", Roles.ProvincialOfficer | Roles.Auditor, "The hand-overs of all cities that have sensitive material in the batch.");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(Many, ListAsync).WithTags("Sensitive");
        api.MapQuery(One, GetAsync).WithTags("Sensitive");
        api.MapQuery(HandOver, HandOverAsync).WithTags("Sensitive");
        api.MapQuery(HandOverList, HandOversAsync).WithTags("Sensitive");
    }

    private static async Task<IReadOnlyList<QuarantineAnswer>?> ListAsync(HttpContext http, Reading reading)
    {
        const int most = 500;
        var (application, open) = (http.Request.Query["application"].ToString(), http.Request.Query["open"] == "true");
        var (city, organisation) = (reading.Actor.City ?? "", reading.Actor.Organisation ?? "");
        var cards = reading.Session.Query<QuarantineCard>().Where(q => application == "" || q.Application == application);
        cards = reading.Actor.Role switch
        {
            Roles.CityOfficer => cards.Where(q => q.City == city),
            Roles.Applicant => cards.Where(q => q.Organisation == organisation),
            _ => cards,
        };
        if (open)
            cards = cards.Where(q => q.Status == QuarantineStatus.Withheld || q.Status == QuarantineStatus.Confirmed || q.Status == QuarantineStatus.Ordered);
        var found = await cards.OrderByDescending(q => q.Since).ThenBy(q => q.Id).Take(most).ToListAsync(reading.Cancelled);
        var clusters = await reading.Session.LoadManyAsync<ApplicationCard>(reading.Cancelled, found.Select(q => new ApplicationId(q.Application).Stream).Distinct().ToArray());
        return [.. found.Select(q => Shown(q, clusters.FirstOrDefault(c => c.Application == q.Application)?.Cluster, reading))];
    }

    private static async Task<QuarantineAnswer?> GetAsync(HttpContext http, Reading reading)
    {
        var id = new QuarantineId(http.Request.RouteValues["id"]!.ToString()!);
        return await reading.Session.LoadAsync<QuarantineCard>(id.Stream, reading.Cancelled) is { } card && reading.Actor.Reaches(new Belonging(card.City, card.Organisation))
            ? Shown(card, (await reading.Session.LoadAsync<ApplicationCard>(new ApplicationId(card.Application).Stream, reading.Cancelled))?.Cluster, reading)
            : null;
    }

    private static QuarantineAnswer Shown(QuarantineCard q, string? cluster, Reading reading) => new(
        q.Quarantine, q.Application, cluster, q.City, q.Kind, q.Place, q.Digest, q.Status, reading.Open(q.Reason), q.Since, q.At, q.By, q.ConfirmedBy, q.OrderedBy, reading.Open(q.LiftedBecause), q.Version);

    private static async Task<HandOverAnswer?> HandOverAsync(HttpContext http, Reading reading)
    {
        var batch = new BatchId(http.Request.RouteValues["id"]!.ToString()!);
        var named = http.Request.Query["city"].ToString();
        var city = named.Length == 0 && reading.Actor.Role == Roles.CityOfficer ? reading.Actor.City! : named;
        if (await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, batch, reading.Cancelled) is not { } call
            || call.Definition.FindCity(city) is null || !reading.Actor.Reaches(new Belonging(city, null)))
            return null;
        var card = await reading.Session.LoadAsync<HandOverCard>(Sensitive.HandOver.Stream(batch, city), reading.Cancelled);
        return Answer(city, await HandOvers.MarkedAsync(reading.Session, batch, city, reading.Cancelled), card);
    }

    private static async Task<IReadOnlyList<HandOverAnswer>?> HandOversAsync(HttpContext http, Reading reading)
    {
        var batch = new BatchId(http.Request.RouteValues["id"]!.ToString()!);
        if (await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, batch, reading.Cancelled) is null)
            return null;
        var marked = (await HandOvers.MarkedAsync(reading.Session, batch, null, reading.Cancelled)).ToLookup(m => m.City);
        var cards = await reading.Session.Query<HandOverCard>().Where(c => c.Batch == batch.Value).ToListAsync(reading.Cancelled);
        return [.. marked.Select(m => m.Key).Union(cards.Select(c => c.City)).Order(StringComparer.Ordinal).Select(city => Answer(city, [.. marked[city]], cards.FirstOrDefault(c => c.City == city)))];
    }

    private static HandOverAnswer Answer(string city, IReadOnlyList<MarkedApplication> marked, HandOverCard? card) =>
        new(city, marked, card?.Disc, card?.HandedOver, card?.HandedOverBy, card?.Received, card?.ReceivedBy, card?.Version ?? 0);
}
