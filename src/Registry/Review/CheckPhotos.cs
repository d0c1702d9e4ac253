using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;

namespace Registry.Review;

/// <summary>
/// 四(三): photos of an on-site check are evidence of the application: each goes up by itself into the evidence store before the record names it, and comes down only as an attachment.
/// </summary>
internal static class CheckPhotos
{
    private static readonly CommandSpec Upload = new(
        "upload-check-photo", "/applications/{id}/on-site-check/photos", Roles.ProvincialOfficer, "Upload one photo of an on-site check (multipart: file); the record names it by its digest.");

    private static readonly QuerySpec Download = new(
        "download-check-photo", "/applications/{id}/on-site-check/photos/{sha256}", Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor, "Download a photo of a recorded on-site check as an attachment.");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(Upload.Route!, ReceiveAsync)
            .DisableAntiforgery().WithName(Upload.Name).WithSummary(Upload.Summary).WithTags("Review").WithMetadata(Upload)
            .WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + FileIntake.Frame))
            .Accepts<PhotoUpload>("multipart/form-data")
            .Produces<StoredFile>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status507InsufficientStorage, "application/problem+json");
        api.MapGet(Download.Route, SendAsync)
            .WithName(Download.Name).WithSummary(Download.Summary).WithTags("Review").WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status410Gone, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status423Locked, "application/problem+json");
    }

    /// <summary>Examines one photo like any evidence and stores it for the application, or says why not. The type is found from the content, whatever the name says.</summary>
    public static async Task<(StoredFile? Stored, Refusal? Refusal)> TakeAsync(HttpContext http, ApplicationId application, IFormFile file)
    {
        var services = http.RequestServices;
        using var lease = services.GetRequiredService<UploadGate>().Enter(http.Actor().Id);
        if (!lease.IsAcquired)
            return (null, FileRules.TooFast.Refuse());
        var (content, type, _, refusal) = await FileIntake.ExamineAsync(file, services.GetRequiredService<RegistrySettings>().Files.Limits.OfFile, http.RequestAborted);
        if (refusal is not null && refusal.Rule != FileRules.Kind)
            return (null, refusal);
        var taken = await services.GetRequiredService<CommandRunner>().RunAsync(
            http.Actor(), application.Value, new TakeCheckPhoto(EvidenceStore.DigestOf(content), content.Length, type), Desk.NewId(), services.GetRequiredService<RegistryClock>().GetUtcNow(), http.RequestAborted);
        return taken.Refusal is { } refused
            ? (null, refused)
            : await services.GetRequiredService<EvidenceStore>().KeepAsync(application.Value, content, services.GetRequiredService<ILogger<EvidenceStore>>(), http.RequestAborted);
    }

    /// <summary>Those of the digests under which no file can be read for the application: nothing is stored, or it is withheld or destroyed.</summary>
    public static async Task<IReadOnlySet<string>> MissingAsync(EvidenceStore files, ApplicationId application, IEnumerable<string> digests, CancellationToken ct)
    {
        var missing = new HashSet<string>();
        foreach (var digest in digests)
            if (await files.StateOfAsync(application.Value, digest, ct) != FileState.Kept)
                missing.Add(digest);
        return missing;
    }

    /// <summary>A stored photo as an inert attachment, why it cannot be read, or not found.</summary>
    public static Task<IResult> SendPhotoAsync(HttpContext http, string query, ApplicationId application, string sha256) =>
        EvidenceEndpoints.SendStoredAsync(http, query, application.Stream, application.Value, sha256, content =>
        {
            var type = FileKinds.Of(content) ?? FileKinds.Jpeg;
            return (type, $"现场核查-{sha256[..8]}.{FileName.ExtensionsOf(type)[0]}");
        });

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http)
    {
        if (http.Actor().Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        var application = new ApplicationId(id);
        var (form, unread) = await FileIntake.ReadFormAsync(http, http.RequestServices.GetRequiredService<RegistrySettings>().Files.Limits.OfFile);
        if (unread is not null)
            return unread.Response(http);
        if (form!.Files is not [var file])
            return CommandRules.Malformed.Refuse(("what", "file")).Response(http);
        var (stored, refusal) = await TakeAsync(http, application, file);
        return refusal?.Response(http) ?? Results.Json(stored, Json.Api);
    }

    /// <summary>Sends a photo to those who may see the application's checks.</summary>
    public static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store)
    {
        if (http.Actor().Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        var application = new ApplicationId(id);
        var events = await session.Events.FetchStreamAsync(application.Stream, token: http.RequestAborted);
        return events.Select(e => e.Data).OfType<OnSiteCheckRecorded>().Any(c => c.Photos.Contains(sha256))
            ? await SendPhotoAsync(http, Download.Name, application, sha256)
            : CommandRules.NotFound.Refuse().Response(http);
    }

    /// <summary>The part of an upload.</summary>
    /// <param name="File">JPEG, PNG or PDF, at most 20 MB.</param>
    public sealed record PhotoUpload(IFormFile File);
}
