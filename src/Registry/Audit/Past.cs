using JasperFx.Events;
using Marten;

namespace Registry.Audit;

/// <summary>
/// What had happened by an instant: of each stream its beginning, up to the first event that bears a later time. An event bears the time at which its request had
/// arrived; a request that arrived earlier may be recorded later, and a clock may have been set back. A history with a hole would be folded to a state that never was.
/// </summary>
public static class Past
{
    /// <summary>The beginning of one stream.</summary>
    public static async Task<IReadOnlyList<IEvent>> EventsUntilAsync(this IQuerySession session, string stream, DateTimeOffset at, CancellationToken ct) =>
        Until(await session.Events.FetchStreamAsync(stream, token: ct), at);

    /// <summary>The beginning of a stream that was read whole.</summary>
    public static IReadOnlyList<IEvent> Until(IReadOnlyList<IEvent> events, DateTimeOffset at) => [.. events.TakeWhile(e => e.Timestamp <= at)];

    /// <summary>What had happened by the later instant and not by the earlier one.</summary>
    public static IReadOnlyList<IEvent> Between(IReadOnlyList<IEvent> events, DateTimeOffset from, DateTimeOffset to) => [.. Until(events, to).Skip(Until(events, from).Count)];

    /// <summary>The same of many streams at once, whose events come in their order.</summary>
    public static async IAsyncEnumerable<IEvent> UntilAsync(IAsyncEnumerable<IEvent> events, DateTimeOffset at)
    {
        var later = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var e in events)
            if (e.Timestamp > at)
                later.Add(e.StreamKey!);
            else if (!later.Contains(e.StreamKey!))
                yield return e;
    }
}
