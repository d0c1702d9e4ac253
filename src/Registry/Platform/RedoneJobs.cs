using Hangfire;
using Hangfire.Logging;
using Hangfire.States;
using Hangfire.Storage;

namespace Registry.Platform;

/// <summary>
/// A job carries nothing: it asks, and state answers. So whatever a failed run left undone is done by the next run of the same job, and once that has succeeded the
/// failed one is no news any more. It leaves the list of failed jobs, which a person has to look at; in the history of the jobs it stays for its time.
/// </summary>
public sealed class RedoneJobs : IApplyStateFilter
{
    /// <summary>Failed jobs that are read at once.</summary>
    public int AtOnce { get; init; } = 200;

    /// <inheritdoc />
    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
        if (context.NewState is not SucceededState)
            return;
        try
        {
            var client = new BackgroundJobClient(context.Storage);
            foreach (var id in RedoneBy(context.BackgroundJob, context.Storage))
                client.ChangeState(id, new DeletedState { Reason = $"done by {context.BackgroundJob.Id}" }, FailedState.StateName);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The job has succeeded, whatever becomes of the list; the next success looks again.
            LogProvider.GetLogger(typeof(RedoneJobs)).WarnException("failed jobs that were done since stay on the list", fault);
        }
    }

    /// <summary>All of them before any is taken off: the pages would shift.</summary>
    private List<string> RedoneBy(BackgroundJob done, JobStorage storage)
    {
        var (redone, monitor) = (new List<string>(), storage.GetMonitoringApi());
        for (var from = 0; ; from += AtOnce)
        {
            var page = monitor.FailedJobs(from, AtOnce);
            // Only a run that was asked for after the failure is sure to have seen all that the failed one should have.
            redone.AddRange(page.Where(f => f.Value?.Job is { } job && job.Type == done.Job.Type && job.Method == done.Job.Method && f.Value.FailedAt < done.CreatedAt).Select(f => f.Key));
            if (page.Count < AtOnce)
                return redone;
        }
    }

    /// <inheritdoc />
    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction) { }
}
