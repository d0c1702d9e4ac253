using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using PublicSite;
using PublicSite.Tests;

namespace Registry.BrowserTests;

/// <summary>The public site in a browser: without script, on a phone, from a disk and from a sub-path. Skipped where there is no Chromium.</summary>
public sealed partial class PublicSiteTests : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly string[] Arguments =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly string folder = Directory.CreateTempSubdirectory("public-site-browser-").FullName;
    private IPlaywright? playwright;
    private IBrowser? browser;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string? SearchTool => Environment.GetEnvironmentVariable("REGISTRY_SEARCH_TOOL");

    private string Root => Path.Combine(folder, SitePublisher.CurrentLink);

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
            return;
        var result = await SitePublisher.PublishAsync(Sample.Full, Sample.DuringPublicity, new SiteOptions { OutputFolder = folder, SearchTool = SearchTool }, Ct);
        Assert.Empty(result.Problems);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public Task Each_kind_of_page_has_nothing_that_axe_finds_and_fits_a_phone() => LookAsync(
        from page in new[] { "index.html", "notices/index.html", "notice/2025-2-shortlist.html", "announcement/2025-2-recognition.html", "clusters/index.html", $"cluster/{Sample.Full.Clusters[0].Id}.html", "finding/f-7d21.html", "search.html", "data/withheld.html", "statistics.html", "verification.html" }
        from language in new[] { "", "en/" }
        select language + page);

    [Fact]
    [Trait("Category", "Long")]
    public Task Every_page_has_nothing_that_axe_finds_and_fits_a_phone() =>
        LookAsync(Directory.EnumerateFiles(Root, "*.html", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Search_below_a_sub_path_finds_Chinese_words_and_credit_codes()
    {
        Assert.SkipWhen(browser is null || SearchTool is null, "no Chromium or no Pagefind (ops/setup)");
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Root), RequestPath = "/column/site", ServeUnknownFileTypes = true });
        await server.StartAsync(Ct);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var page = await browser!.NewPageAsync();
        await page.GotoAsync($"{address}/column/site/search.html");
        var cluster = Sample.Full.Clusters[4];
        foreach (var asked in new[] { cluster.ApplicantCode, "人工智能", cluster.Name })
        {
            await page.Locator("#search").FillAsync(asked);
            await page.Locator(".results a", new() { HasText = cluster.Name }).First.WaitForAsync();
        }
        await page.Locator(".results a", new() { HasText = cluster.Name }).First.ClickAsync();
        Assert.Equal($"{address}/column/site/cluster/{cluster.Id}.html", page.Url);
    }

    private async Task LookAsync(IEnumerable<string> paths)
    {
        Assert.SkipWhen(browser is null, "no Chromium");
        var page = await browser!.NewPageAsync(new() { ViewportSize = new() { Width = 320, Height = 800 } });
        foreach (var path in paths)
        {
            await page.GotoAsync("file://" + Path.Combine(Root, path));
            var found = await page.RunAxe(Served.Axe);
            Assert.True(found.Violations.Length == 0, $"{path}: {string.Join("; ", found.Violations.Select(v => $"{v.Id} {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{path} is wider than the window");
        }
    }
}
