using System.Globalization;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Pages.Officers;

/// <summary>The city's formal report: its places, the summary table out and in, the draft, the issue by a second officer.</summary>
public static class CityReportPages
{
    private const Roles Readers = Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Auditor;

    /// <summary>Names the digest of a scan that is stored already.</summary>
    public const string StoredPrefix = "stored.";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/batches/{id}/city-report", Readers, call => call.Query("do").Length > 0
            ? RecordPages.ShowAsync(call, $"batches/{call.Route("id")}/city-report")
            : ShowAsync(call, call.Route("id"), Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Page("/batches/{id}/city-report/files/{sha256}", Readers, call =>
            ReportFiles.SendAsync(call.Route("id"), call.Route("sha256"), call.Http, call.Service<IDocumentStore>()));
        office.Form("/batches/{id}/city-report/draft", Roles.CityOfficer, DraftAsync).WithMetadata(new RequestSizeLimitAttribute(2 * EvidenceStore.Largest + CommandEndpoints.LargestBody));
        office.Form("/batches/{id}/city-report/issue", Roles.CityOfficer, IssueAsync);
        office.Form("/batches/{id}/city-report/table", Roles.CityOfficer, TableAsync);
    }

    private static async Task<IResult> ShowAsync(PageCall call, string batch, Posted typed, FormErrors errors, int status)
    {
        if (await Ask.OneAsync<CityReportAnswer>(call, "get-city-report", batch) is not { } report)
            return call.Actor.Role == Roles.CityOfficer ? call.NotFound() : await RecordPages.ShowAsync(call, $"batches/{batch}/city-report");
        await using var session = call.Service<IDocumentStore>().QuerySession();
        var card = await session.LoadAsync<BatchCard>(new BatchId(batch).Stream, call.Cancelled);
        return call.Show<CityReportPage>(new { Batch = batch, BatchTitle = card!.Title, Report = report, Input = typed.Seeing(report.Version, status), Errors = errors }, status);
    }

    private static async Task<IResult> DraftAsync(PageCall call)
    {
        var batch = call.Route("id");
        if (await Ask.OneAsync<CityReportAnswer>(call, "get-city-report", batch) is not { } report)
            return call.NotFound();
        var (digests, wrong, input) = (new Dictionary<string, string>(), new List<(string, string)>(), call.Posted);
        foreach (var field in (string[])["document", "summaryTable"])
        {
            // A scan that an earlier, refused try brought is stored already; the form names it. That it is this city's own is looked up by the command.
            var stored = call.Posted.One(StoredPrefix + field);
            if (call.Posted.File(field) is { } content)
            {
                var (file, refusal) = await ReportFiles.StoreAsync(call.Http.RequestServices, new BatchId(batch), call.Actor, content, call.Cancelled);
                if (refusal is not null)
                    wrong.Add((field, call.Page.Say(refusal.Rule.Code, [.. refusal.Arguments.Select(a => (a.Key, a.Value))])));
                else
                    stored = file!.Sha256;
            }
            else if (stored.Length == 0)
                wrong.Add((field, call.Page.Say("page.report.file-needed")));
            digests[field] = stored;
            input = input.With(StoredPrefix + field, stored);
        }
        var order = report.Places.Select(p => (p.Application, Number: Number(call.Posted.One("order." + p.Application)))).ToList();
        if (order.Any(o => o.Number is null) || order.Select(o => o.Number).Distinct().Count() < order.Count)
            wrong.Add(("applications", call.Page.Say("page.report.order-wrong")));
        if (wrong.Count > 0)
            return await ShowAsync(call, batch, input, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);

        var posting = await CommandPost.GiveAsync(call, batch, new DraftCityReport(
            call.Posted.One("documentNumber"), digests["document"], digests["summaryTable"], [.. order.OrderBy(o => o.Number).Select(o => new ApplicationId(o.Application))], call.Posted.SeenVersion));
        return posting.Errors is { } errors ? await ShowAsync(call, batch, input, errors, posting.Status) : call.Next($"/office/batches/{batch}/city-report", "draft-city-report");
    }

    private static async Task<IResult> IssueAsync(PageCall call)
    {
        var batch = call.Route("id");
        var posting = await CommandPost.GiveAsync(call, batch, new IssueCityReport(call.Posted.SeenVersion));
        return posting.Errors is { } errors ? await ShowAsync(call, batch, Posted.Empty, errors, posting.Status) : call.Next($"/office/batches/{batch}/city-report", "issue-city-report");
    }

    /// <summary>First the dry run, then the import of what it showed. The file goes along in between; nothing of it is kept before it is confirmed.</summary>
    private static async Task<IResult> TableAsync(PageCall call)
    {
        var batch = call.Route("id");
        if (call.Posted.File("table") is not { } content)
            return await ShowAsync(call, batch, Posted.Empty, new FormErrors(null, [("table", call.Page.Say("page.table.file-needed"))]), StatusCodes.Status422UnprocessableEntity);
        var errors = FormErrors.None;
        var status = StatusCodes.Status200OK;
        if (call.Posted.One("step") == "import")
        {
            var posting = await CommandPost.GiveAsync(call, batch, new ImportSummaryTable(content, call.Posted.One("seen")));
            if (posting.Errors is not { } refused)
                return call.Next($"/office/batches/{batch}/city-report", "import-summary-table");
            (errors, status) = (refused with { Fields = [] }, posting.Status);
        }
        await using var session = call.Service<IDocumentStore>().QuerySession();
        if (await call.Service<Calls>().ReadAsync(session, new BatchId(batch), call.Cancelled) is not { } running)
            return call.NotFound();
        var (report, refusal) = await SummaryTableCheck.ShowAsync(call.Http, call.Actor, session, running, content);
        return refusal is not null
            ? await ShowAsync(call, batch, Posted.Empty, new FormErrors(null, [("table", call.Page.Say(refusal.Rule.Code, [.. refusal.Arguments.Select(a => (a.Key, a.Value))]))]), StatusCodes.Status422UnprocessableEntity)
            : call.Show<TablePage>(new { Batch = batch, Report = report, Table = call.Posted.One("table"), Errors = errors }, report!.Errors.Count > 0 && status == 200 ? StatusCodes.Status422UnprocessableEntity : status);
    }

    private static int? Number(string typed) =>
        int.TryParse(typed.Trim().InForm(System.Text.NormalizationForm.FormKC), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
