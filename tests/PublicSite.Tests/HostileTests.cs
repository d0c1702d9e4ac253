using System.Text;
using AngleSharp.Html.Parser;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>Abuse 31 to 33: names and texts that try to be code, a formula, or somebody else's name.</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("</script><script>alert(1)</script>")]
    [InlineData("</title><svg onload=alert(1)>")]
    [InlineData("{{7*7}}${7*7}@(7*7)")]
    [InlineData("\" onmouseover=\"alert(1)")]
    [InlineData("' autofocus onfocus='alert(1)")]
    [InlineData("javascript:alert(1)")]
    [InlineData("]]><script>alert(1)</script>")]
    [InlineData("&lt;b&gt; &#60;b&#62;")]
    public async Task A_hostile_name_is_inert_text_on_every_page(string name)
    {
        var data = Named(name);
        using var site = new SiteFixture();
        var published = await site.Publish(data, Sample.AfterRecognition);
        Assert.Empty(published.Problems);

        var cluster = Sample.Full.Clusters[0].Id;
        foreach (var (path, bytes) in SiteFixture.Render(data, Sample.AfterRecognition).Where(f => f.Key.EndsWith(".html", StringComparison.Ordinal)))
        {
            var document = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(bytes));
            Assert.Empty(document.QuerySelectorAll("img, iframe, script:not([src]), svg[onload], [onerror], [onmouseover], [onfocus]"));
            Assert.DoesNotContain(document.QuerySelectorAll("[href]"), a => a.GetAttribute("href")!.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
            if (path == $"cluster/{cluster}.html") Assert.Equal(name, document.QuerySelector("h1")!.TextContent);
        }
    }

    [Fact]
    public void Characters_that_turn_or_hide_text_are_shown_by_number()
    {
        var html = SiteFixture.Page(Named("甲\u202E乙\u200B丙\u0007"), Sample.AfterRecognition, $"cluster/{Sample.Full.Clusters[0].Id}.html");

        Assert.Contains("甲[U+202E]乙[U+200B]丙[U+0007]", SiteFixture.Text(html), StringComparison.Ordinal);
        Assert.DoesNotContain(html, c => c is '\u202E' or '\u200B' or '\u0007');
    }

    [Theory]
    [InlineData("[点我](javascript:alert(1))")]
    [InlineData("[点我](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[点我](//elsewhere.example.invalid/x)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![图](https://elsewhere.example.invalid/x.png)")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<a href=x onclick=alert(1)>点我</a>")]
    public void Markdown_brings_no_code_no_image_and_no_foreign_address(string markdown)
    {
        var document = new HtmlParser().ParseDocument(Prose.ToHtml(markdown));

        Assert.Empty(document.QuerySelectorAll("a, img, script"));
    }

    [Fact]
    public void Markdown_keeps_harmless_links_and_starts_below_the_title()
    {
        var document = new HtmlParser().ParseDocument(Prose.ToHtml("# 标题\n\n[名录](../clusters/index.html) [原文](https://example.invalid/)"));

        Assert.Equal(2, document.QuerySelectorAll("a").Length);
        Assert.Equal("H2", document.Body!.FirstElementChild!.TagName);
    }

    private static Disclosure Named(string name)
    {
        var first = Sample.Full.Clusters[0] with { Name = name, Applicant = name, Timeline = [new() { Day = new(2025, 9, 26), Kind = PublicEventKind.Other, Text = name }] };
        var notice = Sample.Full.Notices[0];
        return Sample.Full with
        {
            Clusters = [first, .. Sample.Full.Clusters.Skip(1)],
            Notices = [notice with { Title = name, Issuer = name, Entries = [notice.Entries[0] with { Name = name, Applicant = name }, .. notice.Entries.Skip(1)], Objections = [notice.Objections[0] with { Number = "1", Reason = name }] }, Sample.Full.Notices[1]],
            Findings = [Sample.Full.Findings[0] with { Organisation = name, WhatWasFalse = name, HowToSeekReview = name }],
            EarlierLists = [Sample.Full.EarlierLists[0] with { Programme = name, Entries = [new(name, ["370100"], name)] }],
            Interpretations = [Sample.Full.Interpretations[0] with { Title = name }],
        };
    }
}
