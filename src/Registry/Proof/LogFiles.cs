using Registry.Platform;

namespace Registry.Proof;

/// <summary>The public files of the log: what a stranger downloads. A tile, once written, never changes; the checkpoint is replaced at once.</summary>
public sealed class LogFiles(string folder)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Where they lie.</summary>
    public string Folder => folder;

    /// <summary>A file's bytes.</summary>
    public byte[] Read(string path) => File.ReadAllBytes(Path.Combine(folder, path));

    /// <summary>A file's text, or null when there is no such file.</summary>
    public string? Text(string path) => File.Exists(Path.Combine(folder, path)) ? File.ReadAllText(Path.Combine(folder, path)) : null;

    /// <summary>Writes a file that never changes. Already there with these bytes is well; with others is an error that names it.</summary>
    /// <exception cref="InvalidDataException">Other bytes were published under this name.</exception>
    public void WriteOnce(string path, byte[] content)
    {
        var full = Path.Combine(folder, path);
        if (!File.Exists(full))
            Write(full, content);
        if (!File.ReadAllBytes(full).AsSpan().SequenceEqual(content))
            throw new InvalidDataException($"log/{path} was published with other bytes; a published tile never changes");
    }

    /// <summary>Replaces a file at once: a reader sees the old or the new content.</summary>
    public void Replace(string path, byte[] content) => Write(Path.Combine(folder, path), content);

    /// <summary>Takes a file away.</summary>
    public void Remove(string path) => File.Delete(Path.Combine(folder, path));

    /// <summary>Syncs every folder on the way to these files, so that none of their names is lost with the power.</summary>
    public void SyncFolders(IEnumerable<string> paths)
    {
        var all = new HashSet<string>(StringComparer.Ordinal) { folder };
        foreach (var path in paths)
            for (var parent = Path.GetDirectoryName(path); !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
                all.Add(Path.Combine(folder, parent));
        foreach (var one in all.OrderByDescending(f => f.Length))
            DurableFile.SyncFolder(one);
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A leading dot keeps a draft from being served.
        var draft = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        DurableFile.WriteDraft(draft, content, Readable);
        File.Move(draft, path, overwrite: true);
    }
}
