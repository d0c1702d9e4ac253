using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Publicity;

/// <summary>The record of a whole review, and how firm its shortlist is: for the province and for auditors, of closed panels only.</summary>
internal static class ReviewRecordQueries
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.Auditor;

    private static readonly QuerySpec GetRecord = new(
        "get-review-record", "/batches/{id}/review-record", Readers, "The record that the draws, rankings and shortlist of a batch follow from, as the file of registry review check.");

    private static readonly QuerySpec GetFirmness = new(
        "get-shortlist-firmness", "/batches/{id}/shortlist/firmness", Readers, "What the shortlist would be leaving any one expert out; beside the ranking, never replacing it.");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(GetRecord, (http, reading) => RecordAsync(BatchOf(http), reading)).WithTags("Publicity");
        api.MapQuery(GetFirmness, (http, reading) => FirmnessAsync(BatchOf(http), reading)).WithTags("Publicity");
    }

    private static async Task<ReviewRecord?> RecordAsync(BatchId batch, Reading reading) =>
        await ClosedAsync(batch, reading) is { Count: > 0 } panels
            ? new ReviewRecord(batch, await ClosedPanels.RecordsAsync(panels, reading), await ShortlistAsync(batch, panels, reading))
            : null;

    /// <summary>What the shortlist would be leaving any one expert out, of as many places as are listed or proposed; of all that pass, while none are.</summary>
    internal static async Task<ShortlistFirmness?> FirmnessAsync(BatchId batch, Reading reading)
    {
        if (await ClosedAsync(batch, reading) is not { Count: > 0 } panels)
            return null;
        var list = new Timeline(batch.Stream, await reading.Session.Events.FetchStreamAsync(batch.Stream, token: reading.Cancelled)).Fold(Shortlist.Start, Shortlist.Next);
        var listed = (list.Fixed?.Entries ?? list.Proposed?.Entries)?.Count;
        return ShortlistFirmness.Of(panels, await ClosedPanels.ScoredAsync(panels, reading.Session, reading.Cancelled), listed);
    }

    private static async Task<IReadOnlyList<PanelView>> ClosedAsync(BatchId batch, Reading reading) =>
        [.. (await reading.Session.OfBatchAsync(batch, reading.Cancelled)).Where(p => p.Ranking is not null)];

    private static async Task<ShortlistRecord?> ShortlistAsync(BatchId batch, IReadOnlyList<PanelView> panels, Reading reading)
    {
        var events = await reading.Session.Events.FetchStreamAsync(batch.Stream, token: reading.Cancelled);
        if (events.LastOrDefault(e => e.Data is ShortlistProposed) is not { Data: ShortlistProposed proposed } proposal)
            return null;
        var lines = proposed.Entries.Select(e => new RecordedLine(e.Application, e.Rank, e.Deviation is not null, e.Deviation is not null)).ToArray();
        var leftOut = proposed.LeftOut.Select(l => new RecordedLine(l.Application, l.Rank, l.Deviates, true)).ToArray();
        var named = lines.Concat(leftOut).Select(l => l.Application).ToHashSet();
        return new ShortlistRecord(
            lines, leftOut, await BannedAsync([.. named], proposal, reading),
            [.. panels.SelectMany(p => p.Ranking!.Entries).Select(e => e.Application).Where(a => !named.Contains(a))],
            proposal.UserName, events.LastOrDefault(e => e.Data is ShortlistFixed)?.UserName,
            [.. events.Select(e => e.Data).OfType<ShortlistExtended>().Select(x => x.Application)]);
    }

    /// <summary>What a ban stopped, as it was known when the list was proposed.</summary>
    private static async Task<IReadOnlyList<ApplicationId>> BannedAsync(IReadOnlyList<ApplicationId> applications, IEvent proposal, Reading reading)
    {
        var heads = await reading.Session.LoadManyAsync<Draft>(reading.Cancelled, applications.Select(a => a.Stream));
        var batch = reading.Session.CreateBatchQuery();
        var queries = heads.Select(h => h.Id).Concat(heads.Select(h => Organisation.Stream(h.Organisation))).Distinct().ToDictionary(s => s, s => batch.Events.FetchStream(s));
        await batch.Execute(reading.Cancelled);
        var then = new Dictionary<string, Timeline>();
        foreach (var (stream, events) in queries)
            then[stream] = new Timeline(stream, [.. (await events).Where(e => e.Timestamp <= proposal.Timestamp)]);
        var definition = (await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, heads[0].Batch, reading.Cancelled))!.Definition;
        return [.. heads
            .Where(h => Stops.Of(then[h.Id], then[Organisation.Stream(h.Organisation)].Fold(Standing.Start, Standing.Next), definition, proposal.Timestamp) is not null)
            .Select(h => h.Application).OrderBy(a => a.Value, StringComparer.Ordinal)];
    }

    private static BatchId BatchOf(HttpContext http) => new(http.Request.RouteValues["id"]!.ToString()!);
}
