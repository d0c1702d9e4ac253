using Npgsql;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Proof;

namespace Registry.Backups;

/// <summary>An act that was acknowledged after the moment to which the registry was restored, and is not in it.</summary>
public sealed record LostAct(Guid Event, string Stream, long Version, string Kind, DateTimeOffset At, string? Actor);

/// <summary>What a restore did.</summary>
/// <param name="Destroyed">Keys that were destroyed, before or after the backup: they stay destroyed.</param>
/// <param name="Lost">What was acknowledged later; null when no newer store was at hand to compare with.</param>
/// <param name="Log">Where the public log came from.</param>
public sealed record Restored(string Backup, DateTimeOffset At, long Events, int Destroyed, IReadOnlyList<LostAct>? Lost, LogSource Log);

/// <summary>What a restore is made from.</summary>
/// <param name="Backup">The backup's own folder.</param>
/// <param name="Keys">The folder of its keys.</param>
/// <param name="To">The data folder: none yet, or empty.</param>
public sealed record RestoreRequest(string Backup, string Keys, string To)
{
    /// <summary>Today's ledger of destroyed keys; null if it is lost, and then what was destroyed since the backup comes back.</summary>
    public string? Ledger { get; init; }

    /// <summary>Connection string of the store that is given up, to list what it holds and the backup does not; null if it is lost.</summary>
    public string? NewerStore { get; init; }

    /// <summary>The data folder that is given up: the public log, what it has signed, and its keys are taken from it. Null if it is lost.</summary>
    public string? NewerFolder { get; init; }

    /// <summary>A copy of the public log's files, the newest that exists anywhere; used when the old folder is lost.</summary>
    public string? LogCopy { get; init; }

    /// <summary>Where evidence goes; null: where the settings say.</summary>
    public ISealedFiles? Evidence { get; init; }
}

/// <summary>Puts a backup into an empty data folder. What was erased after the backup stays erased: the ledger of destroyed keys only grows.</summary>
public static class Restore
{
    /// <summary>Restores.</summary>
    /// <param name="request">From what, and where to.</param>
    /// <param name="log">Where the private database's start is told.</param>
    /// <param name="ct">Ends it half way; the folder is then to be thrown away.</param>
    /// <exception cref="BackupException">The backup is damaged, the folders do not belong together, or the target is not empty.</exception>
    public static async Task<Restored> RunAsync(RestoreRequest request, ILogger log, CancellationToken ct)
    {
        var (backup, keys, to) = request;
        var manifest = await Manifest.CheckedAsync(backup, ct);
        if ((await Manifest.CheckedAsync(keys, ct)).Id != manifest.Id)
            throw new BackupException("密钥与数据不是同一次备份 / the keys are not of the same backup as the data");
        if (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any())
            throw new BackupException($"目标目录不是空的 / the target folder is not empty: {to}");
        RestoredLog.Require(request, manifest);
        if (request.Ledger is { } named && !Directory.Exists(named))
            throw new BackupException($"没有这份销毁名册，已擦除的内容会重新出现 / there is no such ledger of destroyed keys, and what was erased would come back: {named}");
        return await BackupException.WritingAsync(() => PutAsync(request, manifest, log, ct));
    }

    private static async Task<Restored> PutAsync(RestoreRequest request, Manifest manifest, ILogger log, CancellationToken ct)
    {
        var (backup, keys, to) = request;
        DataFolder.Open(to).Dispose();
        var settings = RegistrySettings.For(to, "").WithLog();
        foreach (var (name, folder) in Backup.KeyFolders(settings))
            await Folders.CopyAsync(Path.Combine(keys, name), folder, ct, except: Path.Combine(keys, "secrets", "log"));
        var publicLog = RestoredLog.Put(request, settings, manifest, TimeProvider.System.GetUtcNow());
        if (request.Ledger is not null)
            await Folders.CopyAsync(request.Ledger, settings.LedgerFolder, ct);
        // Opening the key store destroys again whatever stands in the ledger.
        _ = new KeyStore(settings.KeyFolder, settings.MasterKeyFile, settings.LedgerFolder);
        await PutEvidenceAsync(Path.Combine(backup, Backup.Evidence), request.Evidence ?? SealedFiles.Of(settings), ct);

        await using var database = await RunningDatabase.StartAsync(to, log, ct);
        if (request.NewerStore is { } newer && await IsSameAsync(newer, database.ConnectionString, ct))
            throw new BackupException("被替换的数据库就是要写入的数据库 / the store that is given up is the very database to be filled");
        var owner = database.OwnerConnectionString ?? throw new BackupException($"请以 {DatabaseSchema.Setting} 指明结构的所有者 / name the schema's owner by {DatabaseSchema.Setting}");
        await PostgresTools.FillAsync(owner, Path.Combine(backup, Backup.Database), ct);
        await using (var connection = new NpgsqlConnection(owner))
        {
            await connection.OpenAsync(ct);
            await DatabaseSchema.GrantAsync(connection, new NpgsqlConnectionStringBuilder(database.ConnectionString).Username!, ct);
        }
        var events = (await EventsAsync(owner, ct)).ToDictionary(e => e.Event);
        var lost = request.NewerStore is null ? null : (await EventsAsync(request.NewerStore, ct)).Where(e => !events.ContainsKey(e.Event)).ToList();
        return new Restored(manifest.Id, manifest.At, events.Count, Folders.Files(settings.LedgerFolder).Count(), lost, publicLog);
    }

    /// <summary>Through the storage itself, so that evidence comes back into a bucket as well as into a folder. What is there already stays.</summary>
    private static async Task PutEvidenceAsync(string from, ISealedFiles to, CancellationToken ct)
    {
        await foreach (var file in new FolderFiles(from, 0).ListAsync(ct))
            if (file.Digest.Length > 0)
                await to.WriteAsync(file.Owner, file.Digest, await File.ReadAllBytesAsync(file.Place, ct), ct);
    }

    /// <summary>Whether two connection strings lead to one database, however they are written: a lock taken over one is held against the other.</summary>
    public static async Task<bool> IsSameAsync(string one, string other, CancellationToken ct)
    {
        var name = Random.Shared.NextInt64();
        await using var first = new NpgsqlConnection(one);
        await using var second = new NpgsqlConnection(other);
        await first.OpenAsync(ct);
        await second.OpenAsync(ct);
        await TryLockAsync(first);
        return !await TryLockAsync(second);

        async Task<bool> TryLockAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = name } } };
            return (bool)(await command.ExecuteScalarAsync(ct))!;
        }
    }

    private static async Task<List<LostAct>> EventsAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"select id, stream_id, version, type, timestamp, user_name from {Store.Schema}.mt_events where type <> 'tombstone' order by seq_id", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var acts = new List<LostAct>();
        while (await reader.ReadAsync(ct))
            acts.Add(new LostAct(reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.IsDBNull(5) ? null : reader.GetString(5)));
        return acts;
    }
}
