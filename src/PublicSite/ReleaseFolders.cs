namespace PublicSite;

/// <summary>The releases on disk and the link to the one that is served. Whoever reads sees the old site or the new one, never a mixture.</summary>
internal sealed class ReleaseFolders(string output, int keep)
{
    private readonly string root = Path.GetFullPath(output);

    // The release that was served before this one differs from it by these files; it becomes the next staging folder.
    private (string Name, HashSet<string> Behind)? spare;

    public string Output => root;

    public string Staging => Path.Combine(root, ".staging");

    public string Current => Path.Combine(root, SitePublisher.CurrentLink);

    /// <summary>The name of the release that is served; null before the first.</summary>
    public string? CurrentName => new DirectoryInfo(Current).LinkTarget is { } target ? Path.GetFileName(target) : null;

    /// <summary>Null while another publication holds the folder.</summary>
    public FileStream? TakeTurn()
    {
        Directory.CreateDirectory(Path.Combine(root, SitePublisher.ReleasesFolder));
        var path = Path.Combine(root, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>An empty staging folder.</summary>
    public void StageEmpty()
    {
        Discard();
        Directory.CreateDirectory(Staging);
    }

    /// <summary>A staging folder that holds what is served, as links: made of the spare release where there is one, which costs only what differs.</summary>
    public void StageCurrent(FileBook files)
    {
        Discard();
        var served = Path.Combine(root, SitePublisher.ReleasesFolder, CurrentName!);
        if (spare is { } known && Directory.Exists(PathOf(known.Name)))
        {
            Directory.Move(PathOf(known.Name), Staging);
            foreach (var path in known.Behind) Relink(served, path);
        }
        else
        {
            foreach (var folder in files.Paths.Select(p => Path.GetDirectoryName(p)!).Distinct(StringComparer.Ordinal)) Directory.CreateDirectory(Path.Combine(Staging, folder));
            foreach (var path in files.Paths.Append(Addresses.Manifest)) Relink(served, path);
        }
        spare = null;
    }

    public void Discard()
    {
        if (Directory.Exists(Staging)) Directory.Delete(Staging, recursive: true);
    }

    /// <summary>Gives the staging folder its name and serves it.</summary>
    /// <param name="changed">What differs from the release before, where that is known; it then becomes the spare.</param>
    public void Switch(string release, IEnumerable<string>? changed)
    {
        var before = CurrentName;
        var folder = PathOf(release);
        // The name is the digest of the manifest, so a folder that bears it was written and checked before.
        if (Directory.Exists(folder)) Directory.Delete(Staging, recursive: true);
        else Directory.Move(Staging, folder);
        Directory.SetLastWriteTimeUtc(folder, TimeProvider.System.GetUtcNow().UtcDateTime);
        Posix.SyncFileSystem(root);

        var next = Path.Combine(root, SitePublisher.CurrentLink + ".next");
        File.Delete(next);
        Directory.CreateSymbolicLink(next, Path.Combine(SitePublisher.ReleasesFolder, release));
        Posix.Rename(next, Current);
        Posix.SyncFileSystem(root);
        spare = changed is null || before is null || before == release ? null : (before, new(changed, StringComparer.Ordinal) { Addresses.Manifest });
        Prune(release);
    }

    private string PathOf(string release) => Path.Combine(root, SitePublisher.ReleasesFolder, release);

    private void Relink(string served, string path)
    {
        var (source, target) = (Path.Combine(served, path), Path.Combine(Staging, path));
        // A file that is new since the spare release may lie in a folder that is new, too.
        if (File.Exists(target)) File.Delete(target);
        if (!File.Exists(source)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!Posix.TryLink(source, target)) File.Copy(source, target);
    }

    private void Prune(string current)
    {
        var old = new DirectoryInfo(Path.Combine(root, SitePublisher.ReleasesFolder)).EnumerateDirectories()
            .Where(d => d.Name != current && d.Name != spare?.Name).OrderByDescending(d => d.LastWriteTimeUtc).ThenBy(d => d.Name, StringComparer.Ordinal)
            .Skip(Math.Max(0, keep - (spare is null ? 1 : 2))).ToList();
        foreach (var folder in old) folder.Delete(recursive: true);
    }
}
