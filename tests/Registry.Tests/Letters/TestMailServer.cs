using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Registry.Tests.Letters;

/// <summary>A mail server that speaks enough SMTP to take messages, or to refuse them.</summary>
internal sealed class TestMailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Task serving;

    public TestMailServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What it took, whole messages in order.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    /// <summary>The status with which it answers RCPT TO of an address.</summary>
    public ConcurrentDictionary<string, int> Refuses { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await serving;
        listener.Dispose();
        end.Dispose();
    }

    /// <summary>How many messages bear this Message-ID.</summary>
    public int CountOf(string letter) => Taken.Count(m => m.Contains($"Message-Id: <{letter}@", StringComparison.OrdinalIgnoreCase));

    private async Task ServeAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
                talks.Add(TalkAsync(await listener.AcceptTcpClientAsync(end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            await writer.WriteLineAsync("220 demo.example");
            while (await reader.ReadLineAsync(end.Token) is { } line)
                switch (line.Split(' ')[0].ToUpperInvariant())
                {
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var message = new StringBuilder();
                        while (await reader.ReadLineAsync(end.Token) is { } part && part != ".")
                            message.AppendLine(part);
                        Taken.Enqueue(message.ToString());
                        await writer.WriteLineAsync("250 taken");
                        break;
                    case "RCPT" when Refuses.FirstOrDefault(r => line.Contains(r.Key, StringComparison.Ordinal)) is { Key: not null } refused:
                        await writer.WriteLineAsync($"{refused.Value} <{refused.Key}> not here");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 ok");
                        break;
                }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return;
        }
    }
}
