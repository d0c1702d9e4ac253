using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Accounts;
using Registry.Letters;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Tests.Objections;

/// <summary>
/// PC-3: after an erasure a search through every byte that the registry keeps finds nothing of the person: database files and write-ahead log, message and job
/// tables, logs, mail folder, uploads, keys, the site. What is not sealed is found by the same search, so it searches.
/// </summary>
public sealed class ErasureTests(PostgresFixture postgres)
{
    private const string Name = "欧阳隐逸", Phone = "0531-55667788", Email = "ouyang.yinyi@hidden.example", Facts = "该集群所称国家级平台已于去年注销", Content = "planted-in-an-uploaded-file-7c1f";
    private const string Control = "对照文字甲乙丙丁";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PC_03_after_the_term_no_byte_tells_who_objected_and_history_views_and_receipts_hold()
    {
        using var data = DataFolder.Open(TestFolder.Create());
        await using var server = await PrivatePostgres.StartAsync(data, NullLogger.Instance, Ct, durable: false);
        var log = new FileLog();
        await using var host = await RegistryHost.StartAsync(server.OwnerConnectionString, s => s with { Jobs = true }, b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(log), serving: server.ConnectionString);
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var services = host.Host.Services;
        log.Open(Path.Combine(host.Folder, "logs", "registry.log"));

        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice) with { Name = Name, Contact = $"{Phone} {Email}", Facts = Facts };
        var stored = await services.GetRequiredService<EvidenceStore>().PutAsync(scenario.Receipts.IdOf(form.ReceiptCode).Value, Encoding.UTF8.GetBytes($"%PDF-1.7 {Content}"), Ct);
        var (objection, _, code) = await scenario.ObjectedAsync(notice, form: form with { Files = [new UploadedFile(stored.Sha256, $"{Name}提供的证据.pdf")] });
        await registry.Accepted(Scenario.Province(), new RecordWithdrawal("本人到场确认。", 1), objection.Value, Scenario.InWindow);
        await services.GetRequiredService<Postman>().RunAsync(Ct);

