using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>
/// Files of an objection go up one at a time before the form is sent, under the receipt code, and come down only to an officer who opened the objection.
/// A file without a form that names it is nobody's objection: the instant that counts is that of the whole form.
/// </summary>
internal static class ObjectionFiles
{
    internal const long Largest = 10L * 1024 * 1024;

    /// <summary>Whose share of uploads the files of findings use up.</summary>
    internal const string FindingsShare = "findings";

    private static readonly CommandSpec StatementUpload = new(
        "upload-statement-file", "/objections/{id}/statement-files", Roles.Applicant | Roles.CityOfficer, "Upload one file of a statement that was asked for (multipart: file).");
    private static readonly CommandSpec FindingsUpload = new(
        "upload-findings-file", "/objections/{id}/findings-files", Roles.ProvincialOfficer, "Upload one file of the findings of a verification (multipart: file).");
    private static readonly CommandSpec Upload = new("upload-objection-file", "/objections/files", Roles.Public | Roles.ProvincialOfficer, "Upload one file of an objection (multipart: file; header Receipt-Code).");
    private static readonly QuerySpec Download = new("download-objection-file", "/objections/{id}/files/{sha256}", Roles.ProvincialOfficer, "Download a file of an objection that was opened.");

    public static void Map(IEndpointRouteBuilder api)
    {
        foreach (var (spec, receive) in new (CommandSpec, Delegate)[] { (Upload, ReceiveAsync), (StatementUpload, ReceiveStatementFileAsync), (FindingsUpload, ReceiveFindingsFileAsync) })
            api.MapPost(spec.Route!, receive)
            .DisableAntiforgery().WithName(spec.Name).WithSummary(spec.Summary).WithTags("Objections").WithMetadata(spec)
            .WithMetadata(new RequestSizeLimitAttribute(Largest + 64 * 1024)).RequireRateLimiting(FilingLimits.Uploads)
            .Accepts<UploadForm>("multipart/form-data")
            .Produces<UploadedFile>()
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status415UnsupportedMediaType, "application/problem+json");
        api.MapGet(Download.Route, SendAsync)
            .WithName(Download.Name).WithSummary(Download.Summary).WithTags("Objections").WithMetadata(Download)
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");
    }

    /// <summary>The parts of an upload.</summary>
    /// <param name="File">PDF, PNG, JPEG, XLSX or DOCX, at most 10 MB.</param>
    public sealed record UploadForm(IFormFile File);

    private static async Task<IResult> ReceiveAsync(HttpContext http)
    {
        if (http.Actor().Barred(Upload.Roles) is { } barred)
            return barred.Response(http);
        var code = http.Request.Headers[ObjectionsRoom.CodeHeader].ToString();
        if (ReceiptCode.Normal(code) is null)
            return FilingRules.CodeWeak.Refuse().Response(http);
        return await TakeOneAsync(http, http.RequestServices.GetRequiredService<Receipts>().IdOf(code));
    }

    /// <summary>Whoever was asked about an objection puts files beside the own statement; for everybody else there is no such objection.</summary>
    private static async Task<IResult> ReceiveStatementFileAsync(string id, HttpContext http, IDocumentStore store)
    {
        if (http.Actor().Barred(StatementUpload.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        return await GiveStatement.AskedAsync(session, http.Actor(), new ObjectionId(id), http.RequestAborted) is { } by
            ? await TakeOneAsync(http, new ObjectionId(id), by.ToString())
            : CommandRules.NotFound.Refuse().Response(http);
    }

    /// <summary>Whoever verifies an objection puts files beside the own findings; nobody else does.</summary>
    private static async Task<IResult> ReceiveFindingsFileAsync(string id, HttpContext http, IDocumentStore store)
    {
        if (http.Actor().Barred(FindingsUpload.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        var card = await session.LoadAsync<ObjectionCard>(new ObjectionId(id).Stream, http.RequestAborted);
        return card?.AssignedTo == http.Actor().Id
            ? await TakeOneAsync(http, new ObjectionId(id), FindingsShare)
            : CommandRules.NotFound.Refuse().Response(http);
    }

    private static async Task<IResult> TakeOneAsync(HttpContext http, ObjectionId id, string share = "")
    {
        var (form, unread) = await FileIntake.ReadFormAsync(http, Largest);
        if (unread is not null)
            return Ours(unread).Response(http);
        if (form!.Files is not [var file])
            return CommandRules.Malformed.Refuse(("what", "file")).Response(http);
        var (stored, refusal) = await TakeAsync(http, id, file, share);
        return refusal is not null ? refusal.Response(http) : Results.Json(stored, Json.Api);
    }

    /// <summary>Stores one file of an objection; what it is, is found from its content.</summary>
    /// <param name="share">Who uploads, if not the objector: nobody uses up another's share.</param>
    internal static async Task<(UploadedFile? Stored, Refusal? Refusal)> TakeAsync(HttpContext http, ObjectionId id, IFormFile file, string share = "")
    {
        var (content, _, name, refusal) = await FileIntake.ExamineAsync(file, Largest, http.RequestAborted);
        if (refusal is not null)
            return (null, Ours(refusal));
        var (services, log) = (http.RequestServices, http.RequestServices.GetRequiredService<ILogger<EvidenceStore>>());
        var (stored, unstored) = await services.GetRequiredService<EvidenceStore>().KeepingAsync(content, async () => await services.GetRequiredService<Uploads>().PutAsync(id, content, http.RequestAborted, share), log, http.RequestAborted);
        return unstored is not null ? (null, unstored)
            : stored is null ? (null, FilingRules.UploadsFull.Refuse(("most", Uploads.MostFiles)))
            : (new UploadedFile(stored.Sha256, name), null);
    }

    /// <summary>The two refusals that the room has words of its own for; the others read alike wherever a file goes up.</summary>
    private static Refusal Ours(Refusal refusal) =>
        refusal.Rule == FileRules.TooLarge ? FilingRules.FileTooLarge.Refuse(("most", "10 MB"))
        : refusal.Rule == FileRules.Kind ? FilingRules.FileKind.Refuse()
        : refusal;

    internal static async Task<IResult> SendAsync(string id, string sha256, HttpContext http, IDocumentStore store, Vault vault, RegistryClock clock)
    {
        var actor = http.Actor();
        if (actor.Barred(Download.Roles) is { } barred)
            return barred.Response(http);
        await using var session = store.QuerySession();
        var events = await session.Events.FetchStreamAsync(new ObjectionId(id).Stream, token: http.RequestAborted);
        var named = events.SelectMany(e => FilesOf(e.Data)).FirstOrDefault(f => vault.Open(f.Sha256) == sha256);
        return named is null || !ObjectionsRoom.MayRead(events, actor, clock.GetUtcNow())
            ? CommandRules.NotFound.Refuse().Response(http)
            : await EvidenceEndpoints.SendStoredAsync(http, Download.Name, new ObjectionId(id).Stream, id, sha256, _ => (named.Type, vault.Open(named.Name)));
    }

    /// <summary>The files that an event of an objection names.</summary>
    internal static IEnumerable<ObjectionFile> FilesOf(object data) => data switch
    {
        ObjectionFiled f => f.SealedLetter is { } letter ? f.Files.Append(letter) : f.Files,
        ObjectionCompleted c => c.Files,
        FindingsRecorded f => f.Files ?? [],
        StatementGiven s => s.Files ?? [],
        _ => [],
    };
}
