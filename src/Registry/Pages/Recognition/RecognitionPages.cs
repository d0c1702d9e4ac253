using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Programme;
using Registry.Recognition;

namespace Registry.Pages.Recognition;

/// <summary>The register of recognised clusters, one cluster's recognition, and its proof of standing to be printed.</summary>
public static class RecognitionPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.CityOfficer | Roles.IntegrityOfficer | Roles.Auditor | Roles.Applicant;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/register", Readers, RegisterAsync);
        office.Page("/applications/{id}/recognition", Readers, ShowAsync);
        office.Page("/applications/{id}/proof", Readers, ProofAsync);
    }

    private static async Task<IResult> RegisterAsync(PageCall call)
    {
        var filters = new List<(FieldShape Shape, string Value)>
        {
            (new FieldShape("day", InputKind.Day, call.Page.Say("page.register.day")), call.Query("day")),
            (new FieldShape("industry", InputKind.OneOf, call.Page.Say("field.industry")) { Choices = Places.Industries(call.Page) }, call.Query("industry")),
            (new FieldShape("batch", InputKind.OneOf, call.Page.Say("field.batch")) { Choices = [.. (await Ask.ManyAsync<IReadOnlyList<BatchCard>>(call, "list-batches") ?? []).Select(b => new Choice(b.Batch, b.Title))] }, call.Query("batch")),
        };
        if (call.Actor.Role != Roles.CityOfficer)
            filters.Insert(1, (new FieldShape("city", InputKind.OneOf, call.Page.Say("field.city")) { Choices = Places.Cities(call.Page) }, call.Query("city")));
        var standings = new FieldShape("standing", InputKind.OneOf, call.Page.Say("page.register.standing"))
        {
            Choices = [.. new[] { RecognitionStanding.Recognised, RecognitionStanding.Expired, RecognitionStanding.Revoked }.Select(s => new Choice(s.ToString(), call.Page.Say("enum.RecognitionStanding." + s)))],
        };
        var asked = await Ask.ManyAsync<IReadOnlyList<RegisterEntry>>(call, "list-register", [.. filters.Where(f => f.Value.Length > 0).Select(f => (f.Shape.Name, f.Value))]);
        if (asked is null)
            return call.NotFound();
        var chosen = call.Query("standing");
        var list = asked.Where(e => chosen.Length == 0 || e.Standing.ToString() == chosen).ToList();
        return call.Query("format") == "csv"
            ? Export.Csv(call, "register", [.. list.Select(e => (object)new RegisterLine(
                e.Cluster.ClusterName, Places.City(call.Page, e.Cluster.City) ?? e.Cluster.City, Places.Industry(call.Page, e.Cluster.Industry) ?? e.Cluster.Industry,
                e.Cluster.OrganisationName, e.Cluster.Organisation, e.Cluster.Number, e.Cluster.Day, e.Cluster.LastDay, e.Standing, e.Cluster.RevokedOn))])
            : call.Show<RegisterPage>(new { List = list, Filters = (IReadOnlyList<(FieldShape, string)>)[.. filters, (standings, chosen)] });
    }

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        if (await Ask.OneAsync<RecognitionAnswer>(call, "get-recognition", call.Route("id")) is not { } answer)
            return call.NotFound();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var cluster = answer.Announcement is null ? null : await session.LoadAsync<RecognisedCluster>(new ApplicationId(answer.Application).Stream, call.Cancelled);
        string[] fit = answer switch
        {
            { Standing: RecognitionStanding.Recognised } => ["rename-cluster", "change-operator", "recheck-recognition"],
            { Standing: RecognitionStanding.Expired, Stage: Stage.Recognised } => ["expire-recognition"],
            { Against.MayAsk: true } => ["request-review"],
            _ => [],
        };
        var actions = Catalogue.ActionsOn($"applications/{answer.Application}", call.Actor.Role).Where(f => fit.Contains(f.Spec.Name) && (f.Spec.Name != "recheck-recognition" || answer.LastDay is not null))
            .Select(f => new NavigationLink($"{f.PathFor(answer.Application)}?do={f.Spec.Name}", f.Title(call.Page))).ToList();
        return call.Show<StandingPage>(new
        {
            Answer = answer,
            Cluster = cluster,
            Actions = actions,
            Past = await Ask.OneAsync<IReadOnlyList<ClusterPast>>(call, "get-cluster-history", answer.Application) ?? [],
        });
    }

    private static async Task<IResult> ProofAsync(PageCall call) =>
        await Ask.OneAsync<RecognitionAnswer>(call, "get-recognition", call.Route("id")) is { Announcement: not null } answer
            ? call.Show<ProofPage>(new { Answer = answer, Address = call.Service<RegistrySettings>().PublicPage(PublicSite.Addresses.Of(PublicSite.PageKind.Cluster, answer.Application)) })
            : call.NotFound();
}

/// <summary>A line of the register as a file has it.</summary>
internal sealed record RegisterLine(
    string ClusterName, string City, string Industry, string OrganisationName, string Organisation, string Number, DateOnly Day, DateOnly? LastDay, RecognitionStanding Standing, DateOnly? RevokedOn);
