using Npgsql;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Proof;

namespace Registry.Backups;

/// <summary>
/// Copies the registry while it serves. The database is copied first and as of one moment; files and keys are always written before the events that need
/// them, so copying them afterwards leaves nothing out. Keys go to a place of their own: whoever holds one of the two places can read nothing personal.
/// </summary>
public sealed class Backup(RegistrySettings settings, ISealedFiles files)
{
    internal const string Database = "database/registry.dump", Evidence = "evidence";

    /// <summary>
    /// Folders of keys: name in the backup, and where they lie. The public log is not among them: what it has signed last must be known as of today and never
    /// as of the backup, or its leaves would be signed a second time; and its own keys are kept apart from everything else (ops/decisions/0020).
    /// </summary>
    internal static IEnumerable<(string Name, string Folder)> KeyFolders(RegistrySettings settings) =>
    [
        ("keys", settings.KeyFolder),
        ("keys-destroyed", settings.LedgerFolder),
        ("secrets", Path.Combine(settings.DataFolder, "secrets")),
    ];

    /// <summary>Writes a backup and reads all of it back.</summary>
    /// <param name="folder">Below it the backup gets a folder named by its moment.</param>
    /// <param name="keyFolder">Below it the keys get a folder of the same name. Not inside <paramref name="folder"/>.</param>
    /// <param name="now">The moment, UTC.</param>
    /// <param name="ct">Ends a backup half way; it then has no manifest.</param>
    /// <exception cref="BackupException">It could not be written or does not read back.</exception>
    public async Task<Manifest> WriteAsync(string folder, string keyFolder, DateTimeOffset now, CancellationToken ct)
    {
        if (IsInside(keyFolder, folder) || IsInside(folder, keyFolder))
            throw new BackupException("密钥必须与数据存放在不同的位置 / keys must go to another place than the data");
        var id = $"{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        var (data, keys) = (Path.Combine(folder, id), Path.Combine(keyFolder, id));
        if (Directory.Exists(data) || Directory.Exists(keys))
            throw new BackupException($"已有同名备份 / there is a backup of this name: {id}");
        return await BackupException.WritingAsync(() => WriteAsync(id, data, keys, now, ct));
    }

    private async Task<Manifest> WriteAsync(string id, string data, string keys, DateTimeOffset now, CancellationToken ct)
    {
        Folders.Make(Path.Combine(data, "database"));
        var dump = Path.Combine(data, Database);
        var (last, count) = await EventsAsync(ct);
        await PostgresTools.DumpAsync(settings.ConnectionString, dump, ct);
        foreach (var (name, from) in KeyFolders(settings))
            await Folders.CopyAsync(from, Path.Combine(keys, name), ct, except: settings.LogKeyFolder);
        await CopyEvidenceAsync(Path.Combine(data, Evidence), ct);

        new Manifest(id, now, -1, 0, await Manifest.ListAsync(keys, ct)).Write(keys);
        new Manifest(id, now, last, count, await Manifest.ListAsync(data, ct)) { LogOrigin = settings.LogOrigin, LogSize = new LastSigned(settings.LogStateFolder).Read()?.Checkpoint.Size ?? 0 }.Write(data);
        await Manifest.CheckedAsync(keys, ct);
        var written = await Manifest.CheckedAsync(data, ct);
        await PostgresTools.ReadThroughAsync(settings.ConnectionString, dump, ct);
        return written;
    }

    private async Task CopyEvidenceAsync(string to, CancellationToken ct)
    {
        if (settings.Files.Bucket is null)
        {
            await Folders.CopyAsync(settings.EvidenceFolder, to, ct);
            return;
        }
        Folders.Make(to);
        await foreach (var file in files.ListAsync(ct))
            if (file.Digest.Length > 0 && await files.ReadAsync(file.Owner, file.Digest, ct) is { } box)
                DurableFile.Replace(Path.Combine(to, file.Owner, file.Digest[..2], file.Digest), box);
    }

    /// <summary>Read before the copy, so at least these are in it; a restore counts its own.</summary>
    private async Task<(long Last, long Count)> EventsAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"select coalesce(max(seq_id), 0), count(*) from {Store.Schema}.mt_events where type <> 'tombstone'", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static bool IsInside(string one, string other) =>
        (Path.GetFullPath(one) + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(other) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
