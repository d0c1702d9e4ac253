using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Registry.Platform;

namespace Registry.Audit;

/// <summary>What a rebuild came to.</summary>
/// <param name="Rows">Rows of the view.</param>
/// <param name="Changed">Rows that were wrong, missing, or there for nothing; one that was spoiled again meanwhile counts again.</param>
public sealed record Rebuilt(long Rows, long Changed);

/// <summary>
/// Builds a stored view anew from the events while the program serves. The rows that differ are put right in one transaction: until it commits everybody reads the
/// view as it was, and whoever would change it waits, so no decision ever meets half a view. Whoever waited may have read a wrong row before, and writes what follows
/// from it once it is let go; so a view in which anything was wrong is looked at again, until nothing is.
/// </summary>
public sealed class ViewRebuild(IDocumentStore store)
{
    private const int Step = 1000;

    /// <summary>Passes after which a view that is wrong again and again has a cause that no rebuild mends, such as an older program that still serves.</summary>
    private const int MostPasses = 10;

    /// <summary>Longest wait for those who have read the view; a backup reads for longer, but writes nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What happens between the folding and the writing; tests let the program go on working here.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>Builds the view of a projection anew; null when it is no view that can be folded outside the store, such as the index of all events.</summary>
    /// <param name="projection">One of the store's projections.</param>
    /// <param name="progress">Is told now and then how many events were taken in.</param>
    /// <param name="ct">Ends it; nothing is changed then.</param>
    public async Task<Rebuilt?> RunAsync(IProjectionSource<IDocumentOperations, IQuerySession> projection, Action<long> progress, CancellationToken ct)
    {
        if (ViewFolds.ViewOf(projection) is not { } view)
            return null;
        var of = typeof(ViewRebuild).GetMethod(nameof(OfAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!;
        return await (Task<Rebuilt>)of.MakeGenericMethod(view).Invoke(this, [projection, progress, ct])!;
    }

    private async Task<Rebuilt> OfAsync<T>(IProjectionSource<IDocumentOperations, IQuerySession> projection, Action<long> progress, CancellationToken ct) where T : class
    {
        var table = store.Options.Schema.For<T>();
        await using var connection = (NpgsqlConnection)store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        var changed = 0L;
        for (var pass = 1; pass <= MostPasses; pass++)
        {
            var once = await OnceAsync<T>(connection, table, projection, progress, ct);
            changed += once.Changed;
            if (once.Changed == 0)
                return new Rebuilt(once.Rows, changed);
            await ReadersGoneAsync(connection, table, ct);
        }
        throw new InvalidOperationException($"{typeof(T).Name} was wrong again after each of {MostPasses} passes: something writes it by other rules.");
    }

    private async Task<Rebuilt> OnceAsync<T>(
        NpgsqlConnection connection, string table, IProjectionSource<IDocumentOperations, IQuerySession> projection, Action<long> progress, CancellationToken ct) where T : class
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RunAsync(connection, $"lock table {table} in share row exclusive mode", ct);
        // A view that follows the events is folded as far as it has come; it cannot move while its table is locked.
        var upTo = projection.Lifecycle == ProjectionLifecycle.Async ? Doctor.ReachedBy(projection.Name, await Doctor.ProgressAsync(connection, ct)) : long.MaxValue;
        await using var session = store.QuerySession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var folded = await FoldAsync(new ViewFold<T>(projection), session, upTo, progress, ct);
        await Meanwhile();
        var changed = await PutRightAsync(connection, table, folded, ct);
        await transaction.CommitAsync(ct);
        return new Rebuilt(folded.Count, changed);
    }

    /// <summary>Waits for all transactions that have read or written the table so far, since a lock on it holds up only what is yet to be written.</summary>
    private static async Task ReadersGoneAsync(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        var before = await OpenAsync();
        while (before.Overlaps(await OpenAsync()) && TimeProvider.System.GetElapsedTime(began) < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(20), ct);

        async Task<HashSet<string>> OpenAsync()
        {
            await using var command = new NpgsqlCommand("select coalesce(array_agg(virtualtransaction), '{}') from pg_locks where relation = to_regclass($1) and pid <> pg_backend_pid()", connection) { Parameters = { new() { Value = table } } };
            return [.. (string[])(await command.ExecuteScalarAsync(ct))!];
        }
    }

    private static async Task<Dictionary<string, T>> FoldAsync<T>(ViewFold<T> fold, IQuerySession session, long upTo, Action<long> progress, CancellationToken ct) where T : class
    {
        var (folded, taken) = (new Dictionary<string, T>(StringComparer.Ordinal), 0L);
        await foreach (var e in session.Events.QueryAllRawEvents().Where(e => e.Sequence <= upTo).OrderBy(e => e.Sequence).ToAsyncEnumerable(ct))
        {
            if (fold.IdOf(e) is { } id)
                if (fold.Next(folded.GetValueOrDefault(id), id, e) is { } view)
                    folded[id] = view;
                else
                    folded.Remove(id);
            if (++taken % Step == 0)
                progress(taken);
        }
        return folded;
    }

    /// <summary>Rows that are as they should be are not touched. The version beside a row is the store's own, which the content does not tell.</summary>
    private static async Task<long> PutRightAsync<T>(NpgsqlConnection connection, string table, Dictionary<string, T> folded, CancellationToken ct) where T : class
    {
        var wrong = new List<(string Id, JsonObject? Content)>();
        var missing = folded.Keys.ToHashSet(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand($"select id, data::text from {table}", connection) { CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                var (id, stored) = (reader.GetString(0), JsonNode.Parse(reader.GetString(1))!.AsObject());
                if (!missing.Remove(id))
                    wrong.Add((id, null));
                else if (Content(folded[id], stored["Version"]) is var anew && !JsonNode.DeepEquals(stored, anew))
                    wrong.Add((id, anew));
            }
        foreach (var (id, content) in wrong)
            await RunAsync(connection, content is null ? $"delete from {table} where id = $1" : $"update {table} set data = $2::jsonb, mt_last_modified = transaction_timestamp() where id = $1", ct, [id, .. content is null ? Array.Empty<object>() : [content.ToJsonString(Json.Store)]]);
        foreach (var id in missing)
        {
            await using var command = new NpgsqlCommand($"select coalesce((select version from {Store.Schema}.mt_streams where id = $1), 1)", connection) { Parameters = { new() { Value = id } } };
            var version = (long)(await command.ExecuteScalarAsync(ct))!;
            await RunAsync(
                connection, $"insert into {table} (id, data, mt_version, mt_dotnet_type, mt_last_modified) values ($1, $2::jsonb, $3, $4, transaction_timestamp())", ct,
                id, Content(folded[id], JsonValue.Create(version)).ToJsonString(Json.Store), (int)version, typeof(T).FullName!);
        }
        return wrong.Count + missing.Count;
    }

    private static JsonObject Content<T>(T view, JsonNode? version)
    {
        var content = JsonSerializer.SerializeToNode(view, Json.Store)!.AsObject();
        if (content.ContainsKey("Version"))
            content["Version"] = version?.DeepClone();
        return content;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        await command.ExecuteNonQueryAsync(ct);
    }
}
