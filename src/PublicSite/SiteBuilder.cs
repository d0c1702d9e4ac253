using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PublicSite.Parts;

namespace PublicSite;

/// <summary>
/// Renders the site. The result depends on the data set, the build day and the options, and on nothing else: no clock, no random
/// number, no culture of the machine.
/// </summary>
public static class SiteBuilder
{
    private static readonly IServiceProvider Services = new ServiceCollection()
        .AddSingleton<HtmlEncoder>(new VisibleHtmlEncoder())
        .BuildServiceProvider();

    /// <summary>Every file but the manifest, each rendered when the enumerator reaches it.</summary>
    public static IEnumerable<SiteFile> Render(Disclosure data, DateOnly buildDay, SiteOptions options) =>
        Plan(data, buildDay, options).Select(file => new SiteFile(file.Path, file.Render()));

    /// <summary>Every file but the manifest; each can be rendered on its own and on any thread.</summary>
    internal static IReadOnlyList<PlannedFile> Plan(Disclosure data, DateOnly buildDay, SiteOptions options)
    {
        var site = new SiteView(data, buildDay);
        var dataFiles = DataFiles(site).Select(f => new PlannedFile(f.Path, f.Content)).ToList();
        var pages = SitePlan.Pages(site, [.. dataFiles.Select(f => f.Path)]).ToList();
        return
        [
            .. from words in Words.All
               from page in pages
               let context = new PageContext(site, options, words, page)
               select new PlannedFile(context.Path, () => RenderPage(context)),
            .. dataFiles,
            .. JsonFeeds.Twins(site).Select(t => new PlannedFile(t.Path, t.Content)),
            .. site.Notices.Where(n => n.Text is not null).Select(n => new PlannedFile(Addresses.TextOf(n.Id), () => Encoding.UTF8.GetBytes(n.Text!))),
            new PlannedFile(Addresses.Feed, () => Atom.Write(site, Words.Chinese["feed.title"])),
            new PlannedFile(Addresses.Stylesheet, () => Assets.Read("assets.site.css")),
            new PlannedFile(Addresses.Script, () => Assets.Read("assets.site.js")),
            new PlannedFile(Addresses.Icon, () => Assets.Read("assets.icon.svg")),
        ];
    }

    internal static string Sha256(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static IEnumerable<(string Path, Func<byte[]> Content)> DataFiles(SiteView site) =>
    [
        .. JsonFeeds.Bulk(site),
        .. OpenDataSets.All.Select(set => ($"{Addresses.DataFolder}{set.Name}.csv", new Func<byte[]>(() => Csv.Write(set.Columns, set.Rows(site))))),
        .. OpenDataSets.All.Select(set => ($"{Addresses.DataFolder}{set.Name}.xlsx", new Func<byte[]>(() => Xlsx.Write(set.Name, set.Columns, set.Rows(site))))),
        .. JsonFeeds.Changes(site),
        .. JsonFeeds.Schemas(),
    ];

    private static byte[] RenderPage(PageContext context)
    {
        // A fresh renderer for each page: a reused one keeps every page it has rendered and slows down.
        using var renderer = new HtmlRenderer(Services, NullLoggerFactory.Instance);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Document.Page)] = context });
        var html = renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<Document>(parameters)).ToHtmlString());
        return Encoding.UTF8.GetBytes(html.GetAwaiter().GetResult());
    }
}

/// <summary>One file that can be rendered, and the path it will have.</summary>
internal sealed record PlannedFile(string Path, Func<byte[]> Render);
