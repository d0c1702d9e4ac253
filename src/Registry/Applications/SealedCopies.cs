using System.Globalization;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;

namespace Registry.Applications;

/// <summary>A filed scan of the sealed form.</summary>
/// <param name="Round">The submission it is of.</param>
public sealed record SealedCopyAnswer(int Round, string FormHash, string Sha256, long Size, DateTimeOffset At);

/// <summary>Scans of sealed forms: up one at a time, down as attachments to those who may see the application.</summary>
internal static class SealedCopies
{
    private const Roles Readers = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    private static readonly string[] Kinds = ["application/pdf", "image/png", "image/jpeg"];

    private static readonly CommandSpec Upload = new("upload-sealed-copy", "/applications/{id}/sealed-copies", Roles.Applicant, "Upload the scan of the sealed form (multipart: formHash, version, file): PDF, PNG or JPEG.");

    private static readonly QuerySpec Download = new("download-sealed-copy", "", Readers, "");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(Upload.Route!, ReceiveAsync)
            .DisableAntiforgery().WithName(Upload.Name).WithSummary(Upload.Summary).WithTags("Applications").WithMetadata(Upload)
            .WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + 64 * 1024))
            .Accepts<SealedCopyUpload>("multipart/form-data")
            .Produces<Answer>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json");
        api.MapGet("/applications/{id}/sealed-copies/{sha256}", SendAsync)
            .WithName(Download.Name).WithTags("Applications").WithSummary("Download the scan of a sealed form as an attachment.")
            .WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");
    }

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http)
    {
        var actor = http.Actor();
        if (actor.Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        if (CommandEndpoints.KeyOf(http) is not { } key)
            return CommandRules.KeyMissing.Refuse().Response(http);
        using var lease = http.RequestServices.GetRequiredService<UploadGate>().Enter(actor.Id);
        if (!lease.IsAcquired)
            return FileRules.TooFast.Refuse().Response(http);
        var (form, unread) = await FileIntake.ReadFormAsync(http, http.RequestServices.GetRequiredService<RegistrySettings>().Files.Limits.OfFile);
        if (unread is not null)
            return unread.Response(http);
        if (form!.Files is not [var file] || !long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return CommandRules.Malformed.Refuse(("what", "formHash, version, file")).Response(http);
        var outcome = await TakeAsync(http, actor, id, form["formHash"].ToString(), version, file, key);
        return outcome.Refusal is { } refusal ? refusal.Response(http) : Results.Json(outcome.Answer, Json.Api);
    }

    /// <summary>Stores the scan and files it. Who does not reach the application stores nothing.</summary>
    internal static async Task<Outcome> TakeAsync(HttpContext http, Actor actor, string id, string formHash, long version, IFormFile file, string key)
    {
        var services = http.RequestServices;
        await using var session = services.GetRequiredService<IDocumentStore>().QuerySession();
        if (await session.LoadAsync<Draft>(new ApplicationId(id).Stream, http.RequestAborted) is not { } head || !actor.Reaches(new Belonging(head.City, head.Organisation.Value)))
            return new Outcome(null, CommandRules.NotFound.Refuse());
        var (content, kind, name, refusal) = await FileIntake.ExamineAsync(file, services.GetRequiredService<RegistrySettings>().Files.Limits.OfFile, http.RequestAborted);
        if (refusal is not null)
            return new Outcome(null, refusal.Rule == FileRules.Kind ? ApplicationRules.SealedCopyKind.Refuse() : refusal);
        if (!Kinds.Contains(kind))
            return new Outcome(null, ApplicationRules.SealedCopyKind.Refuse());
        var (stored, unstored) = await services.GetRequiredService<EvidenceStore>().KeepAsync(id, content, services.GetRequiredService<ILogger<EvidenceStore>>(), http.RequestAborted);
        if (unstored is not null)
            return new Outcome(null, unstored);
        return await services.GetRequiredService<CommandRunner>().RunAsync(
            actor, id, new FileSealedCopy(formHash, stored!.Sha256, stored.Size, kind, name, version), key,
            services.GetRequiredService<RegistryClock>().GetUtcNow(), http.RequestAborted);
    }

    /// <summary>Sends a filed scan, always as an attachment.</summary>
    internal static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store)
    {
        var actor = http.Actor();
        if (actor.Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        var head = await session.LoadAsync<Draft>(new ApplicationId(id).Stream, http.RequestAborted);
        if (head is null || !actor.Reaches(new Belonging(head.City, head.Organisation.Value)))
            return CommandRules.NotFound.Refuse().Response(http);
        var filed = (await session.Events.FetchStreamAsync(head.Id, token: http.RequestAborted)).Select(e => e.Data).OfType<SealedCopyFiled>().FirstOrDefault(c => c.File.Sha256 == sha256);
        return await EvidenceEndpoints.SendFileAsync(http, Download.Name, head.Id, id, filed?.File);
    }

    /// <summary>The parts of an upload.</summary>
    /// <param name="FormHash">The hash printed on the form.</param>
    /// <param name="Version">The application's version seen.</param>
    /// <param name="File">PDF, PNG or JPEG, at most 20 MB.</param>
    public sealed record SealedCopyUpload(string FormHash, long Version, IFormFile File);
}
