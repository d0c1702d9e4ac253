using PublicSite;
using PublicSite.Checks;

namespace PublicSite.Tests;

/// <summary>The check must find what it claims to find; each case is a page with one fault.</summary>
public sealed class HtmlCheckTests
{
    [Theory]
    [InlineData("<p>one<p>two</p>", "html.malformed")]
    [InlineData("<p><b>x</p>", "html.malformed")]
    [InlineData("<td />", "html.empty")]
    [InlineData("<p>a & b</p>", "html.malformed")]
    [InlineData("<p class=x>a</p>", "html.malformed")]
    [InlineData("<p><div>x</div></p>", "html.nesting")]
    [InlineData("<a href=\"x\"><span><a href=\"y\">z</a></span></a>", "html.nesting")]
    [InlineData("<ul><p>x</p><div><li>y</li></div></ul>", "html.nesting")]
    [InlineData("<p id=\"x\">a</p><p id=\"x\">b</p>", "html.id")]
    [InlineData("<h3>x</h3>", "html.heading")]
    [InlineData("<h1>x</h1>", "html.title")]
    [InlineData("<p onclick=\"x()\">a</p>", "html.inline-code")]
    [InlineData("<p style=\"color:red\">a</p>", "html.inline-code")]
    [InlineData("<a href=\"javascript:x()\">a</a>", "html.address")]
    [InlineData("<a href=\"//elsewhere/\">a</a>", "html.address")]
    [InlineData("<script src=\"https://elsewhere/x.js\"></script>", "html.foreign")]
    [InlineData("<iframe src=\"x\"></iframe>", "html.element")]
    public void A_fault_is_found(string body, string code)
    {
        var problems = new List<SiteProblem>();
        HtmlCheck.Check("x.html", Page(body), problems);

        Assert.Contains(problems, p => p.Code == code);
    }

    [Fact]
    public void A_page_without_a_fault_passes_and_yields_its_links_and_anchors()
    {
        var problems = new List<SiteProblem>();
        var links = HtmlCheck.Check("x.html", Page("<p id=\"a\">x<br>y</p><a href=\"other.html#b\">z</a><a href=\"https://elsewhere/\">e</a>"), problems);

        Assert.Empty(problems);
        Assert.Equal(["other.html#b"], links.Targets);
        Assert.Contains("a", links.Anchors);
    }

    private static string Page(string body) => $"<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>x</title></head><body><h1>x</h1>{body}</body></html>";
}
