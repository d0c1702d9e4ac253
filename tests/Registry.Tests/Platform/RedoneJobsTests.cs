using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.Extensions.DependencyInjection;
using Registry.Letters;
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
}
