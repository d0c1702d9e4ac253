using Microsoft.AspNetCore.Components;

namespace PublicSite;

/// <summary>One page before it is rendered: the same plan serves every language.</summary>
/// <param name="Address">Where the page stands below the language's folder.</param>
/// <param name="View">The component that renders the page's main part.</param>
/// <param name="AsOf">The last public event that the page shows; null where it shows none.</param>
public sealed record PlannedPage(string Address, Type View, Func<Words, string> Title, DateTimeOffset? AsOf)
{
    public IReadOnlyDictionary<string, object?> Parameters { get; init; } = new Dictionary<string, object?>();

    /// <summary>The entry of the navigation to which the page belongs.</summary>
    public string Section { get; init; } = Addresses.Home;

    /// <summary>The pages above this one, outermost first, without the home page.</summary>
    public IReadOnlyList<Crumb> Parents { get; init; } = [];

    /// <summary>The machine-readable twin, relative to the site's root.</summary>
    public string? Twin { get; init; }

    /// <summary>The page that a moved page leads to.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>True for pages that a search finds: one for each thing that the site tells about.</summary>
    public bool InSearch { get; init; }

    /// <summary>True for pages that only say that something is gone or has moved.</summary>
    public bool HiddenFromSearch { get; init; }
}

public sealed record Crumb(Func<Words, string> Title, string Address);

/// <summary>One part of a long list and the addresses of its neighbours.</summary>
public sealed record Pager(string Address, int Number, int Count)
{
    public string? Previous => Number > 1 ? Addresses.Page(Address, Number - 1) : null;
    public string? Next => Number < Count ? Addresses.Page(Address, Number + 1) : null;
}

/// <summary>What a component needs to know about the page that it is on.</summary>
public sealed class PageContext(SiteView site, SiteOptions options, Words words, PlannedPage page)
{
    // Links climb to the site's root and go down from there, so that they hold on any sub-path and on a disk.
    private readonly string root = string.Concat(Enumerable.Repeat("../", (words.Folder + page.Address).Count(c => c == '/')));

    public SiteView Site => site;
    public Words Words => words;
    public PlannedPage Plan => page;

    /// <summary>The file that this page becomes.</summary>
    public string Path => words.Folder + page.Address;

    public string Title => page.Title(words);

    /// <summary>Whether the site has an index to search in.</summary>
    public bool HasSearch => options.SearchTool is not null;

    /// <summary>What this page rests on in the public log, if anything.</summary>
    public PageProof? Proof => site.Proofs.GetValueOrDefault(page.Address);

    public string SiteTitle => words.Of(options.BaseTitle ?? site.Site.Programme);

    /// <summary>The objection form, seen from this page.</summary>
    public string ObjectionsUrl => Uri.TryCreate(options.ObjectionsUrl, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https"
        ? options.ObjectionsUrl
        : root + options.ObjectionsUrl.TrimStart('/');

    /// <summary>A page in this page's language.</summary>
    public string To(string address) => root + words.Folder + address;

    public string To(PageKind kind, string id) => To(Addresses.Of(kind, id));

    /// <summary>A file that all languages share.</summary>
    public string ToFile(string address) => root + address;

    /// <summary>This page in another language.</summary>
    public string In(Words other) => root + other.Folder + page.Address;

    /// <summary>Data is Chinese: on pages of another language it is marked as such.</summary>
    public string? DataLanguage => words.IsChinese ? null : Words.Chinese.Language;
}

/// <summary>The base of every page and part.</summary>
public abstract class SiteComponent : ComponentBase
{
    [CascadingParameter] public PageContext Page { get; set; } = null!;

    protected SiteView Site => Page.Site;
    protected Words W => Page.Words;
    protected string? DataLang => Page.DataLanguage;
}
