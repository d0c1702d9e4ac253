using Marten;
using PublicSite;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Disclosure;

/// <summary>
/// Publishes the site when what is public, or the day, is not what was last published. Being asked late, twice or on two nodes changes nothing:
/// the question is always what the history says now.
/// </summary>
public sealed class SitePublication(IDocumentStore store, Calls calls, RegistrySettings settings, DemoData demo, RegistryClock clock, ILogger<SitePublication> log) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);
    private (long Last, DateOnly Day)? published;

    /// <summary>A job of this node waits that has not yet looked at the history.</summary>
    public bool Asked { get; set; }

    /// <summary>Publishes if there is anything new; says what happened.</summary>
    /// <param name="always">Builds even if nothing is new.</param>
    /// <param name="ct">Ends with the caller.</param>
    public async Task<PublishResult?> PublishAsync(bool always, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            await using var session = store.QuerySession();
            var now = (Last: await PublicHistory.LastAsync(session, ct), Day: ChinaTime.ToDay(clock.GetUtcNow()));
            if (!always && published == now)
                return null;
            var data = await PublicHistory.ReadAsync(session, calls, now.Day, await demo.IsPresentAsync(ct), ct);
            var result = await SitePublisher.PublishAsync(data, now.Day, new SiteOptions { OutputFolder = settings.SiteFolder }, ct);
            if (result.Published)
            {
                published = now;
                log.LogInformation("site published: release {Release}, {Files} files, public history up to {Last}", result.Release, result.Files, now.Last);
            }
            else
                foreach (var problem in result.Problems)
                    log.LogError("site not published: {Where} {Code} {Detail}", problem.Where, problem.Code, problem.Detail);
            return result;
        }
        finally
        {
            one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => one.Dispose();
}
