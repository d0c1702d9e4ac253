using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;

namespace Registry.Pages.Applicant;

/// <summary>The frozen form comes back sealed: printed from the receipt, sealed, scanned, uploaded there.</summary>
public static class SealedCopyPages
{
    private const Roles Readers = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Form("/applications/{id}/receipt", Roles.Applicant, ReceiveAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(EvidenceStore.Largest + 64 * 1024));
        office.Page("/applications/{id}/sealed-copies/{sha256}", Readers, call =>
            SealedCopies.SendAsync(call.Route("id"), call.Route("sha256"), call.Http, call.Service<IDocumentStore>()));
    }

    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        var id = call.Route("id");
        if (call.Http.Request.Form.Files.FirstOrDefault(f => f.Name == "scan" && f.Length > 0) is not { } scan)
            return await ApplicationPages.ReceiptAsync(call, id, new FormErrors(null, [("scan", call.Page.Say("page.report.file-needed"))]), StatusCodes.Status422UnprocessableEntity);
        var version = long.TryParse(call.Posted.One("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;
        var key = call.Posted.One(CommandPost.KeyField) is { Length: >= 8 } given && given.All(char.IsAsciiLetterOrDigit) ? given : PageGate.NewKey();
        var posting = CommandPost.Of(call.Page, await SealedCopies.TakeAsync(call.Http, call.Actor, id, call.Posted.One("formHash"), version, scan, key));
        return posting.Errors is { } errors
            ? await ApplicationPages.ReceiptAsync(call, id, new FormErrors(null, [("scan", errors.Message ?? "")]), posting.Status)
            : call.Next($"/office/applications/{id}/receipt", "file-sealed-copy");
    }
}
