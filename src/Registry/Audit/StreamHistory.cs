using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Review;

namespace Registry.Audit;

/// <summary>One event with all that is known of it.</summary>
/// <param name="Facts">Its content; what is sealed from this reader reads ••••.</param>
public sealed record HistoryEntry(Act Act, JsonObject Facts);

/// <summary>A stream from its beginning.</summary>
/// <param name="More">Whether later events follow.</param>
public sealed record StreamAnswer(string Stream, IReadOnlyList<HistoryEntry> Entries, long Version, bool More);

/// <summary>Procedure 11: for every stream who, when, on whose behalf, why, under which definition and from which request.</summary>
public static class StreamHistory
{
    private const int PageSize = 200;

    private static readonly QuerySpec Get = new(
        "get-history", "/history/{id}", Roles.Auditor, "One stream, oldest first, with every event's content and circumstances. The stream's name is written with ~ for /: application~0123.")
    {
        Inputs = [new("after", "Show what follows this number in the stream.")],
    };

    internal static void Map(IEndpointRouteBuilder api) => api.MapQuery(Get, ReadAsync, Wrong).WithTags("Audit");

    /// <summary>The name of a stream in an address.</summary>
    public static string InAddress(string stream) => stream.Replace('/', '~');

    private static async Task<StreamAnswer?> ReadAsync(HttpContext http, Reading reading)
    {
        var stream = http.Request.RouteValues["id"]!.ToString()!.Replace('~', '/');
        if (await IsOpenPanelAsync(reading, stream) || await reading.Session.Events.FetchStreamStateAsync(stream, reading.Cancelled) is not { } state)
            return null;
        var after = After(http)!.Value;
        var events = await reading.Session.Events.FetchStreamAsync(stream, fromVersion: after + 1, version: after + PageSize, token: reading.Cancelled);
        return new StreamAnswer(stream, [.. events.Select(e => Entry(e, reading))], state.Version, state.Version > after + PageSize);
    }

    /// <summary>An event as the reader may see it.</summary>
    public static HistoryEntry Entry(IEvent e, Reading reading) => new(Act.Of(e), Revealed.Of(e.Data, reading.Open));

    /// <summary>Panels and score sheets stay closed to everybody until the ranking is fixed.</summary>
    internal static async Task<bool> IsOpenPanelAsync(Reading reading, string stream) =>
        stream.Split('/') is ["panel" or "sheet", var panel, ..]
        && await reading.Session.LoadAsync<PanelView>($"panel/{panel}", reading.Cancelled) is not { Ranking: not null };

    private static Refusal? Wrong(HttpContext http) => After(http) is null ? CommandRules.Malformed.Refuse(("what", "after")) : null;

    private static long? After(HttpContext http) =>
        http.Request.Query["after"].ToString() is not { Length: > 0 } text ? 0 : long.TryParse(text, out var after) && after is >= 0 and < 1_000_000_000 ? after : null;
}
