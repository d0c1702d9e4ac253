using Alba;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>A program of its own with a log of its own, and what one does with it in tests.</summary>
public sealed class LogBench(RegistryHost program) : IAsyncDisposable
{
    private static int _batches;

    /// <summary>The program.</summary>
    public IAlbaHost Host => program.Host;

    /// <summary>Its database as somebody reaches it who changes it by hand.</summary>
    public string OwnerConnectionString => program.OwnerConnectionString;

    /// <summary>Its settings.</summary>
    public RegistrySettings Settings => Service<RegistrySettings>();

    /// <summary>Starts one on a fresh database.</summary>
    public static async Task<LogBench> StartAsync(PostgresFixture postgres, Func<RegistrySettings, RegistrySettings>? adjust = null) =>
        new(await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), adjust));

    /// <summary>A service of the program.</summary>
    public T Service<T>() where T : notnull => Host.Services.GetRequiredService<T>();

    /// <summary>Makes history: so many events on a stream of their own.</summary>
    public async Task<BatchId> HappenAsync(int events = 1, string? role = null, string? onBehalfOf = null)
    {
        var id = new BatchId($"log.{Interlocked.Increment(ref _batches)}");
        await using var session = Service<IDocumentStore>().LightweightSession();
        foreach (var (name, value) in new[] { ("role", role), ("on-behalf-of", onBehalfOf) })
            if (value is not null)
                session.SetHeader(name, value);
        var appended = session.Events.StartStream<Batch>(id.Stream, Enumerable.Range(0, events).Select(i => new DeadlineExtended(new DateOnly(2025, 7, 1).AddDays(i), Sealed.Of("演示延期理由"))));
        foreach (var e in appended.Events)
            e.Timestamp = Service<RegistryClock>().GetUtcNow();
        await session.SaveChangesAsync(Ct);
        return id;
    }

    /// <summary>Waits until the log has taken in everything that happened.</summary>
    public Task TakenInAsync() => Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));

    /// <summary>A publisher like the program's, with something done around each step.</summary>
    public LogPublisher Publisher(Func<string, Func<Task>, Task>? step = null) => new(
        Service<LeafTable>(), Service<LastSigned>(), Service<LogKeys>(), Service<LogFiles>(), Service<Witnesses>(), Service<RegistryClock>(), NullLogger<LogPublisher>.Instance)
    {
        Step = step ?? ((_, write) => write()),
    };

    /// <summary>Publishes when the next publication is due.</summary>
    public async Task<LogPublication> PublishAsync(LogPublisher? publisher = null, double hours = 1)
    {
        using var later = RegistryClock.At(DateTimeOffset.UtcNow.AddHours(hours));
        return await (publisher ?? Service<LogPublisher>()).PublishAsync(Ct);
    }

    /// <summary>The checkpoint that readers see, its signature verified, its tree derived anew from the published entries.</summary>
    public Checkpoint Checked()
    {
        var files = Service<LogFiles>();
        var keys = files.Text("key")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(k => NoteKey.Parse(k)!).ToArray();
        var note = SignedNote.Parse(files.Text("checkpoint")!)!;
        Assert.NotNull(note.Verified(keys));
        var checkpoint = Checkpoint.Parse(note.Text)!;
        var leaves = new List<byte[]>();
        foreach (var bundle in Tiles.Bundles(0, checkpoint.Size))
            leaves.AddRange(Tiles.Unbundle(files.Read(bundle.ToString())).Select(e => Merkle.Leaf(e)));
        Assert.Equal(checkpoint.Size, leaves.Count);
        Assert.Equal(checkpoint.Root, Convert.ToBase64String(Merkle.Root(leaves.Count, Merkle.Of(leaves))));
        foreach (var (path, content) in Tiles.Grow(0, leaves, _ => []))
            Assert.True(files.Read(path.ToString()).AsSpan().SequenceEqual(content), path.ToString());
        return checkpoint;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => program.DisposeAsync();
}

