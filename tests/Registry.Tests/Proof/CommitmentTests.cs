using System.Text;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using Marten.Events;
using Npgsql;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Proof;
using Weasel.Core;

namespace Registry.Tests.Proof;

/// <summary>PC-5 and PC-8: a commitment is made once over bytes that stay, whatever happens to the program, its types or the database around it.</summary>
public sealed class CommitmentTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PC_05_other_serialisers_renamed_values_rebuilt_views_archived_streams_and_a_rewritten_table_change_no_commitment_and_no_leaf()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        var batch = await bench.HappenAsync(20);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        var before = (await DigestAsync(bench), bench.Checked());

        // A later program that writes enumerations as numbers and members otherwise, and reads the history through it.
        using (var later = DocumentStore.For(o =>
        {
            o.Connection(bench.Settings.ConnectionString);
            o.DatabaseSchemaName = Store.Schema;
            o.UseSystemTextJsonForSerialization(EnumStorage.AsInteger, Casing.CamelCase, json => Json.Strict(json));
            o.Events.StreamIdentity = StreamIdentity.AsString;
            o.AutoCreateSchemaObjects = JasperFx.AutoCreate.None;
            foreach (var (type, mark) in EventBook.All)
                o.Events.MapEventType(type, mark.Name);
            o.Events.Upcast<DeadlineExtended, DeadlineExtended>("deadline-extended", old => old with { LastDay = old.LastDay.AddDays(1) });
        }))
        {
            await using var session = later.LightweightSession();
            Assert.Equal(20, (await session.Events.FetchStreamAsync(batch.Stream, token: Ct)).Count);
        }
        await ExecuteAsync(bench, $"select registry.mt_archive_stream('{batch.Stream}')");
        await ExecuteAsync(bench, "vacuum full registry.mt_events");
        await ExecuteAsync(bench, "update registry.mt_events set data = (data::text)::jsonb");
        Assert.Equal(before, (await DigestAsync(bench), bench.Checked()));
        Assert.Empty(await bench.Service<LogDoctor>().ExamineAsync(Ct));
        Assert.Null((await bench.PublishAsync(hours: 2)).Problem);
        Assert.Equal(before, (await DigestAsync(bench), bench.Checked()));
    }

    [Fact]
    public async Task PC_08_texts_and_figures_in_every_form_come_back_from_the_store_as_they_were_committed()
    {
        string[] texts = ["\u00e9", "e\u0301", "😀👨‍👩‍👧", "行一\u2028行二", "末尾空格 ", "１２３全角", "引号\"\\/<>&'", "𠮷\u3000", "1", "1.0"];
        string[] figures = ["1", "1.0", "1.00", "1e2", "100", "0.1", "-0", "12345678901234567890.123456789", "null", "true", "\"1.0\"", "[1.0, 1]", "{\"b\": 1, \"a\": 2}"];
        await using var bench = await LogBench.StartAsync(postgres);
        await using (var session = bench.Service<IDocumentStore>().LightweightSession())
        {
            var all = texts.Select(t => (Text: t, Figure: "1")).Concat(figures.Select(f => (Text: "演示集群", Figure: f)));
            foreach (var (text, figure) in all)
            {
                var id = new ApplicationId(Guid.NewGuid().ToString("N"));
                session.Events.StartStream<Application>(id.Stream, new ApplicationSubmitted(
                    new BatchId("canonical.1"), Scenario.NewOrganisation(Scenario.Jinan), text, text, Scenario.Jinan, "SW", 1,
                    new Dictionary<string, JsonElement> { ["figure"] = JsonDocument.Parse(figure).RootElement },
                    new Dictionary<string, Sealed> { ["words"] = Sealed.Of(text) }, [], [], "00"));
            }
            await session.SaveChangesAsync(Ct);
        }
        await bench.TakenInAsync();
        Assert.Equal(texts.Length + figures.Length, await bench.Service<LeafTable>().CountAsync(Ct));
        Assert.Empty(await bench.Service<LogDoctor>().ExamineAsync(Ct));
        // What is typed is brought into one form, or refused: equal texts have equal bytes before anything is committed.
        Assert.Equal(PlainText.Check("e\u0301 ", false, 10).Text, PlainText.Check("\u00e9", false, 10).Text);
        Assert.Equal("text.hidden-character", PlainText.Check("行一\u2028行二", true, 100).Code);
        Assert.Equal("text.hidden-character", PlainText.Check("零宽\u200b", true, 100).Code);
        Assert.Equal("１２３", PlainText.Check("１２３", false, 10).Text);
    }

    /// <summary>One digest over every commitment and every leaf.</summary>
    private static async Task<string> DigestAsync(LogBench bench)
    {
        await using var connection = new NpgsqlConnection(bench.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("""
            select encode(sha256(string_agg(l.entry || l.hash || c.digests || c.subject_salt || convert_to(c.openings::text, 'UTF8'), ''::bytea order by l.index)), 'hex')
            from registry.log_leaves l join registry.commitments c on c.event_id = l.event_id
            """, connection);
        return (string)(await command.ExecuteScalarAsync(Ct))!;
    }

    private static async Task ExecuteAsync(LogBench bench, string sql)
    {
        await using var connection = new NpgsqlConnection(bench.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
