using Hangfire;
using Registry.Platform;

namespace Registry.Disclosure;

/// <summary>The job that publishes the site. It carries nothing: the history says what to publish.</summary>
public sealed class PublishSite(SitePublication publication, PostingChecks postings, IBackgroundJobClient jobs)
{
    // Long enough that a busy afternoon's events share one rewriting of the files that hold everything.
    private static readonly TimeSpan BulkAfter = TimeSpan.FromMinutes(2);

    // Another node is publishing; what it read may be older than what this job was asked for.
    private static readonly TimeSpan BusyAgain = TimeSpan.FromSeconds(5);

    /// <summary>Runs the job. A site that was refused by its checks stays refused until somebody acts; trying again would not help.</summary>
    [AutomaticRetry(Attempts = 3)]
    public async Task RunAsync(CancellationToken ct)
    {
        publication.Asked = false;
        var result = await publication.PublishAsync(always: false, ct);
        if (result?.Problems.Any(p => p.Code == "publish.busy") is true)
            jobs.Schedule<PublishSite>(job => job.RunAsync(CancellationToken.None), BusyAgain);
        if (result is { BulkBehind: true })
            jobs.Schedule<PublishSite>(job => job.CatchUpAsync(CancellationToken.None), BulkAfter);
        await postings.RunAsync(ct);
    }

    /// <summary>The files that hold everything follow their pages.</summary>
    [AutomaticRetry(Attempts = 3)]
    public Task CatchUpAsync(CancellationToken ct) => publication.CatchUpAsync(ct);
}

/// <summary>Asks for a publication after public events have committed.</summary>
public static class PublicHistoryGrewHandler
{
    /// <summary>Enqueues the job, unless one is waiting that will see this event too.</summary>
    public static void Handle(PublicHistoryGrew message, IBackgroundJobClient jobs, SitePublication publication)
    {
        _ = message;
        if (publication.Asked)
            return;
        // Noted first: the job may begin, and take the note away, before this line is left.
        publication.Asked = true;
        try
        {
            jobs.Enqueue<PublishSite>(job => job.RunAsync(CancellationToken.None));
        }
        catch
        {
            publication.Asked = false;
            throw;
        }
    }
}
