using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace PublicSite;

/// <summary>Markdown to HTML for texts that officers write: no HTML, no image, no link but http, https and addresses of this site.</summary>
public static class Prose
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    public static string ToHtml(string markdown)
    {
        var document = Markdown.Parse(Visible.Text(markdown), Pipeline);
        // The page's title is the only first-level heading.
        foreach (var heading in document.Descendants<HeadingBlock>()) heading.Level = Math.Min(6, heading.Level + 1);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage || !IsHarmless(link.Url)) ReplaceByItsText(link);
        }
        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (link.IsEmail || !IsHarmless(link.Url)) link.ReplaceBy(new LiteralInline(link.Url));
        }
        return document.ToHtml(Pipeline);
    }

    private static bool IsHarmless(string? url) =>
        url is not null && (Uri.TryCreate(url, UriKind.Absolute, out var absolute)
            ? absolute.Scheme is "http" or "https"
            : !url.Contains(':', StringComparison.Ordinal) && !url.StartsWith("//", StringComparison.Ordinal));

    private static void ReplaceByItsText(LinkInline link)
    {
        var container = new ContainerInline();
        container.AppendChild(new LiteralInline(string.Concat(link.Descendants<LiteralInline>().Select(l => l.Content.ToString()))));
        link.ReplaceBy(container);
    }
}
