using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using PublicSite;
using Registry.Platform;

namespace Registry.Publicity;

/// <summary>A notice on the registry's own site: where it stands, and what really stands there.</summary>
public static partial class OwnSite
{
    /// <summary>The page's address below the site's root; the site may be mounted anywhere, so it names no host.</summary>
    public static string AddressOf(PublicityId id) => "/" + Addresses.Of(PageKind.Notice, id.Value);

    /// <summary>
    /// SHA-256, hexadecimal, of the text that the published page and the text file beside it hold for readers at this moment; null when there is no such page,
    /// or when the two hold different texts. Read from the folder that the web server sends from, after the link to the current release.
    /// </summary>
    public static string? ReadBack(RegistrySettings settings, PublicityId id)
    {
        var release = Path.Combine(settings.SiteFolder, SitePublisher.CurrentLink);
        var (page, text) = (Path.Combine(release, Addresses.Of(PageKind.Notice, id.Value)), Path.Combine(release, Addresses.TextOf(id.Value)));
        if (!File.Exists(page) || !File.Exists(text))
            return null;
        var standing = NoticeText.HashOf(Encoding.UTF8.GetString(File.ReadAllBytes(text)));
        var html = File.ReadAllText(page, Encoding.UTF8);
        var shown = TextShown().Match(html) is { Success: true, Groups: [_, var content] } ? NoticeText.HashOf(WebUtility.HtmlDecode(content.Value)) : null;
        // A list too long for one page stands in the text file alone; the page then names the file's digest.
        return shown == standing || shown is null && html.Contains(standing, StringComparison.Ordinal) ? standing : null;
    }

    /// <summary>
    /// Which of these entries the published list shows for readers at this moment: each in the row of its own number, with the names of cluster and
    /// organisation as they were decided, on whichever page of a long notice the row stands.
    /// </summary>
    /// <returns>Their numbers.</returns>
    public static IReadOnlySet<int> Shown(RegistrySettings settings, PublicityId id, IEnumerable<NoticeEntry> entries)
    {
        var address = Addresses.Of(PageKind.Notice, id.Value);
        var rows = new Dictionary<string, string[]>();
        for (var number = 1; Path.Combine(settings.SiteFolder, SitePublisher.CurrentLink, Addresses.Page(address, number)) is var page && File.Exists(page); number++)
            foreach (Match row in Rows().Matches(File.ReadAllText(page, Encoding.UTF8)))
                rows[row.Groups[1].Value] = [.. Cells().Matches(row.Groups[2].Value).Select(c => WebUtility.HtmlDecode(Tags().Replace(c.Groups[1].Value, "")).Trim())];
        return entries.Where(e =>
            rows.TryGetValue(e.Number.ToString(CultureInfo.InvariantCulture), out var cells) && cells is [_, var cluster, _, _, var organisation]
            && cluster == e.ClusterName && organisation == e.OrganisationName).Select(e => e.Number).ToHashSet();
    }

    [GeneratedRegex("<pre id=\"notice-text\"[^>]*>(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex TextShown();

    [GeneratedRegex("<tr id=\"entry-([0-9]+)\"[^>]*>(.*?)</tr>", RegexOptions.Singleline)]
    private static partial Regex Rows();

    [GeneratedRegex("<td[^>]*>(.*?)</td>", RegexOptions.Singleline)]
    private static partial Regex Cells();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();
}
