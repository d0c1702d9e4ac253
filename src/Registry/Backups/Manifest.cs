using System.Security.Cryptography;
using System.Text.Json;
using Registry.Platform;

namespace Registry.Backups;

/// <summary>One file of a backup.</summary>
/// <param name="Path">Below the backup's folder, with slashes.</param>
/// <param name="Sha256">Digest of its bytes, hexadecimal.</param>
public sealed record ManifestFile(string Path, long Size, string Sha256);

/// <summary>What a backup holds. It is written last: a folder without one is no backup.</summary>
/// <param name="At">When the copying began, UTC. What was acknowledged until then is in it.</param>
/// <param name="LastSequence">Highest number of an event when the copying began: the backup holds at least what there was then. -1 in the keys' own manifest.</param>
/// <param name="Events">How many events there were then: the backup holds at least as many.</param>
public sealed record Manifest(string Id, DateTimeOffset At, long LastSequence, long Events, IReadOnlyList<ManifestFile> Files)
{
    /// <summary>The public log's name at that time; null in the keys' own manifest.</summary>
    public string? LogOrigin { get; init; }

    /// <summary>How many leaves the public log had signed by then, so that a restore knows an older log, or none, from that of today. Null in older backups.</summary>
    public long? LogSize { get; init; }

    /// <summary>The manifest's own name.</summary>
    public const string Name = "manifest.json";

    /// <summary>Lists a folder with the digest of every file in it.</summary>
    public static async Task<IReadOnlyList<ManifestFile>> ListAsync(string folder, CancellationToken ct)
    {
        var files = new List<ManifestFile>();
        foreach (var path in Folders.Files(folder).Where(p => Path.GetFileName(p) != Name))
            files.Add(new ManifestFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), new FileInfo(path).Length, await DigestAsync(path, ct)));
        return files;
    }

    /// <summary>Writes it durably.</summary>
    public void Write(string folder) => DurableFile.Replace(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this, Json.Api));

    /// <summary>Reads a folder's manifest and every file that it lists.</summary>
    /// <exception cref="BackupException">It is no backup, or a file is missing, changed or too many.</exception>
    public static async Task<Manifest> CheckedAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw new BackupException($"{folder} 不是完整的备份：没有 {Name} / is no whole backup: it has no {Name}");
        var manifest = JsonSerializer.Deserialize<Manifest>(await File.ReadAllBytesAsync(path, ct), Json.Api)!;
        var found = (await ListAsync(folder, ct)).ToDictionary(f => f.Path);
        foreach (var file in manifest.Files)
            if (!found.Remove(file.Path, out var there) || there != file)
                throw new BackupException($"备份已损坏：{file.Path} / the backup is damaged: {file.Path}");
        return found.Count == 0 ? manifest : throw new BackupException($"备份中有多余的文件：{found.Keys.First()} / a file is in the backup that does not belong to it: {found.Keys.First()}");
    }

    private static async Task<string> DigestAsync(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }
}

/// <summary>Copies of folders.</summary>
internal static class Folders
{
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>All files below a folder in a stable order; none if there is no folder.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", All).Order(StringComparer.Ordinal) : [];

    /// <summary>Copies what lies below a folder, durably, and readable by its owner alone. Drafts of files that are being written are left out.</summary>
    /// <param name="except">A folder below it that is left out, with those that were put away beside it under its name and a moment.</param>
    public static async Task CopyAsync(string from, string to, CancellationToken ct, string? except = null)
    {
        Make(to);
        foreach (var path in Files(from))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            if (Path.GetFileName(path).StartsWith('.') || (except is not null && (path.StartsWith(except + Path.DirectorySeparatorChar, StringComparison.Ordinal) || path.StartsWith(except + ".", StringComparison.Ordinal))))
                continue;
            try
            {
                DurableFile.Replace(target, await File.ReadAllBytesAsync(path, ct));
            }
            catch (FileNotFoundException)
            {
                // It was destroyed while we copied, and a backup need not bring it back.
                continue;
            }
        }
    }

    /// <summary>Makes a folder that only its owner may enter.</summary>
    public static void Make(string folder) => Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
