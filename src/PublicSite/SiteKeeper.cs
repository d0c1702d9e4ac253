using System.Diagnostics;
using PublicSite.Checks;

namespace PublicSite;

/// <summary>
/// Keeps a published site up to date. The first publication builds everything; the next ones render only the pages that show what has
/// changed, and the release is the same to the byte as one built from nothing. Calls must not overlap.
/// </summary>
public sealed class SiteKeeper(SiteOptions options)
{
    private readonly ReleaseFolders folders = new(options.OutputFolder, options.KeepReleases);
    private Known? known;

    private sealed record Known(string Release, Disclosure Data, SiteView Site, FileBook Files, SiteView BulkOf);

    /// <summary>Publishes the data set as of a day. Problems are values; with any of them the site that was served is still served.</summary>
    public Task<PublishResult> PublishAsync(Disclosure data, DateOnly buildDay, CancellationToken ct = default) => PublishAsync(data, buildDay, null, ct);

    /// <summary>The same, with something that has to stand beside the site.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="buildDay">The day in Beijing.</param>
    /// <param name="beforeServing">Puts it there before readers see the site. Asked once every check has passed; its problems refuse the release too.</param>
    /// <param name="ct">Ends with the caller.</param>
    public async Task<PublishResult> PublishAsync(Disclosure data, DateOnly buildDay, Func<SiteView, Task<IReadOnlyList<SiteProblem>>>? beforeServing, CancellationToken ct)
    {
        if (DisclosureCheck.Check(data, known?.Data) is { Count: > 0 } wrong) return new(null, 0, wrong);
        using var turn = folders.TakeTurn();
        if (turn is null) return Busy;
        var site = new SiteView(data, buildDay, options.ShortRegister);
        if (known is not null && folders.CurrentName == known.Release && Touched.Between(known.Site, site, options) is { } touched)
            return await ContinueAsync(known, data, site, touched, beforeServing, ct);
        return await BuildAsync(data, site, beforeServing, ct);
    }

    /// <summary>Brings open data and the search index up to date where they were left behind. Does nothing otherwise.</summary>
    public async Task<PublishResult?> CatchUpAsync(CancellationToken ct = default)
    {
        if (known is null || ReferenceEquals(known.BulkOf, known.Site)) return null;
        using var turn = folders.TakeTurn();
        if (turn is null) return Busy;
        if (folders.CurrentName != known.Release) return await BuildAsync(known.Data, known.Site, null, ct);
        return await ContinueAsync(known, known.Data, known.Site, [], null, ct, bulk: true);
    }

    private PublishResult Busy => new(null, 0, [new(folders.Output, "publish.busy", "another publication is under way")]);

    private async Task<PublishResult> BuildAsync(Disclosure data, SiteView site, Func<SiteView, Task<IReadOnlyList<SiteProblem>>>? beforeServing, CancellationToken ct)
    {
        known = null;
        folders.StageEmpty();
        var release = new Release(folders.Staging, Directory.Exists(folders.Current) ? folders.Current : null, options.PackedTwins);
        var check = new ReleaseCheck(data, options);
        var rendering = await WriteAsync(SiteBuilder.Plan(site, options), release, check, null, ct);
        if (check.Problems.Count == 0) await SearchIndex.AddAsync(options.SearchTool, folders.Staging, release, ct);
        var files = new FileBook(release.Entries);
        AddCheckSums(release, files);
        check.CheckLinks(path => AnchorsOf(files, path));
        if (check.Problems is { Count: > 0 } problems) return Refused(problems);
        if (beforeServing is not null && await beforeServing(site) is { Count: > 0 } beside) return Refused(beside);
        var name = Serve(data, site.BuildDay, files, release, null);
        known = new(name, data, site, files, site);
        return new(name, files.Count + 1, []) { Whole = true, ChangedPages = files.Paths.Count(IsPage), Rendering = rendering };
    }

