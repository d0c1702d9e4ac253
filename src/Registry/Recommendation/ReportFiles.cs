using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>四(二): the scans that a city reports with: of its formal document and of the sealed summary table. Stored before the draft that names them.</summary>
internal static class ReportFiles
{
    private const Roles Readers = Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Auditor;

    private static readonly string[] Kinds = ["application/pdf", "image/png", "image/jpeg"];

    private static readonly CommandSpec Upload = new("upload-report-file", "/batches/{id}/city-report/files", Roles.CityOfficer, "Upload a scan for the own city's report (multipart: file): PDF, PNG or JPEG.");

    private static readonly QuerySpec Download = new("download-report-file", "", Readers, "");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(Upload.Route!, ReceiveAsync)
            .DisableAntiforgery().WithName(Upload.Name).WithSummary(Upload.Summary).WithTags("Recommendation").WithMetadata(Upload)
            .WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + 64 * 1024))
            .Accepts<ReportFile>("multipart/form-data")
            .Produces<StoredFile>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json");
        api.MapGet("/batches/{id}/city-report/files/{sha256}", SendAsync)
            .WithName(Download.Name).WithTags("Recommendation").WithSummary("Download a scan of a city's draft or report; others than the city's officers name it by city.")
            .WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");
    }

    /// <summary>Stores a scan, or says why it is none. The type is found from the content.</summary>
    public static async Task<(StoredFile? Stored, Refusal? Refusal)> StoreAsync(EvidenceStore files, BatchId batch, string city, byte[] content, CancellationToken ct) =>
        content.Length > EvidenceStore.Largest ? (null, FileRules.TooLarge.Refuse(("most", $"{EvidenceStore.Largest / 1024 / 1024} MB")))
        : Inspection.Of(content) is var (kind, wrong) && wrong is not null && wrong.Rule != FileRules.Kind ? (null, wrong)
        : !Kinds.Contains(kind) ? (null, RecommendationRules.ScanKind.Refuse())
        : (await files.PutAsync(CityReport.Stream(batch, city), content, ct), null);

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, IDocumentStore store, EvidenceStore files)
    {
        var actor = http.Actor();
        if (actor.Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        if (await http.RequestServices.GetRequiredService<Calls>().ReadAsync(session, new BatchId(id), http.RequestAborted) is null)
            return CommandRules.NotFound.Refuse().Response(http);
        var (form, unread) = await FileIntake.ReadFormAsync(http, EvidenceStore.Largest);
        if (unread is not null)
            return unread.Response(http);
        if (form!.Files is not [var file])
            return CommandRules.Malformed.Refuse(("what", "file")).Response(http);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, http.RequestAborted);
        var (stored, refusal) = await StoreAsync(files, new BatchId(id), actor.City!, content.ToArray(), http.RequestAborted);
        return refusal is not null ? refusal.Response(http) : Results.Json(stored, Json.Api);
    }

    /// <summary>Sends a scan that the city's draft or report names, always as an attachment.</summary>
    internal static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store, EvidenceStore files)
    {
        var actor = http.Actor();
        if (actor.Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        var batch = new BatchId(id);
        var city = http.Request.Query["city"].ToString() is { Length: > 0 } named ? named : actor.City ?? "";
        await using var session = store.QuerySession();
        var events = (await session.Events.FetchStreamAsync(CityReport.Stream(batch, city), token: http.RequestAborted)).Select(e => e.Data);
        var isNamed = events.Any(e => e is CityReportDrafted d && (d.Document == sha256 || d.SummaryTable == sha256));
        return isNamed && actor.Reaches(new Belonging(city, null)) && await files.ReadAsync(CityReport.Stream(batch, city), sha256, http.RequestAborted) is { } content
            ? new Download(content, "application/octet-stream", $"{sha256[..16]}{Ending(content)}").Response(http)
            : CommandRules.NotFound.Refuse().Response(http);
    }

    private static string Ending(byte[] content) => FileKinds.Of(content) switch { "application/pdf" => ".pdf", "image/png" => ".png", _ => ".jpg" };

    /// <summary>The part of an upload.</summary>
    /// <param name="File">PDF, PNG or JPEG, at most 20 MB.</param>
    public sealed record ReportFile(IFormFile File);
}
