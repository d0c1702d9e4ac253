using Hangfire;
using Microsoft.AspNetCore.StaticFiles;
using Registry.Platform;

namespace Registry.Disclosure;

/// <summary>The disclosure room: what becomes public, and the site that shows it.</summary>
public static class DisclosureRoom
{
    /// <summary>Midnight in Beijing: windows close and bans end by the day, so the site is built anew then.</summary>
    private const string MidnightInChina = "0 16 * * *";

    /// <summary>Nothing from elsewhere, no inline script or style; the search index runs as WebAssembly of this site's own.</summary>
    private const string SitePolicy = "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

    private static readonly object PackedItem = new();

    /// <summary>Registers the room.</summary>
    public static void AddDisclosure(this IServiceCollection services)
    {
        services.AddSingleton<SitePublication>();
        services.AddTransient<PublishSite>();
        services.AddTransient<PostingChecks>();
    }

    /// <summary>The public files at the root; the page of an address without a file name is its index.</summary>
    public static void UseSite(this WebApplication app)
    {
        var files = new SiteFiles(app.Services.GetRequiredService<RegistrySettings>().SiteFolder);
        var types = Types();
        app.Use((http, next) =>
        {
            if (http.Request.Path.Value is { } path && path.EndsWith('/') && files.GetFileInfo(path + "index.html").Exists)
                http.Request.Path = path + "index.html";
            ChoosePacked(http, files, types);
            return next();
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = types,
            // Everything in the folder is public and was written by us, also a file without an ending like SHA256SUMS.
            ServeUnknownFileTypes = true,
            DefaultContentType = "text/plain; charset=utf-8",
            OnPrepareResponse = context => Prepare(context.Context, types),
        });
    }

    /// <summary>Publishes what is public at start, and at every midnight.</summary>
    public static async Task StartSiteAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, app.Lifetime.ApplicationStopping);
        app.Services.GetService<IRecurringJobManager>()?.AddOrUpdate<PublishSite>("publish-site", job => job.RunAsync(CancellationToken.None), MidnightInChina);
    }

    /// <summary>The packed twin of a file goes to whoever understands it; nothing is packed while somebody waits.</summary>
    private static void ChoosePacked(HttpContext http, SiteFiles files, FileExtensionContentTypeProvider types)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) || http.Request.Path.Value is not { } path || !types.TryGetContentType(path, out _) || http.Request.Headers.Range.Count > 0)
            return;
        var accepted = http.Request.GetTypedHeaders().AcceptEncoding;
        foreach (var (coding, ending) in new[] { ("br", ".br"), ("gzip", ".gz") })
        {
            if (!accepted.Any(a => a.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0) || !files.GetFileInfo(path + ending).Exists)
                continue;
            http.Items[PackedItem] = (coding, path);
            http.Request.Path = path + ending;
            return;
        }
    }

    private static void Prepare(HttpContext http, FileExtensionContentTypeProvider types)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept-Encoding";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = SitePolicy;
        if (http.Items[PackedItem] is not (string coding, string path))
            return;
        headers.ContentEncoding = coding;
        http.Response.ContentType = types.TryGetContentType(path, out var type) ? type : null;
    }

    private static FileExtensionContentTypeProvider Types()
    {
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".html"] = "text/html; charset=utf-8";
        types.Mappings[".css"] = "text/css; charset=utf-8";
        types.Mappings[".txt"] = "text/plain; charset=utf-8";
        types.Mappings[".csv"] = "text/csv; charset=utf-8";
        types.Mappings[".json"] = "application/json; charset=utf-8";
        types.Mappings[".xml"] = "application/xml; charset=utf-8";
        types.Mappings[".br"] = types.Mappings[".gz"] = types.Mappings[".pagefind"] = types.Mappings[".pf_meta"] = types.Mappings[".pf_index"] = types.Mappings[".pf_fragment"] = "application/octet-stream";
        types.Mappings[".atom"] = "application/atom+xml; charset=utf-8";
        return types;
    }
}
