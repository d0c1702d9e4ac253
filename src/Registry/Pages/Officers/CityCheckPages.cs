using System.Globalization;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Recommendation;

namespace Registry.Pages.Officers;

/// <summary>What the city can do with an application now.</summary>
public enum CityState
{
    /// <summary>It lies before the city for the first time or after a correction.</summary>
    Checking,
    /// <summary>The province returned it; it is corrected and recommended again within the term.</summary>
    BackFromProvince,
    /// <summary>It is recommended and holds a place.</summary>
    Recommended,
    /// <summary>It is with the applicant.</summary>
    WithApplicant,
    /// <summary>It has left the city.</summary>
    Closed,
}

/// <summary>The city checks an application and decides: recommend after a preview, return for correction, or decline. Nothing typed is lost between them.</summary>
public static class CityCheckPages
{
    private const string RemarkPrefix = "remark.", FindingPrefix = "finding.";

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/applications/{id}/city-check", Roles.CityOfficer, call => ShowAsync(call, call.Route("id"), null, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/applications/{id}/city-check", Roles.CityOfficer, ReceiveAsync);
    }

    /// <summary>What the city can do at this stage.</summary>
    public static CityState StateOf(Stage stage, bool term) => stage switch
    {
        Stage.ReturnedToCity => CityState.BackFromProvince,
        Stage.Submitted => term ? CityState.BackFromProvince : CityState.Checking,
        Stage.Recommended => CityState.Recommended,
        Stage.Returned => CityState.WithApplicant,
        _ => CityState.Closed,
    };

    private static async Task<IResult> ShowAsync(PageCall call, string id, Posted? typed, FormErrors errors, int status)
    {
        if (await Dossier.ReadAsync(call, id) is not { } dossier || await Ask.OneAsync<CityReportAnswer>(call, "get-city-report", dossier.Application.Batch.Value) is not { } report)
            return call.NotFound();
        var prepared = await Ask.OneAsync<PreparedAnswer>(call, "get-prepared-recommendation", id);
        return call.Show<CityCheckPage>(new
        {
            Dossier = dossier,
            Report = report,
            Prepared = prepared,
            State = StateOf(dossier.Application.Stage, dossier.Decisions.Term is not null),
            Input = (typed ?? Prefilled(prepared)).Seeing(dossier.Decisions.Version, status),
            Errors = errors,
        }, status);
    }

    private static Posted Prefilled(PreparedAnswer? prepared) => prepared is null ? Posted.Empty
        : Posted.Empty.With("opinion", prepared.Opinion ?? "").With("rank", prepared.Rank.ToString(CultureInfo.InvariantCulture));

    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        var id = call.Route("id");
        if (await Dossier.ReadAsync(call, id) is not { } dossier)
            return call.NotFound();
        if (call.Posted.One("add").Length > 0 || call.Posted.One("remove").Length > 0)
            return await ShowAsync(call, id, Rows.Changed(call.Posted), FormErrors.None, StatusCodes.Status200OK);
        switch (call.Posted.One("step"))
        {
            case "return":
                return await ReturnAsync(call, dossier, id);
            case "decline":
                return await EndAsync(call, id, await CommandPost.GiveAsync(call, id, new DeclineApplication(call.Posted.One("reason"), call.Posted.SeenVersion), Fields("reason")), "decline-application", e => e);
            case "recommend":
                return await RecommendAsync(call, dossier, id);
            case "edit":
                return await ShowAsync(call, id, call.Posted, FormErrors.None, StatusCodes.Status200OK);
            default:
                return await PreviewAsync(call, dossier, id);
        }
    }

    private static async Task<IResult> PreviewAsync(PageCall call, Dossier dossier, string id)
    {
        var report = await Ask.OneAsync<CityReportAnswer>(call, "get-city-report", dossier.Application.Batch.Value);
        return report is null ? call.NotFound()
            : Blank(call, dossier) is { Any: true } missing ? await ShowAsync(call, id, call.Posted, missing, StatusCodes.Status422UnprocessableEntity)
            : call.Show<RecommendationPreview>(new { Dossier = dossier, Report = report, Findings = FindingsOf(dossier, call.Posted), Typed = call.Posted, Renewing = IsRenewal(dossier) });
    }

    /// <summary>What the preview would show empty. Whether the rest will do is decided by the command.</summary>
    private static FormErrors Blank(PageCall call, Dossier dossier)
    {
        var names = dossier.Conditions.Now.Where(v => Findings.AskedBy(v.Verdict) is not null).Select(v => (FindingPrefix + v.Condition, call.Page.Say(v.Title)))
            .Append(("opinion", call.Page.Say("field.opinion")));
        if (!IsRenewal(dossier))
            names = names.Append(("rank", call.Page.Say("field.rank")));
        return new FormErrors(null, [.. names.Where(n => string.IsNullOrWhiteSpace(call.Posted.One(n.Item1))).Select(n => (n.Item1, call.Page.Say("page.required", ("field", n.Item2))))]);
    }

    private static bool IsRenewal(Dossier dossier) => StateOf(dossier.Application.Stage, dossier.Decisions.Term is not null) == CityState.BackFromProvince;

    private static IReadOnlyList<Finding> FindingsOf(Dossier dossier, Posted posted) =>
        [.. dossier.Conditions.Now.Select(v => (v.Condition, Kind: Findings.AskedBy(v.Verdict), Reason: posted.One(FindingPrefix + v.Condition)))
            .Where(v => v.Kind is not null && v.Reason.Trim().Length > 0).Select(v => new Finding(v.Condition, v.Kind!.Value, v.Reason))];

    private static async Task<IResult> RecommendAsync(PageCall call, Dossier dossier, string id)
    {
        var findings = FindingsOf(dossier, call.Posted);
        var rank = int.TryParse(call.Posted.One("rank").Trim().InForm(System.Text.NormalizationForm.FormKC), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var posting = IsRenewal(dossier)
            ? await CommandPost.GiveAsync(call, id, new RenewRecommendation(call.Posted.One("opinion"), findings, call.Posted.SeenVersion), Fields("opinion"))
            : await CommandPost.GiveAsync(call, id, new RecommendApplication(call.Posted.One("opinion"), rank, findings, call.Posted.SeenVersion), Fields("opinion"));
        return await EndAsync(call, id, posting, IsRenewal(dossier) ? "renew-recommendation" : "recommend-application", name =>
            dossier.Conditions.Now.Any(v => v.Condition == name) ? FindingPrefix + name
            : name.Split('[', ']') is ["findings", var index, ..] && int.TryParse(index, out var i) && i < findings.Count ? FindingPrefix + findings[i].Condition
            : name);
    }

    private static async Task<IResult> ReturnAsync(PageCall call, Dossier dossier, string id)
    {
        var remarks = call.Posted.Values.Where(v => v.Key.StartsWith(RemarkPrefix, StringComparison.Ordinal) && v.Value.Any(t => t.Trim().Length > 0))
            .ToDictionary(v => v.Key[RemarkPrefix.Length..], v => v.Value[0]);
        var (rows, wrong) = RowRemarks.Read(call.Page, call.Posted, dossier.Definition.Form.Fields);
        if (wrong.Count > 0)
            return await ShowAsync(call, id, call.Posted, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        var lines = rows.ToDictionary(r => r.Place, r => r.Line);
        foreach (var (place, _, text) in rows)
            remarks[place] = text;
        return remarks.Count == 0
            ? await ShowAsync(call, id, call.Posted, new FormErrors(null, [("remarks", call.Page.Say(RecommendationRules.RemarksMissing.Code))]), StatusCodes.Status422UnprocessableEntity)
            : await EndAsync(call, id, await CommandPost.GiveAsync(call, id, new ReturnForCorrection(remarks, call.Posted.SeenVersion), remarks.Keys.ToHashSet()), "return-for-correction", name => lines.GetValueOrDefault(name) ?? RemarkPrefix + name);
    }

    private static async Task<IResult> EndAsync(PageCall call, string id, Posting posting, string done, Func<string, string> place) =>
        posting.Errors is not { } errors ? call.Next($"/office/applications/{id}", done)
        : await ShowAsync(call, id, call.Posted, errors with { Fields = [.. errors.Fields.Select(f => (place(f.Name), f.Message))] }, posting.Status);

    private static HashSet<string> Fields(params string[] names) => [.. names];
}
