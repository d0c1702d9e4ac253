using Marten;
using Registry.Platform.Commands;

namespace Registry.Publicity;

/// <summary>A span of time in which the public site was seen being served, from the first look to the last of an unbroken row of looks.</summary>
public sealed record ServedSpan
{
    /// <summary>An opaque id.</summary>
    public required string Id { get; init; }

    /// <summary>The first look that found it served, UTC.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>The last one, UTC.</summary>
    public DateTimeOffset Until { get; init; }
}

/// <summary>
/// Whether the site could be read, by looks that are recorded: what was not seen being served was down, whoever stopped (program, database, machine).
/// Procedure 6: an outage in a window longer than the definition's hours is shown to the officer with a proposal to extend.
/// </summary>
public static class Availability
{
    /// <summary>How often the site is looked at.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMinutes(1);

    /// <summary>A pause between two looks that is no outage: a restart, a look that was late.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Records one look that found the site served. Several nodes record into one row of looks.</summary>
    public static async Task SeenAsync(IDocumentStore store, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing("served-spans")], ct);
        var last = await session.Query<ServedSpan>().OrderByDescending(s => s.Until).FirstOrDefaultAsync(ct);
        session.Store(last is not null && at - last.Until <= Tolerance
            ? last with { Until = at > last.Until ? at : last.Until }
            : new ServedSpan { Id = Desk.NewId(), From = at, Until = at });
        await session.SaveChangesAsync(ct);
    }

    /// <summary>The spans that say something about a time.</summary>
    public static async Task<IReadOnlyList<ServedSpan>> SpansAsync(IQuerySession session, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        var before = await session.Query<ServedSpan>().Where(s => s.Until < from).OrderByDescending(s => s.Until).Take(1).ToListAsync(ct);
        return [.. before, .. await session.Query<ServedSpan>().Where(s => s.Until >= from && s.From <= until).OrderBy(s => s.From).ToListAsync(ct)];
    }

    /// <summary>The times between two instants in which the site was not seen being served. Before the first look of all nothing is known, so nothing is claimed.</summary>
    public static IReadOnlyList<Outage> Gaps(IEnumerable<ServedSpan> spans, DateTimeOffset from, DateTimeOffset until)
    {
        var gaps = new List<Outage>();
        DateTimeOffset? seen = null;
        foreach (var span in spans.OrderBy(s => s.From))
        {
            if (seen is { } last)
                Add(last, span.From);
            seen = span.Until;
        }
        if (seen is { } end)
            Add(end, until);
        return gaps;

        void Add(DateTimeOffset gone, DateTimeOffset back)
        {
            var (begin, finish) = (gone < from ? from : gone, back > until ? until : back);
            if (back - gone > Tolerance && finish > begin)
                gaps.Add(new Outage(begin, finish));
        }
    }

    /// <summary>How long the union of these times is, as far as it lies between two instants.</summary>
    public static TimeSpan Total(IEnumerable<Outage> outages, DateTimeOffset from, DateTimeOffset until)
    {
        var (total, reached) = (TimeSpan.Zero, from);
        foreach (var outage in outages.OrderBy(o => o.From))
        {
            var begin = outage.From > reached ? outage.From : reached;
            var end = outage.Until < until ? outage.Until : until;
            if (end <= begin)
                continue;
            total += end - begin;
            reached = end;
        }
        return total;
    }
}
