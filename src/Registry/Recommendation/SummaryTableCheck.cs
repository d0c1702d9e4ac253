using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>
/// The dry run of an import: what is wrong with the table, cell by cell, and what it would change. It is asked and answered and leaves no trace, so the cells
/// may be shown as they were typed.
/// </summary>
internal static class SummaryTableCheck
{
    /// <summary>Most rows of a table.</summary>
    public const int MostRows = 5000;

    private static readonly CommandSpec Spec = new(
        "check-summary-table", "/batches/{id}/summary-table/check", Roles.CityOfficer, "Check a filled-in summary table (the XLSX as the body): errors by row, column, value and reason, and what it would change. Nothing is recorded.");

    public static void Map(IEndpointRouteBuilder api) => api.MapPost(Spec.Route!, ReceiveAsync)
        .DisableAntiforgery().WithName(Spec.Name).WithSummary(Spec.Summary).WithTags("Recommendation").WithMetadata(Spec)
        .Produces<TableReport>()
        .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
        .Produces<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json");

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, IDocumentStore store)
    {
        var actor = http.Actor();
        if (actor.Barred(Spec.Roles) is { } barred)
            return barred.Response(http);
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        await using var session = store.QuerySession();
        var call = await http.RequestServices.GetRequiredService<Calls>().ReadAsync(session, new BatchId(id), http.RequestAborted);
        if (call is null)
            return CommandRules.NotFound.Refuse().Response(http);
        http.Response.Headers.CacheControl = "no-store";
        var (report, refusal) = await ShowAsync(http, actor, session, call, content.ToArray());
        return refusal is not null ? refusal.Response(http) : Results.Json(report, Json.Api);
    }

    /// <summary>The dry run for an officer to look at: the opinions that it shows were opened for a person, which leaves its record.</summary>
    public static async Task<(TableReport? Report, Refusal? Refusal)> ShowAsync(HttpContext http, Actor actor, IQuerySession session, Call call, byte[] table)
    {
        var services = http.RequestServices;
        var reading = new Reading(actor, services.GetRequiredService<RegistryClock>().GetUtcNow(), session, services.GetRequiredService<Vault>(), services, http.RequestAborted);
        var result = await RunAsync(session, call, actor.City!, table, reading.Open, http.RequestAborted);
        await SensitiveReadings.RecordAsync(Spec.Name, actor, reading.Now, services, reading.Opened, http.RequestAborted);
        return result;
    }

    /// <summary>Reads and checks the table, or says why it is none.</summary>
    public static async Task<(TableReport? Report, Refusal? Refusal)> RunAsync(
        IQuerySession session, Call call, string city, byte[] table, Func<Sealed, string?> open, CancellationToken ct)
    {
        var headings = SummaryTable.Headings(call.Definition);
        var read = Workbook.Read(table, MostRows + 1, headings.Count);
        if (read.Refusal is { } unreadable)
            return (null, unreadable);
        if (read.Rows.Count == 0 || !read.Rows[0].Cells.SequenceEqual(headings))
            return (null, RecommendationRules.TableHeadings.Refuse(("columns", string.Join('、', headings))));
        var cards = await RecommendationRoom.OpenAsync(session, call.Id, city, ct);
        return (TableCheck.Run(call.Definition, city, [.. read.Rows.Skip(1)], await SummaryRows.ReadAsync(session, cards, open, ct)), null);
    }
}
