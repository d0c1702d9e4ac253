using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Audit;

/// <summary>The whole file of an application as a download: over the API and by the button on its page.</summary>
public static class FileEndpoints
{
    /// <summary>Who may have it: only those who read all of it anyway.</summary>
    public static readonly QuerySpec Get = new("export-file", "", Roles.ProvincialOfficer | Roles.Auditor, "The whole file of an application as a ZIP.");

    internal static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/applications/{id}/whole-file", SendAsync)
            .WithName(Get.Name).WithTags("Audit").WithSummary(Get.Summary).WithMetadata(Get)
            .Produces(StatusCodes.Status200OK, contentType: "application/zip")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");

    /// <summary>Writes the file to the disk first, so that a large one needs no memory and a torn one is never sent.</summary>
    public static async Task<IResult> SendAsync(string id, HttpContext http)
    {
        var actor = http.Actor();
        if (actor.Barred(Get.Roles) is { } barred)
            return barred.Response(http);
        var services = http.RequestServices;
        await using var session = services.GetRequiredService<IDocumentStore>().QuerySession();
        var reading = new Reading(actor, services.GetRequiredService<RegistryClock>().GetUtcNow(), session, services.GetRequiredService<Vault>(), services, http.RequestAborted);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"registry-{Guid.NewGuid():N}.zip"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        http.Response.RegisterForDisposeAsync(file);
        if (await WholeFile.WriteAsync(reading, id, file) is null)
            return CommandRules.NotFound.Refuse().Response(http);
        await SensitiveReadings.RecordAsync(Get, reading);
        file.Position = 0;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.CacheControl = "no-store";
        return Results.File(file, "application/zip", $"application-{new string([.. id.Where(char.IsAsciiLetterOrDigit)])}.zip");
    }
}
