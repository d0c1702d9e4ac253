using Marten;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications;

/// <summary>Evidence goes up one file at a time to its indicator, and comes down only as an attachment to those who may see the application.</summary>
internal static class EvidenceEndpoints
{
    private static readonly CommandSpec Upload = new("upload-evidence", "/applications/{id}/evidence", Roles.Applicant, "Upload one evidence file for one indicator of the draft (multipart: indicator, file).");

    private static readonly QuerySpec Download = new(
        "download-evidence", "", Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor, "");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(Upload.Route!, ReceiveAsync)
            .DisableAntiforgery().WithName(Upload.Name).WithSummary(Upload.Summary).WithTags("Applications").WithMetadata(Upload)
            .WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + 64 * 1024))
            .Accepts<EvidenceUpload>("multipart/form-data")
            .Produces<Answer>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json");

        api.MapGet("/applications/{id}/evidence/{sha256}", SendAsync)
            .WithName("download-evidence").WithTags("Applications").WithSummary("Download an evidence file as an attachment.")
            .WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");
    }

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, IDocumentStore store)
    {
        var actor = http.Actor();
        if (actor.Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        if (CommandEndpoints.KeyOf(http) is not { } key)
            return CommandRules.KeyMissing.Refuse().Response(http);
        if (!await ReachesAsync(store, actor, id, http.RequestAborted))
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
            return ApplicationRules.FileTooLarge.Refuse(("most", $"{EvidenceStore.Largest / 1024 / 1024} MB")).Response(http);
        }
        if (form.Files is not [var file] || form["indicator"].ToString() is not { Length: > 0 } indicator)
            return CommandRules.Malformed.Refuse(("what", "indicator, file")).Response(http);
        var outcome = await TakeAsync(http, actor, id, indicator, file, key);
        return outcome.Refusal is { } refusal ? refusal.Response(http) : Results.Json(outcome.Answer, Json.Api);
    }

    /// <summary>Stores one file and attaches it to its indicator. The type is found from the content, whatever the name says.</summary>
    internal static async Task<Outcome> TakeAsync(HttpContext http, Actor actor, string id, string indicator, IFormFile file, string key)
    {
        var services = http.RequestServices;
        if (!await ReachesAsync(services.GetRequiredService<IDocumentStore>(), actor, id, http.RequestAborted))
            return new Outcome(null, CommandRules.NotFound.Refuse());
        if (file.Length > EvidenceStore.Largest)
            return new Outcome(null, ApplicationRules.FileTooLarge.Refuse(("most", $"{EvidenceStore.Largest / 1024 / 1024} MB")));
        var content = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(content, http.RequestAborted);
        if (FileKinds.Of(content) is not { } type)
            return new Outcome(null, ApplicationRules.FileType.Refuse());
        var stored = await services.GetRequiredService<EvidenceStore>().PutAsync(id, content, http.RequestAborted);
        var command = new AttachEvidence(indicator, stored.Sha256, stored.Size, type, Path.GetFileName(file.FileName));
        return await services.GetRequiredService<CommandRunner>().RunAsync(
            actor, id, command, key, services.GetRequiredService<RegistryClock>().GetUtcNow(), http.RequestAborted);
    }

    private static async Task<bool> ReachesAsync(IDocumentStore store, Actor actor, string id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var head = await session.LoadAsync<Draft>(new ApplicationId(id).Stream, ct);
        return head is not null && actor.Reaches(new Belonging(head.City, head.Organisation.Value));
    }

    /// <summary>Sends a file to those who may see the application, always as an attachment.</summary>
    internal static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store, EvidenceStore files)
    {
        var actor = http.Actor();
        if (actor.Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        var head = await session.LoadAsync<Draft>(new ApplicationId(id).Stream, http.RequestAborted);
        if (head is null || !actor.Reaches(new Belonging(head.City, head.Organisation.Value)))
            return CommandRules.NotFound.Refuse().Response(http);
        var events = await session.Events.FetchStreamAsync(head.Id, token: http.RequestAborted);
        var named = events.Select(e => e.Data).OfType<ApplicationSubmitted>().SelectMany(s => s.Evidence)
            .Concat(actor.Role == Roles.Applicant ? head.Evidence : [])
            .FirstOrDefault(e => e.Sha256 == sha256);
        return Send(http, named, named is null ? null : await files.ReadAsync(id, sha256, http.RequestAborted));
    }

    /// <summary>A file as an inert attachment, or not found.</summary>
    internal static IResult Send(HttpContext http, EvidenceFile? named, byte[]? content) =>
        named is null || content is null ? CommandRules.NotFound.Refuse().Response(http) : Send(http, named.Sha256, named.Type, content);

    /// <summary>A file as an inert attachment.</summary>
    internal static IResult Send(HttpContext http, string sha256, string type, byte[] content)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.CacheControl = "no-store";
        return Results.File(content, "application/octet-stream", $"{sha256[..16]}{Extension(type)}");
    }

    private static string Extension(string type) => type switch
    {
        "application/pdf" => ".pdf",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ".xlsx",
        _ => ".docx",
    };

    /// <summary>The parts of an upload.</summary>
    /// <param name="Indicator">Key of the form field that the file supports.</param>
    /// <param name="File">PDF, PNG, JPEG, XLSX or DOCX, at most 20 MB.</param>
    public sealed record EvidenceUpload(string Indicator, IFormFile File);
}
