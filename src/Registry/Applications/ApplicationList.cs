using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Applications;

/// <summary>An application in a list, with the version that the next command on it carries.</summary>
/// <param name="Since">Since when it stands at its stage.</param>
/// <param name="Rank">Its rank in its city while it holds a place; not shown to the applicant.</param>
/// <param name="Term">Last day of the term of a return by the province.</param>
public sealed record ApplicationLine(
    string Id, string Batch, string Organisation, string OrganisationName, string Cluster, string City, string Industry, Stage Stage,
    DateTimeOffset Since, DateTimeOffset FirstSubmitted, int Round, int? Rank, DateOnly? Term, long Version);

/// <summary>One page of a list.</summary>
/// <param name="Total">Lines of all pages.</param>
/// <param name="Number">This page, 1 first.</param>
/// <param name="Size">Lines on a full page.</param>
public sealed record ApplicationPage(IReadOnlyList<ApplicationLine> Items, long Total, int Number, int Size);

/// <summary>
/// The list of submitted applications, as far as the reader reaches, in the order of first submission: what comes later comes after, so pages stay
/// as they were.
/// </summary>
internal static class ApplicationList
{
    private const int LargestPage = 200, UsualPage = 50, LastPage = 100_000;
    private const Roles Readers = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    private static readonly QuerySpec List = new(
        "list-applications", "/applications", Readers, "Submitted applications, by batch, city, stage and organisation; page and size (at most 200).")
    {
        Inputs =
        [
            new("batch", "Id of the batch."),
            new("city", "GB/T 2260 code of the city."),
            new("organisation", "Credit code of the applicant."),
            new("stage", "Stages, several with commas."),
            new("order", "since: what has stood longest where it stands comes first; else what was submitted first."),
            new("page", "Page, 1 first."),
            new("size", "Lines on a page, 50 if left out, at most 200."),
        ],
    };

    public static void Map(IEndpointRouteBuilder api) => api.MapQuery(List, ReadAsync, Wrong).WithTags("Applications");

    private static Refusal? Wrong(HttpContext http) =>
        http.Request.Query.Where(f => f.Value.Count > 1 || f.Key switch
        {
            "batch" or "city" or "organisation" => false,
            "stage" => StagesOf(http) is null,
            "order" => http.Request.Query["order"].ToString() is not ("" or "since"),
            "page" => Number(http, "page", 1, LastPage) is null,
            "size" => Number(http, "size", UsualPage, LargestPage) is null,
            _ => true,
        })
            .Select(f => CommandRules.Malformed.Refuse(("what", f.Key is "batch" or "city" or "organisation" or "stage" or "order" or "page" or "size" ? f.Key : "query")))
            .FirstOrDefault();

    private static async Task<ApplicationPage?> ReadAsync(HttpContext http, Reading reading)
    {
        var (number, size) = (Number(http, "page", 1, LastPage)!.Value, Number(http, "size", UsualPage, LargestPage)!.Value);
        var cards = Reached(reading.Session.Query<ApplicationCard>(), reading.Actor);
        if (Filter(http, "batch") is { } batch)
            cards = cards.Where(c => c.Batch == batch);
        if (Filter(http, "city") is { } city)
            cards = cards.Where(c => c.City == city);
        if (Filter(http, "organisation") is { } organisation)
            cards = cards.Where(c => c.Organisation == organisation);
        if (StagesOf(http) is { Length: > 0 } stages)
            cards = cards.Where(c => c.Stage.IsOneOf(stages));
        var total = await cards.CountAsync(reading.Cancelled);
        var ordered = http.Request.Query["order"] == "since" ? cards.OrderBy(c => c.Since) : cards.OrderBy(c => c.FirstSubmitted);
        var page = await ordered.ThenBy(c => c.Id).Skip((number - 1) * size).Take(size).ToListAsync(reading.Cancelled);
        var versions = await VersionsAsync(reading, [.. page.Select(c => c.Id)]);
        return new ApplicationPage([.. page.Select(c => Line(c, versions[c.Id], reading.Actor))], total, number, size);
    }

    /// <summary>The same limit as <see cref="Access.Reaches"/>, where the store can apply it.</summary>
    private static IQueryable<ApplicationCard> Reached(IQueryable<ApplicationCard> cards, Actor actor) => actor.Role switch
    {
        Roles.Applicant => cards.Where(c => c.Organisation == actor.Organisation),
        Roles.CityOfficer => cards.Where(c => c.City == actor.City),
        _ => cards,
    };

    private static ApplicationLine Line(ApplicationCard c, long version, Actor reader) => new(
        c.Application, c.Batch, c.Organisation, c.OrganisationName, c.Cluster, c.City, c.Industry, c.Stage, c.Since, c.FirstSubmitted, c.Round,
        reader.Role == Roles.Applicant ? null : c.Rank, c.Term, version);

    /// <summary>Versions as the store counts them: also by events that move nothing.</summary>
    private static async Task<Dictionary<string, long>> VersionsAsync(Reading reading, string[] streams)
    {
        var batch = reading.Session.CreateBatchQuery();
        var states = streams.Select(s => batch.Events.FetchStreamState(s)).ToList();
        await batch.Execute(reading.Cancelled);
        var versions = new Dictionary<string, long>();
        foreach (var state in states)
            versions[(await state)!.Key!] = (await state)!.Version;
        return versions;
    }

    private static string? Filter(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The stages asked for, by name, several with commas; null if one is none.</summary>
    private static Stage[]? StagesOf(HttpContext http)
    {
        var names = http.Request.Query["stage"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.All(Enum.GetNames<Stage>().Contains) ? [.. names.Select(Enum.Parse<Stage>)] : null;
    }

    private static int? Number(HttpContext http, string name, int usual, int most) =>
        Filter(http, name) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
        : null;
}
