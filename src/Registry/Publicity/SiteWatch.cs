using System.Text.RegularExpressions;
using Marten;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Registry.Platform;

namespace Registry.Publicity;

/// <summary>
/// Looks at the public site once a minute, as a reader would: over HTTP, at the address this node listens on. Only a look that got the page is recorded;
/// a program, database or site that is down leaves a gap by itself.
/// </summary>
public sealed partial class SiteWatch(IDocumentStore store, IServer server, RegistrySettings settings, RegistryClock clock, ILogger<SiteWatch> log) : BackgroundService
{
    // It asks this node itself, whose certificate is often made out to another name or by nobody: whether the site is served is the question, not by whom.
    private static readonly HttpClient Reader = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Jobs)
            return;
        using var timer = new PeriodicTimer(Availability.Beat);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    /// <summary>One look; says whether the site was seen being served.</summary>
    public async Task<bool> LookAsync(CancellationToken ct)
    {
        try
        {
            if (Address() is not { } address)
                return false;
            using var answer = await Reader.GetAsync(new Uri(address, "index.html"), HttpCompletionOption.ResponseHeadersRead, ct);
            if (!answer.IsSuccessStatusCode)
                log.LogWarning("the public site answers {Status}", (int)answer.StatusCode);
            else
                await Availability.SeenAsync(store, clock.GetUtcNow(), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or TaskCanceledException or Npgsql.NpgsqlException or Marten.Exceptions.MartenException)
        {
            log.LogWarning("the public site could not be looked at: {Kind}", e.GetType().Name);
            return false;
        }
    }

    /// <summary>The first address this node listens on that can be asked; a socket file and a pipe cannot.</summary>
    private Uri? Address() => (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        .Where(bound => !bound.Contains("://unix:/", StringComparison.Ordinal) && !bound.Contains("://pipe:/", StringComparison.Ordinal))
        .Select(bound => Uri.TryCreate(Everywhere().Replace(bound, "//127.0.0.1"), UriKind.Absolute, out var address) ? address : null)
        .OfType<Uri>().FirstOrDefault();

    [GeneratedRegex(@"//(\*|\+|\[::\]|0\.0\.0\.0)(?=:|/|$)")]
    private static partial Regex Everywhere();
}
