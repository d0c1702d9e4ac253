using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recognition;

namespace Registry.Pages.Integrity;

/// <summary>A case as its officers and the organisation see it, and an organisation with its standing: where things stand, what was known, what can be done now.</summary>
public static class CasePages
{
    private const Roles Officers = Roles.IntegrityOfficer | Roles.ProvincialOfficer | Roles.Auditor;

    /// <summary>
    /// At which step of a case its commands are offered. It only keeps buttons away that could not succeed; whether a step is taken is decided by its command.
    /// </summary>
    private static readonly Dictionary<string, Func<CaseCard, bool>> Offered = new()
    {
        ["serve-notice"] = c => c.Step is CaseStep.Opened or CaseStep.Proposed,
        ["record-defence"] = c => c.Step is CaseStep.Opened or CaseStep.Proposed && c.DefenceLastDay is not null,
        ["record-hearing"] = c => c.Step is CaseStep.Opened or CaseStep.Proposed && c.DefenceLastDay is not null,
        ["propose-finding"] = c => c.Open,
        ["decide-finding"] = c => c.Step == CaseStep.Proposed,
        ["close-without-finding"] = c => c.Step == CaseStep.Proposed,
        ["confirm-finding"] = c => c.Step == CaseStep.Decided,
        ["serve-decision"] = c => c is { Step: CaseStep.Confirmed, ServedOn: null },
        ["publish-finding"] = c => c is { Step: CaseStep.Confirmed, ServedOn: not null, PublishedOn: null },
        ["record-ruling"] = c => c is { Step: CaseStep.Confirmed, RulingToConfirm: null },
        ["confirm-ruling"] = c => c.RulingToConfirm is not null,
    };

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/cases/{id}", Officers | Roles.Applicant, CaseAsync);
        office.Page("/organisations/{id}", Officers | Roles.CityOfficer | Roles.Applicant, OrganisationAsync);
    }

    private static async Task<IResult> CaseAsync(PageCall call)
    {
        if (await Ask.OneAsync<CaseDetail>(call, "get-case", call.Route("id")) is not { } detail)
            return call.NotFound();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var definition = (await call.Service<Calls>().ReadAsync(session, new BatchId(detail.Card.Batch), call.Cancelled))!.Definition;
        var actions = Catalogue.ActionsOn($"cases/{detail.Card.Case}", call.Actor.Role)
            .Where(f => !Offered.TryGetValue(f.Spec.Name, out var fits) || fits(detail.Card))
            .Select(f => new NavigationLink($"{f.PathFor(detail.Card.Case)}?do={f.Spec.Name}", f.Title(call.Page))).ToList();
        call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, detail.Steps.Select(s => s.By)) } };
        return call.Show<CasePage>(new { Detail = detail, Definition = definition, Actions = actions, Today = ChinaTime.ToDay(call.Page.Now) });
    }

    private static async Task<IResult> OrganisationAsync(PageCall call)
    {
        if (CreditCode.Check(call.Route("id")).Code is not { } code || await Ask.OneAsync<OrganisationStanding>(call, "get-standing", code.Value) is not { } standing)
            return call.NotFound();
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var organisation = code.Value;
        var applications = (await session.Query<ApplicationCard>().Where(c => c.Organisation == organisation).OrderByDescending(c => c.FirstSubmitted).ToListAsync(call.Cancelled))
            .Where(c => call.Actor.Reaches(new Belonging(c.City, c.Organisation))).ToList();
        var cases = (await Ask.ManyAsync<IReadOnlyList<CaseCard>>(call, "list-cases") ?? []).Where(c => c.Organisation == code.Value).ToList();
        var clusters = (await Ask.ManyAsync<IReadOnlyList<RegisterEntry>>(call, "list-register") ?? []).Where(e => e.Cluster.Organisation == code.Value).ToList();
        return call.Show<OrganisationPage>(new { Standing = standing, Applications = applications, Cases = cases, Clusters = clusters });
    }
}
