using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Integrity;
using Registry.Objections;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Review;

namespace Registry.Pages;

/// <summary>One thing that waits.</summary>
/// <param name="Href">The way to it.</param>
/// <param name="Name">What it is.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="Due">Until when something must be done.</param>
public sealed record WaitingItem(string Href, string Name, string State, DateTimeOffset? Since, DateTimeOffset? Due = null);

/// <summary>Things that wait for the same step.</summary>
/// <param name="Title">The step.</param>
/// <param name="Items">What is shown of them, longest first.</param>
public sealed record WaitingGroup(string Title, IReadOnlyList<WaitingItem> Items)
{
    /// <summary>How many wait, those included that are not shown here.</summary>
    public long Total { get; init; } = Items.Count;

    /// <summary>The list of all of them.</summary>
    public string? All { get; init; }
}

/// <summary>What waits for each role, read by the same queries as the lists.</summary>
public static class Waiting
{
    /// <summary>The console stays short; whoever has more than this before them works from the list.</summary>
    private const int Most = 100;

    /// <summary>What waits for whom is signed in.</summary>
    public static async Task<IReadOnlyList<WaitingGroup>> ForAsync(PageCall call)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return call.Actor.Role switch
        {
            Roles.Applicant => [.. await Applicant.ApplicantPages.WaitingAsync(call, session), await StatementsAsync(call), await CasesAsync(call)],
            Roles.CityOfficer =>
            [
                await StageAsync(call, "page.waiting.city-check", Stage.Submitted),
                await StageAsync(call, "page.waiting.back-with-city", Stage.ReturnedToCity),
                await StageAsync(call, "page.waiting.to-report", Stage.Recommended),
                await StageAsync(call, "page.waiting.with-applicant", Stage.Returned),
                await QuarantinesAsync(call),
                await StatementsAsync(call),
                await BatchesAsync(call),
            ],
            Roles.ProvincialOfficer =>
            [
                await StageAsync(call, "page.waiting.re-check", Stage.Reported),
                await StageAsync(call, "page.waiting.in-review", Stage.Admitted),
                await StageAsync(call, "page.waiting.to-shortlist", Stage.Scored),
                await QuarantinesAsync(call),
                await NoticesAsync(call),
                await ObjectionsAsync(call, "page.waiting.objections", "", "/office/objections"),
                await ObjectionsAsync(call, "page.waiting.objections-second", "2", "/office/objections?queue=2"),
                await ReviewsAsync(call),
                await ReportsAsync(call, "list-reports", "reports"),
                await BatchesAsync(call),
            ],
            Roles.Expert => await SheetsAsync(call),
            Roles.IntegrityOfficer => [await CasesAsync(call), await ReportsAsync(call, "list-reports", "reports")],
            Roles.Supervision => [await ReportsAsync(call, "list-complaints", "complaints")],
            Roles.Auditor or Roles.Administrator => [await BatchesAsync(call)],
            _ => [],
        };
    }

    private static async Task<WaitingGroup> StageAsync(PageCall call, string title, Stage stage)
    {
        var page = await Ask.ManyAsync<Registry.Applications.ApplicationPage>(call, "list-applications", ("stage", stage.ToString()), ("order", "since"), ("size", $"{Most}"));
        return new(call.Page.Say(title),
            [.. (page?.Items ?? [])
                .Select(l => new WaitingItem($"/office/applications/{l.Id}{DecisionPage(call.Actor.Role, stage)}", l.Cluster, Places.City(call.Page, l.City) ?? l.City, l.Since, l.Term is { } term && stage is not Stage.Reported ? ChinaTime.EndOf(term) : null))])
        {
            Total = page?.Total ?? 0,
            All = $"/office/applications?stage={stage}",
        };
    }

    /// <summary>The page on which this role decides on what waits at this stage.</summary>
    private static string DecisionPage(Roles role, Stage stage) => (role, stage) switch
    {
        (Roles.CityOfficer, Stage.Submitted or Stage.ReturnedToCity or Stage.Recommended) => "/city-check",
        (Roles.ProvincialOfficer, Stage.Reported) => "/recheck",
        _ => "",
    };

    private static async Task<WaitingGroup> QuarantinesAsync(PageCall call) =>
        new(call.Page.Say("nav.list-quarantines"),
            [.. (await Ask.ManyAsync<IReadOnlyList<QuarantineAnswer>>(call, "list-quarantines", ("open", "true")) ?? [])
                .Select(q => new WaitingItem($"/office/quarantines/{q.Quarantine}", q.Cluster ?? call.Page.Say("page.unnamed"), call.Page.Say("enum.QuarantineStatus." + q.Status), q.Since))]);

    private static async Task<WaitingGroup> NoticesAsync(PageCall call) =>
        new(call.Page.Say("page.waiting.notices"),
            [.. (await Ask.ManyAsync<IReadOnlyList<NoticeAnswer>>(call, "list-notices") ?? []).Where(n => n is { GivenUp: false, Closed: false })
                .Select(n => new WaitingItem($"/office/publicity/{n.Publicity.Value}", n.Title, call.Page.Say(n.PostedAt is null ? "page.not-posted" : "enum.WindowSide.Open"), n.PostedAt, n.Entries.Select(e => e.ClosesAt).Max()))]);

    /// <summary>What waits in one of the two queues, as the list behind the link shows and counts it.</summary>
    private static async Task<WaitingGroup> ObjectionsAsync(PageCall call, string title, string queue, string list)
    {
        var open = (await Ask.ObjectionsAsync(call, ("queue", queue), ("waiting", "true"))).Where(Handling.ObjectionWords.Waits).ToList();
        return new(call.Page.Say(title),
            [.. open.OrderBy(o => o.Since).ThenBy(o => o.Number, StringComparer.Ordinal).Take(Most).Select(o => new WaitingItem($"/office/objections/{o.Objection.Value}", $"{o.Number} {o.ClusterName}", call.Page.Say("enum.ObjectionStage." + o.Stage), o.Since))])
        {
            Total = open.Count,
            All = list,
        };
    }

    private static async Task<WaitingGroup> ReviewsAsync(PageCall call) =>
        new(call.Page.Say("page.waiting.review-requests"),
            [.. (await Ask.ManyAsync<IReadOnlyList<ReviewRequestAnswer>>(call, "list-review-requests", ("open", "true")) ?? [])
                .Select(r => new WaitingItem($"/office/review-requests/{r.Request}", call.Page.Say("enum.Stage." + r.Against), Places.City(call.Page, r.City) ?? r.City, r.At))]);

    private static async Task<WaitingGroup> ReportsAsync(PageCall call, string query, string list)
    {
        var page = await Ask.ManyAsync<ReportPage>(call, query, ("open", "true"), ("size", $"{Most}"));
        return new(call.Page.Say("nav." + query),
            [.. (page?.Items ?? []).Select(r => new WaitingItem($"/office/{list}/{r.Id}", r.Subject ?? r.Number, call.Page.Say("enum.ObjectionStage.Filed"), r.ArrivedAt))])
        {
            Total = page?.Total ?? 0,
            All = $"/office/{list}?open=true",
        };
    }

    private static async Task<WaitingGroup> CasesAsync(PageCall call) =>
        new(call.Page.Say("nav.list-cases"),
            [.. (await Ask.ManyAsync<IReadOnlyList<CaseCard>>(call, "list-cases", ("open", "true")) ?? [])
                .Select(c => new WaitingItem($"/office/cases/{c.Case}", c.ClusterName, call.Page.Say("enum.CaseStep." + c.Step), ChinaTime.StartOf(c.OpenedOn), c.DefenceLastDay is { } day ? ChinaTime.EndOf(day) : null))]);

    private static async Task<WaitingGroup> StatementsAsync(PageCall call) =>
        new(call.Page.Say("nav.list-statement-requests"),
            [.. (await Ask.ManyAsync<IReadOnlyList<StatementRequest>>(call, "list-statement-requests") ?? []).Where(s => !s.Given)
                .Select(s => new WaitingItem($"/office/objections/{s.Objection.Value}/statements?do=give-statement", s.Wording ?? "", call.Page.Say("page.not-given"), null, ChinaTime.EndOf(s.LastDay)))]);

    private static async Task<WaitingGroup> BatchesAsync(PageCall call) =>
        new(call.Page.Say("nav.list-batches"),
            [.. (await Ask.ManyAsync<IReadOnlyList<BatchCard>>(call, "list-batches") ?? [])
                .Select(b => new WaitingItem($"/office/batches/{b.Batch}", b.Title, call.Page.Say("page.announced"), null))]);

    private static async Task<IReadOnlyList<WaitingGroup>> SheetsAsync(PageCall call)
    {
        var panels = await Ask.ManyAsync<IReadOnlyList<AssignmentAnswer>>(call, "list-assignments") ?? [];
        WaitingItem Item(AssignedApplication a) => new($"/office/sheets/{a.Sheet}/score", a.ClusterName, call.Page.Say("enum.SheetStatus." + a.Status), null, a.ReviseBy is { } day ? ChinaTime.EndOf(day) : null);
        var open = panels.Where(p => !p.Closed).SelectMany(p => p.Applications).Where(a => a.Declared).ToList();
        return
        [
            new WaitingGroup(call.Page.Say("page.waiting.to-declare"),
                [.. panels.Where(p => p is { Declared: false, Closed: false }).Select(p => new WaitingItem($"/office/panels/{p.Panel.Value}/declarations", call.Page.Say("page.panel-of", ("count", p.Applications.Count)), call.Page.Say("page.not-declared-yet"), null))]),
            new WaitingGroup(call.Page.Say("page.waiting.to-score"), [.. open.Where(a => a.Status == SheetStatus.Open || a.ReviseBy is not null).Select(Item)]),
            new WaitingGroup(call.Page.Say("page.waiting.scored"), [.. open.Where(a => a.Status != SheetStatus.Open && a.ReviseBy is null).Select(Item)]),
        ];
    }
}
