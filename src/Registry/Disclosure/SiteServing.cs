using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Net.Http.Headers;
using PublicSite;

namespace Registry.Disclosure;

/// <summary>
/// Hands out the published site. The link to the current release is followed once for each request, so an answer never mixes two releases. A release never changes
/// once it is served, so small files are held in memory with their packed twins; larger ones are sent from the disk.
/// </summary>
public sealed class SiteServing(string folder) : IDisposable
{
    /// <summary>Bytes up to which a file is held in memory.</summary>
    private const int LargestHeld = 1 << 18;

    /// <summary>Bytes of all files that are held. Those that were asked for longest ago make room.</summary>
    private const long Held = 64L << 20;

    /// <summary>Nothing from elsewhere, no inline script or style; the search index runs as WebAssembly of this site's own.</summary>
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

    private static readonly FileExtensionContentTypeProvider Types = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".xml"] = "application/xml; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".wasm"] = "application/wasm",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".gz"] = "application/octet-stream",
        [".br"] = "application/octet-stream",
        [".pagefind"] = "application/octet-stream",
        [".pf_meta"] = "application/octet-stream",
        [".pf_index"] = "application/octet-stream",
        [".pf_fragment"] = "application/octet-stream",
    });

    private readonly string link = Path.Combine(folder, SitePublisher.CurrentLink);
    private readonly MemoryCache held = new(new MemoryCacheOptions { SizeLimit = Held });

    /// <summary>One coding of a file. Its content is null where the file is sent from the disk.</summary>
    private sealed record Variant(string Path, byte[]? Content, long Length, DateTimeOffset LastModified, EntityTagHeaderValue Tag);

    private sealed record Served(string ContentType, Variant Plain, Variant? Gzip, Variant? Brotli)
    {
        public IEnumerable<Variant> All => new[] { Plain, Gzip, Brotli }.OfType<Variant>();
    }

    /// <summary>The answer to a request for a file of the site; null where the site has none. The page of an address that ends with a slash is its index.</summary>
    public Task? Answer(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) || http.Request.Path.Value is not { Length: > 0 } path || Find(path.EndsWith('/') ? path + "index.html" : path) is not { } file)
            return null;
        var headers = http.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        var variant = file.Plain;
        // A range counts the bytes of the file itself, so it is answered unpacked.
        if ((file.Gzip ?? file.Brotli) is not null && http.Request.Headers.Range.Count == 0 && http.Request.Headers.AcceptEncoding is { Count: > 0 } && http.Request.GetTypedHeaders().AcceptEncoding is var accepted)
        {
            if (file.Brotli is { } brotli && Accepts(accepted, "br"))
                (variant, headers.ContentEncoding) = (brotli, "br");
            else if (file.Gzip is { } gzip && Accepts(accepted, "gzip"))
                (variant, headers.ContentEncoding) = (gzip, "gzip");
        }
        return variant.Content is { } content
            ? TypedResults.Bytes(content, file.ContentType, enableRangeProcessing: true, lastModified: variant.LastModified, entityTag: variant.Tag).ExecuteAsync(http)
            : TypedResults.PhysicalFile(variant.Path, file.ContentType, lastModified: variant.LastModified, entityTag: variant.Tag, enableRangeProcessing: true).ExecuteAsync(http);
    }

    /// <inheritdoc />
    public void Dispose() => held.Dispose();

    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string coding)
    {
        foreach (var one in accepted)
            if (one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
                return one.Quality is not 0;
        return false;
    }

    /// <summary>The file at this address of the current release. Where the release gives way to another while the file is read, it is looked for there.</summary>
    private Served? Find(string path)
    {
        while (new FileInfo(link).LinkTarget is { } release)
            try
            {
                return Find(release, path);
            }
            catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException && new FileInfo(link).LinkTarget != release)
            {
            }
        return null;
    }

    private Served? Find(string release, string path)
    {
        if (held.TryGetValue((release, path), out Served? known))
            return known;
        if (Load(Path.GetFullPath(Path.Combine(folder, release)), path) is not { } file)
            return null;
        if (file.All.Sum(v => v.Length) <= LargestHeld)
        {
            file = new Served(file.ContentType, Read(file.Plain), file.Gzip is null ? null : Read(file.Gzip), file.Brotli is null ? null : Read(file.Brotli));
            held.Set((release, path), file, new MemoryCacheEntryOptions { Size = file.All.Sum(v => v.Length) + 1024 });
        }
        return file;
    }

    private static Served? Load(string release, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            return null;
        // A file has one address: other spellings of it, with doubled slashes or dots, would each be held in memory again.
        var full = release + path;
        if (!path.StartsWith('/') || Path.GetFullPath(full) != full || OnDisk(full) is not { } plain)
            return null;
        // Everything in the folder is public and was written by us, also a file without an ending like SHA256SUMS.
        return new(Types.TryGetContentType(full, out var type) ? type : "text/plain; charset=utf-8", plain, OnDisk(full + ".gz"), OnDisk(full + ".br"));
    }

    private static Variant? OnDisk(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(path, null, file.Length, file.LastWriteTimeUtc, Tag($"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}")) : null;
    }

    private static Variant Read(Variant file)
    {
        var content = File.ReadAllBytes(file.Path);
        return file with { Content = content, Tag = Tag(Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))) };
    }

    private static EntityTagHeaderValue Tag(string value) => new($"\"{value}\"");
}
