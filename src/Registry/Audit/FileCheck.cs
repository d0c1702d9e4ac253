using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Registry.Platform;

namespace Registry.Audit;

/// <summary>What the check of an exported file came to.</summary>
/// <param name="Digest">The manifest's SHA-256, to be compared with the one that the export printed.</param>
/// <param name="Faults">What is wrong; empty if nothing is.</param>
public sealed record FileVerdict(string? Application, int Events, int Files, string? Digest, IReadOnlyList<string> Faults);

/// <summary>Checks an exported file by itself: digests of all parts, evidence by its names, streams without gaps, every field against its commitment.</summary>
public static class FileCheck
{
    private const long LargestPart = 512L * 1024 * 1024;

    /// <summary>The verdict.</summary>
    public static async Task<FileVerdict> CheckAsync(Stream file, CancellationToken ct)
    {
        var faults = new List<string>();
        ZipArchive zip;
        try
        {
            zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8, ct);
        }
        catch (InvalidDataException)
        {
            return new FileVerdict(null, 0, 0, null, ["zip"]);
        }
        await using var _ = zip;
        if (zip.GetEntry(WholeFile.ManifestName) is not { } listed || await ReadAsync(listed, ct) is not { } bytes || Parse<FileManifest>(bytes) is not { Format: WholeFile.Format } manifest || manifest.Files.Any(f => f is not { Path: not null, Sha256: not null }))
            return new FileVerdict(null, 0, 0, null, [WholeFile.ManifestName]);
        var entries = zip.Entries.Where(e => e.FullName != WholeFile.ManifestName).ToLookup(e => e.FullName, StringComparer.Ordinal);
        foreach (var extra in entries.Select(e => e.Key).Except(manifest.Files.Select(f => f.Path)))
            faults.Add($"{extra}: extra");
        foreach (var part in manifest.Files)
        {
            var found = entries[part.Path].ToList();
            var content = found.Count == 1 ? await ReadAsync(found[0], ct) : null;
            if (content is null)
                faults.Add($"{part.Path}: missing");
            else if (content.Length != part.Size || Convert.ToHexStringLower(SHA256.HashData(content)) != part.Sha256
                || (part.Path.StartsWith(WholeFile.EvidenceFolder, StringComparison.Ordinal) && part.Path[WholeFile.EvidenceFolder.Length..] != part.Sha256))
                faults.Add($"{part.Path}: changed");
        }
        var events = zip.GetEntry(WholeFile.EventsName) is { } lines && await ReadAsync(lines, ct) is { } text ? Events(text, faults) : 0;
        if (events != manifest.Events)
            faults.Add($"{WholeFile.EventsName}: {events} / {manifest.Events}");
        return new FileVerdict(manifest.Application, events, manifest.Files.Count, Convert.ToHexStringLower(SHA256.HashData(bytes)), faults);
    }

    private static int Events(byte[] text, List<string> faults)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var (count, newer) = (0, false);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            count++;
            if (Parse<FileEvent>(Encoding.UTF8.GetBytes(line)) is not { } e)
            {
                faults.Add($"{WholeFile.EventsName}:{count}: unreadable");
                continue;
            }
            if (e.Act.Number != versions.GetValueOrDefault(e.Act.Stream) + 1)
                faults.Add($"{e.Act.Stream}: {e.Act.Number}");
            versions[e.Act.Stream] = e.Act.Number;
            faults.AddRange(e.Faults(newer).Select(field => $"{e.Act.Id:N} ({e.Act.Kind}): {field}"));
            newer |= !e.IsOld;
        }
        return count;
    }

    private static T? Parse<T>(byte[] json) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Api);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A part that says to be larger than any real one is not read, and one that is larger than it says is cut off: it then has another digest.</summary>
    private static async Task<byte[]?> ReadAsync(ZipArchiveEntry entry, CancellationToken ct)
    {
        if (entry.Length > LargestPart)
            return null;
        try
        {
            var content = new byte[entry.Length];
            await using var from = await entry.OpenAsync(ct);
            await from.ReadExactlyAsync(content, ct);
            return content;
        }
        catch (Exception torn) when (torn is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }
}
