using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Wolverine.Tracking;

namespace Registry.Tests.Platform;

public sealed class KernelTests(RegistryFixture registry, PostgresFixture postgres) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Province = new("officer-1", Roles.ProvincialOfficer);
    private static readonly DateTimeOffset May = new(2025, 5, 20, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_role_that_may_not_give_a_command_is_refused()
    {
        var batch = await registry.Announce();
        Assert.Equal("access.not-this-role", await registry.Refused(new Actor("x", Roles.Expert), new ExtendDeadline(new DateOnly(2025, 7, 1), "停电", 1), batch.Value));
        Assert.Equal("access.not-signed-in", await registry.Refused(Actor.Citizen, new ExtendDeadline(new DateOnly(2025, 7, 1), "停电", 1), batch.Value));
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_appends_nothing()
    {
        var batch = await registry.Announce();
        await registry.Accepted(Province, new ExtendDeadline(new DateOnly(2025, 7, 1), "停电", 1), batch.Value);
        Assert.Equal("command.stale", await registry.Refused(Province, new ExtendDeadline(new DateOnly(2025, 7, 2), "停电", 1), batch.Value));
        await using var session = registry.Store.QuerySession();
        Assert.Equal(2, (await session.Events.FetchStreamAsync(batch.Stream, token: TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_writer_that_took_no_lock_is_met_in_the_store_and_the_later_command_appends_nothing_and_can_be_given_again()
    {
        var batch = await registry.Announce();
        var command = new ExtendBesideAnother(batch.Value);
        Assert.Equal("command.conflict", await registry.Refused(Province, command, batch.Value, key: "met-another"));
        await using var session = registry.Store.QuerySession();
        var days = (await session.Events.FetchStreamAsync(batch.Stream, token: TestContext.Current.CancellationToken)).Select(e => e.Data).OfType<DeadlineExtended>().Select(e => e.LastDay);
        Assert.Equal([new DateOnly(2025, 7, 1)], days);
        Assert.False((await registry.Give(Province, command, batch.Value, key: "met-another")).Repeated);
    }

    /// <summary>Reads a batch; before it has appended, another session does, without asking for the lock.</summary>
    private sealed record ExtendBesideAnother(string Batch) : ICommand<ExtendBesideAnother>
    {
        public static CommandSpec Spec { get; } = new("extend-beside-another", null, Roles.ProvincialOfficer, "Extend a deadline beside another writer.");

        public static async Task<Decision> Handle(ExtendBesideAnother command, Desk desk)
        {
            var batch = new BatchId(command.Batch);
            var read = (await desk.ReadAsync(batch.Stream))[0];
            await using var other = desk.Services.GetRequiredService<IDocumentStore>().LightweightSession();
            other.Events.Append(batch.Stream, read.Version + 1, new DeadlineExtended(new DateOnly(2025, 7, 1), Sealed.Of("停电")));
            await other.SaveChangesAsync(desk.Cancelled);
            return desk.Record<Batch>(read, batch.Value, Decision.Accept(new DeadlineExtended(new DateOnly(2025, 7, 2), Sealed.Of("断网"))));
        }
    }

    [Fact]
    public async Task TL_04_an_event_too_large_for_a_leaf_is_refused_when_it_is_given_and_one_that_just_fits_is_taken()
    {
        Assert.Equal("command.too-large", await registry.Refused(Province, new RecordMany(Commitments.MostFields - 8 + 1)));
        await registry.Accepted(Province, new RecordMany(Commitments.MostFields - 8));
    }

    /// <summary>Appends an event with so many fields beside the eight that every event has.</summary>
    private sealed record RecordMany(int Fields) : ICommand<RecordMany>
    {
        public static CommandSpec Spec { get; } = new("record-many", null, Roles.ProvincialOfficer, "Record an event of many fields.");

        public static Task<Decision> Handle(RecordMany command, Desk desk)
        {
            desk.Append<Batch>(new Timeline($"batch/many.{Desk.NewId()}", []), [new ManyRecorded(Enumerable.Range(0, command.Fields).ToDictionary(i => $"F{i}", i => i))]);
            return Task.FromResult(Decision.Accept());
        }
    }

    private sealed record ManyRecorded(IReadOnlyDictionary<string, int> Facts);

    [Fact]
    public async Task The_same_key_and_body_get_the_first_answer_again_and_another_body_is_refused()
    {
        var batch = await registry.Announce();
        var command = new ExtendDeadline(new DateOnly(2025, 7, 1), "停电", 1);
        var first = await registry.Give(Province, command, batch.Value, key: "the-same-key");
        var again = await registry.Give(Province, command, batch.Value, key: "the-same-key");
        Assert.Equal(first.Answer!.Version, again.Answer!.Version);
        Assert.True(again.Repeated);
        Assert.Equal("command.key-reused", await registry.Refused(Province, command with { Reason = "另一理由" }, batch.Value, key: "the-same-key"));
        await using var session = registry.Store.QuerySession();
        Assert.Equal(2, (await session.Events.FetchStreamAsync(batch.Stream, token: TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_refusal_is_given_again_with_its_figures()
    {
        var batch = await registry.Announce();
        var command = new ExtendDeadline(new DateOnly(2025, 6, 1), "停电", 1);
        var first = await registry.Give(Province, command, batch.Value, key: "refused-key");
        var again = await registry.Give(Province, command, batch.Value, key: "refused-key");
        Assert.Equal("batch.extension-shortens", first.Refusal!.Rule.Code);
        Assert.Equal("batch.extension-shortens", again.Refusal!.Rule.Code);
        Assert.True(again.Repeated);
        Assert.Equal("2025-06-20", again.Refusal.Arguments["lastDay"]!.ToString());
    }

    [Fact]
    public async Task A_public_event_makes_the_site_due_and_a_refusal_does_not()
    {
        // A program of its own: what other tests send would be counted too.
        await using var alone = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var announcement = new AnnounceBatch(Encoding.UTF8.GetString(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source));
        async Task<(Outcome? Outcome, int Asked)> Give()
        {
            Outcome? outcome = null;
            var sent = await alone.Host.ExecuteAndWaitAsync(async () => outcome = await alone.Host.Services.GetRequiredService<CommandRunner>()
                .RunAsync(Actor.Job("test"), null, announcement, Guid.NewGuid().ToString("N"), May, TestContext.Current.CancellationToken));
            return (outcome, sent.Sent.MessagesOf<Registry.Platform.PublicHistoryGrew>().Count());
        }

        var (accepted, asked) = await Give();
        Assert.NotNull(accepted!.Answer);
        Assert.Equal(1, asked);
        var (refused, askedAgain) = await Give();
        Assert.NotNull(refused!.Refusal);
        Assert.Equal(0, askedAgain);
    }

    [Fact]
    public async Task Fifty_at_once_with_one_key_append_one_event()
    {
        var batch = await registry.Announce();
        var command = new ExtendDeadline(new DateOnly(2025, 7, 1), "停电", 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Province, command, batch.Value, key: "fifty-at-once")));
        Assert.All(outcomes, o => Assert.Equal(2, o.Answer!.Version));
        Assert.Single(outcomes, o => !o.Repeated);
    }

    [Fact]
    public async Task Free_text_is_stored_sealed_and_its_event_is_committed_field_by_field()
    {
        var batch = await registry.Announce();
        const string reason = "机房断电四小时，系统无法访问";
        await registry.Accepted(Province, new ExtendDeadline(new DateOnly(2025, 7, 1), reason, 1), batch.Value, May);
        await using var session = registry.Store.QuerySession();
        var stored = (await session.Events.FetchStreamAsync(batch.Stream, token: TestContext.Current.CancellationToken))[1];
        var sealedReason = ((DeadlineExtended)stored.Data).Reason;
        Assert.Null(sealedReason.Text);
        Assert.Equal(reason, registry.Host.Services.GetRequiredService<Vault>().Open(sealedReason));
        Assert.Equal(May, stored.Timestamp);
        Assert.Equal(Province.Id, stored.UserName);
        Assert.Equal("ProvincialOfficer", stored.GetHeader("role")!.ToString());
        Assert.Equal(64, stored.GetHeader("definition")!.ToString()!.Length);
        Assert.NotNull(stored.CorrelationId);

        var raw = await One<string>("select data::text from registry.mt_events where id = @id", stored.Id);
        Assert.DoesNotContain("断电", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u65ad", raw, StringComparison.OrdinalIgnoreCase);

        var openings = JsonNode.Parse(await One<string>("select openings::text from registry.commitments where event_id = @id", stored.Id))!.AsObject();
        var digests = await One<byte[]>("select digests from registry.commitments where event_id = @id", stored.Id);
        Assert.Equal(0, digests.Length % (16 * 32));
        var lastDay = openings["data.LastDay"]!["open"]!.GetValue<string>();
        Assert.Contains(Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(lastDay))), Convert.ToHexString(digests), StringComparison.Ordinal);
        var opened = JsonSerializer.Deserialize<JsonArray>(System.Buffers.Text.Base64Url.DecodeFromChars(lastDay))!;
        Assert.Equal("2025-07-01", opened[2]!.GetValue<string>());
        Assert.Equal(batch.Stream, openings["data.Reason"]!["key"]!.GetValue<string>());
        Assert.Null(openings["data.Reason"]!["open"]);
        var box = registry.Host.Services.GetRequiredService<Vault>().OpenBytes(
            Convert.FromBase64String(openings["data.Reason"]!["box"]!.GetValue<string>()), batch.Stream, Commitments.OpeningLabel(stored.Id, "data.Reason"));
        Assert.Contains(Convert.ToHexString(SHA256.HashData(box!)), Convert.ToHexString(digests), StringComparison.Ordinal);
        Assert.Equal(Province.Id, JsonSerializer.Deserialize<JsonArray>(
            System.Buffers.Text.Base64Url.DecodeFromChars(openings["actor"]!["open"]!.GetValue<string>()))![2]!.GetValue<string>());
        Assert.Equal("2025-05-20T02:00:00.0000000Z", JsonSerializer.Deserialize<JsonArray>(
            System.Buffers.Text.Base64Url.DecodeFromChars(openings["time"]!["open"]!.GetValue<string>()))![2]!.GetValue<string>());
    }

    [Fact]
    public void A_destroyed_key_opens_nothing_and_is_never_made_again()
    {
        var keys = registry.Host.Services.GetRequiredService<KeyStore>();
        var vault = registry.Host.Services.GetRequiredService<Vault>();
        var value = vault.Seal("张三 13800000000", "test/subject", "here");
        keys.Destroy("test/subject");
        Assert.Null(vault.Open(value));
        Assert.Throws<KeyDestroyedException>(() => vault.Seal("again", "test/subject", "here"));
    }

    [Fact]
    public void A_sealed_value_moved_elsewhere_does_not_open()
    {
        var vault = registry.Host.Services.GetRequiredService<Vault>();
        var value = vault.Seal("理由", "test/moved", "one place");
        Assert.Throws<InvalidOperationException>(() => vault.Open(Sealed.From(value.Box! with { At = "another place" })));
    }

    [Fact]
    public void An_unsealed_value_cannot_be_written()
    {
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(Sealed.Of("text")));
    }

    private async Task<T> One<T>(string sql, Guid id)
    {
        await using var connection = (NpgsqlConnection)registry.Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new("id", id) } };
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
