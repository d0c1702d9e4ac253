using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Registry.Platform.Files;

/// <summary>Looks for known harmful content. What a file is, <see cref="Inspection"/> has found before.</summary>
public interface IFileScanner
{
    /// <summary>Whether something harmful was found.</summary>
    /// <exception cref="FileScanException">The scanner did not answer, or not with a verdict: nobody knows.</exception>
    Task<bool> FindsAsync(ReadOnlyMemory<byte> content, CancellationToken ct);
}

/// <summary>The scanner gave no verdict. The message names the fault, never a file's content.</summary>
public sealed class FileScanException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// ClamAV's daemon on this machine, spoken to over its socket by the command INSTREAM: the file in pieces, each with its length before it, and an empty piece
/// at the end. The daemon answers with one line.
/// </summary>
/// <param name="at">A Unix socket, or a port of the loopback address.</param>
/// <param name="patience">How long one scan may take.</param>
public sealed class ClamdScanner(EndPoint at, TimeSpan patience) : IFileScanner
{
    private const int Piece = 64 * 1024, LongestAnswer = 4096;

    /// <inheritdoc />
    public async Task<bool> FindsAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        ended.CancelAfter(patience);
        try
        {
            using var socket = at is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(at, ended.Token);
            await using var stream = new NetworkStream(socket);
            await SendAsync(stream, content, ended.Token);
            var answer = await ReadAsync(stream, ended.Token);
            return answer.EndsWith(" FOUND", StringComparison.Ordinal)
                || (answer.EndsWith(": OK", StringComparison.Ordinal) ? false : throw new FileScanException($"clamd answered without a verdict: {answer}"));
        }
        catch (Exception fault) when (fault is SocketException or IOException and not FileScanException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new FileScanException($"clamd at {at} did not answer", fault);
        }
    }

    private static async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var length = new byte[sizeof(int)];
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), ct);
        for (var rest = content; ; rest = rest[Math.Min(Piece, rest.Length)..])
        {
            var piece = rest[..Math.Min(Piece, rest.Length)];
            BinaryPrimitives.WriteInt32BigEndian(length, piece.Length);
            await stream.WriteAsync(length, ct);
            if (piece.IsEmpty)
                return;
            await stream.WriteAsync(piece, ct);
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken ct)
    {
        var (answer, count) = (new byte[LongestAnswer], 0);
        for (int read; count < answer.Length && (read = await stream.ReadAsync(answer.AsMemory(count), ct)) > 0; count += read)
            if (answer.AsSpan(count, read).Contains((byte)0))
                return Encoding.UTF8.GetString(answer, 0, answer.AsSpan(0, count + read).IndexOf((byte)0)).Trim();
        throw new FileScanException("clamd broke off its answer");
    }
}
