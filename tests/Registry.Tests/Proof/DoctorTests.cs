using Npgsql;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>Abuse_46: whoever changes the database behind the program's back is found by the log, and the event is named.</summary>
public sealed class DoctorTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Abuse_46_an_event_altered_removed_inserted_swapped_or_moved_is_named()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        var stream = (await bench.HappenAsync(6, role: "ProvincialOfficer", onBehalfOf: "acting-for")).Stream;
        await bench.HappenAsync(4);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        Assert.Empty(await ExamineAsync(bench));

        foreach (var (sql, codes) in new (string, string[])[]
        {
            ("update registry.mt_events set data = jsonb_set(data, '{LastDay}', '\"2030-01-01\"') where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set data = data || '{\"Extra\": 1}' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set data = data - 'LastDay' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set data = '\"x\"' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set data = 'null' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set data = jsonb_set(data, '{Reason}', '\"演示延期理由\"') where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set type = 'of-no-kind', mt_dotnet_type = 'Gone' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set timestamp = timestamp - interval '1 day' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set user_name = 'nobody' where seq_id = 2", ["event-altered"]),
            // Who acted in which role and for whom: a header that is changed, added or taken away, and an opening that is taken away to hide it.
            ("update registry.mt_events set headers = headers || '{\"role\": \"Auditor\"}' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set headers = headers - 'on-behalf-of' where seq_id = 2", ["event-altered"]),
            ("update registry.mt_events set headers = coalesce(headers, '{}') || '{\"on-behalf-of\": \"x\"}' where seq_id = 3", ["event-altered"]),
            ("update registry.commitments set openings = openings - 'role' - 'on-behalf-of' where event_id = (select id from registry.mt_events where seq_id = 4)", ["commitments-removed"]),
            ("update registry.mt_events set data = jsonb_set(data, '{Reason,box}', to_jsonb((select data -> 'Reason' ->> 'box' from registry.mt_events where seq_id = 3))) where seq_id = 2", ["event-altered"]),
            ("delete from registry.mt_events where seq_id = 10", ["event-removed"]),
            ($"update registry.mt_events set version = case version when 2 then 103 else 102 end where stream_id = '{stream}' and version in (2, 3); update registry.mt_events set version = version - 100 where version > 100", ["event-swapped"]),
            ($"update registry.mt_events set stream_id = (select id from registry.mt_streams where id <> '{stream}' limit 1), version = 50 where seq_id = 3", ["event-moved"]),
            ("update registry.commitments set digests = sha256(digests) || substring(digests from 33) where event_id = (select id from registry.mt_events where seq_id = 4)", ["commitments-altered"]),
            ("delete from registry.commitments where event_id = (select id from registry.mt_events where seq_id = 4)", ["commitments-removed"]),
            ("update registry.log_leaves set entry = entry || 'x'::bytea where index = 4", ["leaf-altered", "leaf-differs"]),
        })
        {
            var found = await ExamineAsync(bench, sql);
            Assert.True(codes.All(c => found.Any(f => f.Code == c)) && found.All(f => codes.Contains(f.Code)), $"{sql}: {string.Join("; ", found)}");
            Assert.All(found, f => Assert.NotNull(f.Event));
        }
    }

    [Fact]
    public async Task A_leaf_of_before_role_and_on_behalf_of_were_committed_to_stays_good_and_the_later_ones_are_compared()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(3, role: "ProvincialOfficer");
        await bench.TakenInAsync();
        await bench.PublishAsync();
        // What such an event has: its openings do not name the two, and the leaf's digests of them pass for filling.
        Assert.Empty(await ExamineAsync(bench, "update registry.commitments set openings = openings - 'role' - 'on-behalf-of' where event_id in (select id from registry.mt_events where seq_id < 3)"));
    }

    [Fact]
    public async Task Abuse_46_an_event_slipped_in_without_a_leaf_is_named()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(3);
        await bench.TakenInAsync();
        var found = await ExamineAsync(bench, """
            insert into registry.mt_events select (jsonb_populate_record(e, jsonb_build_object('seq_id', 0, 'id', gen_random_uuid(), 'version', 90))).* from registry.mt_events e where e.seq_id = 2
            """);
        Assert.Equal(["event-inserted"], found.Select(f => f.Code));
    }

    [Fact]
    public async Task TL_08_after_an_older_database_the_missing_leaves_are_taken_back_byte_for_byte_and_the_log_goes_on()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(300);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        var before = bench.Checked();
        await ExecuteAsync(bench, "delete from registry.log_leaves where index >= 250; delete from registry.mt_events where seq_id > 250");
        Assert.Equal(LogPublisher.DatabaseOlder, (await bench.PublishAsync(hours: 2)).Problem);
        var (first, count, problem) = await bench.Service<LogRecovery>().TakeBackAsync(Ct);
        Assert.Null(problem);
        Assert.Equal((250, 50), (first, count));
        Assert.Null((await bench.PublishAsync(hours: 2)).Problem);
        Assert.Equal(before, bench.Checked());
        var lost = await ExamineAsync(bench);
        Assert.Equal(50, lost.Count(f => f.Code == "event-lost"));
    }

    [Fact]
    public async Task TL_08_nothing_is_taken_back_into_a_database_with_another_history()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(10);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        await ExecuteAsync(bench, "delete from registry.log_leaves where index >= 5; update registry.log_leaves set hash = sha256(hash) where index = 3");
        Assert.Contains("leaf 3", (await bench.Service<LogRecovery>().TakeBackAsync(Ct)).Problem, StringComparison.Ordinal);
        Assert.Equal(5, await bench.Service<LeafTable>().CountAsync(Ct));
    }

    /// <summary>What the doctor finds after a change, which is taken back again.</summary>
    private static async Task<IReadOnlyList<LogFault>> ExamineAsync(LogBench bench, string? sql = null)
    {
        var copies = new[] { "mt_events", "commitments", "log_leaves" };
        if (sql is not null)
        {
            foreach (var table in copies)
                await ExecuteAsync(bench, $"create table kept_{table} as table registry.{table}");
            await ExecuteAsync(bench, sql);
        }
        var found = await bench.Service<LogDoctor>().ExamineAsync(Ct);
        if (sql is not null)
            foreach (var table in copies)
                await ExecuteAsync(bench, $"delete from registry.{table}; insert into registry.{table} select * from kept_{table}; drop table kept_{table}");
        return found;
    }

    private static async Task ExecuteAsync(LogBench bench, string sql)
    {
        await using var connection = new NpgsqlConnection(bench.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
