using Hangfire;
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
        services.AddSingleton(services => new SiteServing(services.GetRequiredService<RegistrySettings>().SiteFolder));
        services.AddTransient<PublishSite>();
        services.AddTransient<PostingChecks>();
    }

    /// <summary>The public files at the root; what the site does not have is the registry's.</summary>
    public static void UseSite(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<SiteServing>();
        app.Use((http, next) => site.Answer(http) ?? next(http));
    }

    /// <summary>Publishes what is public at start, and at every midnight.</summary>
    public static async Task StartSiteAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, app.Lifetime.ApplicationStopping);
        app.Services.GetService<IRecurringJobManager>()?.AddOrUpdate<PublishSite>("publish-site", job => job.RunAsync(CancellationToken.None), MidnightInChina);
    }
}
