using System.Globalization;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Platform;
using Registry.Programme;
using Registry.Review;

namespace Registry.Pages.Experts;

/// <summary>An expert reads an assigned application and scores it on one page; saving can lead to the next open sheet.</summary>
public static class ScorePages
{
    /// <summary>A filled sheet with an Excel file beside it.</summary>
    private const long LargestForm = 2 * 1024 * 1024;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/sheets/{id}/score", Roles.Expert, call => ShowAsync(call, null, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/sheets/{id}/score", Roles.Expert, ReceiveAsync).WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        office.Page("/sheets/{id}/evidence/{sha256}", Roles.Expert, call => ExpertQueries.SendAsync(call.Route("sha256"), call.Http));
    }

    private static async Task<IResult> ShowAsync(PageCall call, Posted? typed, FormErrors errors, int status, string? note = null)
    {
        if (await RubricAsync(call) is not { } found || await Ask.OneAsync<SheetAnswer>(call, "get-sheet", call.Route("id")) is not { } sheet)
            return call.NotFound();
        if (sheet.Final)
            return call.Next($"/office/sheets/{sheet.Id}/print");
        if (await Ask.OneAsync<DossierAnswer>(call, "get-dossier", call.Route("id")) is not { } dossier)
            return call.Next($"/office/panels/{found.Panel.Panel.Value}/declarations");
        return call.Show<ScorePage>(new { Dossier = dossier, Sheet = sheet, Panel = found.Panel, Definition = found.Definition, Input = (typed ?? Filled(sheet)).Seeing(sheet.Version, status), Errors = errors, Note = note }, status);
    }

    private static async Task<IResult> ReceiveAsync(PageCall call)
    {
        if (await RubricAsync(call) is not { } found)
            return call.NotFound();
        if (call.Posted.One("go") == "fill")
            return await FillAsync(call, found.Definition.Rubric);
        var (lines, wrong) = Lines(call, found.Definition.Rubric);
        if (wrong.Count > 0)
            return await ShowAsync(call, call.Posted, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        var saved = await CommandPost.GiveAsync(call, call.Route("id"), new SaveSheet(lines, call.Posted.SeenVersion));
        if (saved.Errors is { } refused)
            return await ShowAsync(call, call.Posted, refused, saved.Status);
        if (call.Posted.One("go") == "sign")
        {
            var signed = await CommandPost.GiveAsync(call, call.Route("id"), new SignSheet(saved.Answer!.Version), key: "s" + call.Posted.One(CommandPost.KeyField));
            if (signed.Errors is { } unsigned)
                return await ShowAsync(call, call.Posted.With("version", $"{saved.Answer!.Version}"), unsigned, signed.Status);
            return call.Next(await NextAsync(call) ?? "/office/review/assignments", "sign-sheet");
        }
        return call.Next(call.Posted.One("go") == "next" ? await NextAsync(call) ?? "/office/review/assignments" : $"/office/sheets/{call.Route("id")}/score", "save-sheet");
    }

    /// <summary>Puts what an Excel file says into the form; nothing is saved until the expert has looked and saves.</summary>
    private static async Task<IResult> FillAsync(PageCall call, Rubric rubric)
    {
        if (call.Posted.File("workbook") is not { } workbook)
            return await ShowAsync(call, call.Posted, new FormErrors(null, [("workbook", call.Page.Say("page.sheet.workbook-none"))]), StatusCodes.Status422UnprocessableEntity);
        var (lines, refusal) = SheetWorkbook.Read(workbook, rubric);
        if (refusal is not null)
            return await ShowAsync(call, call.Posted, new FormErrors(null, [("workbook", call.Page.Say(refusal.Rule.Code, [.. refusal.Arguments.Select(a => (a.Key, a.Value))]))]), StatusCodes.Status422UnprocessableEntity);
        var filled = call.Posted;
        foreach (var line in lines!)
            filled = filled.With($"points.{line.Criterion}", line.Points).With($"comment.{line.Criterion}", line.Comment);
        return await ShowAsync(call, filled, FormErrors.None, StatusCodes.Status200OK, call.Page.Say("page.sheet.workbook-read"));
    }

    private static (List<SheetLine> Lines, List<(string, string)> Wrong) Lines(PageCall call, Rubric rubric)
    {
        var wrong = new List<(string, string)>();
        var lines = new List<SheetLine>();
        foreach (var criterion in rubric.Criteria)
        {
            var typed = call.Posted.One($"points.{criterion.Key}").Trim().InForm(System.Text.NormalizationForm.FormKC);
            var points = decimal.TryParse(typed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var figure) ? figure : (decimal?)null;
            if (typed.Length > 0 && points is null)
                wrong.Add(($"points.{criterion.Key}", call.Page.Say("page.number")));
            lines.Add(new SheetLine(criterion.Key, points, call.Posted.One($"comment.{criterion.Key}") is { Length: > 0 } comment ? comment : null));
        }
        return (lines, wrong);
    }

    private static Posted Filled(SheetAnswer sheet)
    {
        var input = Posted.Empty;
        foreach (var line in sheet.Lines)
            input = input.With($"points.{line.Criterion}", line.Points?.ToString(CultureInfo.InvariantCulture) ?? "").With($"comment.{line.Criterion}", line.Comment ?? "");
        return input;
    }

    /// <summary>The next open sheet of the own panels, after this one.</summary>
    private static async Task<string?> NextAsync(PageCall call) =>
        (await Ask.ManyAsync<IReadOnlyList<AssignmentAnswer>>(call, "list-assignments") ?? [])
            .Where(p => !p.Closed).SelectMany(p => p.Applications)
            .FirstOrDefault(a => a is { Declared: true, Status: SheetStatus.Open } && a.Sheet != call.Route("id")) is { } next ? $"/office/sheets/{next.Sheet}/score" : null;

    private static async Task<(AssignmentAnswer Panel, CallDefinition Definition)?> RubricAsync(PageCall call)
    {
        var panel = (await Ask.ManyAsync<IReadOnlyList<AssignmentAnswer>>(call, "list-assignments") ?? []).FirstOrDefault(p => p.Applications.Any(a => a.Sheet == call.Route("id")));
        if (panel is null)
            return null;
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (panel, (await call.Service<Calls>().ReadAsync(session, panel.Batch, call.Cancelled))!.Definition);
    }
}
