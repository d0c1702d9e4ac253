using System.Collections.Concurrent;

namespace PublicSite.Checks;

/// <summary>Every link inside the site leads to a file that exists, in the same case, and to an anchor that exists on it.</summary>
internal sealed class LinkCheck(string objectionsUrl)
{
    private readonly ConcurrentDictionary<string, IReadOnlyCollection<string>> anchors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string File, string Anchor), string> wanted = new();

    public void AddFile(string path) => anchors.TryAdd(path, []);

    public void AddPage(string path, PageLinks links)
    {
        anchors[path] = links.Anchors;
        foreach (var target in links.Targets)
        {
            var hash = target.IndexOf('#', StringComparison.Ordinal);
            var file = hash < 0 ? target : target[..hash];
            wanted.TryAdd((file.Length == 0 ? path : Resolve(path, file), hash < 0 ? "" : target[(hash + 1)..]), path);
        }
    }

    public IEnumerable<SiteProblem> Check() =>
        from want in wanted
        orderby want.Value, want.Key.File, want.Key.Anchor
        where want.Key.File != objectionsUrl.TrimStart('/')
        let found = anchors.TryGetValue(want.Key.File, out var there) ? there : null
        where found is null || want.Key.Anchor.Length > 0 && !found.Contains(want.Key.Anchor)
        select new SiteProblem(want.Value, "link.dead", want.Key.Anchor.Length > 0 ? $"{want.Key.File}#{want.Key.Anchor}" : want.Key.File);

    private static string Resolve(string page, string target)
    {
        var parts = page.Split('/').SkipLast(1).ToList();
        foreach (var part in target.Split('/'))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }
        return string.Join('/', parts);
    }
}
