using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using PublicSite.Checks;

namespace PublicSite;

/// <summary>
/// Publishes the site: written whole to a staging folder, checked, then switched at once by renaming the link <c>current</c>. Whoever
/// reads sees the old site or the new one, never a mixture; a failed check leaves the old one in place and says which file and why.
/// </summary>
public static class SitePublisher
{
    public const string CurrentLink = "current";
    public const string ReleasesFolder = "releases";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Builds, checks and switches. Problems are values; an exception means that the disk or the program failed.
    /// While another publication holds the same folder the result is the problem <c>publish.busy</c>.
    /// </summary>
    public static async Task<PublishResult> PublishAsync(Disclosure data, DateOnly buildDay, SiteOptions options, CancellationToken ct = default)
    {
        if (DisclosureCheck.Check(data) is { Count: > 0 } wrong) return new(null, 0, wrong);

        var output = Path.GetFullPath(options.OutputFolder);
        var staging = Path.Combine(output, ".staging");
        Directory.CreateDirectory(Path.Combine(output, ReleasesFolder));
        using var turn = TakeTurn(Path.Combine(output, ".lock"));
        if (turn is null) return new(null, 0, [new(output, "publish.busy", "another publication is under way")]);

        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging);
        var current = Path.Combine(output, CurrentLink);
        var release = new Release(staging, Directory.Exists(current) ? current : null, options.PackedTwins);
        var problems = await WriteAsync(SiteBuilder.Plan(data, buildDay, options), release, new PersonalDataCheck(data), options, ct);
        if (problems.Count > 0)
        {
            Directory.Delete(staging, recursive: true);
            return new(null, 0, problems);
        }

        var manifest = Manifest(data, buildDay, release.Entries);
        await File.WriteAllBytesAsync(Path.Combine(staging, Addresses.Manifest), manifest, ct);
        var name = SiteBuilder.Sha256(manifest)[..16];
        Switch(output, staging, name);
        Prune(output, name, options.KeepReleases);
        return new(name, release.Entries.Count + 1, []);
    }

    private static async Task<IReadOnlyList<SiteProblem>> WriteAsync(
        IReadOnlyList<PlannedFile> files, Release release, PersonalDataCheck personalData, SiteOptions options, CancellationToken ct)
    {
        var problems = new ConcurrentBag<SiteProblem>();
        var links = new LinkCheck(options.ObjectionsUrl);
        var stylesheet = Assets.Read("assets.site.css").Length;
        foreach (var doubled in files.GroupBy(f => f.Path, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            problems.Add(new(doubled.Key, "site.path-twice", "two files want the same address"));
        if (!problems.IsEmpty) return [.. problems];

        release.CreateFolders(files.Select(f => f.Path));
        await Parallel.ForEachAsync(files, ct, async (file, token) =>
        {
            var content = file.Render();
            foreach (var problem in CheckFile(file.Path, content, stylesheet, links, personalData)) problems.Add(problem);
            await release.AddAsync(file.Path, content, token);
        });
        links.AddFile(Addresses.Manifest);
        return [.. problems.Concat(links.Check()).OrderBy(p => p.Where, StringComparer.Ordinal).ThenBy(p => p.Code, StringComparer.Ordinal)];
    }

    private static List<SiteProblem> CheckFile(string path, byte[] content, int stylesheet, LinkCheck links, PersonalDataCheck personalData)
    {
        var problems = new List<SiteProblem>();
        // A workbook is a packed archive of the cells that the CSV beside it holds as text.
        if (path.EndsWith(".xlsx", StringComparison.Ordinal))
        {
            links.AddFile(path);
            return problems;
        }
        var text = StrictUtf8.GetString(content);
        problems.AddRange(personalData.Check(path, text));
        if (path.EndsWith(".html", StringComparison.Ordinal))
        {
            problems.AddRange(SizeCheck.Check(path, content.Length, stylesheet));
            links.AddPage(path, HtmlCheck.Check(path, text, problems));
        }
        else links.AddFile(path);
        return problems;
    }

    private static byte[] Manifest(Disclosure data, DateOnly buildDay, IReadOnlyList<ManifestEntry> files)
    {
        // The data's version is a digest of what is public of it: two sites with the same version show the same data.
        var dataFiles = files.Where(f => f.Path.StartsWith(Addresses.DataFolder, StringComparison.Ordinal)).Select(f => $"{f.Sha256}  {f.Path}\n");
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = 1,
            dataVersion = SiteBuilder.Sha256(Encoding.UTF8.GetBytes(string.Concat(dataFiles))),
            asOf = data.Site.AsOf,
            buildDay,
            demo = data.Site.Demo,
            files,
        }, Disclosure.Json);
    }

    private static void Switch(string output, string staging, string release)
    {
        var folder = Path.Combine(output, ReleasesFolder, release);
        // The name is the digest of the manifest, so a folder that bears it was written and checked before.
        if (Directory.Exists(folder)) Directory.Delete(staging, recursive: true);
        else Directory.Move(staging, folder);
        Directory.SetLastWriteTimeUtc(folder, TimeProvider.System.GetUtcNow().UtcDateTime);
        Posix.SyncFileSystem(output);

        var next = Path.Combine(output, CurrentLink + ".next");
        File.Delete(next);
        Directory.CreateSymbolicLink(next, Path.Combine(ReleasesFolder, release));
        Posix.Rename(next, Path.Combine(output, CurrentLink));
        Posix.SyncFileSystem(output);
    }

    private static void Prune(string output, string current, int keep)
    {
        var old = new DirectoryInfo(Path.Combine(output, ReleasesFolder)).EnumerateDirectories()
            .Where(d => d.Name != current).OrderByDescending(d => d.LastWriteTimeUtc).ThenBy(d => d.Name, StringComparer.Ordinal)
            .Skip(Math.Max(0, keep - 1)).ToList();
        foreach (var folder in old) folder.Delete(recursive: true);
    }

    private static FileStream? TakeTurn(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
