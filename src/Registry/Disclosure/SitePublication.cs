using Marten;
using PublicSite;
using Registry.Platform;
using Registry.Programme;
using Registry.Proof;

namespace Registry.Disclosure;

/// <summary>
/// Publishes the site when what is public, or the day, is not what was last published. Being asked late, twice or on two nodes changes nothing:
/// the question is always what the history says now.
/// </summary>
public sealed class SitePublication(IDocumentStore store, Calls calls, LeafTable leaves, Disclosures disclosures, RegistrySettings settings, DemoData demo, RegistryClock clock, ILogger<SitePublication> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim one = new(1);
    private readonly PublicHistory history = new(calls);
    private readonly SiteKeeper keeper = new(new SiteOptions { OutputFolder = settings.SiteFolder, SearchTool = settings.SearchTool, PackedTwins = true });
    private (PublicExtent Extent, DateOnly Day)? published;
    private bool proofsAwaited;
    private DateTimeOffset? askedAt;

    /// <summary>
    /// A job waits that this node asked for a moment ago and that has not yet looked at the history. The nodes share their jobs, and one that another
    /// node takes says nothing here, so the note does not last.
    /// </summary>
    public bool Asked
    {
        get => askedAt is { } at && clock.GetUtcNow() - at is var ago && ago >= TimeSpan.Zero && ago < AskedFor;
        set => askedAt = value ? clock.GetUtcNow() : null;
    }

    /// <summary>Publishes if there is anything new; says what happened.</summary>
    /// <param name="always">Builds even if nothing is new.</param>
    /// <param name="ct">Ends with the caller.</param>
    public async Task<PublishResult?> PublishAsync(bool always, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            await using var session = store.QuerySession();
            var now = (Extent: await PublicHistory.ExtentAsync(session, ct), Day: ChinaTime.ToDay(clock.GetUtcNow()));
            if (!always && published == now && !proofsAwaited)
                return null;
            // The log takes an event in a moment after it has happened. A page that was faster says at the next round what it rests on.
            proofsAwaited = !await leaves.HasTakenInAsync(now.Extent.Last, Patience, ct);
            history.Leaves = await PublicLeaves.ReadAsync(leaves, ct);
            var data = await history.ReadAsync(session, now.Day, await demo.IsPresentAsync(ct), Licence(), ct);
            IReadOnlyList<PageProof> shown = [];
            IReadOnlyDictionary<long, string> disclosed = new Dictionary<long, string>();
            // Nothing is disclosed for a site that is refused; and a page is never served before what it rests on can be read.
            var result = await keeper.PublishAsync(data, now.Day, async site =>
            {
                shown = [.. site.Proofs.Values];
                (disclosed, var problems) = await disclosures.WriteAsync(shown, data.Site.Contacts.SelectMany(c => new[] { c.Phone, c.Mailbox }).OfType<string>(), ct);
                return problems;
            }, ct);
            if (result.Published)
            {
                published = now;
                disclosures.Settle(shown, disclosed);
                log.LogInformation("site published: release {Release}, {Files} files, {Changed} pages changed, public history up to {Last}", result.Release, result.Files, result.ChangedPages, now.Extent.Last);
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

    /// <summary>Brings open data and the search index up to date after events for which they were left behind.</summary>
    public async Task CatchUpAsync(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (await keeper.CatchUpAsync(ct) is { } result)
                foreach (var problem in result.Problems)
                    log.LogError("open data not published: {Where} {Code} {Detail}", problem.Where, problem.Code, problem.Detail);
        }
        finally
        {
            one.Release();
        }
    }

    private NamedLink? Licence() => settings.DataLicence.LastIndexOf(' ') is var space and > 0
        ? new NamedLink(settings.DataLicence[..space], settings.DataLicence[(space + 1)..])
        : null;

    /// <inheritdoc />
    public void Dispose() => one.Dispose();
}
