using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;

namespace PublicSite;

/// <summary>
/// The folder in which a release is put together. A file that is the same as in the release before becomes a link to it, so that one
/// event writes the few files that show it, and a reader's cache keeps the rest.
/// </summary>
/// <param name="before">The release that is served now, to which unchanged files are linked; null where there is none.</param>
internal sealed class Release(string staging, string? before, bool packedTwins)
{
    private readonly ConcurrentDictionary<string, FileEntry> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> folders = new(StringComparer.Ordinal);

    /// <summary>What was added, packed twins included.</summary>
    public IReadOnlyDictionary<string, FileEntry> Entries => entries;

    public void Add(string path, byte[] content, IReadOnlyCollection<string> anchors)
    {
        var unchanged = Put(path, content, anchors);
        if (packedTwins && IsText(path)) Pack(path, unchanged, () => new MemoryStream(content));
    }

    /// <summary>Adds a file that can be too large to be held in memory.</summary>
    public void AddLarge(string path, Action<Stream> write)
    {
        var target = Target(path);
        using (var file = new FileStream(target, FileMode.CreateNew, FileAccess.ReadWrite)) write(file);
        var unchanged = LinkIfSame(path, target);
        using (var file = File.OpenRead(target)) Note(path, SHA256.HashData(file), file.Length);
        if (packedTwins && IsText(path)) Pack(path, unchanged, () => File.OpenRead(target));
    }

    /// <summary>Where a file stands while the release is put together.</summary>
    public string PathOf(string path) => Path.Combine(staging, path);

    private static bool IsText(string path) => !path.EndsWith(".xlsx", StringComparison.Ordinal) && !path.StartsWith(Addresses.SearchFolder, StringComparison.Ordinal);

    private void Pack(string path, bool unchanged, Func<Stream> open)
    {
        Pack(path, ".gz", unchanged, open, s => new GZipStream(s, CompressionLevel.SmallestSize));
        Pack(path, ".br", unchanged, open, s => new BrotliStream(s, CompressionLevel.Optimal));
    }

    private void Pack(string path, string ending, bool unchanged, Func<Stream> open, Func<Stream, Stream> pack)
    {
        // Packing costs more than everything else, so the twin of an unchanged file is taken from the release before.
        var twin = before is null ? null : Path.Combine(before, path + ending);
        if (unchanged && File.Exists(twin))
        {
            Put(path + ending, File.ReadAllBytes(twin), []);
            return;
        }
        var target = Target(path + ending);
        using (var file = new FileStream(target, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            using (var packed = pack(file))
            using (var source = open())
                source.CopyTo(packed);
        }
        using (var file = File.OpenRead(target)) Note(path + ending, SHA256.HashData(file), file.Length);
    }

    private bool Put(string path, byte[] content, IReadOnlyCollection<string> anchors)
    {
        if (!entries.TryAdd(path, new(SHA256.HashData(content), content.Length, anchors))) throw new InvalidOperationException($"Two files want the address {path}.");
        var target = Target(path);
        var same = before is null ? null : Path.Combine(before, path);
        // The bytes on disk are compared, not a note about them: a damaged file is written anew.
        if (same is not null && File.Exists(same) && File.ReadAllBytes(same).AsSpan().SequenceEqual(content) && Posix.TryLink(same, target)) return true;
        File.WriteAllBytes(target, content);
        return false;
    }

    private void Note(string path, byte[] sha256, long bytes)
    {
        if (!entries.TryAdd(path, new(sha256, bytes, []))) throw new InvalidOperationException($"Two files want the address {path}.");
    }

    private bool LinkIfSame(string path, string target)
    {
        var same = before is null ? null : Path.Combine(before, path);
        if (same is null || !File.Exists(same)) return false;
        using (FileStream one = File.OpenRead(same), other = File.OpenRead(target))
        {
            if (one.Length != other.Length || !SHA256.HashData(one).AsSpan().SequenceEqual(SHA256.HashData(other))) return false;
        }
        File.Delete(target);
        if (Posix.TryLink(same, target)) return true;
        File.Copy(same, target);
        return true;
    }

    // What stands there already can be the same file as one of the release that is served, so it is taken away and never written into.
    private string Target(string path)
    {
        var target = Path.Combine(staging, path);
        var folder = Path.GetDirectoryName(target)!;
        if (!folders.ContainsKey(folder))
        {
            Directory.CreateDirectory(folder);
            folders.TryAdd(folder, true);
        }
        File.Delete(target);
        return target;
    }
}
