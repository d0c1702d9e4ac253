using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;
using Registry.Letters;
using Registry.Platform;
using Registry.Platform.Mail;

namespace Registry.Tests.Platform;

/// <summary>A job that failed while the database was away is done by the next run of the same job, and is then no finding any more.</summary>
public sealed class RedoneJobsTests(OwnStore own) : IClassFixture<OwnStore>
{
    [Fact]
    public void A_failed_job_leaves_the_list_when_a_later_run_of_the_same_job_has_succeeded_and_not_before()
    {
        var storage = own.Registry.Host.Services.GetRequiredService<JobStorage>();
        var jobs = new BackgroundJobClient(storage);
        var early = jobs.Create(Job.FromExpression<Postman>(p => p.RunAsync(CancellationToken.None)), new ScheduledState(TimeSpan.FromHours(1)));
        var failed = jobs.Create(Job.FromExpression<Postman>(p => p.RunAsync(CancellationToken.None)), new FailedState(new InvalidOperationException("away")));
        var other = jobs.Create(Job.FromExpression<ByCalendar>(b => b.AskAsync(CancellationToken.None)), new ScheduledState(TimeSpan.FromHours(1)));

        // One that was asked for before the failure may have looked before there was anything to see, and one of another kind looks at something else.
        jobs.ChangeState(early, new SucceededState(null, 0, 0));
        jobs.ChangeState(other, new SucceededState(null, 0, 0));
        Assert.Equal("Failed", StateOf(failed));

        var later = jobs.Create(Job.FromExpression<Postman>(p => p.RunAsync(CancellationToken.None)), new ScheduledState(TimeSpan.FromHours(1)));
        jobs.ChangeState(later, new SucceededState(null, 0, 0));
        Assert.Equal("Deleted", StateOf(failed));
        Assert.Equal(0, storage.GetMonitoringApi().FailedCount());

        string StateOf(string id)
        {
            using var connection = storage.GetConnection();
            return connection.GetStateData(id).Name;
        }
    }

    [Fact]
    public void All_failed_jobs_are_looked_at_however_many_there_are()
    {
        var storage = own.Registry.Host.Services.GetRequiredService<JobStorage>();
        var jobs = new BackgroundJobClient(storage);
        for (var i = 0; i < 2; i++)
            jobs.Create(Job.FromExpression<Postman>(p => p.RunAsync(CancellationToken.None)), new FailedState(new InvalidOperationException("away")));
        var other = jobs.Create(Job.FromExpression<Registry.Proof.ProofRound>(r => r.RunAsync(CancellationToken.None)), new FailedState(new InvalidOperationException("away")));
        using var connection = storage.GetConnection();
        using var transaction = connection.CreateWriteTransaction();
        new RedoneJobs { AtOnce = 1 }.OnStateApplied(Succeeded(storage, connection, transaction), transaction);
        Assert.Equal([other], storage.GetMonitoringApi().FailedJobs(0, 10).Select(f => f.Key));
        new BackgroundJobClient(storage).ChangeState(other, new DeletedState());
    }

    [Fact]
    public void A_list_that_cannot_be_read_does_not_spoil_the_success_of_the_job()
    {
        var storage = own.Registry.Host.Services.GetRequiredService<JobStorage>();
        using var connection = storage.GetConnection();
        using var transaction = connection.CreateWriteTransaction();
        Assert.Null(Record.Exception(() => new RedoneJobs().OnStateApplied(Succeeded(new Away(), connection, transaction), transaction)));
    }

    private static ApplyStateContext Succeeded(JobStorage storage, IStorageConnection connection, IWriteOnlyTransaction transaction) => new(
        storage, connection, transaction,
        new BackgroundJob("1", Job.FromExpression<Postman>(p => p.RunAsync(CancellationToken.None)), DateTime.UtcNow.AddMinutes(1)), new SucceededState(null, 0, 0), ProcessingState.StateName);

    private sealed class Away : JobStorage
    {
        public override IMonitoringApi GetMonitoringApi() => throw new InvalidOperationException("away");

        public override IStorageConnection GetConnection() => throw new InvalidOperationException("away");
    }
}
