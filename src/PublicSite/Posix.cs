using System.Runtime.InteropServices;

namespace PublicSite;

/// <summary>The few system calls that the framework does not offer and a switch at once needs.</summary>
internal static partial class Posix
{
    /// <summary>Replaces whatever stands at <paramref name="target"/> in one step, a link included.</summary>
    public static void Rename(string source, string target)
    {
        if (RenameCall(source, target) != 0) throw new IOException($"rename {source} to {target}: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Gives an existing file a second name. False where the file system will not; the caller then writes the file.</summary>
    public static bool TryLink(string existing, string name) => LinkCall(existing, name) == 0;

    /// <summary>Returns when everything on the file system that holds the folder is on disk.</summary>
    public static void SyncFileSystem(string folder)
    {
        var descriptor = OpenCall(folder, 0);
        if (descriptor < 0) throw new IOException($"open {folder}: error {Marshal.GetLastPInvokeError()}");
        try
        {
            if (SyncFileSystemCall(descriptor) != 0) throw new IOException($"syncfs {folder}: error {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            _ = CloseCall(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(string source, string target);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkCall(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystemCall(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseCall(int descriptor);
}
