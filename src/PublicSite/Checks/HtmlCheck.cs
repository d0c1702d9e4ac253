using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml;

namespace PublicSite.Checks;

/// <summary>What one page holds that other pages may point to, and where it points itself.</summary>
internal sealed record PageLinks(IReadOnlyCollection<string> Anchors, IReadOnlyCollection<string> Targets);

/// <summary>
/// Every page is written so that, once its void elements are closed, it is well-formed XML as well as HTML; a strict XML reader then
/// finds any unclosed, misplaced or doubled piece. Beyond that: known elements only, each id once, one first-level heading and no level left out, no script or style
/// within the page, nothing loaded from another host.
/// </summary>
internal static partial class HtmlCheck
{
    private const string Doctype = "<!DOCTYPE html>";

    private static readonly FrozenSet<string> Void = new[] { "br", "hr", "meta", "link", "img", "col", "input", "wbr" }.ToFrozenSet();

    private static readonly FrozenSet<string> Known = new[]
    {
        "html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "footer", "aside", "section", "article", "div", "span", "p", "a",
        "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "time", "strong",
        "em", "code", "pre", "blockquote", "br", "hr", "address", "figure", "figcaption", "button", "form", "label", "input",
        "svg", "desc", "g", "rect", "text", "path",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> NotInParagraph = new[]
    {
        "p", "div", "ul", "ol", "dl", "table", "section", "article", "nav", "header", "footer", "main", "h1", "h2", "h3", "h4", "h5", "h6",
        "address", "figure", "form", "blockquote", "pre", "hr",
    }.ToFrozenSet();

    private static readonly FrozenDictionary<string, string[]> Parents = new Dictionary<string, string[]>
    {
        ["li"] = ["ul", "ol"], ["dt"] = ["dl", "div"], ["dd"] = ["dl", "div"], ["caption"] = ["table"], ["thead"] = ["table"], ["tbody"] = ["table"],
        ["tr"] = ["thead", "tbody"], ["td"] = ["tr"], ["th"] = ["tr"], ["figcaption"] = ["figure"],
    }.ToFrozenDictionary();

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, CheckCharacters = true };

    public static PageLinks Check(string path, string html, List<SiteProblem> problems)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        void Problem(string code, string detail) => problems.Add(new(path, code, detail));

        if (!html.StartsWith(Doctype, StringComparison.Ordinal)) Problem("html.doctype", "The page does not begin with its document type.");
        try
        {
            using var reader = XmlReader.Create(new StringReader(VoidElements().Replace(html, "<$1/>")), Strict);
            Walk(reader, anchors, targets, Problem);
        }
        catch (XmlException malformed)
        {
            Problem("html.malformed", malformed.Message);
        }
        return new(anchors, targets);
    }

    private static void Walk(XmlReader reader, HashSet<string> anchors, HashSet<string> targets, Action<string, string> problem)
    {
        var open = new Stack<string>();
        var heading = 0;
        var titles = 0;
        while (reader.Read())
        {
            if (reader.NodeType is XmlNodeType.EndElement) open.Pop();
            if (reader.NodeType is not XmlNodeType.Element) continue;

            var name = reader.Name;
            if (!Known.Contains(name)) problem("html.element", $"<{name}> is not an element that the site uses.");
            if (reader.IsEmptyElement && !Void.Contains(name) && !open.Contains("svg")) problem("html.empty", $"<{name} /> is not closed in HTML.");
            if (NotInParagraph.Contains(name) && open.Contains("p")) problem("html.nesting", $"<{name}> inside <p>.");
            if (name == "a" && open.Contains("a")) problem("html.nesting", "<a> inside <a>.");
            if (Parents.TryGetValue(name, out var parents) && (open.Count == 0 || !parents.Contains(open.Peek()))) problem("html.nesting", $"<{name}> inside <{(open.Count == 0 ? "" : open.Peek())}>.");
            if (name is "html" && string.IsNullOrEmpty(reader.GetAttribute("lang"))) problem("html.language", "The page names no language.");
            if (name is "img" && reader.GetAttribute("alt") is null) problem("html.alternative", "<img> without alt.");
            if (name is ['h', >= '1' and <= '6'])
            {
                var level = name[1] - '0';
                if (level == 1) titles++;
                if (level > heading + 1) problem("html.heading", $"<{name}> after level {heading}.");
                heading = level;
            }

            var empty = reader.IsEmptyElement;
            Attributes(reader, name, anchors, targets, problem);
            if (!empty) open.Push(name);
        }
        if (titles != 1) problem("html.title", $"{titles} first-level headings.");
    }

    private static void Attributes(XmlReader reader, string element, HashSet<string> anchors, HashSet<string> targets, Action<string, string> problem)
    {
        while (reader.MoveToNextAttribute())
        {
            var (name, value) = (reader.Name, reader.Value);
            if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || name is "style" or "srcdoc") problem("html.inline-code", $"{name} on <{element}>.");
            if (name == "id" && !anchors.Add(value)) problem("html.id", $"The id '{value}' stands twice.");
            if (name is "src" or "href" or "action" or "poster") Address(element, name, value, targets, problem);
            if (name == "content" && value.StartsWith("0; url=", StringComparison.Ordinal)) Address(element, "href", value["0; url=".Length..], targets, problem);
        }
        reader.MoveToElement();
    }

    private static void Address(string element, string attribute, string value, HashSet<string> targets, Action<string, string> problem)
    {
        var scheme = value.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? value[..colon].ToLowerInvariant() : null;
        if (scheme is null && !value.StartsWith('/')) targets.Add(value);
        else if (element is not "a") problem("html.foreign", $"<{element}> loads {value}.");
        else if (scheme is not ("http" or "https" or "tel" or "mailto") && !(attribute is "href" && value.StartsWith('/') && !value.StartsWith("//", StringComparison.Ordinal))) problem("html.address", $"{value} is not an address that a page may link to.");
    }

    [GeneratedRegex("<((?:br|hr|meta|link|img|col|input|wbr)(?:\\s[^>]*?)?)\\s?/?>", RegexOptions.CultureInvariant)]
    private static partial Regex VoidElements();
}
