using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Audit;

public sealed partial class Doctor
{
    private static readonly FrozenDictionary<string, Type> Kinds = EventBook.All.ToFrozenDictionary(e => e.Mark.Name, e => e.Type, StringComparer.Ordinal);

    /// <summary>An empty fold of every view. One that follows the events is compared as far as it has come.</summary>
    private async Task<IReadOnlyList<IReplay>> ReplaysAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var progress = await ProgressAsync(connection, ct);
        var replays = new List<IReplay>();
        foreach (var projection in ((DocumentStore)store).Options.Projections.All)
            if (ReplayOf(projection) is { } replay)
            {
                if (projection.Lifecycle == ProjectionLifecycle.Async)
                    replay.UpTo = ReachedBy(projection.Name, progress);
                replays.Add(replay);
            }
        return replays;
    }

    /// <summary>Takes one event into every view. One that this program cannot read any more is named, and the rows that it would have changed are not judged.</summary>
    private void Fold(StoredEvent e, IReadOnlyList<IReplay> views)
    {
        IEvent happened;
        try
        {
            var type = Kinds.GetValueOrDefault(e.Kind) ?? throw new NotSupportedException($"no event is recorded as {e.Kind}");
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(e.Data));
            happened = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(type), ((DocumentStore)store).Options.Serializer().FromJson(type, json))!;
        }
        catch (Exception unreadable) when (unreadable is not (OutOfMemoryException or OperationCanceledException))
        {
            foreach (var view in views)
                view.Leave(e.Stream);
            Add("event-unreadable", Severity.Fault, ("event", e.Id), ("stream", e.Stream), ("version", e.Version), ("kind", e.Kind), ("view", "-"));
            return;
        }
        (happened.Id, happened.Sequence, happened.Version, happened.StreamKey, happened.EventTypeName, happened.Timestamp, happened.UserName) =
            (e.Id, e.Sequence, e.Version, e.Stream, e.Kind, new DateTimeOffset(e.At), e.Actor);
        foreach (var view in views)
            try
            {
                view.Take(happened);
            }
            catch (Exception unfoldable) when (unfoldable is not (OutOfMemoryException or OperationCanceledException))
            {
                view.Leave(e.Stream);
                Add("event-unreadable", Severity.Fault, ("event", e.Id), ("stream", e.Stream), ("version", e.Version), ("kind", e.Kind), ("view", view.Name));
            }
    }

    /// <summary>Every view, folded anew, is compared with what is stored, row by row.</summary>
    private async Task ViewsAsync(IReadOnlyList<IReplay> replays, NpgsqlConnection connection, IQuerySession session, CancellationToken ct)
    {
        foreach (var replay in replays)
        {
            var wrong = await replay.CompareAsync(session, ct);
            foreach (var (id, how) in wrong)
                Add("view-differs", Severity.Fault, ("view", replay.Name), ("id", id), ("how", how));
            if (wrong.Count == 0)
                Fine("view", ("view", replay.Name), ("count", replay.Count));
        }
        // A view that cannot be folded outside the store is not examined; its rebuild is its check.
        foreach (var other in ((DocumentStore)store).Options.Projections.All.Where(p => ReplayOf(p) is null && p is not ActProjection))
            Add("view-unchecked", Severity.Note, ("view", other.Name));
        await ActsAsync(connection, ct);
    }

    /// <summary>The index of acts row by row with the events that it has taken in. It is compared where it lies: it is as long as the history.</summary>
    private async Task ActsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var upTo = ReachedBy(((DocumentStore)store).Options.Projections.All.Single(p => p is ActProjection).Name, await ProgressAsync(connection, ct));
        var sql = $"""
            select coalesce(a.id, e.id), case when e.id is null then 'extra' when a.id is null then 'missing' else 'differs' end
            from {Store.Schema}.mt_doc_act a
            full join (select * from {Store.Schema}.mt_events where {NoTombstone} and seq_id <= $1) e on e.id = a.id
            where (a.id, a.sequence, a.at, (a.data ->> 'Id')::uuid, (a.data ->> 'Sequence')::bigint, (a.data ->> 'At')::timestamptz, a.data ->> 'Stream', (a.data ->> 'Number')::bigint, a.data ->> 'Kind',
                    a.data ->> 'Actor', a.data ->> 'Role', a.data ->> 'OnBehalfOf', a.data ->> 'Definition', a.data ->> 'Request')
                is distinct from (e.id, e.seq_id, e.timestamp, e.id, e.seq_id, e.timestamp, e.stream_id, e.version::bigint, e.type::text,
                    e.user_name::text, e.headers ->> 'role', e.headers ->> 'on-behalf-of', e.headers ->> 'definition', e.correlation_id::text)
            order by coalesce(e.seq_id, a.sequence)
            """;
        var before = counts.GetValueOrDefault("view-differs").Count;
        await foreach (var row in RowsAsync(connection, sql, ct, upTo))
            Add("view-differs", Severity.Fault, ("view", nameof(Act)), ("id", row.GetGuid(0)), ("how", row.GetString(1)));
        if (counts.GetValueOrDefault("view-differs").Count == before)
            Fine("view", ("view", nameof(Act)), ("count", await ScalarAsync<long>(connection, $"select count(*) from {Store.Schema}.mt_doc_act", ct)));
    }

    /// <summary>The number of the last event that a view which follows the events has taken in.</summary>
    internal static long ReachedBy(string view, IReadOnlyDictionary<string, long> progress) =>
        progress.Where(p => p.Key.StartsWith(view + ":", StringComparison.Ordinal)).Select(p => p.Value).DefaultIfEmpty(0).Max();

    private static IReplay? ReplayOf(object projection) =>
        ViewFolds.ViewOf(projection) is { } view ? (IReplay)Activator.CreateInstance(typeof(Replay<>).MakeGenericType(view), projection)! : null;

    private interface IReplay
    {
        string Name { get; }

        int Count { get; }

        /// <summary>The number of the last event that the stored view has taken.</summary>
        long UpTo { get; set; }

        void Take(IEvent e);

        /// <summary>The row of this stream is not compared.</summary>
        void Leave(string stream);

        Task<IReadOnlyList<(string Id, string How)>> CompareAsync(IQuerySession session, CancellationToken ct);
    }

    private sealed class Replay<T>(object projection) : IReplay where T : notnull
    {
        private readonly Dictionary<string, T> folded = new(StringComparer.Ordinal);
        private readonly HashSet<string> left = new(StringComparer.Ordinal);
        private readonly ViewFold<T> fold = new(projection);
        private bool none;

        public string Name => typeof(T).Name;

        public int Count => folded.Count;

        public long UpTo { get; set; } = long.MaxValue;

        public void Leave(string stream)
        {
            // To which row of several streams an event belongs that cannot be read, nobody knows.
            none |= fold.Across;
            left.Add(stream);
        }

        public void Take(IEvent e)
        {
            if (e.Sequence > UpTo || none || left.Contains(e.StreamKey!) || fold.IdOf(e) is not { } id)
                return;
            if (fold.Next(folded.GetValueOrDefault(id), id, e) is { } next)
                folded[id] = next;
            else
                folded.Remove(id);
        }

        public async Task<IReadOnlyList<(string Id, string How)>> CompareAsync(IQuerySession session, CancellationToken ct)
        {
            if (none)
                return [];
            var wrong = new List<(string, string)>();
            var rest = folded.Where(f => !left.Contains(f.Key)).ToDictionary(StringComparer.Ordinal);
            await foreach (var stored in session.Query<T>().ToAsyncEnumerable(ct))
            {
                var id = (string)typeof(T).GetProperty("Id")!.GetValue(stored)!;
                if (left.Contains(id))
                    continue;
                if (!rest.Remove(id, out var anew))
                    wrong.Add((id, "extra"));
                else if (!JsonNode.DeepEquals(Plain(stored), Plain(anew)))
                    wrong.Add((id, "differs"));
            }
            wrong.AddRange(rest.Keys.Select(id => (id, "missing")));
            return wrong;
        }

        /// <summary>Without the version, which the store itself counts.</summary>
        private static JsonObject Plain(T view)
        {
            var node = JsonSerializer.SerializeToNode(view, Json.Store)!.AsObject();
            node.Remove("Version");
            return node;
        }
    }
}