    private async Task<PublishResult> ContinueAsync(
        Known before, Disclosure data, SiteView site, IEnumerable<PlannedFile> touched, Func<SiteView, Task<IReadOnlyList<SiteProblem>>>? beforeServing, CancellationToken ct, bool bulk = false)
    {
        bulk |= site.Clusters.Count <= options.BulkWithEveryEventUpTo;
        folders.StageCurrent(before.Files);
        var release = new Release(folders.Staging, folders.Current, options.PackedTwins);
        var check = new ReleaseCheck(data, options);
        var rendering = await WriteAsync(bulk ? touched.Concat(SiteBuilder.Bulk(site, options)) : touched, release, check, before.Files, ct);
        if (check.Problems.Count == 0 && bulk) await SearchIndex.AddAsync(options.SearchTool, folders.Staging, release, ct);

        var files = before.Files.Copy();
        foreach (var (path, entry) in release.Entries) files.Put(path, entry);
        if (bulk) RemoveStaleBulk(before.Files, release, files);
        AddCheckSums(release, files);
        check.CheckLinks(path => AnchorsOf(files, path));
        if (check.Problems is { Count: > 0 } problems)
        {
            // The spare release went into the staging folder; the next publication makes a new one.
            return Refused(problems);
        }
        // A page that lost an anchor, or is no more, can be the target of a page that was not looked at.
        if (release.Entries.Any(e => before.Files.Find(e.Key) is { } old && old.Anchors.Except(e.Value.Anchors).Any())) return await BuildAsync(data, site, beforeServing, ct);
        if (beforeServing is not null && await beforeServing(site) is { Count: > 0 } beside) return Refused(beside);

        var name = Serve(data, site.BuildDay, files, release, [.. release.Entries.Keys, .. before.Files.Paths.Where(p => files.Find(p) is null)]);
        known = new(name, data, site, files, bulk ? site : before.BulkOf);
        return new(name, files.Count + 1, [])
        {
            ChangedPages = release.Entries.Keys.Count(IsPage),
            Rendering = rendering,
            BulkBehind = !bulk && !ReferenceEquals(known.BulkOf, site),
        };
    }

    /// <summary>Renders, checks and stages. With a book of what stands there already, what is the same is left alone.</summary>
    private static async Task<TimeSpan> WriteAsync(IEnumerable<PlannedFile> files, Release release, ReleaseCheck check, FileBook? standing, CancellationToken ct)
    {
        long ticks = 0;
        await Parallel.ForEachAsync(files, ct, (file, _) =>
        {
            if (IsLarge(file.Path))
            {
                release.AddLarge(file.Path, file.Write);
                check.CheckLarge(file.Path, release.PathOf(file.Path));
                return ValueTask.CompletedTask;
            }
            var start = Stopwatch.GetTimestamp();
            var content = file.Render();
            if (file.IsPage) Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
            if (standing?.Find(file.Path) is { } same && System.Security.Cryptography.SHA256.HashData(content).AsSpan().SequenceEqual(same.Sha256)) return ValueTask.CompletedTask;
            release.Add(file.Path, content, check.Check(file.Path, content));
            return ValueTask.CompletedTask;
        });
        return Stopwatch.GetElapsedTime(0, ticks);
    }

    private string Serve(Disclosure data, DateOnly buildDay, FileBook files, Release release, IEnumerable<string>? changed)
    {
        var manifest = files.Manifest(data, buildDay);
        File.Delete(release.PathOf(Addresses.Manifest));
        File.WriteAllBytes(release.PathOf(Addresses.Manifest), manifest);
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest))[..16];
        folders.Switch(name, changed);
        return name;
    }

    private static void AddCheckSums(Release release, FileBook files)
    {
        var sums = files.CheckSums();
        release.Add(Addresses.CheckSums, sums, []);
        foreach (var (path, entry) in release.Entries.Where(e => e.Key.StartsWith(Addresses.CheckSums, StringComparison.Ordinal))) files.Put(path, entry);
    }

    private static void RemoveStaleBulk(FileBook before, Release release, FileBook files)
    {
        var stale = before.Paths.Where(p => IsOfBulk(p) && !release.Entries.ContainsKey(p)).ToList();
        foreach (var path in stale)
        {
            files.Remove(path);
            File.Delete(release.PathOf(path));
        }
    }

    private static bool IsOfBulk(string path) =>
        path.StartsWith(Addresses.ChangesFolder, StringComparison.Ordinal) || path.StartsWith(Addresses.SearchFolder, StringComparison.Ordinal);

    private PublishResult Refused(IReadOnlyList<SiteProblem> problems)
    {
        folders.Discard();
        return new(null, 0, problems);
    }

    private static bool IsPage(string path) => path.EndsWith(".html", StringComparison.Ordinal);

    // Files that hold all records; the twin of one record stands in a folder of its kind.
    private static bool IsLarge(string path) =>
        path.StartsWith(Addresses.DataFolder, StringComparison.Ordinal)
        && (path.LastIndexOf('/') == Addresses.DataFolder.Length - 1 || path.StartsWith(Addresses.ChangesFolder, StringComparison.Ordinal));

    private static IReadOnlyCollection<string>? AnchorsOf(FileBook files, string path) =>
        path == Addresses.Manifest ? [] : files.Find(path)?.Anchors;
}
