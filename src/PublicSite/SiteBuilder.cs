using System.Diagnostics;
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

    /// <summary>
    /// Every file but those that are made from other files (the manifest, the check sums, the search index), each rendered when the
    /// enumerator reaches it.
    /// </summary>
    public static IEnumerable<SiteFile> Render(Disclosure data, DateOnly buildDay, SiteOptions options) =>
        Plan(new SiteView(data, buildDay, options.ShortRegister), options).Select(file => new SiteFile(file.Path, file.Render()));

    /// <summary>All of that, lazily: each file can be rendered on its own and on any thread, and none is kept.</summary>
    internal static IEnumerable<PlannedFile> Plan(SiteView site, SiteOptions options) =>
        InAllLanguages(site, options, SitePlan.Pages(site))
            .Concat(JsonFeeds.Twins(site))
            .Concat(site.Notices.SelectMany(TextOf))
            .Append(Feed(site))
            .Append(JsonFeeds.Proofs(site))
            .Concat(Bulk(site, options))
            .Concat(Fixed(options));

    /// <summary>The files that hold everything, and the page that lists them: they can follow once for many events.</summary>
    internal static IEnumerable<PlannedFile> Bulk(SiteView site, SiteOptions options)
    {
        List<PlannedFile> files =
        [
            .. JsonFeeds.Bulk(site),
            .. OpenDataSets.Of(site).Select(set => new PlannedFile($"{Addresses.DataFolder}{set.Name}.csv", to => Csv.Write(to, set.AllColumns, set.AllRows(site)))),
            .. OpenDataSets.Of(site).Select(set => new PlannedFile($"{Addresses.DataFolder}{set.Name}.xlsx", to => Xlsx.Write(to, set.Name, set.AllColumns, set.AllRows(site)))),
            .. JsonFeeds.Changes(site),
            .. JsonFeeds.Schemas(site),
        ];
        return files.Concat(InAllLanguages(site, options, [SitePlan.DataPage([.. files.Select(f => f.Path)])]));
    }

    internal static IEnumerable<PlannedFile> TextOf(PublicityNotice notice) =>
        notice.Text is { } text ? [new(Addresses.TextOf(notice.Id), to => to.Write(Encoding.UTF8.GetBytes(text)))] : [];

    internal static PlannedFile Feed(SiteView site) => new(Addresses.Feed, to => Atom.Write(to, site, Words.Chinese["feed.title"]));

    internal static IEnumerable<PlannedFile> InAllLanguages(SiteView site, SiteOptions options, IEnumerable<PlannedPage> pages) =>
        from page in pages
        from words in Words.All
        let context = new PageContext(site, options, words, page)
        select new PlannedFile(context.Path, to => to.Write(RenderPage(context)));

    private static IEnumerable<PlannedFile> Fixed(SiteOptions options)
    {
        yield return Asset(Addresses.Stylesheet);
        yield return Asset(Addresses.Script);
        yield return Asset(Addresses.VerifierScript);
        yield return Asset(Addresses.Icon);
        if (options.SearchTool is not null) yield return Asset(Addresses.SearchScript);
    }

    private static PlannedFile Asset(string path) => new(path, to => to.Write(Assets.Read(path.Replace('/', '.'))));

    private static byte[] RenderPage(PageContext context)
    {
        // A fresh renderer for each page: a reused one keeps every page it has rendered and slows down.
        using var renderer = new HtmlRenderer(Services, NullLoggerFactory.Instance);
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Document.Page)] = context });
        var html = renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<Document>(parameters)).ToHtmlString());
        return Encoding.UTF8.GetBytes(html.GetAwaiter().GetResult());
    }
}

/// <summary>One file that can be written, and the path it will have.</summary>
internal sealed record PlannedFile(string Path, Action<Stream> Write)
{
    public bool IsPage => Path.EndsWith(".html", StringComparison.Ordinal);

    public byte[] Render()
    {
        using var bytes = new MemoryStream();
        Write(bytes);
        return bytes.ToArray();
    }
}
