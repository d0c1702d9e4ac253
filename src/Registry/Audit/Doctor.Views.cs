using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Npgsql;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Audit;

public sealed partial class Doctor
{
    private static readonly FrozenDictionary<string, Type> Kinds = EventBook.All.ToFrozenDictionary(e => e.Mark.Name, e => e.Type, StringComparer.Ordinal);

    /// <summary>An empty fold of every view of single streams. One that follows the events is compared as far as it has come.</summary>
    private async Task<IReadOnlyList<IReplay>> ReplaysAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var progress = await ProgressAsync(connection, ct);
        var replays = new List<IReplay>();
        foreach (var projection in ((DocumentStore)store).Options.Projections.All)
            if (ReplayOf(projection) is { } replay)
            {
                if (projection.Lifecycle == ProjectionLifecycle.Async)
                    replay.UpTo = progress.Where(p => p.Key.StartsWith(projection.Name + ":", StringComparison.Ordinal)).Select(p => p.Value).DefaultIfEmpty(0).Max();
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

    /// <summary>Every view of single streams, folded anew, is compared with what is stored, row by row.</summary>
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
        // A view over several streams has no fold of its own outside the store; its rebuild is its check.
        foreach (var other in ((DocumentStore)store).Options.Projections.All.Where(p => ReplayOf(p) is null && p is not ActProjection))
            Add("view-unchecked", Severity.Note, ("view", other.Name));
        var acts = await session.Query<Act>().CountAsync(ct);
        var events = await ScalarAsync<long>(connection, $"select count(*) from {Store.Schema}.mt_events where {NoTombstone}", ct);
        if (acts > events)
            Add("view-differs", Severity.Fault, ("view", "Act"), ("id", $"{acts}"), ("how", $"{events}"));
    }

    private static IReplay? ReplayOf(object projection)
    {
        for (var type = projection.GetType(); type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SingleStreamProjection<,>) && type.GetGenericArguments()[1] == typeof(string))
                return (IReplay)Activator.CreateInstance(typeof(Replay<>).MakeGenericType(type.GetGenericArguments()[0]), projection)!;
        return null;
    }

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

    private sealed class Replay<T>(SingleStreamProjection<T, string> projection) : IReplay where T : notnull
    {
        private readonly Dictionary<string, T?> folded = new(StringComparer.Ordinal);
        private readonly HashSet<string> left = new(StringComparer.Ordinal);
        private readonly HashSet<Type> included = [.. projection.IncludedEventTypes];

        public string Name => typeof(T).Name;

        public int Count => folded.Count(f => f.Value is not null);

        public long UpTo { get; set; } = long.MaxValue;

        public void Leave(string stream) => left.Add(stream);

        public void Take(IEvent e)
        {
            if (e.Sequence > UpTo || left.Contains(e.StreamKey!) || (included.Count > 0 && !included.Contains(e.Data.GetType())))
                return;
            folded[e.StreamKey!] = projection.Evolve(folded.GetValueOrDefault(e.StreamKey!), e.StreamKey!, e);
        }

        public async Task<IReadOnlyList<(string Id, string How)>> CompareAsync(IQuerySession session, CancellationToken ct)
        {
            var wrong = new List<(string, string)>();
            var rest = folded.Where(f => f.Value is not null && !left.Contains(f.Key)).ToDictionary(StringComparer.Ordinal);
            await foreach (var stored in session.Query<T>().ToAsyncEnumerable(ct))
            {
                var id = (string)typeof(T).GetProperty("Id")!.GetValue(stored)!;
                if (left.Contains(id))
                    continue;
                if (!rest.Remove(id, out var anew))
                    wrong.Add((id, "extra"));
                else if (!JsonNode.DeepEquals(Plain(stored), Plain(anew!)))
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
