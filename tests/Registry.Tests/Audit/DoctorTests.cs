using System.Text.RegularExpressions;
using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Applications;
using Registry.Audit;
using Registry.Platform;

namespace Registry.Tests.Audit;

/// <summary>The doctor on a store of its own: it finds nothing where nothing is wrong, and names what somebody changed by hand.</summary>
public sealed partial class DoctorTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(RegistryHost host)
    {
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        return await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct);
    }

    private static async Task<string> ChangeAsync(RegistryHost host, string sql)
    {
        await using var connection = new NpgsqlConnection(host.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return $"{await command.ExecuteScalarAsync(Ct)}";
    }

    private static string Said(IReadOnlyList<Finding> findings) =>
        string.Join("\n", findings.Where(f => f.Severity == Severity.Fault).Select(f => $"{f.Code} {string.Join(", ", f.Facts)}"));

    [Fact]
    public async Task Nothing_is_wrong_with_an_untouched_store_and_every_change_by_hand_is_named()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        var (other, otherClerk) = await scenario.SubmittedAsync(batch);
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, Scenario.Open);
        await registry.Accepted(otherClerk, new WithdrawApplication("演示撤回理由", 1), other.Value, Scenario.Open);
        Assert.Equal("", Said(await ExamineAsync(host)));

        var changed = await ChangeAsync(host, $"update registry.mt_events set data = jsonb_set(data, '{{ClusterName}}', '\"别的名字\"') where stream_id = '{id.Stream}' and version = 1 returning id");
        var dated = await ChangeAsync(host, $"update registry.mt_events set timestamp = timestamp - interval '1 day' where stream_id = '{id.Stream}' and version = 2 returning id");
        var deleted = await ChangeAsync(host, $"delete from registry.mt_events where stream_id = '{other.Stream}' and version = 2 returning id");
        // The two openings are taken away, as though the event were older than these commitments.
        var forged = await ChangeAsync(host, $$"""update registry.mt_events set headers = headers || '{"role": "Auditor", "on-behalf-of": "somebody"}' where stream_id = '{{other.Stream}}' and version = 1 returning id""");
        await ChangeAsync(host, $"update registry.commitments set openings = openings - 'role' - 'on-behalf-of' where event_id = '{forged}'");
        await ChangeAsync(host, $"update registry.mt_doc_applicationcard set data = jsonb_set(data, '{{Rank}}', '1') where id = '{id.Stream}'");
        var evidence = Directory.EnumerateFiles(Path.Combine(host.Folder, "evidence", id.Value), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(evidence, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(evidence, bytes, Ct);
        Directory.Delete(Path.Combine(host.Folder, "evidence", other.Value), recursive: true);

        var findings = await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct);
        var found = findings.Where(f => f.Severity == Severity.Fault).Select(f => (f.Code, Id: $"{f.Facts.GetValueOrDefault("event") ?? f.Facts.GetValueOrDefault("stream") ?? f.Facts.GetValueOrDefault("id")}", Fields: $"{f.Facts.GetValueOrDefault("fields")}")).ToList();
        Assert.Contains(("event-changed", changed, "data.ClusterName"), found);
        Assert.Contains(("event-changed", dated, "time"), found);
        Assert.Contains(("event-deleted", deleted, ""), found);
        Assert.Contains(("event-changed", forged, "role, on-behalf-of"), found);
        Assert.Contains(("stream-gap", other.Stream, ""), found);
        Assert.Contains(("view-differs", id.Stream, ""), found);
        Assert.Contains(("file-changed", id.Stream, ""), found);
        Assert.Contains(("file-missing", other.Stream, ""), found);
        Assert.Equal((Severity.Note, id.Stream), Assert.Single(findings, f => f.Code == "time-goes-back") is var back ? (back.Severity, back.Facts["stream"]) : default);
    }

    [Fact]
    public async Task An_event_whose_traces_beside_it_were_removed_too_is_missed_by_its_leaf_and_the_index_of_acts_is_compared_with_the_events()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var (id, clerk) = await new Scenario(registry).SubmittedAsync(await registry.Announce());
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, Scenario.Open);
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        var renamed = await ChangeAsync(host, $"update registry.mt_doc_act set data = jsonb_set(data, '{{Actor}}', '\"somebody\"') where data ->> 'Stream' = '{id.Stream}' and data ->> 'Number' = '1' returning id");
        var gone = await ChangeAsync(host, "delete from registry.mt_doc_act where data ->> 'Kind' = 'batch-announced' returning id");
        // Whoever removes an event with its row in the index, its commitments and its number in the stream has still not removed it from the log.
        var deleted = await ChangeAsync(host, $"delete from registry.mt_events where stream_id = '{id.Stream}' and version = 2 returning id");
        await ChangeAsync(host, $"delete from registry.commitments where event_id = '{deleted}'; delete from registry.mt_doc_act where id = '{deleted}'; update registry.mt_streams set version = 1 where id = '{id.Stream}'");

        var findings = await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct);
        Assert.Equal(deleted, Assert.Single(findings, f => f is { Code: "event-deleted", Severity: Severity.Fault }).Facts["event"]!.ToString());
        var acts = findings.Where(f => f.Code == "view-differs" && Equals(f.Facts["view"], "Act")).Select(f => ($"{f.Facts["id"]}", $"{f.Facts["how"]}")).ToList();
        Assert.Equal([(renamed, "differs"), (gone, "missing")], acts.OrderBy(a => a.Item2));

        // A leaf that was taken back from the public log after a restore has no event any more; that is known, and no fault of this store.
        await ChangeAsync(host, $"update registry.log_leaves set event_id = null, seq = null where event_id = '{deleted}'");
        var after = await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct);
        Assert.DoesNotContain(after, f => f.Code == "event-deleted");
        Assert.Equal((Severity.Note, 1L), (Assert.Single(after, f => f.Code == "events-lost").Severity, Assert.Single(after, f => f.Code == "events-lost").Facts["count"]));
    }

    [Fact]
    public async Task An_event_that_this_program_cannot_read_is_named_and_the_rest_is_examined()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, Scenario.Open);
        var (other, _) = await scenario.SubmittedAsync(batch);
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        var renamed = await ChangeAsync(host, $"update registry.mt_events set type = 'of-no-kind' where stream_id = '{id.Stream}' and version = 2 returning id");
        var emptied = await ChangeAsync(host, $"update registry.mt_events set data = '\"x\"' where stream_id = '{other.Stream}' and version = 1 returning id");

        var faults = (await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct)).Where(f => f.Severity == Severity.Fault).ToList();
        var found = faults.Select(f => (f.Code, Id: $"{f.Facts.GetValueOrDefault("event")}")).Distinct().ToList();
        Assert.Contains(("event-unreadable", renamed), found);
        Assert.Contains(("event-changed", renamed), found);
        Assert.Contains(("event-unreadable", emptied), found);
        Assert.Contains(("event-changed", emptied), found);
        // Views that such an event would have changed are not judged; the index of acts needs no content, and still bears the name that the event had.
        Assert.Equal([("Act", renamed)], faults.Where(f => f.Code == "view-differs").Select(f => ($"{f.Facts["view"]}", $"{f.Facts["id"]}")));
    }

    [Fact]
    public async Task What_happens_while_the_doctor_looks_is_no_fault()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var (id, clerk) = await scenario.SubmittedAsync(await registry.Announce());
        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(30));
        var doctor = host.Host.Services.GetRequiredService<Doctor>();
        doctor.Meanwhile = async () =>
        {
            await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, Scenario.Open);
            await scenario.SubmittedAsync(await registry.Announce());
        };
        Assert.Equal("", Said(await doctor.ExamineAsync(Ct)));
    }

    [Fact]
    public async Task Many_findings_of_one_code_are_as_grave_together_as_each_is_alone()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), s => s with { Files = s.Files with { OrphanGrace = TimeSpan.FromHours(-1) } });
        var files = host.Host.Services.GetRequiredService<Registry.Platform.Files.ISealedFiles>();
        for (var i = 0; i < 53; i++)
            await files.WriteAsync("nobody", i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), new byte[] { 1 }, Ct);
        var more = Assert.Single(await host.Host.Services.GetRequiredService<Doctor>().ExamineAsync(Ct), f => f.Code == "more");
        Assert.Equal((Severity.Note, "orphan-file", 3), (more.Severity, more.Facts["code"], more.Facts["count"]));
    }

    [Theory]
    [InlineData(Severity.Fine, 0)]
    [InlineData(Severity.Note, 0)]
    [InlineData(Severity.Fault, 1)]
    public void Only_a_fault_ends_with_exit_code_1_and_says_what_to_do(Severity severity, int expected)
    {
        using var output = new StringWriter();
        Assert.Equal(expected, Registry.Cli.DoctorVerb.Report([new Finding("disk-low", severity, new Dictionary<string, object?> { ["free"] = 1, ["least"] = 2 })], json: false, output));
        Assert.Equal(severity != Severity.Fine, output.ToString().Contains('→'));
    }

    [Fact]
    public void Every_finding_has_words_and_says_what_to_do_in_both_languages()
    {
        // The codes as the doctor's own source names them, each with the severity that it is given there.
        var named = Directory.EnumerateFiles(Path.Combine(TestData.Root, "src", "Registry", "Audit"), "Doctor*.cs").SelectMany(f => Said().Matches(File.ReadAllText(f)))
            .Select(m => (Code: m.Groups[2].Value, Fine: m.Groups[1].Value == "Fine")).Append(("more", false)).Append(("file-missing", false)).Append(("file-changed", false)).Append(("file-unopened", false)).Distinct().ToList();
        Assert.True(named.Count > 20, $"{named.Count}");
        foreach (var language in Enum.GetValues<Language>())
            foreach (var (code, fine) in named)
            {
                Assert.True(Texts.Has(language, $"doctor.{code}"), $"{language} {code}");
                Assert.True(fine || Texts.Has(language, $"doctor.{code}.todo"), $"{language} {code}.todo");
            }
    }

    [GeneratedRegex("(Add|Fine)\\(\"([a-z-]+)\"")]
    private static partial Regex Said();
}
