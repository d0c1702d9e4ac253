using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>The cities' room: check, recommendation, quota, report.</summary>
public static class RecommendationRoom
{
    private const Roles Readers = Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Auditor;
    private static readonly QuerySpec GetReport = new("get-city-report", "/batches/{id}/city-report", Readers, "A city's places, its draft and its report. City officers see their own city's; others name it by city.") { Inputs = [new("city", "GB/T 2260 code of the city.")] };
    private static readonly QuerySpec GetTable = new("get-summary-table", "/batches/{id}/summary-table", Readers, "The summary table (附件2) of a city's recommended clusters as XLSX; of all cities where the reader reaches them and names none.")
    {
        Inputs = [new("city", "GB/T 2260 code of the city."), new("rows", "recommended, or open: with the clusters that the city still has before it, to be filled in and imported.")],
    };
    private static readonly QuerySpec GetPrepared = new("get-prepared-recommendation", "/applications/{id}/prepared-recommendation", Roles.CityOfficer, "Rank and opinion that the city prepared in its summary table, for the recommendation to come.");

    /// <summary>What the room keeps beside the history.</summary>
    public static void AddRecommendationDocuments(this StoreOptions options) => options.Schema.For<PreparedRecommendation>();

    /// <summary>The room's queries.</summary>
    public static void MapRecommendation(this IEndpointRouteBuilder api)
    {
        api.MapQuery(GetReport, ReadReportAsync).WithTags("Recommendation");
        api.MapQuery(GetTable, ReadTableAsync, http => http.Request.Query["rows"].ToString() is "" or "recommended" or "open" ? null : CommandRules.Malformed.Refuse(("what", "rows"))).WithTags("Recommendation");
        api.MapQuery(GetPrepared, ReadPreparedAsync).WithTags("Recommendation");
        SummaryTableCheck.Map(api);
        ReportFiles.Map(api);
    }

    private static async Task<CityReportAnswer?> ReadReportAsync(HttpContext http, Reading reading)
    {
        if (await CallAsync(http, reading) is not { } call || CityOf(http, reading.Actor, call) is not { } city)
            return null;
        var timeline = new Timeline(CityReport.Stream(call.Id, city), await reading.Session.Events.FetchStreamAsync(CityReport.Stream(call.Id, city), token: reading.Cancelled));
        var report = timeline.Fold(CityReportState.Start, CityReportState.Next);
        var places = await PlacesAsync(reading, call, city);
        return new CityReportAnswer(
            city, call.Definition.QuotaOf(city), call.ReportWindow.Opens, call.ReportWindow.ClosesAt,
            [.. places.Select(c => new PlaceAnswer(c.Application, c.Cluster, c.OrganisationName, c.Stage, c.Rank!.Value))],
            report.Draft, report.Issued, timeline.Version, call.ApplicationWindow(city).ClosesAt);
    }

    private static async Task<Download?> ReadTableAsync(HttpContext http, Reading reading)
    {
        if (await CallAsync(http, reading) is not { } call)
            return null;
        var all = reading.Actor.Role != Roles.CityOfficer && !http.Request.Query.ContainsKey("city");
        var city = all ? null : CityOf(http, reading.Actor, call);
        if (!all && city is null)
            return null;
        var cards = http.Request.Query["rows"] == "open" ? await OpenAsync(reading.Session, call.Id, city, reading.Cancelled) : await PlacesAsync(reading, call, city);
        var rows = await SummaryRows.ReadAsync(reading.Session, cards, reading.Open, reading.Cancelled);
        return new Download(SummaryTable.Write(call.Definition, rows), SummaryTable.MediaType, $"summary-table-{city ?? "all"}.xlsx");
    }

    /// <summary>The clusters that a city can still rank: those it recommends, then those it has before it.</summary>
    internal static async Task<IReadOnlyList<ApplicationCard>> OpenAsync(IQuerySession session, BatchId batch, string? city, CancellationToken ct) =>
        [.. (await session.Query<ApplicationCard>()
                .Where(c => c.Batch == batch.Value && (city == null || c.City == city) && c.Stage.IsOneOf(Stage.Submitted, Stage.Recommended) && c.Term == null)
                .ToListAsync(ct))
            .OrderBy(c => c.City, StringComparer.Ordinal).ThenBy(c => c.Rank ?? int.MaxValue).ThenBy(c => c.FirstSubmitted).ThenBy(c => c.Id, StringComparer.Ordinal)];

    private static async Task<PreparedAnswer?> ReadPreparedAsync(HttpContext http, Reading reading) =>
        await ApplicationsRoom.ReachableAsync(http, reading) is { } head && await reading.Session.LoadAsync<PreparedRecommendation>(head.Id, reading.Cancelled) is { } prepared
            ? new PreparedAnswer(prepared.Rank, reading.Open(prepared.Opinion), prepared.At)
            : null;

    private static Task<Call?> CallAsync(HttpContext http, Reading reading) =>
        reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, new BatchId(http.Request.RouteValues["id"]!.ToString()!), reading.Cancelled);

    /// <summary>A city officer's own city; for others the one they name. Null for a foreign one or one that the batch does not have.</summary>
    private static string? CityOf(HttpContext http, Actor actor, Call call)
    {
        var named = http.Request.Query["city"].ToString();
        var city = named.Length == 0 && actor.Role == Roles.CityOfficer ? actor.City : named;
        return city is not null && call.Definition.FindCity(city) is not null && actor.Reaches(new Belonging(city, null)) ? city : null;
    }

    /// <summary>The applications that hold places, by city and rank; of one city or of all.</summary>
    private static async Task<IReadOnlyList<ApplicationCard>> PlacesAsync(Reading reading, Call call, string? city) =>
        await reading.Session.Query<ApplicationCard>()
            .Where(c => c.Batch == call.Id.Value && c.HoldsPlace && (city == null || c.City == city))
            .OrderBy(c => c.City).ThenBy(c => c.Rank).ThenBy(c => c.Id)
            .ToListAsync(reading.Cancelled);
}

/// <summary>A city's places and report in a batch.</summary>
/// <param name="OpensAt">From when on the city recommends and reports.</param>
/// <param name="ClosesAt">The first instant at which it may not any more.</param>
/// <param name="Version">The report's version; the next draft or the issue carries it.</param>
/// <param name="ApplicationsCloseAt">The first instant at which the city's applicants may not file any more; the city may have set an earlier day.</param>
public sealed record CityReportAnswer(
    string City, int Quota, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, IReadOnlyList<PlaceAnswer> Places,
    CityReportDrafted? Draft, CityReported? Issued, long Version, DateTimeOffset ApplicationsCloseAt);

/// <summary>What the city prepared for a recommendation in its summary table.</summary>
public sealed record PreparedAnswer(int Rank, string? Opinion, DateTimeOffset At);

/// <summary>An application that holds one of the city's places.</summary>
public sealed record PlaceAnswer(string Application, string Cluster, string OrganisationName, Stage Stage, int Rank);
