using System.Security.Cryptography;
using System.Text;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>A rendered site in memory, or a folder of its own to publish into.</summary>
internal sealed class SiteFixture : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("public-site-").FullName;

    public SiteOptions Options => new() { OutputFolder = folder };
    public string Folder => folder;
    public string Current => Path.Combine(folder, SitePublisher.CurrentLink);

    public static Dictionary<string, byte[]> Render(Disclosure data, DateOnly day) =>
        SiteBuilder.Render(data, day, new SiteOptions { OutputFolder = "unused" }).ToDictionary(f => f.Path, f => f.Content.ToArray(), StringComparer.Ordinal);

    public static string Page(Disclosure data, DateOnly day, string path) =>
        Encoding.UTF8.GetString(SiteBuilder.Render(data, day, new SiteOptions { OutputFolder = "unused" }).First(f => f.Path == path).Content.Span);

    public static string Digest(Disclosure data, DateOnly day) =>
        string.Join('\n', Render(data, day).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{Convert.ToHexString(SHA256.HashData(f.Value))} {f.Key}"));

    /// <summary>What a reader sees: the page without its marks.</summary>
    public static string Text(string html) => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html).Body!.TextContent;

    public Task<PublishResult> Publish(Disclosure data, DateOnly day, SiteOptions? options = null) =>
        SitePublisher.PublishAsync(data, day, options ?? Options, TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
