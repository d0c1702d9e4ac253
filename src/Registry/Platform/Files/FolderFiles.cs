using System.Runtime.CompilerServices;

namespace Registry.Platform.Files;

/// <summary>Sealed files in a folder: <c>owner/ab/abcd…</c>.</summary>
public sealed class FolderFiles(string folder, long leastFree) : ISealedFiles
{
    /// <inheritdoc />
    /// <remarks>The folder is made by the first file; the space is asked of a place that is there before it.</remarks>
    public bool HasRoom(long bytes) => new DriveInfo(Directory.CreateDirectory(folder).FullName).AvailableFreeSpace - bytes >= leastFree;

    /// <inheritdoc />
    public Task<bool> ExistsAsync(string owner, string digest, CancellationToken ct) => Task.FromResult(File.Exists(PathOf(owner, digest)));

    /// <inheritdoc />
    public Task<bool> WriteAsync(string owner, string digest, ReadOnlyMemory<byte> box, CancellationToken ct)
    {
        try
        {
            return Task.FromResult(DurableFile.TryCreate(PathOf(owner, digest), box.Span));
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            throw new FileStorageException($"cannot write an evidence file below {folder}: {full.Message}", full);
        }
    }

    /// <inheritdoc />
    public Task TouchAsync(string owner, string digest, CancellationToken ct)
    {
        try
        {
            // The machine's own time, as a write would leave it: the sweep compares both.
            File.SetLastWriteTimeUtc(PathOf(owner, digest), TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was swept in between. Whoever names it looks for it again under the owner's lock.
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<byte[]?> ReadAsync(string owner, string digest, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(owner, digest), ct);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public Task DeleteAsync(string owner, string digest, CancellationToken ct)
    {
        Delete(PathOf(owner, digest));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task DeleteAsync(KeptFile file, CancellationToken ct)
    {
        Delete(file.Place);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<KeptFile> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        if (!Directory.Exists(folder))
            yield break;
        foreach (var path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            ct.ThrowIfCancellationRequested();
            var parts = Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar);
            if (parts is [.., _, var name] && parts.Length >= 3)
                yield return new KeptFile(string.Join('/', parts[..^2]), EvidenceStore.IsDigest(name) ? name : "", File.GetLastWriteTimeUtc(path), path);
        }
    }

    /// <inheritdoc />
    public Task ProveAsync(CancellationToken ct)
    {
        var probe = Path.Combine(folder, ".probe", Guid.NewGuid().ToString("N"));
        try
        {
            DurableFile.TryCreate(probe, "probe"u8);
            Delete(probe);
            return Task.CompletedTask;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"无法写入佐证材料目录 {folder}：{denied.Message}",
                $"The evidence folder {folder} cannot be written: {denied.Message}");
        }
    }

    private static void Delete(string path)
    {
        if (!File.Exists(path))
            return;
        File.Delete(path);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
    }

    private string PathOf(string owner, string digest) => Path.Combine(folder, owner, digest[..2], digest);
}
