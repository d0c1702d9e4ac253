using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Audit;

/// <summary>One view of a stream as it was at an instant.</summary>
/// <param name="View">The view's name.</param>
/// <param name="State">What it said; what is sealed from this reader reads ••••.</param>
public sealed record ViewState(string View, JsonObject State);

/// <summary>A stream as it stood at an instant: every view that decisions and lists read of it, folded no further than to then.</summary>
/// <param name="Version">How many events had happened to it.</param>
/// <param name="Last">The last of them.</param>
public sealed record StreamAsOf(string Stream, DateTimeOffset At, long Version, HistoryEntry Last, IReadOnlyList<ViewState> Views);

/// <summary>What differs between two instants of a stream: member by member of its views, the acts in between, and the same in words.</summary>
public sealed record StreamDifferences(string Stream, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<MomentChange> Changes, IReadOnlyList<HistoryEntry> Acts, IReadOnlyList<string> InWords);

/// <summary>Procedure 11 for any stream: batches, cases, objections, notices, announcements, organisations, experts, accounts.</summary>
public static class StreamMoments
{
    private static readonly QuerySpec Get = new(
        "get-stream-as-of", "/history/{id}/as-of", Roles.Auditor, "Any stream as it stood at an instant; now, if none is given. The stream's name is written with ~ for /.")
    {
        Inputs = [new("at", "The instant: RFC 3339, or Beijing time without an offset; a day alone is its end.")],
    };

    private static readonly QuerySpec Compare = new("compare-stream", "/history/{id}/differences", Roles.Auditor, "What changed in a stream between two instants, in words.")
    {
        Inputs = [new("from", "The earlier instant; the stream's first event if left out."), new("to", "The later instant; now if left out.")],
    };

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(Get, async (http, reading) => await AsOfAsync(reading, StreamOf(http), Moment.Of(http, "at", reading.Now)), http => Moment.Wrong(http, "at")).WithTags("Audit");
        api.MapQuery(Compare, CompareAsync, http => Moment.Wrong(http, "from", "to")).WithTags("Audit");
    }

    private static string StreamOf(HttpContext http) => http.Request.RouteValues["id"]!.ToString()!.Replace('~', '/');

    private static async Task<StreamAsOf?> AsOfAsync(Reading reading, string stream, DateTimeOffset at)
    {
        if (await StreamHistory.IsOpenPanelAsync(reading, stream))
            return null;
        var events = await reading.Session.EventsUntilAsync(stream, at, reading.Cancelled);
        return events.Count == 0 ? null : new StreamAsOf(stream, at, events.Count, StreamHistory.Entry(events[^1], reading), [.. Views(reading, stream, events)]);
    }

    private static async Task<StreamDifferences?> CompareAsync(HttpContext http, Reading reading)
    {
        var stream = StreamOf(http);
        if (await StreamHistory.IsOpenPanelAsync(reading, stream))
            return null;
        var events = await reading.Session.Events.FetchStreamAsync(stream, token: reading.Cancelled);
        if (events.Count == 0)
            return null;
        var (from, to) = (Moment.Of(http, "from", events[0].Timestamp), Moment.Of(http, "to", reading.Now));
        var (before, after) = (Members(At(from)), Members(At(to)));
        MomentChange[] changes =
        [
            .. before.Keys.Union(after.Keys).Where(m => before.GetValueOrDefault(m) != after.GetValueOrDefault(m)).Order(StringComparer.Ordinal)
                .Select(m => new MomentChange(m, before.GetValueOrDefault(m), after.GetValueOrDefault(m))),
        ];
        return new StreamDifferences(
            stream, from, to, changes, [.. Past.Between(events, from, to).Select(e => StreamHistory.Entry(e, reading))],
            [.. changes.Select(c => Platform.Texts.Of(Platform.Language.Zh, "audit.changed", new Dictionary<string, object?> { ["what"] = c.What, ["before"] = Shown(c.Before), ["after"] = Shown(c.After) }))]);

        IEnumerable<ViewState> At(DateTimeOffset instant) => Views(reading, stream, Past.Until(events, instant));
    }

    private static string Shown(string? value) => value ?? Platform.Texts.Of(Platform.Language.Zh, "audit.none");

    /// <summary>The same folds that make the stored views, over the events given.</summary>
    private static IEnumerable<ViewState> Views(Reading reading, string stream, IReadOnlyList<IEvent> events)
    {
        foreach (var projection in ((DocumentStore)reading.Session.DocumentStore).Options.Projections.All)
            if (ViewFolds.Of(projection)?.Fold(stream, events) is { } view)
                yield return new ViewState(view.GetType().Name, Revealed.Of(view, reading.Open));
    }

    /// <summary>Every member of the views by its path, as text.</summary>
    private static Dictionary<string, string> Members(IEnumerable<ViewState> views)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var view in views)
            Walk(view.View, view.State);
        return members;

        void Walk(string path, JsonNode? node)
        {
            switch (node)
            {
                case JsonObject map:
                    foreach (var (name, value) in map.Where(m => m.Key != "Version"))
                        Walk($"{path}.{name}", value);
                    break;
                case JsonArray list when list.Any(i => i is JsonObject or JsonArray):
                    for (var i = 0; i < list.Count; i++)
                        Walk($"{path}[{i + 1}]", list[i]);
                    break;
                case { } leaf:
                    members[path] = leaf.GetValueKind() == JsonValueKind.String ? leaf.GetValue<string>() : leaf.ToJsonString(Platform.Json.Api);
                    break;
            }
        }
    }
}
