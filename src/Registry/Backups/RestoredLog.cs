using Registry.Platform;
using Registry.Proof;

namespace Registry.Backups;

/// <summary>Where the public log of a restored registry came from.</summary>
public enum LogSource
{
    /// <summary>From the data folder that was given up, with its keys.</summary>
    NewerFolder,
    /// <summary>From a copy of its public files; the keys have to be put back by hand.</summary>
    Copy,
    /// <summary>From nowhere: nothing is signed until another log is declared.</summary>
    Lost,
}

/// <summary>
/// Gives a restored registry the public log of today. A backup holds neither the log nor what it has signed: with both of them old, the same leaves would be
/// numbered and signed a second time, and nobody inside could tell. With the log of today the publisher sees that the database is older, and waits.
/// </summary>
public static class RestoredLog
{
    /// <summary>Before anything is written: the folder that is given up is one, and not older than the backup.</summary>
    /// <exception cref="BackupException">It is not. Taken for a registry that never published, it would let the log be signed a second time.</exception>
    public static void Require(RestoreRequest request, Manifest manifest)
    {
        if (request.NewerFolder is not { } old)
            return;
        var settings = RegistrySettings.For(old, "");
        if (!File.Exists(settings.MasterKeyFile))
            throw new BackupException($"被替换的目录不是数据目录：{old}，没有 {settings.MasterKeyFile} / the folder given up is no data folder: it has no {settings.MasterKeyFile}");
        if (new LastSigned(settings.LogStateFolder).Read()?.Checkpoint.Size < manifest.LogSize)
            throw new BackupException($"被替换的目录比备份还旧 / the folder given up is older than the backup: {old}");
    }

    /// <summary>Puts it into the data folder, from the folder that is given up or from a copy; without either it is noted as lost.</summary>
    /// <exception cref="BackupException">The copy is not whole, or the folder that is given up still serves.</exception>
    public static LogSource Put(RestoreRequest request, RegistrySettings settings, Manifest manifest, DateTimeOffset now)
    {
        Require(request, manifest);
        var origin = manifest.LogOrigin ?? settings.LogOrigin;
        var signed = new LastSigned(settings.LogStateFolder);
        if (request.NewerFolder is { } old && IsKnown(RegistrySettings.For(old, ""), manifest))
        {
            FromFolder(RegistrySettings.For(old, ""), settings);
            return LogSource.NewerFolder;
        }
        if (request.LogCopy is { } copy)
        {
            FromCopy(copy, settings, signed, origin, manifest, now);
            return LogSource.Copy;
        }
        signed.Lose(origin);
        return LogSource.Lost;
    }

    /// <summary>What was signed is known; or nothing was ever signed, neither here nor as far as the backup knows, and there is nothing to contradict.</summary>
    private static bool IsKnown(RegistrySettings old, Manifest manifest)
    {
        var signed = new LastSigned(old.LogStateFolder);
        return signed.Lost is not null || signed.Read() is not null
            || (manifest.LogSize is null or 0 && new LogFiles(old.LogFolder).Text("checkpoint") is null && !Folders.Files(old.LogKeyFolder).Any());
    }

    /// <summary>What was signed first, the tiles after it: a log never holds less than was signed.</summary>
    private static void FromFolder(RegistrySettings old, RegistrySettings settings)
    {
        foreach (var (from, to) in new[] { (old.LogStateFolder, settings.LogStateFolder), (old.LogKeyFolder, settings.LogKeyFolder) })
            foreach (var path in Visible(from))
                DurableFile.Replace(Path.Combine(to, Path.GetRelativePath(from, path)), File.ReadAllBytes(path));
        CopyFiles(old.LogFolder, settings.LogFolder);
        if (SizeOf(settings.LogFolder) > (new LastSigned(settings.LogStateFolder).Read()?.Checkpoint.Size ?? 0))
            throw new BackupException("被替换的目录仍在发布日志，请先停止其服务 / the folder that is given up still publishes its log; stop its service first");
    }

    private static void FromCopy(string copy, RegistrySettings settings, LastSigned signed, string origin, Manifest manifest, DateTimeOffset now)
    {
        var files = new LogFiles(copy);
        var keys = (files.Text("key") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NoteKey.Parse).OfType<NoteKey>().ToArray();
        if (files.Text("checkpoint") is not { } text || SignedNote.Parse(text) is not { } note || note.Verified(keys) is null
            || Checkpoint.Parse(note.Text) is not { } checkpoint || checkpoint.Origin != origin)
            throw new BackupException($"{copy} 不是日志 {origin} 的副本 / {copy} is no copy of the log {origin}");
        if (checkpoint.Size < manifest.LogSize)
            throw new BackupException($"日志副本比备份还旧 / the copy of the log is older than the backup: {copy}");
        try
        {
            if (!Merkle.Root(checkpoint.Size, Tiles.Reader(checkpoint.Size, path => files.Read(path.ToString()))).AsSpan().SequenceEqual(checkpoint.RootHash))
                throw new BackupException($"{copy} 的哈希与检查点不符 / the tiles in {copy} do not give the root of its checkpoint");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
        {
            throw new BackupException($"日志副本不完整 / the copy of the log is not whole: {missing.Message}");
        }
        CopyFiles(copy, settings.LogFolder);
        signed.Swap(null, new SignedCheckpoint(now, text));
    }

    private static long SizeOf(string folder) =>
        new LogFiles(folder).Text("checkpoint") is { } text && SignedNote.Parse(text) is { } note && Checkpoint.Parse(note.Text) is { } checkpoint ? checkpoint.Size : 0;

    private static void CopyFiles(string from, string to)
    {
        var files = new LogFiles(to);
        var copied = new List<string>();
        foreach (var path in Visible(from))
        {
            copied.Add(Path.GetRelativePath(from, path));
            files.Replace(copied[^1], File.ReadAllBytes(path));
        }
        if (copied.Count > 0)
            files.SyncFolders(copied);
    }

    private static IEnumerable<string> Visible(string folder) => Folders.Files(folder).Where(p => !Path.GetFileName(p).StartsWith('.'));
}