        // Before: the seal opens by right, the mail that waits to be taken is the only plain copy, and what is planted unsealed is found.
        await using (var session = registry.Store.QuerySession())
            Assert.Equal(Name, services.GetRequiredService<Vault>().Open((await scenario.LastAsync<ObjectionFiled>(objection.Stream)).Name));
        // Only its superuser can have the server write down everything that it holds.
        var admin = new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Database = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database }.ConnectionString;
        await PlantAsync(admin);
        services.GetRequiredService<ILoggerFactory>().CreateLogger("control").LogInformation("{Planted}", Control);
        File.WriteAllText(Path.Combine(host.Folder, "mail", "control.eml"), Control);
        var before = await FindAsync(admin, data.Path, host.Folder, Email);
        Assert.Single(before);
        Assert.EndsWith(".eml", before[0], StringComparison.Ordinal);

        using (RegistryClock.At(ChinaTime.EndOf(new DateOnly(2035, 7, 14))))
            Assert.True(await services.GetRequiredService<ByCalendar>().RetainAsync(Ct) > 0);
        await FilerWasErasedHandler.Handle(
                new FilerWasErased(objection.Stream), registry.Store, services.GetRequiredService<Vault>(), services.GetRequiredService<KeyStore>(),
                services.GetRequiredService<EvidenceStore>(), services.GetRequiredService<IMailDoor>(), Ct);

        foreach (var secret in new[] { Name, Phone, Email, Facts, Content, code, ReceiptCode.Normal(code)! })
            Assert.Empty(await FindAsync(admin, data.Path, host.Folder, secret));
        var found = await FindAsync(admin, data.Path, host.Folder, Control);
        Assert.Contains(found, f => f.Contains("postgres", StringComparison.Ordinal));
        Assert.Contains(found, f => f.Contains("pg_wal", StringComparison.Ordinal));
        Assert.Contains("table public.planted", found);
        Assert.Contains(found, f => f.EndsWith("registry.log", StringComparison.Ordinal));
        Assert.Contains(found, f => f.EndsWith("control.eml", StringComparison.Ordinal));

        await HistoryHoldsAsync(registry, services, objection, code, (form with { Files = [new UploadedFile(stored.Sha256, $"{Name}提供的证据.pdf")] }).Digest());
    }

    private static async Task HistoryHoldsAsync(RegistryFixture registry, IServiceProvider services, ObjectionId objection, string code, string digest)
    {
        await using var session = registry.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(objection.Stream, token: Ct);
        var filed = Assert.IsType<ObjectionFiled>(events[0].Data);
        Assert.IsType<ObjectorErased>(events[^1].Data);
        Assert.Null(services.GetRequiredService<Vault>().Open(filed.Name));
        // The receipt: its digest is that of exactly what was filed, and its code still opens the state.
        Assert.Equal(digest, filed.Digest);
        Assert.Equal(objection, services.GetRequiredService<Receipts>().IdOf(code));

        var before = JsonSerializer.Serialize(await session.LoadAsync<ObjectionCard>(objection.Stream, Ct), Json.Store);
        using (var daemon = await registry.Store.BuildProjectionDaemonAsync())
            await daemon.RebuildProjectionAsync<ObjectionCardProjection>(Ct);
        await using var after = registry.Store.QuerySession();
        Assert.Equal(before, JsonSerializer.Serialize(await after.LoadAsync<ObjectionCard>(objection.Stream, Ct), Json.Store));

        // Proofs: what was committed to is unchanged, the plain fields still open, the sealed ones no more.
        foreach (var e in events)
        {
            var (digests, openings) = await CommitmentsAsync(session, e.Id);
            var plain = openings.Where(o => o.Value!["open"] is not null).ToList();
            Assert.NotEmpty(plain);
            Assert.All(plain, o => Assert.Contains(Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(o.Value!["open"]!.GetValue<string>()))), digests, StringComparison.Ordinal));
            foreach (var (field, opening) in openings.Where(o => o.Value!["box"] is not null && o.Value["key"]!.GetValue<string>() == objection.Stream))
                Assert.Null(services.GetRequiredService<Vault>().OpenBytes(Convert.FromBase64String(opening!["box"]!.GetValue<string>()), objection.Stream, Commitments.OpeningLabel(e.Id, field)));
        }
    }

    private static async Task<(string Digests, JsonObject Openings)> CommitmentsAsync(IQuerySession session, Guid id)
    {
        await using var connection = (NpgsqlConnection)session.Database.CreateConnection();
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("select encode(digests, 'hex'), openings::text from registry.commitments where event_id = $1", connection) { Parameters = { new() { Value = id } } };
        await using var reader = await command.ExecuteReaderAsync(Ct);
        Assert.True(await reader.ReadAsync(Ct));
        return (reader.GetString(0).ToUpperInvariant(), JsonNode.Parse(reader.GetString(1))!.AsObject());
    }

    private static async Task PlantAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Ct);
        await using var plant = new NpgsqlCommand($"create table public.planted (text text); insert into public.planted values ('{Control}')", connection);
        await plant.ExecuteNonQueryAsync(Ct);
    }

    /// <summary>Files and tables that hold the text: as UTF-8, UTF-16, JSON escapes, hexadecimal or base 64.</summary>
    private static async Task<IReadOnlyList<string>> FindAsync(string connectionString, string database, string folder, string text)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Ct);
        // What the server still holds in memory goes to its files first, and no dead row hides in them.
        foreach (var settle in new[] { "checkpoint", "vacuum full registry.mt_events", "vacuum", "checkpoint" })
            await using (var command = new NpgsqlCommand(settle, connection))
                await command.ExecuteNonQueryAsync(Ct);
        var found = new List<string>();
        var needles = NeedlesOf(text);
        foreach (var file in new[] { database, folder }.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)))
            if (ReadIfThere(file) is { } content && needles.Any(n => content.AsSpan().IndexOf(n) >= 0))
                found.Add(file);
        // Long values are compressed inside the database's files; the server reads them for us.
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')", connection))
        await using (var reader = await list.ExecuteReaderAsync(Ct))
            while (await reader.ReadAsync(Ct))
                tables.Add(reader.GetString(0));
        var patterns = needles.Select(n => Encoding.UTF8.GetString(n)).Where(p => !p.Contains('\0')).ToArray();
        foreach (var table in tables)
        {
            await using var search = new NpgsqlCommand($"select exists (select from {table} t, unnest($1::text[]) p where strpos(t::text, p) > 0)", connection) { Parameters = { new() { Value = patterns } } };
            if ((bool)(await search.ExecuteScalarAsync(Ct))!)
                found.Add($"table {table}");
        }
        return found;
    }

    private static IReadOnlyList<byte[]> NeedlesOf(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var needles = new List<byte[]>
        {
            utf8,
            Encoding.Unicode.GetBytes(text),
            Encoding.ASCII.GetBytes(string.Concat(text.Select(c => c < 128 ? c.ToString() : $"\\u{(int)c:x4}"))),
            Encoding.ASCII.GetBytes(string.Concat(text.Select(c => c < 128 ? c.ToString() : $"\\u{(int)c:X4}"))),
            Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)),
        };
        // In base 64 a text looks different at each of three offsets; the symbols at both ends belong to its neighbours.
        for (var offset = 0; offset < 3; offset++)
            needles.Add(Encoding.ASCII.GetBytes(Convert.ToBase64String([.. new byte[offset], .. utf8])[(offset == 0 ? 0 : 4)..^4]));
        return [.. needles.Where(n => n.Length >= 8)];
    }

    private static byte[]? ReadIfThere(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or IOException)
        {
            return null;
        }
    }

    /// <summary>Everything that the program logs, down to traces, in one file.</summary>
    private sealed class FileLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> early = new();
        private readonly Lock one = new();
        private StreamWriter? file;

        public void Open(string path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            lock (one)
                file = new StreamWriter(path) { AutoFlush = true };
            while (early.TryDequeue(out var line))
                Write(line);
        }

        public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

        public void Dispose() => file?.Dispose();

        private void Write(string line)
        {
            lock (one)
                if (file is null)
                    early.Enqueue(line);
                else
                    file.WriteLine(line);
        }

        private sealed class Category(FileLog log, string name) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                log.Write($"{logLevel} {name} {formatter(state, exception)} {exception}");
        }
    }
}
