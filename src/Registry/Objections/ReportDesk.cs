using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>A report or complaint as those who may read it see it.</summary>
public sealed record ReportAnswer(
    string Id, long Version, string Number, DateTimeOffset ArrivedAt, ComplaintAbout? About, string? Subject, string? Facts, string? Name, string? Contact, string? Outcome, bool Settled);

/// <summary>A report or complaint in a list: who wrote what is opened one by one.</summary>
/// <param name="Subject">What a report is about.</param>
/// <param name="Settled">It was dealt with.</param>
public sealed record ReportLine(string Id, string Number, DateTimeOffset ArrivedAt, ComplaintAbout? About, string? Subject, bool Settled);

/// <summary>One page of a list.</summary>
/// <param name="Total">Lines of all pages.</param>
/// <param name="Number">This page, 1 first.</param>
/// <param name="Size">Lines on a full page.</param>
public sealed record ReportPage(IReadOnlyList<ReportLine> Items, long Total, int Number, int Size);

/// <summary>What the code of a report or complaint shows.</summary>
public sealed record ReportStatus(string Number, DateTimeOffset ArrivedAt, bool Settled, string? Outcome);

/// <summary>Reports and complaints: two kinds of paper that are taken in and settled alike, and read by different people.</summary>
internal static class ReportDesk
{
    private const int UsualPage = 50, LargestPage = 200, LastPage = 100_000;
    private const Roles Handlers = Roles.ProvincialOfficer | Roles.IntegrityOfficer;

    private static readonly QueryInput[] Paging =
        [new("open", "true for those that were not dealt with."), new("page", "Page, 1 first."), new("size", "Lines on a page, 50 if left out, at most 200.")];

    private static readonly QuerySpec Reports = new("list-reports", "/reports", Handlers, "Reports, newest first; those that wait, longest first.") { Inputs = Paging };
    private static readonly QuerySpec OneReport = new("get-report", "/reports/{id}", Handlers, "A report with what was written.");
    private static readonly QuerySpec Complaints = new("list-complaints", "/complaints", Roles.Supervision, "Complaints about people, newest first, those that wait longest first; supervision only.") { Inputs = Paging };
    private static readonly QuerySpec OneComplaint = new("get-complaint", "/complaints/{id}", Roles.Supervision, "A complaint with what was written; supervision only.");
    private static readonly QuerySpec Status = new("get-report-status", "/reports/status", (Roles)(-1), "State and answer of a report or complaint, for whoever holds its code (header Receipt-Code).") { Inputs = [new(ObjectionsRoom.CodeHeader, "The receipt code.", Header: true)] };

    /// <summary>Takes a report or complaint in. The code makes it one: sent twice it gets the first receipt again, and another text under the same code is refused, never lost.</summary>
    internal static async Task<Decision> ReceiveReportAsync<TStream>(this Desk desk, string kind, string code, Func<string, Decision> decide) where TStream : class
    {
        if (ReceiptCode.Normal(code) is not { } normal)
            return FilingRules.CodeWeak.Refuse();
        var stream = $"{kind}/{desk.Services.GetRequiredService<Receipts>().Keyed(kind, normal)}";
        await desk.HoldAsync(Hold.Changing(stream));
        var timeline = (await desk.ReadAsync(stream))[0];
        var decision = decide(ReceiptCode.NewNumber());
        if (decision is not Decision.Accepted { Events: [var filed] })
            return decision;
        if (timeline.Exists)
        {
            var first = timeline.Events[0].Data;
            if (!desk.IsSame(first, filed))
                return FilingRules.CodeUsed.Refuse();
            (decision, filed) = (Decision.Accept(), first);
        }
        else
            desk.Append<TStream>(timeline, [filed]);
        var (number, arrivedAt) = filed switch
        {
            ReportFiled r => (r.Number, r.ArrivedAt),
            ComplaintFiled c => (c.Number, c.ArrivedAt),
            _ => throw new InvalidOperationException($"The stream {stream} does not begin with a filing."),
        };
        desk.Answer(number, 1);
        return decision.With("number", number).With("arrivedAt", arrivedAt);
    }

    /// <summary>Whether two filings say the same in every word.</summary>
    private static bool IsSame(this Desk desk, object first, object second)
    {
        return (first, second) switch
        {
            (ReportFiled a, ReportFiled b) => Say([a.Subject, a.Facts, a.Name, a.Contact]).SequenceEqual(Say([b.Subject, b.Facts, b.Name, b.Contact])),
            (ComplaintFiled a, ComplaintFiled b) => a.About == b.About && Say([a.Facts, a.Name, a.Contact]).SequenceEqual(Say([b.Facts, b.Name, b.Contact])),
            _ => false,
        };

        IEnumerable<string?> Say(IEnumerable<Sealed?> texts) => texts.Select(t => t is null ? null : desk.Open(t));
    }

