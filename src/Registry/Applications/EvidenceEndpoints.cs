using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
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
            .WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + FileIntake.Frame))
            .Accepts<EvidenceUpload>("multipart/form-data")
            .Produces<Answer>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status507InsufficientStorage, "application/problem+json");

        api.MapGet("/applications/{id}/evidence/{sha256}", SendAsync)
            .WithName("download-evidence").WithTags("Applications").WithSummary("Download an evidence file as an attachment.")
            .WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status410Gone, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status423Locked, "application/problem+json");
    }

    private static async Task<IResult> ReceiveAsync(string id, HttpContext http, IDocumentStore store, RegistrySettings settings, UploadGate gate)
    {
        var actor = http.Actor();
        if (actor.Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        if (CommandEndpoints.KeyOf(http) is not { } key)
            return CommandRules.KeyMissing.Refuse().Response(http);
        using var lease = gate.Enter(actor.Id);
        if (!lease.IsAcquired)
            return FileRules.TooFast.Refuse().Response(http);
        if (!await ReachesAsync(store, actor, id, http.RequestAborted))
            return CommandRules.NotFound.Refuse().Response(http);
        var (form, refusal) = await FileIntake.ReadFormAsync(http, settings.Files.Limits.OfFile);
        if (refusal is not null)
            return refusal.Response(http);
        if (form!.Files is not [var file] || form["indicator"].ToString() is not { Length: > 0 } indicator)
            return CommandRules.Malformed.Refuse(("what", "indicator, file")).Response(http);
        var outcome = await TakeAsync(http, actor, id, indicator, file, key);
        return outcome.Refusal is { } refused ? refused.Response(http) : Results.Json(outcome.Answer, Json.Api);
    }

    /// <summary>One file of a page's form, which has been read already.</summary>
    internal static async Task<Outcome> TakeFromPageAsync(HttpContext http, Actor actor, string id, string indicator, IFormFile file, string key)
    {
        using var lease = http.RequestServices.GetRequiredService<UploadGate>().Enter(actor.Id);
        return !lease.IsAcquired ? new Outcome(null, FileRules.TooFast.Refuse())
            : !await ReachesAsync(http.RequestServices.GetRequiredService<IDocumentStore>(), actor, id, http.RequestAborted) ? new Outcome(null, CommandRules.NotFound.Refuse())
            : await TakeAsync(http, actor, id, indicator, file, key);
    }

    /// <summary>Stores one file and attaches it to its indicator. The type is found from the content, whatever the name says.</summary>
    private static async Task<Outcome> TakeAsync(HttpContext http, Actor actor, string id, string indicator, IFormFile file, string key)
    {
        var (services, ct) = (http.RequestServices, http.RequestAborted);
        var (content, type, name, refusal) = await FileIntake.ExamineAsync(file, services.GetRequiredService<RegistrySettings>().Files.Limits.OfFile, ct);
        if (refusal is not null)
            return new Outcome(null, refusal);
        var now = services.GetRequiredService<RegistryClock>().GetUtcNow();
        var outcome = await StoreAndAttachAsync(key);

        // A sweep may have taken an old copy of the same bytes between storing and attaching; stored anew it is fresh, and no sweep takes it.
        return outcome.Refusal?.Rule == FileRules.Gone ? await StoreAndAttachAsync(key + "-again") : outcome;

        async Task<Outcome> StoreAndAttachAsync(string once)
        {
            var (stored, unstored) = await services.GetRequiredService<EvidenceStore>().KeepAsync(id, content, services.GetRequiredService<ILogger<EvidenceStore>>(), ct);
            return unstored is not null
                ? new Outcome(null, unstored)
                : await services.GetRequiredService<CommandRunner>().RunAsync(actor, id, new AttachEvidence(indicator, stored!.Sha256, stored.Size, type, name), once, now, ct);
        }
    }

    private static async Task<bool> ReachesAsync(IDocumentStore store, Actor actor, string id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var head = await session.LoadAsync<Draft>(new ApplicationId(id).Stream, ct);
        return head is not null && actor.Reaches(new Belonging(head.City, head.Organisation.Value));
    }

    /// <summary>Sends a file to those who may see the application, always as an attachment.</summary>
    internal static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store)
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
        return await SendFileAsync(http, Download.Name, head.Id, id, named);
    }

    /// <summary>A file as an inert attachment.</summary>
    internal static IResult Send(HttpContext http, string sha256, string type, byte[] content, string? name = null)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.CacheControl = "no-store";
        return Results.File(content, "application/octet-stream", name ?? $"{sha256[..16]}.{FileName.ExtensionsOf(type)[0]}");
    }

    /// <summary>A file as an inert attachment under its own name; why it cannot be read; or not found.</summary>
    internal static Task<IResult> SendFileAsync(HttpContext http, string query, string stream, string owner, EvidenceFile? named) =>
        named is null
            ? Task.FromResult(CommandRules.NotFound.Refuse().Response(http))
            : SendStoredAsync(http, query, stream, owner, named.Sha256, _ => (named.Type, http.RequestServices.GetRequiredService<Vault>().Open(named.Name)));

    /// <summary>The same for a file of which an event has only the digest; its type and name are told by who knows them.</summary>
    /// <param name="query">What is asked: the name under which the reading is recorded.</param>
    /// <param name="stream">The stream that the file is of: the reading is found by it.</param>
    internal static async Task<IResult> SendStoredAsync(HttpContext http, string query, string stream, string owner, string sha256, Func<byte[], (string Type, string? Name)> tell)
    {
        var (services, subject) = (http.RequestServices, EvidenceStore.SubjectOf(owner, sha256));
        var keys = services.GetRequiredService<KeyStore>();
        if (keys.IsDestroyed(subject))
            return FileRules.Destroyed.Refuse().Response(http);
        if (keys.IsWithheld(subject))
            return FileRules.Quarantined.Refuse().Response(http);
        byte[]? content;
        try
        {
            content = await services.GetRequiredService<EvidenceStore>().ReadAsync(owner, sha256, http.RequestAborted);
        }
        catch (FileStorageException failed)
        {
            services.GetRequiredService<ILogger<EvidenceStore>>().LogError(failed, "an evidence file was not read");
            return FileRules.StorageDown.Refuse().Response(http);
        }
        if (content is null)
            return CommandRules.NotFound.Refuse().Response(http);
        await SensitiveReadings.RecordAsync(query, http.Actor(), services.GetRequiredService<RegistryClock>().GetUtcNow(), services, [subject, stream], http.RequestAborted);
        var (type, name) = tell(content);
        return Send(http, sha256, type, content, name);
    }

    /// <summary>The parts of an upload.</summary>
    /// <param name="Indicator">Key of the form field that the file supports.</param>
    /// <param name="File">PDF, PNG, JPEG, XLSX or DOCX, at most 20 MB.</param>
    public sealed record EvidenceUpload(string Indicator, IFormFile File);
}
