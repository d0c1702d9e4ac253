using JasperFx.Events;
using Marten;
using PublicSite;
using Registry.Platform;
using Registry.Programme;
using Registry.Proof;

namespace Registry.Disclosure;

/// <summary>How far the public history reaches.</summary>
/// <param name="Last">The last public event's sequence number; 0 when nothing is public yet.</param>
/// <param name="Count">How many there are. A transaction can commit after one that took a later number: then only this tells that there is something new.</param>
public sealed record PublicExtent(long Last, long Count);

/// <summary>
/// Reads the public part of the history: the events marked public, in the store's order, and nothing else. What was read is kept folded,
/// so that after one event only that event is read.
/// </summary>
public sealed class PublicHistory(Calls calls)
{
    private static readonly string[] Kinds = [.. EventBook.All.Where(e => e.Mark.Public).Select(e => e.Mark.Name)];

    private DisclosureFold fold = new();
    private long last;
    private long taken;

    /// <summary>The leaves of the public log, as they are known now.</summary>
    public PublicLeaves? Leaves { get; set; }

    /// <summary>How far it reaches now.</summary>
    public static async Task<PublicExtent> ExtentAsync(IQuerySession session, CancellationToken ct) =>
        (await session.QueryAsync<PublicExtent>(
            $"select jsonb_build_object('Last', coalesce(max(seq_id), 0), 'Count', count(*)) from {Store.Schema}.mt_events where type = any(?)", ct, (object)Kinds))[0];

    /// <summary>Folds the public events into the data set of the site, streaming.</summary>
    public async Task<PublicSite.Disclosure> ReadAsync(IQuerySession session, DateOnly today, bool demo, NamedLink? licence, CancellationToken ct)
    {
        // A transaction can commit after one that took a later number. Such an event belongs before what was folded, so all is read again.
        if (await CountAsync(session, ct) != taken)
            (fold, last, taken) = (new DisclosureFold(), 0, 0);
        var from = last;
        await foreach (var e in session.Events.QueryAllRawEvents().Where(e => e.Sequence > from && Kinds.Contains(e.EventTypeName)).OrderBy(e => e.Sequence).ToAsyncEnumerable(ct))
        {
            if (DefinitionOf(e) is { } hash)
                fold.Know(await calls.DefinitionAsync(session, hash, ct));
            fold.Take(e);
            (last, taken) = (e.Sequence, taken + 1);
        }
        fold.Leaves = Leaves;
        return fold.Result(today, demo, licence);
    }

    /// <summary>What the site showed at a past moment. It is folded from the beginning, and nothing is kept of it.</summary>
    public static async Task<PublicSite.Disclosure> AsOfAsync(IQuerySession session, Calls calls, DateTimeOffset at, CancellationToken ct)
    {
        var fold = new DisclosureFold();
        await foreach (var e in Audit.Past.UntilAsync(session.Events.QueryAllRawEvents().Where(e => Kinds.Contains(e.EventTypeName)).OrderBy(e => e.Sequence).ToAsyncEnumerable(ct), at))
        {
            if (DefinitionOf(e) is { } hash)
                fold.Know(await calls.DefinitionAsync(session, hash, ct));
            fold.Take(e);
        }
        return fold.Result(ChinaTime.ToDay(at), demo: false);
    }

    private async Task<long> CountAsync(IQuerySession session, CancellationToken ct) => last == 0 ? 0 :
        (await session.QueryAsync<long>($"select count(*) from {Store.Schema}.mt_events where seq_id <= ? and type = any(?)", ct, last, Kinds))[0];

    private static string? DefinitionOf(IEvent e) => e.Data switch
    {
        BatchAnnounced a => a.DefinitionHash,
        BatchAmended a => a.DefinitionHash,
        _ => null,
    };
}
