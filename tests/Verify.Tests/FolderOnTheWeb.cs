using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Verify.Tests;

/// <summary>Serves a folder over HTTP, one request for each connection, as the plainest web server would.</summary>
public sealed class FolderOnTheWeb : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly string folder;
    private readonly Task serving;

    public FolderOnTheWeb(string folder)
    {
        this.folder = folder;
        listener.Start();
        serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";

    /// <summary>Answers everything with an error from now on.</summary>
    public bool Fails { get; set; }

    private async Task ServeAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            using var client = await listener.AcceptTcpClientAsync(ended.Token);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var asked = (await reader.ReadLineAsync(ended.Token))!.Split(' ')[1];
            while (await reader.ReadLineAsync(ended.Token) is { Length: > 0 })
            {
            }
            var file = Path.Combine(folder, Uri.UnescapeDataString(asked)[1..]);
            var (status, body) = Fails ? (500, []) : File.Exists(file) ? (200, await File.ReadAllBytesAsync(file, ended.Token)) : (404, Array.Empty<byte>());
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} x\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), ended.Token);
            await stream.WriteAsync(body, ended.Token);
        }
    }

    public void Dispose()
    {
        ended.Cancel();
        try
        {
            serving.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // It was waiting for the next request.
        }
        listener.Dispose();
        ended.Dispose();
    }
}
