using JasperFx.Events;
using Marten;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Disclosure;

/// <summary>Reads the public part of the history: the events marked public, in the store's order, and nothing else.</summary>
public static class PublicHistory
{
    private static readonly string[] Kinds = [.. EventBook.All.Where(e => e.Mark.Public).Select(e => e.Mark.Name)];

    /// <summary>The last public event's sequence number; 0 when nothing is public yet.</summary>
    public static async Task<long> LastAsync(IQuerySession session, CancellationToken ct) =>
        (await session.QueryAsync<long>($"select coalesce(max(seq_id), 0) from {Store.Schema}.mt_events where type = any(?)", ct, (object)Kinds))[0];

    /// <summary>Folds the public events into the data set of the site, streaming.</summary>
    public static async Task<PublicSite.Disclosure> ReadAsync(IQuerySession session, Calls calls, DateOnly today, bool demo, CancellationToken ct)
    {
        var fold = new DisclosureFold();
        await foreach (var e in session.Events.QueryAllRawEvents().Where(e => Kinds.Contains(e.EventTypeName)).OrderBy(e => e.Sequence).ToAsyncEnumerable(ct))
        {
            if (DefinitionOf(e) is { } hash)
                fold.Know(await calls.DefinitionAsync(session, hash, ct));
            fold.Take(e);
        }
        return fold.Result(today, demo);
    }

    private static string? DefinitionOf(IEvent e) => e.Data switch
    {
        BatchAnnounced a => a.DefinitionHash,
        BatchAmended a => a.DefinitionHash,
        _ => null,
    };
}
