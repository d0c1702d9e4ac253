using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Registry.Platform;

namespace Registry.Audit;

public sealed partial class Doctor
{
    /// <summary>Every view of single streams is folded anew in memory, in one pass over the history, and compared with what is stored, row by row.</summary>
    private async Task ViewsAsync(CancellationToken ct)
    {
        var options = ((DocumentStore)store).Options;
        var replays = options.Projections.All.Select(ReplayOf).OfType<IReplay>().ToList();
        await using var session = store.QuerySession();
        await foreach (var e in session.Events.QueryAllRawEvents().OrderBy(e => e.Sequence).ToAsyncEnumerable(ct))
            foreach (var replay in replays)
                replay.Take(e);
        foreach (var replay in replays)
        {
            var wrong = await replay.CompareAsync(session, ct);
            foreach (var (id, how) in wrong)
                Add("view-differs", Severity.Fault, ("view", replay.Name), ("id", id), ("how", how));
            if (wrong.Count == 0)
                Fine("view", ("view", replay.Name), ("count", replay.Count));
        }
        // A view over several streams has no fold of its own outside the store; its rebuild is its check.
        foreach (var other in options.Projections.All.Where(p => ReplayOf(p) is null && p is not ActProjection))
            Add("view-unchecked", Severity.Note, ("view", other.Name));
        var acts = await session.Query<Act>().CountAsync(ct);
        var events = (await session.QueryAsync<long>($"select count(*) from {Store.Schema}.mt_events where {NoTombstone}", ct))[0];
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

        void Take(IEvent e);

        Task<IReadOnlyList<(string Id, string How)>> CompareAsync(IQuerySession session, CancellationToken ct);
    }

    private sealed class Replay<T>(SingleStreamProjection<T, string> projection) : IReplay where T : notnull
    {
        private readonly Dictionary<string, T?> folded = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
        private readonly HashSet<Type> included = [.. projection.IncludedEventTypes];

        public string Name => typeof(T).Name;

        public int Count => folded.Count(f => f.Value is not null);

        public void Take(IEvent e)
        {
            if (e.Data is Tombstone || (included.Count > 0 && !included.Contains(e.Data.GetType())))
                return;
            folded[e.StreamKey!] = projection.Evolve(folded.GetValueOrDefault(e.StreamKey!), e.StreamKey!, e);
            versions[e.StreamKey!] = e.Version;
        }

        public async Task<IReadOnlyList<(string Id, string How)>> CompareAsync(IQuerySession session, CancellationToken ct)
        {
            var wrong = new List<(string, string)>();
            var left = folded.Where(f => f.Value is not null).ToDictionary(StringComparer.Ordinal);
            await foreach (var stored in session.Query<T>().ToAsyncEnumerable(ct))
            {
                var id = (string)typeof(T).GetProperty("Id")!.GetValue(stored)!;
                if (!left.Remove(id, out var anew))
                    wrong.Add((id, "extra"));
                else if (!JsonNode.DeepEquals(Plain(stored), Plain(anew!)))
                    wrong.Add((id, "differs"));
            }
            wrong.AddRange(left.Keys.Select(id => (id, "missing")));
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
