using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>
/// What officers and auditors may read of the review. Until a panel is closed nothing here holds a score, an aggregate, or how many sheets there are.
/// Names of experts are the province's alone; auditors see closed panels, by opaque ids.
/// </summary>
internal static class OfficerQueries
{
    private const Roles Province = Roles.ProvincialOfficer, Readers = Roles.ProvincialOfficer | Roles.Auditor;

    private static readonly QuerySpec ListExperts = new("list-experts", "/experts", Province | Roles.Supervision, "The expert pool.");
    private static readonly QuerySpec ListPanels = new("list-panels", "/batches/{id}/panels", Readers, "The panels of a batch.");
    private static readonly QuerySpec GetPanel = new("get-panel", "/panels/{id}", Readers, "A panel: its draw, members, declarations and recusals.");
    private static readonly QuerySpec GetPool = new("get-draw-pool", "/panels/{id}/draw/pool", Readers, "The recorded pool, as the file that repeats the draw.");
    private static readonly QuerySpec GetApplications = new("get-draw-applications", "/panels/{id}/draw/applications", Readers, "The recorded applications and rule, as the file that repeats the draw.");
    private static readonly QuerySpec GetRanking = new("get-ranking", "/panels/{id}/ranking", Readers, "The ranking of a closed panel, with how firm it is.");

    private static readonly QuerySpec GetRecord = new("get-panel-record", "/panels/{id}/record", Readers, "A closed panel's record: all that its draw and ranking follow from.");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(ListExperts, ExpertsAsync).WithTags("Review");
        api.MapQuery(ListPanels, PanelsAsync).WithTags("Review");
        api.MapQuery(GetPanel, PanelAsync).WithTags("Review");
        api.MapQuery(GetPool, async (http, reading) => await SnapshotAsync(http, reading) is { } s ? DrawFiles.PoolOf(s) : null).WithTags("Review");
        api.MapQuery(GetApplications, async (http, reading) => await SnapshotAsync(http, reading) is { } s ? DrawFiles.ApplicationsOf(s) : null).WithTags("Review");
        api.MapQuery(GetRanking, RankingAsync).WithTags("Review");
        api.MapQuery(GetRecord, RecordAsync).WithTags("Review");
    }

    private static async Task<IReadOnlyList<ExpertAnswer>?> ExpertsAsync(HttpContext http, Reading reading) =>
        [.. (await reading.Session.Query<ExpertView>().OrderBy(e => e.Id).ToListAsync(reading.Cancelled)).Select(e => new ExpertAnswer(
            e.Expert, e.Version, reading.Open(e.Name), e.State.Fields, e.State.Employer!, e.State.City!, e.State.Interests, e.State.AvailableOn(ChinaTime.ToDay(reading.Now)), e.State.UnavailableTo))];

    private static async Task<IReadOnlyList<PanelCard>?> PanelsAsync(HttpContext http, Reading reading) =>
        [.. (await reading.Session.OfBatchAsync(new BatchId(Route(http)), reading.Cancelled))
            .Where(p => Visible(p, reading))
            .Select(p => new PanelCard(p.Panel, p.Version, p.State.Industry, p.State.Applications.Count, p.State.CalledIn, p.State.Closed))];

    private static async Task<PanelAnswer?> PanelAsync(HttpContext http, Reading reading)
    {
        if (await FindAsync(http, reading) is not { } view)
            return null;
        var panel = view.State;
        var events = (await reading.Session.Events.FetchStreamAsync(view.Id, token: reading.Cancelled)).Select(e => e.Data).ToArray();
        var drawn = panel.Order.IsEmpty ? null : events.OfType<PanelDrawn>().Last();
        var snapshot = panel.SnapshotTaken ? events.OfType<PoolSnapshotTaken>().Last() : null;
        return new PanelAnswer(
            view.Panel, view.Version, panel.Batch, panel.Industry, panel.Applications, panel.Round,
            [.. panel.Commitments.Select(c => new CommitmentAnswer(c.By, c.Commitment, panel.Openings.Any(o => o.By == c.By)))],
            snapshot?.PoolHash, snapshot?.ApplicationsHash, snapshot is null ? [] : [.. snapshot.LeftOut.Select(a => a.Value)],
            drawn?.Seed, drawn?.Result.Exclusions ?? [],
            [.. panel.Seats.Select(s => new MemberAnswer(s.Expert, s.Applications, panel.HasDeclared(s.Expert)))],
            [.. events.OfType<ExpertRecused>().Select(r => new RecusalAnswer(r.Expert, r.Application, r.Found, reading.Actor.Role == Roles.ProvincialOfficer ? r.By : null))],
            [.. events.OfType<ExpertCalledIn>().Select(c => new CalledInAnswer(c.Expert, c.Instead, c.Applications))],
            panel.Closed,
            reading.Actor.Role == Roles.ProvincialOfficer ? reading.Open(events.OfType<PanelClosed>().FirstOrDefault()?.Opinion) : null);
    }

    private static async Task<PoolSnapshotTaken?> SnapshotAsync(HttpContext http, Reading reading) =>
        await FindAsync(http, reading) is { State.SnapshotTaken: true } view
            ? (await reading.Session.Events.FetchStreamAsync(view.Id, token: reading.Cancelled)).Select(e => e.Data).OfType<PoolSnapshotTaken>().Last()
            : null;

    private static async Task<RankingAnswer?> RankingAsync(HttpContext http, Reading reading) =>
        await FindAsync(http, reading) is { Ranking: { } ranking } view
            ? new RankingAnswer(view.Panel, ranking, Firmness.Of(ranking.Rule, await ScoredAsync(view, reading)))
            : null;

    private static async Task<PanelRecord?> RecordAsync(HttpContext http, Reading reading) =>
        await FindAsync(http, reading) is { Ranking: not null } view && await ClosedPanels.RecordsAsync([view], reading) is [var record] ? record : null;

    private static async Task<IReadOnlyList<(ApplicationId, ApplicationScored)>> ScoredAsync(PanelView view, Reading reading) =>
        (await ClosedPanels.ScoredAsync([view], reading.Session, reading.Cancelled))[view.Panel];

    private static async Task<PanelView?> FindAsync(HttpContext http, Reading reading) =>
        await reading.Session.LoadAsync<PanelView>(new PanelId(Route(http)).Stream, reading.Cancelled) is { } view && Visible(view, reading) ? view : null;

    /// <summary>Procedure, roles: the auditor does not see open panels.</summary>
    private static bool Visible(PanelView panel, Reading reading) => reading.Actor.Role != Roles.Auditor || panel.State.Closed;

    private static string Route(HttpContext http) => http.Request.RouteValues["id"]!.ToString()!;
}

