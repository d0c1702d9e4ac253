using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Audit;

/// <summary>An application as it stood at an instant: what a person who decided then could know.</summary>
/// <param name="Definition">Hash of the definition in force for the batch.</param>
/// <param name="BanLastDay">Last day of the applicant's ban that held on that day.</param>
/// <param name="OpenObjections">Numbers of objections not concluded then.</param>
/// <param name="OpenCases">Integrity cases not decided then.</param>
/// <param name="Version">How many events had happened to it.</param>
public sealed record ApplicationAsOf(
    string Application, DateTimeOffset At, Stage Stage, int Round, long Version, string? OrganisationName, string? Cluster, string? Definition, int? Rank,
    DateOnly? Term, DateTimeOffset? ClosesAt, DateOnly? BanLastDay, IReadOnlyList<string> OpenObjections, IReadOnlyList<string> OpenCases, string? FormHash, JsonObject? Form, HistoryEntry? Last);

/// <summary>One thing that differs between two moments.</summary>
/// <param name="What">Code of what differs; its words are <c>audit.WHAT</c>.</param>
public sealed record MomentChange(string What, string? Before, string? After);

/// <summary>What happened to an application between two moments.</summary>
public sealed record DifferencesAnswer(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<MomentChange> Changes, IReadOnlyList<FieldChange> Form, IReadOnlyList<HistoryEntry> Acts, IReadOnlyList<string> InWords);

/// <summary>Procedure 11: the state as of any past moment, made by folding no further than to it.</summary>
public static class AsOf
{
    private static readonly QuerySpec Get = new("get-application-as-of", "/applications/{id}/as-of", Roles.Auditor, "An application as it stood at an instant; now, if none is given.")
    {
        Always = true,
        Inputs = [new("at", "The instant: RFC 3339, or Beijing time without an offset; a day alone is its end.")],
    };

    private static readonly QuerySpec Compare = new("compare-application", "/applications/{id}/differences", Roles.Auditor, "What changed in an application between two instants, in words.")
    {
        Always = true,
        Inputs = [new("from", "The earlier instant; the first submission if left out."), new("to", "The later instant; now if left out.")],
    };

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(Get, (http, reading) => ReadAsync(reading, http.Request.RouteValues["id"]!.ToString()!, Moment.Of(http, "at", reading.Now)), http => Moment.Wrong(http, "at")).WithTags("Audit");
        api.MapQuery(Compare, CompareAsync, http => Moment.Wrong(http, "from", "to")).WithTags("Audit");
    }

    /// <summary>The application at an instant; null when nothing had been submitted by then.</summary>
    public static async Task<ApplicationAsOf?> ReadAsync(Reading reading, string id, DateTimeOffset at)
    {
        var (session, ct) = (reading.Session, reading.Cancelled);
        var stream = new ApplicationId(id).Stream;
        var events = await session.EventsUntilAsync(stream, at, ct);
        var filing = new Timeline(stream, events).Fold(Filing.Start, Filing.Next);
        if (filing.Last is not { } submitted)
            return null;
        var batch = new Timeline(submitted.Batch.Stream, await session.EventsUntilAsync(submitted.Batch.Stream, at, ct));
        var call = await reading.Services.GetRequiredService<Calls>().OpenAsync(session, submitted.Batch, batch, ct);
        var organisation = Organisation.Stream(submitted.Organisation);
        var standing = new Timeline(organisation, await session.EventsUntilAsync(organisation, at, ct)).Fold(Standing.Start, Standing.Next);
        var card = new ViewFold<ApplicationCard>(new ApplicationCardProjection()).Fold(stream, events);
        return new ApplicationAsOf(
            id, at, filing.Stage, filing.Round, events.Count, submitted.OrganisationName, submitted.ClusterName, call?.Definition.Hash, card?.Rank, filing.Term,
            call?.ApplicationWindow(submitted.City).ClosesAt,
            call is null ? null : standing.BanOn(ChinaTime.ToDay(at), call.Definition.Programme.Key)?.LastDay,
            await OpenAsync(reading, await ObjectionsAsync(reading, id), at, t => t.Fold(ObjectionState.Start, ObjectionState.Next).Open),
            await OpenAsync(reading, await CasesAsync(reading, id), at, t => t.Fold(CaseState.Start, CaseState.Next).Open),
            submitted.FormHash, FrozenForm.Join(submitted, reading.Open), StreamHistory.Entry(events[^1], reading));
    }

    private static async Task<DifferencesAnswer?> CompareAsync(HttpContext http, Reading reading)
    {
        var id = http.Request.RouteValues["id"]!.ToString()!;
        var events = await reading.Session.Events.FetchStreamAsync(new ApplicationId(id).Stream, token: reading.Cancelled);
        if (events.Count == 0)
            return null;
        var from = Moment.Of(http, "from", events[0].Timestamp);
        var to = Moment.Of(http, "to", reading.Now);
        var (before, after) = (await ReadAsync(reading, id, from), await ReadAsync(reading, id, to));
        var changes = Differences.Between(before, after);
        return new DifferencesAnswer(
            from, to, changes, SubmissionChanges.Between(before?.Form ?? [], after?.Form ?? []),
            [.. Past.Between(events, from, to).Select(e => StreamHistory.Entry(e, reading))], [.. changes.Select(Differences.InWords)]);
    }

    private static async Task<IReadOnlyList<(string Stream, string Name)>> ObjectionsAsync(Reading reading, string id) =>
        [.. (await reading.Session.Query<ObjectionCard>().Where(o => o.Application == id).ToListAsync(reading.Cancelled)).Select(o => (o.Id, o.Number))];

    private static async Task<IReadOnlyList<(string Stream, string Name)>> CasesAsync(Reading reading, string id) =>
        [.. (await reading.Session.Query<CaseCard>().Where(c => c.Application == id).ToListAsync(reading.Cancelled)).Select(c => (c.Id, c.Case))];

    /// <summary>What was open then, by the state that its own room's rules read.</summary>
    private static async Task<IReadOnlyList<string>> OpenAsync(Reading reading, IReadOnlyList<(string Stream, string Name)> things, DateTimeOffset at, Func<Timeline, bool> isOpen)
    {
        var open = new List<string>();
        foreach (var (stream, name) in things)
            if (isOpen(new Timeline(stream, await reading.Session.EventsUntilAsync(stream, at, reading.Cancelled))))
                open.Add(name);
        return [.. open.Order(StringComparer.Ordinal)];
    }
}
