using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;
using Registry.Screening;

namespace Registry.Pages.Officers;

/// <summary>The province's re-check: the list of a batch, one cluster's decision, and the list for expert review.</summary>
public static class ScreeningPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.Auditor;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/batches/{id}/screening", Readers, call => ListAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/batches/{id}/screening", Roles.ProvincialOfficer, AdmitAsync);
        office.Page("/batches/{id}/screening/list", Roles.ProvincialOfficer, call => PreviewAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/batches/{id}/screening/list", Roles.ProvincialOfficer, FixAsync);
        office.Page("/applications/{id}/recheck", Readers, call => ShowAsync(call, call.Route("id"), Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/applications/{id}/recheck", Roles.ProvincialOfficer, DecideAsync);
    }

    private static async Task<IResult> ListAsync(PageCall call, Posted typed, FormErrors errors, int status)
    {
        var (city, stage, remarks, select) = (call.Query("city"), call.Query("stage"), call.Query("remarks"), call.Query("select"));
        var asCsv = call.Query("format") == "csv";
        if (await AskAsync(call, call.Route("id")) is not var (answer, title))
            return call.NotFound();
        var lines = answer.Lines.Where(l => (city.Length == 0 || l.City == city) && (stage.Length == 0 || l.Stage.ToString() == stage)
            && (remarks.Length == 0 || (remarks == "none") == (l.Proposals.Count + l.Short.Count + l.Concerns.Count + l.Unheard.Count == 0))).ToList();
        if (asCsv)
            return Export.Csv(call, "screening", [.. lines.Select(l => new ScreeningRow(l.City, l.Rank, l.Cluster, l.OrganisationName, l.Organisation, l.Industry, l.Stage, l.Since, l.Term, RemarksOf(call.Page, l)))]);
        var page = call.Page;
        List<(FieldShape, string)> filters =
        [
            (new FieldShape("city", InputKind.OneOf, page.Say("field.city")) { Choices = Places.Cities(page) }, city),
            (new FieldShape("stage", InputKind.OneOf, page.Say("field.stage")) { Choices = [.. answer.Lines.Select(l => l.Stage).Distinct().Order().Select(s => new Choice(s.ToString(), page.Say("enum.Stage." + s)))] }, stage),
            (new FieldShape("remarks", InputKind.OneOf, page.Say("page.screening.remarks")) { Choices = [new("none", page.Say("page.screening.without")), new("some", page.Say("page.screening.with"))] }, remarks),
        ];
        IReadOnlySet<string> selected = select == "plain" ? lines.Where(l => l.Plain).Select(l => l.Id).ToHashSet() : typed.All("selected").Select(s => s.Split(':')[0]).ToHashSet();
        return call.Show<ScreeningPage>(new { Answer = answer, BatchTitle = title, Lines = lines, Filters = filters, Selected = selected, Input = typed, Errors = errors }, status);
    }

    /// <summary>What the province should look at before it admits the cluster, in words.</summary>
    public static string RemarksOf(PageContext page, ScreeningLine line) => page.JoinClauses(new[]
    {
        line.Proposals.Count > 0 ? page.Say("page.screening.proposals", ("conditions", page.Join(line.Proposals))) : null,
        line.Short.Count > 0 ? page.Say("page.screening.short", ("conditions", page.Join(line.Short))) : null,
        line.Concerns.Count > 0 ? page.Say("page.screening.concerns", ("count", line.Concerns.Count)) : null,
        line.Unheard.Count > 0 ? page.Say("page.screening.unheard", ("count", line.Unheard.Count)) : null,
    }.OfType<string>()) is { Length: > 0 } remarks ? remarks : page.Say("page.screening.none");

    /// <summary>A line of the list as a spreadsheet gets it.</summary>
    private sealed record ScreeningRow(
        string City, int? Rank, string Cluster, string OrganisationName, string Organisation, string Industry, Stage Stage, DateTimeOffset Since, DateOnly? Term, string Remarks);

    private static async Task<IResult> AdmitAsync(PageCall call)
    {
        var batch = call.Route("id");
        if (call.Posted.One("step") != "admit")
            return await ListAsync(call, call.Posted, FormErrors.None, StatusCodes.Status200OK);
        var selected = call.Posted.All("selected").Select(s => s.Split(':')).Where(p => p.Length == 2 && long.TryParse(p[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(p => new SelectedApplication(new ApplicationId(p[0]), long.Parse(p[1], CultureInfo.InvariantCulture))).ToList();
        var posting = await CommandPost.GiveAsync(call, batch, new AdmitSeveral(selected, call.Posted.One("reason")), new HashSet<string> { "reason" });
        if (posting.Errors is not { } errors)
            return call.Next($"/office/batches/{batch}/screening{call.Http.Request.QueryString}", "admit-several");
        var names = selected.Count == 0 || errors.Fields.Count == 0 || await AskAsync(call, batch) is not var (answer, _) ? new Dictionary<string, string>()
            : answer.Lines.ToDictionary(l => l.Id, l => l.Cluster);
        // What is wrong with one of several is said with the cluster's name: its place in the list of the selected means nothing to a person.
        return await ListAsync(call, call.Posted, errors with
        {
            Fields = [.. errors.Fields.Select(f => f.Name.Split('[', ']') is ["applications", var index, ..] && int.TryParse(index, out var i) && i < selected.Count
                ? ("reason", $"{names.GetValueOrDefault(selected[i].Application.Value)}：{f.Message}") : (f.Name, f.Message))],
        }, posting.Status);
    }

    private static async Task<IResult> PreviewAsync(PageCall call, FormErrors errors, int status) =>
        await AskAsync(call, call.Route("id")) is not var (answer, _) || answer.Fixed ? call.NotFound() : call.Show<ReviewListPreview>(new { Answer = answer, Errors = errors }, status);

    private static async Task<IResult> FixAsync(PageCall call)
    {
        var batch = call.Route("id");
        var posting = await CommandPost.GiveAsync(call, batch, new FixReviewList(call.Posted.SeenVersion));
        return posting.Errors is { } errors ? await PreviewAsync(call, errors with { Fields = [] }, posting.Status) : call.Next($"/office/batches/{batch}/review-list", "fix-review-list");
    }

    private static async Task<IResult> ShowAsync(PageCall call, string id, Posted typed, FormErrors errors, int status)
    {
        if (await Dossier.ReadAsync(call, id) is not { } dossier || await AskAsync(call, dossier.Application.Batch.Value) is not var (answer, _))
            return call.NotFound();
        return call.Show<RecheckPage>(new { Dossier = dossier, Line = answer.Lines.FirstOrDefault(l => l.Id == id), ListFixed = answer.Fixed, Input = typed.Seeing(dossier.Decisions.Version, status), Errors = errors }, status);
    }

    private static async Task<IResult> DecideAsync(PageCall call)
    {
        var id = call.Route("id");
        var reason = call.Posted.One("reason");
        var fields = new HashSet<string> { "reason" };
        var answers = call.Posted.Values.Where(v => v.Key.StartsWith("confirmed.", StringComparison.Ordinal) && v.Value is ["true" or "false"])
            .Select(v => new ProposalAnswer(v.Key["confirmed.".Length..], v.Value[0] == "true", call.Posted.One("answer." + v.Key["confirmed.".Length..]))).ToList();
        Posting posting;
        switch (call.Posted.One("step"))
        {
            case "admit":
                posting = await CommandPost.GiveAsync(call, id, new AdmitApplication(reason, answers, call.Posted.SeenVersion), fields);
                break;
            case "reject":
                posting = await CommandPost.GiveAsync(call, id, new RejectApplication(reason, [.. answers.Where(a => !a.Confirmed)], call.Posted.SeenVersion), fields);
                break;
            case "return":
                if (!DateOnly.TryParseExact(call.Posted.One("lastDay"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var lastDay))
                    return await ShowAsync(call, id, call.Posted, new FormErrors(null, [("lastDay", call.Page.Say("page.day"))]), StatusCodes.Status422UnprocessableEntity);
                posting = await CommandPost.GiveAsync(call, id, new ReturnToCity(reason, lastDay, call.Posted.SeenVersion), fields);
                break;
            default:
                return await ShowAsync(call, id, call.Posted, FormErrors.None, StatusCodes.Status200OK);
        }
        if (posting.Errors is not { } errors)
            return call.Next($"/office/applications/{id}", call.Posted.One("step") switch { "admit" => "admit-application", "reject" => "reject-application", _ => "return-to-city" });
        return await ShowAsync(call, id, call.Posted, errors with
        {
            Fields = [.. errors.Fields.Select(f => (f.Name.Split('[', ']') is ["answers", var index, ..] && int.TryParse(index, out var i) && i < answers.Count ? "answer." + answers[i].Condition : f.Name, f.Message))],
        }, posting.Status);
    }

    private static async Task<(ScreeningAnswer Answer, string Title)?> AskAsync(PageCall call, string batch)
    {
        if (await Ask.OneAsync<ScreeningAnswer>(call, "get-screening", batch) is not { } answer)
            return null;
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (answer, (await session.LoadAsync<BatchCard>(new BatchId(batch).Stream, call.Cancelled))!.Title);
    }
}