/// <summary>An expert in the pool.</summary>
public sealed record ExpertAnswer(
    ExpertId Id, long Version, string? Name, IReadOnlyList<string> Fields, string Employer, string City, IReadOnlyList<string> Interests, bool Available, DateOnly? StoodDownTo);

/// <summary>A panel in a list.</summary>
public sealed record PanelCard(PanelId Id, long Version, string? Industry, int Applications, bool CalledIn, bool Closed);

/// <summary>A commitment to a sealed number. <paramref name="By"/> is the officer's account.</summary>
public sealed record CommitmentAnswer(string By, string Commitment, bool Opened);

/// <summary>A member.</summary>
public sealed record MemberAnswer(string Expert, IReadOnlyList<string> Applications, bool Declared);

/// <summary>A recusal. <paramref name="By"/> is the account of whoever recused, often the expert's own: the province alone reads it.</summary>
public sealed record RecusalAnswer(ExpertId Expert, ApplicationId? Application, Conflict? Found, string? By);

/// <summary>A stand-in.</summary>
public sealed record CalledInAnswer(ExpertId Expert, ExpertId Instead, IReadOnlyList<ApplicationId> Applications);

/// <summary>A panel as officers see it.</summary>
public sealed record PanelAnswer(
    PanelId Id, long Version, BatchId Batch, string? Industry, IReadOnlyList<string> Applications, int Round,
    IReadOnlyList<CommitmentAnswer> Commitments, string? PoolHash, string? ApplicationsHash, IReadOnlyList<string> LeftOut,
    string? Seed, IReadOnlyList<Exclusion> Exclusions, IReadOnlyList<MemberAnswer> Members,
    IReadOnlyList<RecusalAnswer> Recusals, IReadOnlyList<CalledInAnswer> CalledIn, bool Closed, string? Opinion);

/// <summary>A fixed ranking and, beside it, how firm it is.</summary>
public sealed record RankingAnswer(PanelId Panel, RankingFixed Ranking, Firmness Firmness);
