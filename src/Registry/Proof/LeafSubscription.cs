using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events;
using Marten.Subscriptions;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Proof;

/// <summary>
/// Takes every event of every stream into the log, in the store's order. Leaves and the progress over them commit together, so each event becomes one
/// leaf, once, whoever of several nodes does it and wherever it is interrupted. The log has its own numbers: the store's have holes by nature.
/// </summary>
public sealed class LeafSubscription : SubscriptionBase
{
    /// <summary>The subscription's name in the store.</summary>
    public const string ShardName = "PublicLog";

    private const int SubjectSaltSize = 32, IdSize = 16;
    private readonly LastSigned signed;
    private readonly TimeProvider clock;
    private readonly TimeSpan interval;

    /// <param name="signed">The last signed checkpoint.</param>
    /// <param name="interval">How often the log is published.</param>
    /// <param name="clock">Decides which publication a leaf belongs to.</param>
    public LeafSubscription(LastSigned signed, TimeSpan interval, TimeProvider clock)
    {
        this.signed = signed;
        this.interval = interval;
        this.clock = clock;
        Name = ShardName;
        Version = 1;
        IncludeArchivedEvents = true;
        Options.BatchSize = 500;
    }

    /// <summary>The publication that a leaf made now belongs to: the next full interval. Never earlier than that of the leaf before.</summary>
    public static DateTimeOffset BatchAt(DateTimeOffset now, TimeSpan interval) =>
        new(now.UtcTicks - now.UtcTicks % interval.Ticks + interval.Ticks, TimeSpan.Zero);

    /// <inheritdoc />
    public override async Task<IChangeListener> ProcessEventsAsync(EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        // A tombstone marks a number that a failed append had taken; nothing happened there.
        var events = page.Events.Where(e => e.Data is not Tombstone).ToArray();
        if (events.Length > 0)
            await TakeInAsync(events, operations, cancellationToken);
        return NullChangeListener.Instance;
    }

    /// <summary>Makes the leaves of these events, in their order.</summary>
    /// <exception cref="LogBehindException">The database is older than what was signed.</exception>
    public async Task TakeInAsync(IReadOnlyList<IEvent> events, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        var table = $"{Store.Schema}.{LeafTable.Name}";
        var next = (await operations.QueryAsync<long>($"select coalesce(max(index) + 1, 0) from {table}", cancellationToken))[0];
        var published = signed.Read()?.Checkpoint.Size ?? 0;
        if (signed.Lost is not null || next < published)
            throw new LogBehindException(next, signed.Lost is null ? published : null);
        var last = (await operations.QueryAsync<DateTimeOffset>($"select coalesce(max(batch), 'epoch') from {table}", cancellationToken))[0];
        var batch = BatchAt(clock.GetUtcNow(), interval);
        batch = last > batch ? last : batch;

        var commitments = (await operations.QueryAsync<byte[]>(
            $"select uuid_send(event_id) || subject_salt || digests from {Store.Schema}.{Commitments.Table} where event_id = any(?)", cancellationToken, (object)events.Select(e => e.Id).ToArray()))
            .ToDictionary(c => new Guid(c.AsSpan(0, IdSize), bigEndian: true));
        var entries = new byte[events.Count][];
        for (var i = 0; i < events.Count; i++)
        {
            if (!commitments.TryGetValue(events[i].Id, out var commitment))
                throw new InvalidDataException($"event {events[i].Id} (sequence {events[i].Sequence}) has no commitments; it cannot be taken into the log");
            var salt = commitment.AsSpan(IdSize, SubjectSaltSize);
            entries[i] = LeafEntry.Write(next + i, batch, LeafEntry.Subject(salt, events[i].StreamKey!), commitment.AsSpan(IdSize + SubjectSaltSize));
        }
        operations.QueueSqlCommand(
            $"insert into {table} (index, seq, event_id, batch, entry, hash) select i, s, e, ?, b, h from unnest(?, ?, ?, ?, ?) as leaf(i, s, e, b, h)",
            batch, Enumerable.Range(0, events.Count).Select(i => next + i).ToArray(), events.Select(e => e.Sequence).ToArray(), events.Select(e => e.Id).ToArray(),
            entries, entries.Select(e => Merkle.Leaf(e)).ToArray());
    }
}

/// <summary>The database holds fewer leaves than were signed: it was restored from an older copy. A new leaf would take a published one's place.</summary>
public sealed class LogBehindException(long leaves, long? published)
    : Exception($"the database holds {leaves} leaves of the log, but {published?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nobody knows how many"} are published: it is older than the log");