    /// <summary>Carries out a command about the report or complaint in the route.</summary>
    internal static async Task<Decision> OnReportAsync<TStream>(this Desk desk, string kind, long version, Func<Timeline, Decision> decide) where TStream : class
    {
        var stream = $"{kind}/{desk.Target}";
        await desk.HoldAsync(Hold.Changing(stream));
        var timeline = (await desk.ReadAsync(stream))[0];
        if (!timeline.Exists)
            return CommandRules.NotFound.Refuse();
        return version != timeline.Version
            ? timeline.ChangedSince(version)
            : desk.Record<TStream>(timeline, desk.Target!, decide(timeline));
    }

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(Reports, (http, reading) => ListAsync("report/", http, reading), Wrong).WithTags("Objections");
        api.MapQuery(OneReport, (http, reading) => OneAsync("report/", http, reading)).WithTags("Objections");
        api.MapQuery(Complaints, (http, reading) => ListAsync("complaint/", http, reading), Wrong).WithTags("Objections");
        api.MapQuery(OneComplaint, (http, reading) => OneAsync("complaint/", http, reading)).WithTags("Objections");
        api.MapQuery(Status, (http, reading) => StatusAsync(http.Request.Headers[ObjectionsRoom.CodeHeader].ToString(), reading)).WithTags("Objections").RequireRateLimiting(FilingLimits.Status);
    }

    /// <summary>State and answer for a code; a wrong and an unknown one read alike.</summary>
    internal static async Task<ReportStatus?> StatusAsync(string code, Reading reading)
    {
        var receipts = reading.Services.GetRequiredService<Receipts>();
        var normal = ReceiptCode.Normal(code) ?? code;
        var cards = await reading.Session.LoadManyAsync<ReportCard>(
            reading.Cancelled, $"report/{receipts.Keyed("report", normal)}", $"complaint/{receipts.Keyed("complaint", normal)}");
        return cards is [var card, ..] ? new ReportStatus(card.Number, card.ArrivedAt, card.Outcome is not null, reading.Open(card.Outcome)) : null;
    }

    private static async Task<ReportPage?> ListAsync(string prefix, HttpContext http, Reading reading)
    {
        var open = http.Request.Query["open"] == "true";
        var (page, size) = (Number(http, "page", 1, LastPage)!.Value, Number(http, "size", UsualPage, LargestPage)!.Value);
        var fitting = reading.Session.Query<ReportCard>().Where(c => c.Id.StartsWith(prefix) && (!open || c.EndedOn == null));
        var total = await fitting.CountAsync(reading.Cancelled);
        // Who works off what waits begins with what waits longest, and no limit may hide that.
        var ordered = open ? fitting.OrderBy(c => c.ArrivedAt) : fitting.OrderByDescending(c => c.ArrivedAt);
        var cards = await ordered.ThenBy(c => c.Id).Skip((page - 1) * size).Take(size).ToListAsync(reading.Cancelled);
        return new([.. cards.Select(c => new ReportLine(c.Opaque, c.Number, c.ArrivedAt, c.About, reading.Open(c.Subject), c.EndedOn is not null))], total, page, size);
    }

    private static async Task<ReportAnswer?> OneAsync(string prefix, HttpContext http, Reading reading) =>
        await reading.Session.LoadAsync<ReportCard>(prefix + http.Request.RouteValues["id"], reading.Cancelled) is { } c
            ? new ReportAnswer(
                c.Opaque, c.Version, c.Number, c.ArrivedAt, c.About, reading.Open(c.Subject), reading.Open(c.Facts), reading.Open(c.Name), reading.Open(c.Contact), reading.Open(c.Outcome), c.EndedOn is not null)
            : null;

    private static Refusal? Wrong(HttpContext http) =>
        Number(http, "page", 1, LastPage) is null ? CommandRules.Malformed.Refuse(("what", "page"))
        : Number(http, "size", UsualPage, LargestPage) is null ? CommandRules.Malformed.Refuse(("what", "size"))
        : null;

    private static int? Number(HttpContext http, string name, int usual, int most) =>
        http.Request.Query[name].ToString() is not { Length: > 0 } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
        : null;
}
