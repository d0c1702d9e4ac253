using Hangfire;
using Microsoft.AspNetCore.StaticFiles;
using Registry.Platform;

namespace Registry.Disclosure;

/// <summary>The disclosure room: what becomes public, and the site that shows it.</summary>
public static class DisclosureRoom
{
    /// <summary>Midnight in Beijing: windows close and bans end by the day, so the site is built anew then.</summary>
    private const string MidnightInChina = "0 16 * * *";

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
        app.Use((http, next) =>
        {
            if (http.Request.Path.Value is { } path && path.EndsWith('/') && files.GetFileInfo(path + "index.html").Exists)
                http.Request.Path = path + "index.html";
            return next();
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = Types(),
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache",
        });
    }

    /// <summary>Publishes what is public at start, and at every midnight.</summary>
    public static async Task StartSiteAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, app.Lifetime.ApplicationStopping);
        app.Services.GetService<IRecurringJobManager>()?.AddOrUpdate<PublishSite>("publish-site", job => job.RunAsync(CancellationToken.None), MidnightInChina);
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
        types.Mappings[".atom"] = "application/atom+xml; charset=utf-8";
        return types;
    }
}
