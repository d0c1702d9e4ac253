using System.Text;
using AngleSharp.Html.Parser;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>Every page, looked at by a parser that shares no code with the site's own check.</summary>
public sealed class PagesTests
{
    private static readonly Dictionary<string, byte[]> Files = SiteFixture.Render(Sample.Full, Sample.AfterRecognition);

    private static IEnumerable<(string Path, string Html)> Pages =>
        Files.Where(f => f.Key.EndsWith(".html", StringComparison.Ordinal)).Select(f => (f.Key, Encoding.UTF8.GetString(f.Value)));

    [Fact]
    public void Every_page_is_valid_for_a_strict_parser()
    {
        var strict = new HtmlParser(new HtmlParserOptions { IsStrictMode = true });

        Assert.All(Pages, page => strict.ParseDocument(page.Html));
    }

    [Fact]
    public void Every_link_holds_below_any_path_and_on_a_disk()
    {
        var root = new Uri("https://portal.example.invalid/column/disclosure/");
        foreach (var (path, html) in Pages)
        {
            var document = new HtmlParser().ParseDocument(html);
            foreach (var link in document.QuerySelectorAll("[href],[src]").Select(e => e.GetAttribute("href") ?? e.GetAttribute("src")!))
            {
                if (link.StartsWith("tel:", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) continue;
                var target = new Uri(new Uri(root, path), link);
                Assert.StartsWith(root.AbsoluteUri, target.AbsoluteUri, StringComparison.Ordinal);
                var file = target.AbsolutePath[root.AbsolutePath.Length..];
                Assert.True(file == "objections" || file is "manifest.json" or "data/v1/SHA256SUMS" || Files.ContainsKey(file), $"{path} → {link}");
                if (target.Fragment.Length > 1 && file.EndsWith(".html", StringComparison.Ordinal))
                    Assert.Contains($"id=\"{target.Fragment[1..]}\"", Encoding.UTF8.GetString(Files[file]), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_page_with_its_stylesheet_is_small()
    {
        var stylesheet = Files["assets/site.css"].Length;

        Assert.All(Pages, page => Assert.InRange(Encoding.UTF8.GetByteCount(page.Html) + stylesheet, 1, 60 * 1024));
    }

    [Fact]
    public void Every_page_says_that_the_data_was_invented()
    {
        Assert.All(Pages, page => Assert.Contains("演示数据", page.Html, StringComparison.Ordinal));
        var real = SiteFixture.Render(Sample.Full with { Site = Sample.Site with { Demo = false } }, Sample.AfterRecognition);
        Assert.All(real.Where(f => f.Key.EndsWith(".html", StringComparison.Ordinal)), page => Assert.DoesNotContain("演示数据", Encoding.UTF8.GetString(page.Value), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_page_stands_in_both_languages_and_leads_to_the_other()
    {
        var chinese = Pages.Select(p => p.Path).Where(p => !p.StartsWith("en/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var english = Pages.Select(p => p.Path).Where(p => p.StartsWith("en/", StringComparison.Ordinal)).Select(p => p[3..]).Order(StringComparer.Ordinal);

        Assert.Equal(chinese, english);
        Assert.All(Pages, p => Assert.Contains(p.Path.StartsWith("en/", StringComparison.Ordinal) ? "<html lang=\"en\">" : "<html lang=\"zh-CN\">", p.Html, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_called_an_administrative_penalty() =>
        Assert.All(Files.Where(f => !f.Key.EndsWith(".xlsx", StringComparison.Ordinal)), f => Assert.DoesNotContain("行政处罚", Encoding.UTF8.GetString(f.Value), StringComparison.Ordinal));

    [Fact]
    public void A_notice_has_the_parts_of_the_departments_form_in_their_order()
    {
        var text = SiteFixture.Text(SiteFixture.Page(Sample.Full, Sample.DuringPublicity, "notice/2025-2-shortlist.html"));
        string[] parts =
        [
            "当前位置", "关于第二批山东省数字产业集群入围名单的公示", "发布日期：", "2025年9月26日", "信息来源", "根据《大力实施", "各市推荐、材料复审、专家评审等程序", "等34家集群为",
            "公示时间为2025年9月26日至2025年10月9日，共5个工作日，2025年10月9日24:00（北京时间）截止", "名单", "菏泽澄湖数字终端产业集群", "怎样提出异议",
            "公示期是怎样计算的", "调休上班日", "法定节假日（国庆节、中秋节）", "联系方式", "0531-00000000", "山东省工业和信息化厅2025年9月26日",
        ];
        var at = 0;
        foreach (var part in parts)
        {
            var next = text.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(next >= 0, $"'{part}' is missing or stands too early");
            at = next;
        }
    }

    [Fact]
    public void Every_day_from_posting_to_the_last_is_counted_or_skipped_with_its_reason()
    {
        var document = new HtmlParser().ParseDocument(SiteFixture.Page(Sample.Full, Sample.DuringPublicity, "notice/2025-2-shortlist.html"));
        var rows = document.QuerySelectorAll("table.days tbody tr").Select(r => r.QuerySelectorAll("td").Select(d => d.TextContent.Trim()).ToList()).ToList();

        Assert.Equal(14, rows.Count);
        Assert.Equal(["2025年9月26日", "星期五", "计入，第1个工作日", "发布当日，工作日"], rows[0]);
        Assert.Equal(["2025年9月27日", "星期六", "不计入", "周末"], rows[1]);
        Assert.Equal(["2025年9月28日", "星期日", "计入，第2个工作日", "调休上班日"], rows[2]);
        Assert.Equal(["2025年10月9日", "星期四", "计入，第5个工作日", "工作日"], rows[13]);
    }

    [Theory]
    [InlineData(25, "尚未开始", false)]
    [InlineData(26, "公示中", true)]
    [InlineData(26 + 13, "公示中", true)]
    [InlineData(26 + 14, "公示期已满", false)]
    public void The_build_day_decides_whether_a_window_is_open(int september, string state, bool filing)
    {
        var html = SiteFixture.Page(Sample.Full, new DateOnly(2025, 9, 1).AddDays(september - 1), "notice/2025-2-shortlist.html");
        var document = new HtmlParser().ParseDocument(html);

        Assert.Equal(state, document.QuerySelector(".window strong")!.TextContent);
        Assert.Equal(filing, document.QuerySelector("a.button[href='../objections']") is not null);
    }

    [Fact]
    public void Redated_days_show_old_and_new_with_the_reason()
    {
        var text = SiteFixture.Text(SiteFixture.Page(Sample.Full, Sample.AfterRecognition, "notice/2025-2-addition.html"));

        Assert.Contains("由2025年11月14日至2025年11月20日改为2025年11月17日至2025年11月21日", text, StringComparison.Ordinal);
        Assert.Contains("网站维护，公示推迟发布。", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_filter_of_the_register_is_a_page_that_lists_what_it_says()
    {
        var qingdao = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(Files["clusters/city-370200.html"]));
        var software = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(Files["clusters/industry-sw.html"]));

        Assert.Equal(["青岛市", "青岛市", "青岛市"], qingdao.QuerySelectorAll("table.register tbody tr").Select(r => r.Children[1].TextContent));
        Assert.All(software.QuerySelectorAll("table.register tbody tr"), r => Assert.Equal("高端软件", r.Children[2].TextContent));
        Assert.Contains("clusters/standing-revoked.html", Files.Keys);
    }

    [Fact]
    public void A_cluster_shows_its_history_and_the_concluded_objection()
    {
        var late = Sample.Full.Clusters[^1];
        var text = SiteFixture.Text(Encoding.UTF8.GetString(Files[$"cluster/{late.Id}.html"]));

        Assert.Contains("异议核实后补充认定", text, StringComparison.Ordinal);
        Assert.Contains("2025-2-01", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2025-2-02", text, StringComparison.Ordinal);
        Assert.Contains("数据截至：2025-11-12 10:00", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Choices_combine_and_only_those_that_any_cluster_has_are_offered()
    {
        var jinan = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(Files["clusters/city-370100.html"]));
        var offered = jinan.QuerySelectorAll(".filter:nth-of-type(2) a").Select(a => a.TextContent).ToList();
        var both = new HtmlParser().ParseDocument(Encoding.UTF8.GetString(Files["clusters/city-370100.industry-sw.standing-recognised.html"]));

        Assert.Equal(["不限", "集成电路", "高端软件", "先进计算"], offered);
        Assert.Equal("集群名录：济南市 · 高端软件 · 已认定", both.QuerySelector("h1")!.TextContent);
        Assert.Equal("高端软件", Assert.Single(both.QuerySelectorAll("table.register tbody tr")).Children[2].TextContent);
    }

    [Fact]
    public void A_long_list_goes_on_over_pages_and_leaves_nothing_out()
    {
        var files = SiteFixture.Render(Many(490), Sample.AfterRecognition);

        var pages = files.Keys.Where(k => k.StartsWith("clusters/index", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, pages.Count);
        Assert.Equal(490, Links(pages.Select(p => files[p])).Count);
    }

    [Fact]
    public void A_register_that_is_too_long_leads_to_lists_that_leave_nothing_out()
    {
        var files = SiteFixture.Render(Many(1050), Sample.AfterRecognition);

        Assert.Empty(Links([files["clusters/index.html"]]));
        Assert.Contains("请选择所在市、主导产业和批次", Encoding.UTF8.GetString(files["clusters/city-370100.html"]), StringComparison.Ordinal);
        Assert.Equal(1050, Links(files.Where(f => f.Key.StartsWith("clusters/city-", StringComparison.Ordinal)).Select(f => f.Value)).Count);
    }

    private static Disclosure Many(int clusters) => Sample.Full with
    {
        Clusters = [.. Enumerable.Range(0, clusters).Select(i => Sample.Full.Clusters[i % 33] with { Id = $"many-{i}", ApplicantCode = Sample.Code(i) })],
        Findings = [],
        Tombstones = [],
    };

    private static HashSet<string?> Links(IEnumerable<byte[]> pages) =>
        [.. pages.SelectMany(p => new HtmlParser().ParseDocument(Encoding.UTF8.GetString(p)).QuerySelectorAll("td.main a")).Select(a => a.GetAttribute("href"))];
}
