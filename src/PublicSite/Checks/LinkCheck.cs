using System.Collections.Concurrent;

namespace PublicSite.Checks;

/// <summary>Every link inside the site leads to a file that exists, in the same case, and to an anchor that exists on it.</summary>
internal sealed class LinkCheck(string objectionsUrl)
{
    private readonly ConcurrentDictionary<(string File, string Anchor), string> wanted = new();

    /// <summary>Notes where a page points.</summary>
    public void Want(string page, IEnumerable<string> targets)
    {
        foreach (var target in targets)
        {
            var hash = target.IndexOf('#', StringComparison.Ordinal);
            var file = hash < 0 ? target : target[..hash];
            wanted.TryAdd((file.Length == 0 ? page : Resolve(page, file), hash < 0 ? "" : target[(hash + 1)..]), page);
        }
    }

    /// <param name="anchorsOf">The anchors of a file; null where there is no such file.</param>
    public IEnumerable<SiteProblem> Check(Func<string, IReadOnlyCollection<string>?> anchorsOf) =>
        from want in wanted
        where want.Key.File != objectionsUrl.TrimStart('/') && !want.Key.File.StartsWith(Addresses.LogFolder, StringComparison.Ordinal)
        let found = anchorsOf(want.Key.File)
        where found is null || want.Key.Anchor.Length > 0 && !found.Contains(want.Key.Anchor)
        select new SiteProblem(want.Value, "link.dead", want.Key.Anchor.Length > 0 ? $"{want.Key.File}#{want.Key.Anchor}" : want.Key.File);

    private static string Resolve(string page, string target)
    {
        var folder = page.LastIndexOf('/') is var slash and >= 0 ? page[..slash] : "";
        var rest = target.AsSpan();
        while (rest.StartsWith("../", StringComparison.Ordinal))
        {
            rest = rest[3..];
            folder = folder.LastIndexOf('/') is var up and >= 0 ? folder[..up] : "";
        }
        if (!rest.Contains("./", StringComparison.Ordinal)) return folder.Length == 0 ? rest.ToString() : string.Concat(folder, "/", rest);
        // Only texts that officers write can hold other detours.
        var parts = folder.Length == 0 ? [] : folder.Split('/').ToList();
        foreach (var part in rest.ToString().Split('/'))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }
        return string.Join('/', parts);
    }
}
