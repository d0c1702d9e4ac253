using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>One cluster of a batch as the province has it before it.</summary>
/// <param name="Proposals">Conditions that the city proposes to relax or accept.</param>
/// <param name="Short">Conditions that the figures do not meet under the definition in force and the city has not spoken to.</param>
/// <param name="Concerns">Consulted departments that raised something, by the definition's key.</param>
/// <param name="Unheard">Required consultations without a reply.</param>
/// <param name="Plain">Without remarks: it may be admitted together with others.</param>
/// <param name="Reason">The reason of its admission.</param>
public sealed record ScreeningLine(
    string Id, string Cluster, string Organisation, string OrganisationName, string City, string Industry, Stage Stage, DateTimeOffset Since, int? Rank, DateOnly? Term, long Version,
    IReadOnlyList<string> Proposals, IReadOnlyList<string> Short, IReadOnlyList<string> Concerns, IReadOnlyList<string> Unheard, bool Plain, string? Reason);

/// <summary>The re-check of a batch.</summary>
/// <param name="ReportsCloseAt">From then on the list for expert review may be fixed.</param>
/// <param name="Undecided">Reported clusters that wait for a decision or are back with their city.</param>
/// <param name="Fixed">Whether the list for expert review is fixed.</param>
/// <param name="Version">The batch's version; fixing the list carries it.</param>
public sealed record ScreeningAnswer(string Batch, DateTimeOffset ReportsCloseAt, int Undecided, bool Fixed, long Version, IReadOnlyList<ScreeningLine> Lines);

/// <summary>四(二): what the cities reported in a batch, by city and rank, with what the province should look at.</summary>
internal static class ScreeningList
{
    private static readonly QuerySpec GetScreening = new(
        "get-screening", "/batches/{id}/screening", Roles.ProvincialOfficer | Roles.Auditor, "Every reported cluster of a batch, by city and rank, with what stands in the way of its admission.")
    { Always = true };

    public static void Map(IEndpointRouteBuilder api) => api.MapQuery(GetScreening, ReadAsync).WithTags("Screening");

    private static async Task<ScreeningAnswer?> ReadAsync(HttpContext http, Reading reading)
    {
        var id = new BatchId(http.Request.RouteValues["id"]!.ToString()!);
        var batch = new Timeline(id.Stream, await reading.Session.Events.FetchStreamAsync(id.Stream, token: reading.Cancelled));
        if (await reading.Services.GetRequiredService<Calls>().OpenAsync(reading.Session, id, batch, reading.Cancelled) is not { } call)
            return null;
        var cards = await reading.Session.Query<ApplicationCard>().Where(c => c.Batch == id.Value && c.Rank != null).OrderBy(c => c.City).ThenBy(c => c.Rank).ThenBy(c => c.Id).ToListAsync(reading.Cancelled);
        var query = reading.Session.CreateBatchQuery();
        var streams = cards.Select(c => query.Events.FetchStream(c.Id)).ToList();
        await query.Execute(reading.Cancelled);
        var lines = new List<ScreeningLine>();
        foreach (var (card, stream) in cards.Zip(streams))
        {
            var timeline = new Timeline(card.Id, await stream);
            // What is only recommended is not the province's yet.
            if (timeline.Events.Any(e => e.Data is ApplicationReported))
                lines.Add(LineOf(card, timeline, call, reading));
        }
        return new ScreeningAnswer(id.Value, call.ReportWindow.ClosesAt, lines.Count(l => IsUndecided(l.Stage)), ScreeningDesk.IsListFixed(batch), batch.Version, lines);
    }

    private static bool IsUndecided(Stage stage) => stage is Stage.Reported or Stage.ReturnedToCity or Stage.Returned or Stage.Submitted;

    private static ScreeningLine LineOf(ApplicationCard card, Timeline timeline, Call call, Reading reading)
    {
        var (filing, recheck) = (timeline.Fold(Filing.Start, Filing.Next), timeline.Fold(Recheck.Start, Recheck.Next));
        var head = new Draft { Id = card.Id, Batch = call.Id, Organisation = CreditCode.Parse(card.Organisation), City = card.City };
        var check = new ApplicationFile(head, timeline, filing, call, Standing.Start).CheckNow();
        string[] proposals = [.. recheck.Proposals.Select(p => p.Condition)];
        string[] fallingShort = [.. check.Where(v => AdmitApplication.IsOpen(v, recheck)).Select(v => v.Condition)];
        string[] concerns = [.. recheck.Concerns];
        string[] unheard = [.. call.Definition.Applicants.Consultations.Where(c => c.Required && !recheck.Heard.Contains(c.Key)).Select(c => c.Key)];
        return new ScreeningLine(
            card.Application, card.Cluster, card.Organisation, card.OrganisationName, card.City, card.Industry, card.Stage, card.Since, card.Rank, card.Term, timeline.Version,
            proposals, fallingShort, concerns, unheard,
            card.Stage == Stage.Reported && proposals.Length + fallingShort.Length + concerns.Length + unheard.Length == 0 && card.Term is null,
            recheck.Admission is { } admission ? reading.Open(admission.Reason) : null);
    }
}
