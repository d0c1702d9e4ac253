using Npgsql;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Backups;

/// <summary>An act that was acknowledged after the moment to which the registry was restored, and is not in it.</summary>
public sealed record LostAct(Guid Event, string Stream, long Version, string Kind, DateTimeOffset At, string? Actor);

/// <summary>What a restore did.</summary>
/// <param name="Destroyed">Keys that were destroyed, before or after the backup: they stay destroyed.</param>
/// <param name="Lost">What was acknowledged later; null when no newer store was at hand to compare with.</param>
public sealed record Restored(string Backup, DateTimeOffset At, long Events, int Destroyed, IReadOnlyList<LostAct>? Lost);

/// <summary>Puts a backup into an empty data folder. What was erased after the backup stays erased: the ledger of destroyed keys only grows.</summary>
public static class Restore
{
    /// <summary>Restores.</summary>
    /// <param name="backup">The backup's own folder.</param>
    /// <param name="keys">The folder of its keys.</param>
    /// <param name="to">The data folder: none yet, or empty.</param>
    /// <param name="ledger">Today's ledger of destroyed keys; null if it is lost, and then what was destroyed since the backup comes back.</param>
    /// <param name="newer">Connection string of the store that is given up, to list what it holds and the backup does not; null if it is lost.</param>
    /// <param name="log">Where the private database's start is told.</param>
    /// <param name="ct">Ends it half way; the folder is then to be thrown away.</param>
    /// <exception cref="BackupException">The backup is damaged, the folders do not belong together, or the target is not empty.</exception>
    public static async Task<Restored> RunAsync(string backup, string keys, string to, string? ledger, string? newer, ILogger log, CancellationToken ct)
    {
        var manifest = await Manifest.CheckedAsync(backup, ct);
        if ((await Manifest.CheckedAsync(keys, ct)).Id != manifest.Id)
            throw new BackupException("密钥与数据不是同一次备份 / the keys are not of the same backup as the data");
        if (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any())
            throw new BackupException($"目标目录不是空的 / the target folder is not empty: {to}");

        DataFolder.Open(to).Dispose();
        var settings = RegistrySettings.For(to, "");
        foreach (var (name, folder) in Backup.KeyFolders(settings))
            await Folders.CopyAsync(Path.Combine(keys, name), folder, ct);
        if (ledger is not null)
            await Folders.CopyAsync(ledger, settings.LedgerFolder, ct);
        // Opening the key store destroys again whatever stands in the ledger.
        _ = new KeyStore(settings.KeyFolder, settings.MasterKeyFile, settings.LedgerFolder);
        await Folders.CopyAsync(Path.Combine(backup, Backup.Evidence), settings.EvidenceFolder, ct);

        await using var database = await RunningDatabase.StartAsync(to, log, ct);
        await PostgresTools.FillAsync(database.ConnectionString, Path.Combine(backup, Backup.Database), ct);
        var events = (await EventsAsync(database.ConnectionString, ct)).ToDictionary(e => e.Event);
        var lost = newer is null ? null : (await EventsAsync(newer, ct)).Where(e => !events.ContainsKey(e.Event)).ToList();
        return new Restored(manifest.Id, manifest.At, events.Count, Folders.Files(settings.LedgerFolder).Count(), lost);
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
