using System.Runtime.InteropServices;

namespace Registry.Platform;

/// <summary>Files whose presence means that their content has reached the disk.</summary>
public static partial class DurableFile
{
    /// <summary>
    /// Writes a file that must not exist yet: content first, synced, then the name, then the folder.
    /// Returns false when somebody else has created it first; the file then holds the other's content, whole.
    /// </summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        Write(draft, content);
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
        SyncUp(folder);
        return true;
    }

    /// <summary>Replaces a file's content at once: a reader sees the old or the new content, never a part.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        Write(draft, content);
        File.Move(draft, path, overwrite: true);
        SyncUp(folder);
    }

    /// <summary>Overwrites a file with zeros, on the disk too, and removes it. What a file system has copied elsewhere is beyond a program's reach.</summary>
    public static void Destroy(string path)
    {
        try
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                file.Write(new byte[file.Length]);
                Sync(file);
            }
            File.Delete(path);
            SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (FileNotFoundException)
        {
            return;
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content) => WriteDraft(path, content, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>Writes a new file and syncs it. If the disk does not take it, nothing of it stays: a full disk would get no room back from halves that nobody names.</summary>
    internal static void WriteDraft(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var file = new FileStream(path, options);
        try
        {
            file.Write(content);
            Sync(file);
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// Syncs a folder and the two above it: they may have been made just now, by this writer or by another one that has not synced them yet, and a folder
    /// whose name is lost takes its files with it.
    /// </summary>
    private static void SyncUp(string folder)
    {
        for (var (level, at) = (0, (string?)folder); level < 3 && !string.IsNullOrEmpty(at); level++, at = Path.GetDirectoryName(at))
            SyncFolder(at);
    }

    /// <summary>
    /// Waits until a file's content is on the disk. <see cref="FileStream.Flush(bool)"/> asks the kernel for the same, but passes over a disk that answers with an error:
    /// what is lost would have been acknowledged.
    /// </summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Sync(FileStream file)
    {
        file.Flush();
        if (OperatingSystem.IsWindows())
            file.Flush(flushToDisk: true);
        else if (Sync((int)file.SafeFileHandle.DangerousGetHandle()) != 0)
            throw new IOException($"cannot sync file {file.Name} (errno {Marshal.GetLastPInvokeError()})", Marshal.GetLastPInvokeError());
    }

    /// <summary>Syncs the folder itself, without which a new name may be lost with the power although the content is safe.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(folder, 0);
        if (handle < 0)
            throw new IOException($"cannot open folder {folder} to sync it (errno {Marshal.GetLastPInvokeError()})", Marshal.GetLastPInvokeError());
        try
        {
            if (Sync(handle) != 0)
                throw new IOException($"cannot sync folder {folder} (errno {Marshal.GetLastPInvokeError()})", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
