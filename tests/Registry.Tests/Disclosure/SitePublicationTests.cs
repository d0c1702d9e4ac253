using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Disclosure;
using Registry.Platform;
using Registry.Programme;
using Registry.Proof;
using Registry.Publicity;

namespace Registry.Tests.Disclosure;

/// <summary>When the site is published, and what is disclosed beside it.</summary>
public sealed class SitePublicationTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_site_that_is_refused_nothing_is_disclosed_and_what_no_page_shows_is_examined_too()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var window = (await scenario.LastAsync<PostingVerified>(notice.Stream)).Window;
        // Past the gate of what is typed, as a fault of the program would be.
        await scenario.AppendAsync<PublicityNotice>(notice.Stream, "officer", Scenario.PostingMorning, new PublicityRedated([1], window.LastDay, window, "请联系13800138000核实。"));
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));

        var refused = await PublishAsync(host, always: true);
        Assert.Contains(refused!.Problems, p => p.Code == "personal.mobile");
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "log", "disclosures")));

        var leaf = await LongAsync(host, "select l.index from registry.log_leaves l join registry.mt_events e on e.id = l.event_id where e.type = 'publicity-redated'");
        var (_, problems) = await host.Host.Services.GetRequiredService<Disclosures>().WriteAsync([new PublicSite.PageProof { Page = "notice/x.html", Leaves = [leaf] }], [], Ct);
        Assert.Equal(("personal.mobile", $"disclosures/{leaf}.json"), (Assert.Single(problems).Code, problems[0].Where));
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "log", "disclosures")));
    }

    [Fact]
    public async Task An_event_that_commits_after_one_with_a_later_number_is_published_too()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        await registry.Announce();
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        Assert.True((await PublishAsync(host, always: true))!.Published);
        Assert.Null(await PublishAsync(host));
        await LongAsync(host, """
            insert into registry.mt_events select (jsonb_populate_record(e, jsonb_build_object('seq_id', 0, 'id', gen_random_uuid(), 'version', 90))).* from registry.mt_events e
            where e.type = 'batch-announced' limit 1 returning seq_id
            """);
        Assert.True((await PublishAsync(host))!.Published);
        Assert.Null(await PublishAsync(host));
    }

    [Fact]
    public void A_publication_is_asked_for_again_when_its_job_has_begun_could_not_be_asked_for_or_was_taken_by_another_node()
    {
        using var site = new SitePublication(null!, null!, null!, null!, RegistrySettings.For(Path.GetTempPath(), ""), null!, new RegistryClock(), Microsoft.Extensions.Logging.Abstractions.NullLogger<SitePublication>.Instance);
        var morning = Scenario.PostingMorning;
        var waits = new Queue(null);
        Ask(waits, morning);
        Ask(waits, morning.AddSeconds(1));
        Assert.Equal(1, waits.Asked);
        Ask(waits, morning.AddMinutes(1));
        Assert.Equal(2, waits.Asked);
        var beginsAtOnce = new Queue(() => site.Asked = false);
        Ask(beginsAtOnce, morning.AddHours(1));
        Ask(beginsAtOnce, morning.AddHours(1));
        Assert.Equal(2, beginsAtOnce.Asked);
        Assert.Throws<InvalidOperationException>(() => Ask(new Queue(() => throw new InvalidOperationException()), morning.AddHours(2)));
        Ask(waits, morning.AddHours(2));
        Assert.Equal(3, waits.Asked);

        void Ask(Queue queue, DateTimeOffset at)
        {
            using (RegistryClock.At(at))
                PublicHistoryGrewHandler.Handle(new PublicHistoryGrew(), queue, site);
        }
    }

    private sealed class Queue(Action? begin) : Hangfire.IBackgroundJobClient
    {
        public int Asked { get; private set; }

        public string Create(Hangfire.Common.Job job, Hangfire.States.IState state)
        {
            begin?.Invoke();
            return $"{++Asked}";
        }

        public bool ChangeState(string jobId, Hangfire.States.IState state, string expectedState) => false;
    }

    private static Task<PublicSite.PublishResult?> PublishAsync(RegistryHost host, bool always = false) =>
        host.Host.Services.GetRequiredService<SitePublication>().PublishAsync(always, Ct);

    private static async Task<long> LongAsync(RegistryHost host, string sql)
    {
        await using var connection = new NpgsqlConnection(host.Host.Services.GetRequiredService<RegistrySettings>().ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(Ct), System.Globalization.CultureInfo.InvariantCulture);
    }
}
