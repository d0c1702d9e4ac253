using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>A report or complaint as those who may read it see it.</summary>
public sealed record ReportAnswer(
    string Id, long Version, string Number, DateTimeOffset ArrivedAt, ComplaintAbout? About, string? Subject, string? Facts, string? Name, string? Contact, string? Outcome);

/// <summary>What the code of a report or complaint shows.</summary>
public sealed record ReportStatus(string Number, DateTimeOffset ArrivedAt, bool Settled, string? Outcome);

/// <summary>Reports and complaints: two kinds of paper that are taken in and settled alike, and read by different people.</summary>
internal static class ReportDesk
{
    private static readonly QuerySpec Reports = new("list-reports", "/reports", Roles.ProvincialOfficer | Roles.IntegrityOfficer, "Reports, newest first.");
    private static readonly QuerySpec Complaints = new("list-complaints", "/complaints", Roles.Supervision, "Complaints about people, newest first; supervision only.");
    private static readonly QuerySpec Status = new("get-report-status", "/reports/status", (Roles)(-1), "State and answer of a report or complaint, for whoever holds its code (header Receipt-Code).") { Inputs = [new(ObjectionsRoom.CodeHeader, "The receipt code.", Header: true)] };

    /// <summary>Takes a report or complaint in. The code makes it one: sent twice it gets the first receipt again.</summary>
    internal static async Task<Decision> ReceiveReportAsync<TStream>(this Desk desk, string kind, string code, Func<string, Decision> decide) where TStream : class
    {
        if (ReceiptCode.Normal(code) is not { } normal)
            return FilingRules.CodeWeak.Refuse();
        var stream = $"{kind}/{desk.Services.GetRequiredService<Receipts>().Keyed(kind, normal)}";
        await desk.HoldAsync(Hold.Changing(stream));
        var timeline = (await desk.ReadAsync(stream))[0];
        var decision = timeline.Exists ? Decision.Accept() : decide(ReceiptCode.NewNumber());
        if (decision is not Decision.Accepted accepted)
            return decision;
        var (number, arrivedAt) = (timeline.Exists ? timeline.Events[0].Data : accepted.Events[0]) switch
        {
            ReportFiled r => (r.Number, r.ArrivedAt),
            ComplaintFiled c => (c.Number, c.ArrivedAt),
            _ => throw new InvalidOperationException($"The stream {stream} does not begin with a filing."),
        };
        desk.Append<TStream>(timeline, accepted.Events);
        desk.Answer(number, 1);
        return decision.With("number", number).With("arrivedAt", arrivedAt);
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
        api.MapQuery(Reports, (_, reading) => ListAsync("report/", reading)).WithTags("Objections");
        api.MapQuery(Complaints, (_, reading) => ListAsync("complaint/", reading)).WithTags("Objections");
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

    private static async Task<IReadOnlyList<ReportAnswer>?> ListAsync(string prefix, Reading reading)
    {
        const int most = 200;
        var cards = await reading.Session.Query<ReportCard>().Where(c => c.Id.StartsWith(prefix)).OrderByDescending(c => c.ArrivedAt).Take(most).ToListAsync(reading.Cancelled);
        return [.. cards.Select(c => new ReportAnswer(
            c.Opaque, c.Version, c.Number, c.ArrivedAt, c.About, reading.Open(c.Subject), reading.Open(c.Facts), reading.Open(c.Name), reading.Open(c.Contact), reading.Open(c.Outcome)))];
    }
}
