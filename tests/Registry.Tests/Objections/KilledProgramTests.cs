using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Objections;
using Registry.Platform;
using Registry.Programme;
using Registry.Tests.Faults;

namespace Registry.Tests.Objections;

/// <summary>The real program with its own data folder and its private database, killed with SIGKILL between a filing and its receipt.</summary>
[Trait("Category", "Long")]
public sealed class KilledProgramTests(PostgresFixture postgres, ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = TestFolder.Create();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_between_filing_and_receipt_it_gives_the_same_receipt_for_one_objection_after_the_restart()
    {
        var notice = await PreparedAsync();
        var forms = Enumerable.Range(0, 3).Select(i => Scenario.Form(notice) with { Facts = $"第{i}件：申报书所列规上企业数量与实际不符。" }).ToArray();
        // Killed at once when the last byte was sent, and killed as soon as the objection stands in the database: before and after the commit.
        Func<Task>[] moments = [() => Task.CompletedTask, () => CommittedAsync(1), () => CommittedAsync(2)];
        var numbers = new List<string>();
        for (var i = 0; i < forms.Length; i++)
        {
            using (var program = await StartedAsync())
            {
                using var socket = await SentAsync(program.Port, forms[i]);
                await moments[i]();
                program.Kill();
            }
            var started = Stopwatch.GetTimestamp();
            using var again = await StartedAsync();
            output.WriteLine($"up again after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s; objections kept: {await CountAsync()}");
            var (first, second) = (await ReceiptAsync(again.Port, forms[i], forms[i].ReceiptCode), await ReceiptAsync(again.Port, forms[i], $"another-{i}"));
            Assert.Equal(first, second);
            numbers.Add(first);
            Assert.Equal(i + 1, await CountAsync());
            again.Kill();
        }
        Assert.Equal(3, numbers.Distinct().Count());
    }

    /// <summary>A batch in publicity at this very time, in the data folder on which the program is started then.</summary>
    private async Task<Registry.Publicity.PublicityId> PreparedAsync()
    {
        await using var database = await RunningDatabase.StartAsync(_folder, NullLogger.Instance, Ct);
        await using var host = await RegistryHost.StartAsync(
            database.OwnerConnectionString!, s => RegistrySettings.For(_folder, s.ConnectionString) with { Alone = true, Jobs = false }, serving: database.ConnectionString);
        var registry = RegistryFixture.On(postgres, host);
        // On a whole second: the program keeps no finer instants than the store, and nothing is posted later than now.
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        for (var year = 2027; year <= now.AddDays(30).Year; year++)
            await registry.Accepted(Scenario.Province(), new ImportCalendarYear(year, "演示年历", [new("元旦", new(year, 1, 1), new(year, 1, 1))], []));
        return (await new Scenario(registry).PublicisedAsync(await registry.Announce(), at: now)).Notice;
    }

    /// <summary>Sends the whole form and never reads what comes back.</summary>
    private static async Task<TcpClient> SentAsync(int port, ObjectionForm form)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new FileObjection(form), Json.Api);
        var head = $"POST /api/v1/objections HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: {form.ReceiptCode}\r\nContent-Length: {body.Length}\r\n\r\n";
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port, Ct);
        await socket.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. body], Ct);
        return socket;
    }

    private static async Task<string> ReceiptAsync(int port, ObjectionForm form, string key)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var request = LostReceiptTests.Request(form, key);
        return await LostReceiptTests.NumberAsync(await client.SendAsync(request, Ct));
    }

    private async Task CommittedAsync(int before)
    {
        while (await CountAsync() == before)
            Ct.ThrowIfCancellationRequested();
    }

    private async Task<long> CountAsync()
    {
        var address = await File.ReadAllTextAsync(Path.Combine(_folder, "run", "address"), Ct);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var count = new NpgsqlCommand("select count(*) from registry.mt_events where type = 'objection-filed'", connection);
        return (long)(await count.ExecuteScalarAsync(Ct))!;
    }

    private Task<Node> StartedAsync() => Node.StartAsync(_folder, new Dictionary<string, string>(), Ct);
}
