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
        var shown = Shown().Match(html) is { Success: true, Groups: [_, var content] } ? NoticeText.HashOf(WebUtility.HtmlDecode(content.Value)) : null;
        // A list too long for one page stands in the text file alone; the page then names the file's digest.
        return shown == standing || shown is null && html.Contains(standing, StringComparison.Ordinal) ? standing : null;
    }

    /// <summary>Whether the published page shows this entry for readers at this moment: under its own number, with the names as they were decided.</summary>
    public static bool Shows(RegistrySettings settings, PublicityId id, NoticeEntry entry)
    {
        var page = Path.Combine(settings.SiteFolder, SitePublisher.CurrentLink, Addresses.Of(PageKind.Notice, id.Value));
        if (!File.Exists(page))
            return false;
        var html = File.ReadAllText(page, Encoding.UTF8);
        var heading = Regex.Match(html, $"<h2 id=\"window-{entry.Number}\"[^>]*>(.*?)</h2>", RegexOptions.Singleline);
        return heading.Success && WebUtility.HtmlDecode(heading.Groups[1].Value).Contains(entry.ClusterName, StringComparison.Ordinal);
    }

    [GeneratedRegex("<pre id=\"notice-text\"[^>]*>(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Shown();
}