/// <summary>The log takes in every event once and in order, and publishes it in batches.</summary>
public sealed class LogTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_becomes_one_leaf_in_the_stores_order_without_holes()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => bench.HappenAsync(5)));
        await bench.TakenInAsync();
        await using var session = bench.Service<IDocumentStore>().QuerySession();
        var events = await session.QueryAsync<long>("select seq_id from registry.mt_events where type <> 'tombstone' order by seq_id", Ct);
        var leaves = await session.QueryAsync<long>("select seq from registry.log_leaves order by index", Ct);
        Assert.True(events.Count >= 60);
        Assert.Equal(events, leaves);
        Assert.Equal(events.Count, await bench.Service<LeafTable>().CountAsync(Ct));
    }

    [Fact]
    public async Task The_first_checkpoint_is_that_of_the_empty_log_and_the_next_ones_grow_from_it()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        Assert.Equal(0, (await bench.PublishAsync(hours: 0)).Size);
        Assert.Equal(0, bench.Checked().Size);
        await bench.HappenAsync(3);
        await bench.TakenInAsync();
        Assert.Equal(3, (await bench.PublishAsync(hours: 1)).Size);
        Assert.Equal(3, bench.Checked().Size);
        Assert.False((await bench.PublishAsync(hours: 1)).Signed);
        await bench.HappenAsync(260);
        await bench.TakenInAsync();
        Assert.Equal(263, (await bench.PublishAsync(hours: 2)).Size);
        Assert.Equal(263, bench.Checked().Size);
    }

    [Fact]
    public async Task PC_07_a_leaf_is_published_with_its_batch_and_tells_the_batch_and_not_the_hour()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync();
        await bench.TakenInAsync();
        Assert.Equal(0, (await bench.PublishAsync(hours: 0)).Size);
        Assert.Equal(1, (await bench.PublishAsync(hours: 1)).Size);
        var entry = System.Text.Encoding.ASCII.GetString(Tiles.Unbundle(bench.Service<LogFiles>().Read("tile/entries/000.p/1"))[0]).Split('\n');
        Assert.Equal("sdreg-event/v1", entry[0]);
        Assert.Equal("seq 0", entry[1]);
        Assert.Matches("^batch [0-9-]+T[0-9]{2}:00:00Z$", entry[2]);
        Assert.Matches("^subject [A-Za-z0-9+/]{43}=$", entry[3]);
        Assert.Equal("fields 16", entry[4]);
        Assert.Equal(16, entry[5..^1].Length);
        Assert.Equal(TimeSpan.FromHours(1), LeafSubscription.BatchAt(TestData.Instant("2025-07-14T09:13:00+08:00"), TimeSpan.FromHours(1)) - TestData.Instant("2025-07-14T09:00:00+08:00"));
        Assert.Equal(TestData.Instant("2025-07-14T10:00:00+08:00"), LeafSubscription.BatchAt(TestData.Instant("2025-07-14T09:00:00+08:00"), TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task The_log_is_served_as_plain_files_with_headers_that_let_others_keep_them()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync();
        await bench.TakenInAsync();
        await bench.PublishAsync();
        foreach (var (path, type, cache) in new[]
        {
            ("/log/checkpoint", "text/plain; charset=utf-8", "public, max-age=5"), ("/log/key", "text/plain; charset=utf-8", "public, max-age=5"),
            ("/log/tile/0/000.p/1", "application/octet-stream", "public, max-age=31536000, immutable"), ("/log/tile/entries/000.p/1", "application/octet-stream", "public, max-age=31536000, immutable"),
        })
        {
            var answer = await bench.Host.Scenario(s => s.Get.Url(path));
            Assert.Equal(type, answer.Context.Response.ContentType);
            Assert.Equal(cache, answer.Context.Response.Headers.CacheControl);
        }
        await bench.Host.Scenario(s =>
        {
            s.Get.Url("/log/tile/0/000");
            s.StatusCodeShouldBe(404);
        });
    }

    [Fact]
    public async Task The_key_is_made_on_first_use_for_its_owner_alone_and_lies_outside_the_database()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.PublishAsync();
        var key = Assert.Single(Directory.GetFiles(bench.Settings.LogKeyFolder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(bench.Settings.LogKeyFolder));
        Assert.Throws<StartRefusedException>(() => new LogKeys(bench.Settings.LogKeyFolder, "another.example/log", bench.Service<LastSigned>()).Verifiers());
    }

    [Fact]
    public async Task A_signing_key_that_is_gone_is_never_replaced_and_reading_the_keys_makes_none()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        var keys = bench.Service<LogKeys>();
        Assert.Empty(keys.Verifiers());
        Assert.False(Directory.Exists(bench.Settings.LogKeyFolder));
        await bench.PublishAsync();
        Assert.Single(keys.Verifiers());
        File.Delete(Path.Combine(bench.Settings.LogKeyFolder, "0001.key"));
        await bench.HappenAsync();
        await bench.TakenInAsync();
        await Assert.ThrowsAsync<StartRefusedException>(() => bench.PublishAsync(hours: 2));
        Assert.Throws<StartRefusedException>(keys.Add);
        Assert.Empty(Directory.GetFiles(bench.Settings.LogKeyFolder));
        Assert.NotEqual("", bench.Service<LogFiles>().Text("key"));
    }

    [Fact]
    public async Task Missing_tiles_are_a_reason_why_nothing_is_taken_back_and_no_fault_of_the_program()
    {
        await using var bench = await LogBench.StartAsync(postgres);
        await bench.HappenAsync(3);
        await bench.TakenInAsync();
        await bench.PublishAsync();
        await using (var owner = new Npgsql.NpgsqlConnection(bench.OwnerConnectionString))
        {
            await owner.OpenAsync(Ct);
            await using var command = new Npgsql.NpgsqlCommand("delete from registry.log_leaves where index = 2", owner);
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
        }
        File.Delete(Path.Combine(bench.Settings.LogFolder, "tile/0/000.p/3"));
        Assert.Contains("000.p/3", (await bench.Service<LogRecovery>().TakeBackAsync(Ct)).Problem, StringComparison.Ordinal);
    }
}
