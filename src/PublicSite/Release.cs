using System.Collections.Concurrent;
using System.IO.Compression;

namespace PublicSite;

/// <summary>One entry of the manifest.</summary>
internal sealed record ManifestEntry(string Path, string Sha256, long Bytes);

/// <summary>
/// The folder in which a release is put together. A file that is the same as in the release before becomes a link to it, so that one
/// event writes the few files that show it, and a reader's cache keeps the rest.
/// </summary>
internal sealed class Release(string staging, string? before, bool packedTwins)
{
    private readonly ConcurrentBag<ManifestEntry> entries = [];

    public IReadOnlyList<ManifestEntry> Entries => [.. entries.OrderBy(e => e.Path, StringComparer.Ordinal)];

    public void CreateFolders(IEnumerable<string> paths)
    {
        foreach (var folder in paths.Select(p => Path.GetDirectoryName(p)!).Distinct(StringComparer.Ordinal)) Directory.CreateDirectory(Path.Combine(staging, folder));
    }

    public async Task AddAsync(string path, byte[] content, CancellationToken ct)
    {
        var unchanged = await PutAsync(path, content, ct);
        if (!packedTwins || path.EndsWith(".xlsx", StringComparison.Ordinal)) return;
        await PackAsync(path, ".gz", content, unchanged, s => new GZipStream(s, CompressionLevel.SmallestSize), ct);
        await PackAsync(path, ".br", content, unchanged, s => new BrotliStream(s, CompressionLevel.Optimal), ct);
    }

    private async Task PackAsync(string path, string ending, byte[] content, bool unchanged, Func<Stream, Stream> pack, CancellationToken ct)
    {
        // Packing costs more than everything else, so the twin of an unchanged file is taken from the release before.
        var twin = before is null ? null : Path.Combine(before, path + ending);
        if (unchanged && File.Exists(twin))
        {
            await PutAsync(path + ending, await File.ReadAllBytesAsync(twin, ct), ct);
            return;
        }
        using var packed = new MemoryStream();
        await using (var stream = pack(packed)) await stream.WriteAsync(content, ct);
        await PutAsync(path + ending, packed.ToArray(), ct);
    }

    private async Task<bool> PutAsync(string path, byte[] content, CancellationToken ct)
    {
        entries.Add(new(path, SiteBuilder.Sha256(content), content.Length));
        var target = Path.Combine(staging, path);
        var same = before is null ? null : Path.Combine(before, path);
        // The bytes on disk are compared, not a note about them: a damaged file is written anew.
        if (same is not null && File.Exists(same))
        {
            var old = await File.ReadAllBytesAsync(same, ct);
            if (old.AsSpan().SequenceEqual(content) && Posix.TryLink(same, target)) return true;
        }
        await File.WriteAllBytesAsync(target, content, ct);
        return false;
    }
}
