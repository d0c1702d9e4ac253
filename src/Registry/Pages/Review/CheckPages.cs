using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Review;

namespace Registry.Pages.Review;

/// <summary>An application's on-site checks: ordered with a reason, recorded with the team, the findings and photos, which go back to the panel.</summary>
public static class CheckPages
{
    /// <summary>The field of the photos.</summary>
    internal const string Photos = "photo";

    private const Roles Readers = Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    /// <summary>Maps the pages; the forms that commands have by themselves lead here too.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/applications/{id}/on-site-check", Roles.ProvincialOfficer, call => Task.FromResult(call.Next(PathOf(call))));
        office.Page("/applications/{id}/on-site-check/record", Roles.ProvincialOfficer, call => Task.FromResult(call.Next(PathOf(call))));
        office.Page("/applications/{id}/on-site-checks", Readers, call => ShowAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/applications/{id}/on-site-checks", Roles.ProvincialOfficer, ReceiveAsync).WithMetadata(new RequestSizeLimitAttribute(EvidenceStore.Largest + 64 * 1024));
        office.Page("/applications/{id}/on-site-check/photos/{sha256}", Readers, call => CheckPhotos.SendAsync(call.Route("id"), call.Route("sha256"), call.Http, call.Service<Marten.IDocumentStore>()));
    }

    private static string PathOf(PageCall call) => $"/office/applications/{call.Route("id")}/on-site-checks";

    private static async Task<IResult> ShowAsync(PageCall call, Posted typed, FormErrors errors, int status)
    {
        if (await Ask.OneAsync<ApplicationAnswer>(call, "get-application", call.Route("id")) is not { } application
            || await Ask.OneAsync<IReadOnlyList<OnSiteCheckAnswer>>(call, "get-on-site-checks", call.Route("id")) is not { } checks)
            return call.NotFound();
        return call.Show<CheckPage>(new { Application = application, Checks = checks, Input = typed.Seeing(application.Version, status), Errors = errors }, status);
    }

    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        Posting given;
        if (call.Posted.One("go") == "order")
            given = await CommandPost.GiveAsync(call, call.Route("id"), new OrderOnSiteCheck(call.Posted.One("reason"), call.Posted.SeenVersion), new HashSet<string> { "reason" });
        else
        {
            if (await Ask.OneAsync<ApplicationAnswer>(call, "get-application", call.Route("id")) is not { } application)
                return call.NotFound();
            var photos = call.Posted.All(Photos).ToList();
            var wrong = new List<(string, string)>();
            foreach (var file in call.Http.Request.Form.Files.Where(f => f.Name == Photos && f.Length > 0))
                switch (await CheckPhotos.TakeAsync(call.Http, application.Id, file))
                {
                    case { Stored: { } stored }:
                        photos.Add(stored.Sha256);
                        break;
                    case { Refusal: { } refusal }:
                        wrong.Add((Photos, call.Page.Say(refusal.Rule.Code, [.. refusal.Arguments.Select(a => (a.Key, a.Value))])));
                        break;
                }
            var kept = call.Posted.With(Photos, [.. photos.Distinct()]);
            if (!DateOnly.TryParseExact(call.Posted.One("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                wrong.Add(("day", call.Page.Say("page.on-site.day-missing")));
            if (wrong.Count > 0 || call.Posted.One("go") == "photos")
                return await ShowAsync(call, kept, new FormErrors(null, call.Posted.One("go") == "photos" ? [.. wrong.Where(w => w.Item1 == Photos)] : wrong), wrong.Count > 0 && call.Posted.One("go") != "photos" ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
            given = await CommandPost.GiveAsync(
                call with { Posted = kept }, call.Route("id"), new RecordOnSiteCheck(day, call.Posted.One("team"), call.Posted.One("findings"), [.. photos.Distinct()], call.Posted.SeenVersion), new HashSet<string> { "team", "findings", "day" });
            if (given.Errors is { } unrecorded)
                return await ShowAsync(call, kept, unrecorded, given.Status);
        }
        return given.Errors is { } refused ? await ShowAsync(call, call.Posted, refused, given.Status)
            : call.Next(PathOf(call), call.Posted.One("go") == "order" ? "order-on-site-check" : "record-on-site-check");
    }
}
