using Hangfire;
using Hangfire.States;
using Hangfire.Storage;

namespace Registry.Platform;

/// <summary>
/// A job carries nothing: it asks, and state answers. So whatever a failed run left undone is done by the next run of the same job, and once that has succeeded the
/// failed one is no news any more. It leaves the list of failed jobs, which a person has to look at; in the history of the jobs it stays for its time.
/// </summary>
public sealed class RedoneJobs : IApplyStateFilter
{
    /// <summary>Failed jobs that are looked at after each success; the rest waits for the next one.</summary>
    private const int AtOnce = 200;

    /// <inheritdoc />
    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
        if (context.NewState is not SucceededState)
            return;
        var (done, begun) = (context.BackgroundJob.Job, context.BackgroundJob.CreatedAt);
        var client = new BackgroundJobClient(context.Storage);
        foreach (var (id, failed) in context.Storage.GetMonitoringApi().FailedJobs(0, AtOnce))
            // Only a run that was asked for after the failure is sure to have seen all that the failed one should have.
            if (failed?.Job is { } job && job.Type == done.Type && job.Method == done.Method && failed.FailedAt < begun)
                client.ChangeState(id, new DeletedState { Reason = $"done by {context.BackgroundJob.Id}" }, FailedState.StateName);
    }

    /// <inheritdoc />
    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction) { }
}
