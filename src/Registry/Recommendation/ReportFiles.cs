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

    /// <summary>Stores a scan for the own city's report, or says why it is not taken. The type is found from the content.</summary>
    public static async Task<(StoredFile? Stored, Refusal? Refusal)> StoreAsync(IServiceProvider services, BatchId batch, Actor actor, byte[] content, CancellationToken ct)
    {
        using var lease = services.GetRequiredService<UploadGate>().Enter(actor.Id);
        if (!lease.IsAcquired)
            return (null, FileRules.TooFast.Refuse());
        var largest = services.GetRequiredService<RegistrySettings>().Files.Limits.OfFile;
        if (content.Length > largest)
            return (null, FileRules.TooLarge.Refuse(("most", $"{largest / 1024 / 1024} MB")));
        var (kind, wrong) = Inspection.Of(content);
        if (wrong is not null && wrong.Rule != FileRules.Kind)
            return (null, wrong);
        var taken = await services.GetRequiredService<CommandRunner>().RunAsync(
            actor, batch.Value, new TakeReportFile(EvidenceStore.DigestOf(content), content.Length, kind ?? ""), Desk.NewId(), services.GetRequiredService<RegistryClock>().GetUtcNow(), ct);
        return taken.Refusal is { } refused
            ? (null, refused)
            : await services.GetRequiredService<EvidenceStore>().KeepAsync(CityReport.Stream(batch, actor.City!), content, services.GetRequiredService<ILogger<EvidenceStore>>(), ct);
    }

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, IDocumentStore store)
    {
        var actor = http.Actor();
        if (actor.Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        if (await http.RequestServices.GetRequiredService<Calls>().ReadAsync(session, new BatchId(id), http.RequestAborted) is null)
            return CommandRules.NotFound.Refuse().Response(http);
        var (form, unread) = await FileIntake.ReadFormAsync(http, http.RequestServices.GetRequiredService<RegistrySettings>().Files.Limits.OfFile);
        if (unread is not null)
            return unread.Response(http);
        if (form!.Files is not [var file])
            return CommandRules.Malformed.Refuse(("what", "file")).Response(http);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, http.RequestAborted);
        var (stored, refusal) = await StoreAsync(http.RequestServices, new BatchId(id), actor, content.ToArray(), http.RequestAborted);
        return refusal is not null ? refusal.Response(http) : Results.Json(stored, Json.Api);
    }

    /// <summary>Sends a scan that the city's draft or report names, always as an attachment.</summary>
    internal static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store)
    {
        var actor = http.Actor();
        if (actor.Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        var batch = new BatchId(id);
        var city = http.Request.Query["city"].ToString() is { Length: > 0 } named ? named : actor.City ?? "";
        await using var session = store.QuerySession();
        var events = (await session.Events.FetchStreamAsync(CityReport.Stream(batch, city), token: http.RequestAborted)).Select(e => e.Data);
        var isNamed = events.Any(e => e is CityReportDrafted d && (d.Document == sha256 || d.SummaryTable == sha256));
        return isNamed && actor.Reaches(new Belonging(city, null))
            ? await EvidenceEndpoints.SendStoredAsync(http, Download.Name, CityReport.Stream(batch, city), CityReport.Stream(batch, city), sha256, content => (FileKinds.Of(content) ?? FileKinds.Pdf, null))
            : CommandRules.NotFound.Refuse().Response(http);
    }

    /// <summary>The part of an upload.</summary>
    /// <param name="File">PDF, PNG or JPEG, at most 20 MB.</param>
    public sealed record ReportFile(IFormFile File);
}
