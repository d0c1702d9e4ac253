using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Files;

namespace Registry.Tests.Files;

/// <summary>Abuse cases 28 and 29 against the server itself: what a client does with the connection, no server made for tests can show.</summary>
public sealed class RealServerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int MostFiles = 3;

    private readonly FileLimits limits = new() { OfFile = 1024 * 1024, FilesOfAccount = MostFiles };
    private string database = null!;
    private RegistryHost office = null!;
    private WebApplication server = null!;
    private RegistryFixture registry = null!;
    private Uploader uploader = null!;
    private HttpClient client = null!;
    private int before;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateRegistryAsync();
        office = await RegistryHost.StartAsync(database);
        server = await ServeAsync(TimeSpan.FromHours(1));
        client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        registry = RegistryFixture.On(postgres, office);
        uploader = await Uploader.StartAsync(registry);
        before = await CountAsync();
    }

    /// <summary>A server for the same store that gives up a body that comes too slowly for so long.</summary>
    private async Task<WebApplication> ServeAsync(TimeSpan slowGrace)
    {
        var builder = App.Builder(RegistrySettings.For(office.Folder, PostgresFixture.ServingOf(database)) with
        {
            Alone = true,
            Jobs = false,
            Url = "http://127.0.0.1:0",
            Files = new FileSettings { Limits = limits, SlowGrace = slowGrace },
        });
        var serving = builder.Build();
        App.Map(serving);
        await serving.StartAsync(Ct);
        return serving;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.StopAsync(CancellationToken.None);
        await server.DisposeAsync();
        await office.DisposeAsync();
    }

    [Fact]
    public async Task Abuse_28_a_body_without_end_or_of_another_length_than_it_says_is_given_up_and_others_go_on()
    {
        var endless = await AnswerAsync([.. Chunk(Body(MadeFiles.Pdf())[..^15]), .. Chunk(new byte[limits.OfFile + 2 * FileIntake.Frame])], length: null);
        Assert.StartsWith("HTTP/1.1 413", endless, StringComparison.Ordinal);
        Assert.Contains("evidence.too-large", endless, StringComparison.Ordinal);

        var body = Body(MadeFiles.Pdf("length"));
        Assert.StartsWith("HTTP/1.1 413", await AnswerAsync(body, limits.OfFile * 100), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await AnswerAsync(body, body.Length / 2), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await AnswerAsync(body, body.Length - 4), StringComparison.Ordinal);
        // More is promised than comes: the client has closed, so nobody is there to be answered.
        Assert.Equal("", await AnswerAsync(body, body.Length + 100, close: true));
        Assert.StartsWith("HTTP/1.1 400", await AnswerAsync(body, body.Length - 40, path: "/office/sign-in"), StringComparison.Ordinal);
        Assert.Equal(0, await KeptAsync());

        Assert.Null(await uploader.SendAsync(MadeFiles.Pdf("after"), "a.pdf", client: client));
        Assert.Equal(1, await KeptAsync());
    }

    [Fact]
    public async Task Abuse_28_while_a_body_does_not_come_to_its_end_another_client_is_served()
    {
        var body = Body(MadeFiles.Pdf("slow"));
        using var socket = await SendAsync(body[..^40], body.Length);
        Assert.Null(await uploader.SendAsync(MadeFiles.Pdf("quick"), "a.pdf", client: client));
        await socket.SendAsync(body.AsMemory(body.Length - 40), Ct);
        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(socket), StringComparison.Ordinal);
        Assert.Equal(2, await KeptAsync());
    }

    [Fact]
    public async Task Abuse_28_a_client_that_sends_too_slowly_is_given_up()
    {
        await using var impatient = await ServeAsync(TimeSpan.FromSeconds(2));
        var body = Body(MadeFiles.Pdf("slow"));
        var givenUp = await AnswerAsync(body[..^40], body.Length, port: new Uri(impatient.Urls.First()).Port);
        Assert.StartsWith("HTTP/1.1 408", givenUp, StringComparison.Ordinal);
        Assert.Contains("evidence.too-slow", givenUp, StringComparison.Ordinal);
        Assert.Equal(0, await KeptAsync());
        await impatient.StopAsync(Ct);
    }

    [Fact]
    public async Task Abuse_28_small_files_without_number_end_at_the_accounts_limit_and_another_account_goes_on()
    {
        for (var file = 0; file < MostFiles; file++)
            Assert.Null(await uploader.SendAsync(MadeFiles.Pdf($"{file}"), "a.pdf", client: client));
        Assert.Equal("evidence.account-full", await uploader.SendAsync(MadeFiles.Pdf("one more"), "a.pdf", client: client));
        var another = await Uploader.StartAsync(registry);
        Assert.Null(await another.SendAsync(MadeFiles.Pdf("0"), "a.pdf", client: client));
        Assert.Equal(MostFiles, await KeptAsync());
    }

    [Fact]
    public async Task Abuse_29_part_of_a_file_is_never_written_over_another_and_the_hash_is_of_the_bytes_that_are_kept()
    {
        var (first, second, key) = (MadeFiles.Pdf("first"), MadeFiles.Pdf("second"), "the-key-of-one-upload");
        using var answer = await uploader.AnswerAsync(first, "a.pdf", key: key, client: client);
        var hash = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["details"]!["sha256"]!.GetValue<string>();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(first)), hash);

        Assert.Equal("command.key-reused", await uploader.SendAsync(second, "a.pdf", key: key, client: client));
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
        {
            using var request = uploader.Request(method, $"/{hash}");
            request.Content = new ByteArrayContent(second[10..20]) { Headers = { ContentRange = new ContentRangeHeaderValue(10, 19, first.Length) } };
            using var refused = await client.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        }

        using var part = uploader.Request(HttpMethod.Get, $"/{hash}");
        part.Headers.Range = new RangeHeaderValue(0, 9);
        using var whole = await client.SendAsync(part, Ct);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal(first, await whole.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(1, await KeptAsync());
    }

    /// <summary>Files of the draft beyond those that it began with. What was stored for a refused upload is named by nothing, and is swept.</summary>
    private async Task<int> KeptAsync() => await CountAsync() - before;

    private async Task<int> CountAsync()
    {
        await using var session = registry.Store.QuerySession();
        return (await session.LoadAsync<Draft>(uploader.Id.Stream, Ct))!.Evidence.Count;
    }

    private static byte[] Body(byte[] file) =>
    [
        .. "--frame\r\nContent-Disposition: form-data; name=\"indicator\"\r\n\r\npositioning\r\n--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n"u8,
        .. file,
        .. "\r\n--frame--\r\n"u8,
    ];

    private static byte[] Chunk(byte[] content) => [.. Encoding.ASCII.GetBytes($"{content.Length:X}\r\n"), .. content, .. "\r\n"u8];

    /// <summary>Sends a body that says it has this length, or comes in chunks of which the last is missing, and reads until the server closes.</summary>
    private async Task<string> AnswerAsync(byte[] body, long? length, bool close = false, string? path = null, int? port = null)
    {
        using var socket = await SendAsync(body, length, path, port);
        if (close)
            socket.Shutdown(SocketShutdown.Send);
        return await ReadAsync(socket);
    }

    private async Task<Socket> SendAsync(byte[] body, long? length, string? path = null, int? port = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port ?? client.BaseAddress!.Port, Ct);
        var head = $"POST {path ?? uploader.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {uploader.Token}\r\nIdempotency-Key: {Guid.NewGuid():N}\r\n"
            + $"Content-Type: multipart/form-data; boundary=frame\r\n{(length is null ? "Transfer-Encoding: chunked" : $"Content-Length: {length}")}\r\n\r\n";
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(head), Ct);
            await socket.SendAsync(body, Ct);
        }
        catch (SocketException)
        {
            // A server that has answered resets the connection when more comes than it will read.
        }
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var read = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            for (int count; (count = await socket.ReceiveAsync(buffer, Ct)) > 0;)
                read.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // A server that has answered resets the connection when more comes than it will read.
        }
        return Encoding.UTF8.GetString(read.ToArray());
    }
}
