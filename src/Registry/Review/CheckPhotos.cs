using Marten;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;

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

    private static readonly string[] Kinds = ["image/jpeg", "image/png", "application/pdf"];

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(Upload.Route!, ReceiveAsync)
            .DisableAntiforgery().WithName(Upload.Name).WithSummary(Upload.Summary).WithTags("Review").WithMetadata(Upload)
            .WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + 64 * 1024))
            .Accepts<PhotoUpload>("multipart/form-data")
            .Produces<StoredFile>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json");
        api.MapGet(Download.Route, SendAsync)
            .WithName(Download.Name).WithSummary(Download.Summary).WithTags("Review").WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");
    }

    /// <summary>Stores one photo of the application, or says why not. The type is found from the content, whatever the name says.</summary>
    public static async Task<(StoredFile? Stored, Refusal? Refusal)> TakeAsync(HttpContext http, ApplicationId application, IFormFile file)
    {
        if (file.Length > EvidenceStore.Largest)
            return (null, TooLarge());
        var content = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(content, http.RequestAborted);
        return FileKinds.Of(content) is { } kind && Kinds.Contains(kind)
            ? (await http.RequestServices.GetRequiredService<EvidenceStore>().PutAsync(application.Value, content, http.RequestAborted), null)
            : (null, ReviewRules.PhotoKind.Refuse());
    }

    /// <summary>Those of the digests under which nothing is stored for the application.</summary>
    public static async Task<IReadOnlySet<string>> MissingAsync(EvidenceStore files, ApplicationId application, IEnumerable<string> digests, CancellationToken ct)
    {
        var missing = new HashSet<string>();
        foreach (var digest in digests)
            if (!await files.HasAsync(application.Value, digest, ct))
                missing.Add(digest);
        return missing;
    }

    /// <summary>A stored photo as an inert attachment, or not found.</summary>
    public static async Task<IResult> SendPhotoAsync(HttpContext http, EvidenceStore files, ApplicationId application, string sha256) =>
        await files.ReadAsync(application.Value, sha256, http.RequestAborted) is { } content
            ? EvidenceEndpoints.Send(http, sha256, FileKinds.Of(content) ?? "", content)
            : CommandRules.NotFound.Refuse().Response(http);

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, IDocumentStore store)
    {
        if (http.Actor().Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        var application = new ApplicationId(id);
        await using (var session = store.QuerySession())
            if (await session.LoadAsync<Draft>(application.Stream, http.RequestAborted) is null)
                return CommandRules.NotFound.Refuse().Response(http);
        if (!http.Request.HasFormContentType)
            return CommandRules.Malformed.Refuse(("what", "Content-Type: multipart/form-data")).Response(http);
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = EvidenceStore.Largest + 64 * 1024, ValueLengthLimit = 4096 }, http.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return TooLarge().Response(http);
        }
        if (form.Files is not [var file])
            return CommandRules.Malformed.Refuse(("what", "file")).Response(http);
        var (stored, refusal) = await TakeAsync(http, application, file);
        return refusal?.Response(http) ?? Results.Json(stored, Json.Api);
    }

    /// <summary>Sends a photo to those who may see the application's checks.</summary>
    public static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store, EvidenceStore files)
    {
        if (http.Actor().Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        var application = new ApplicationId(id);
        var events = await session.Events.FetchStreamAsync(application.Stream, token: http.RequestAborted);
        return events.Select(e => e.Data).OfType<OnSiteCheckRecorded>().Any(c => c.Photos.Contains(sha256))
            ? await SendPhotoAsync(http, files, application, sha256)
            : CommandRules.NotFound.Refuse().Response(http);
    }

    private static Refusal TooLarge() => Registry.Platform.Files.FileRules.TooLarge.Refuse(("most", $"{EvidenceStore.Largest / 1024 / 1024} MB"));

    /// <summary>The part of an upload.</summary>
    /// <param name="File">JPEG, PNG or PDF, at most 20 MB.</param>
    public sealed record PhotoUpload(IFormFile File);
}
