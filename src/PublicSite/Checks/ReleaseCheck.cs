using System.Collections.Concurrent;
using System.Text;

namespace PublicSite.Checks;

/// <summary>Everything that a file must pass before the release that holds it is served.</summary>
internal sealed class ReleaseCheck(Disclosure data, SiteOptions options)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    // Most pages of a kind have the same anchors; one set serves them all.
    private static readonly ConcurrentDictionary<string, IReadOnlyCollection<string>> AnchorSets = new(StringComparer.Ordinal);

    private readonly PersonalDataCheck personalData = new(data);
    private readonly int stylesheet = Assets.Read("assets.site.css").Length;
    private readonly ConcurrentBag<SiteProblem> problems = [];

    public LinkCheck Links { get; } = new(options.ObjectionsUrl);

    /// <summary>What was found so far, in a stable order.</summary>
    public IReadOnlyList<SiteProblem> Problems => [.. problems.OrderBy(p => p.Where, StringComparer.Ordinal).ThenBy(p => p.Code, StringComparer.Ordinal).ThenBy(p => p.Detail, StringComparer.Ordinal)];

    /// <summary>Checks one file that is held in memory.</summary>
    /// <returns>Its anchors.</returns>
    public IReadOnlyCollection<string> Check(string path, byte[] content)
    {
        var text = StrictUtf8.GetString(content);
        Add(personalData.Check(path, text));
        if (!path.EndsWith(".html", StringComparison.Ordinal)) return [];
        var found = new List<SiteProblem>(SizeCheck.Check(path, content.Length, stylesheet));
        var links = HtmlCheck.Check(path, text, found);
        Add(found);
        Links.Want(path, links.Targets);
        return AnchorSets.GetOrAdd(string.Join(' ', links.Anchors.Order(StringComparer.Ordinal)), _ => links.Anchors);
    }

    /// <summary>Checks one file on disk, without holding it. A workbook is a packed archive of the cells that the CSV beside it holds as text.</summary>
    public void CheckLarge(string path, string file)
    {
        if (path.EndsWith(".xlsx", StringComparison.Ordinal)) return;
        using var reader = new StreamReader(file, StrictUtf8);
        Add(personalData.Check(path, reader));
    }

    /// <summary>Checks that every link that was wanted leads to a file and an anchor of the book.</summary>
    public void CheckLinks(Func<string, IReadOnlyCollection<string>?> anchorsOf) => Add(Links.Check(anchorsOf));

    private void Add(IEnumerable<SiteProblem> found)
    {
        foreach (var problem in found) problems.Add(problem);
    }
}
