using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Platform.Sealing;

namespace Registry.Tests.Files;

/// <summary>Abuse case 27: what a scanner finds is not stored, and nothing is while it does not answer.</summary>
public sealed class ScannerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-test-");
    private readonly TcpListener clamd = new(IPAddress.Loopback, 0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ScannerTests() => clamd.Start();

    public void Dispose()
    {
        clamd.Dispose();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("stream: OK\0", null)]
    [InlineData("stream: Eicar-Signature FOUND\0", "evidence.infected")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", "evidence.scanner-down")]
    [InlineData("stream: OK", "evidence.scanner-down")]
    [InlineData("", "evidence.scanner-down")]
    public async Task Only_a_file_that_the_scanner_lets_pass_is_stored(string answer, string? refused)
    {
        var content = Enumerable.Range(0, 200_000).Select(i => (byte)i).ToArray();
        var received = ScanAsync(answer);
        var (store, storage) = Store(clamd.LocalEndpoint);
        var (stored, refusal) = await store.KeepAsync("owner", content, NullLogger.Instance, Ct);
        Assert.Equal(content, await received);
        Assert.Equal(refused, refusal?.Rule.Code);
        Assert.Equal(refused is null, stored is not null);
        Assert.Equal(refused is null, await storage.ExistsAsync("owner", EvidenceStore.DigestOf(content), Ct));
    }

    [Fact]
    public async Task Nothing_is_stored_while_no_scanner_listens_where_one_is_set_up()
    {
        var at = clamd.LocalEndpoint;
        clamd.Stop();
        var (store, _) = Store(at);
        Assert.Equal("evidence.scanner-down", (await store.KeepAsync("owner", MadeFiles.Pdf(), NullLogger.Instance, Ct)).Refusal?.Rule.Code);
        Assert.Equal(503, FileRules.ScannerDown.Status);
    }

    [Theory]
    [InlineData("10.0.0.1:3310")]
    [InlineData("clamd.example.org:3310")]
    [InlineData("127.0.0.1")]
    [InlineData("clamd.ctl")]
    public void A_scanner_elsewhere_is_no_setting_because_files_go_to_it_in_plain(string at) =>
        Assert.Throws<StartRefusedException>(() => FileSettings.Read(name => name == "REGISTRY_FILES_CLAMD" ? at : null));

    [Fact]
    public void A_socket_or_a_port_of_this_machine_is_one()
    {
        Assert.IsType<UnixDomainSocketEndPoint>(FileSettings.Read(name => name == "REGISTRY_FILES_CLAMD" ? "/run/clamav/clamd.ctl" : null).Scanner);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 3310), FileSettings.Read(name => name == "REGISTRY_FILES_CLAMD" ? "127.0.0.1:3310" : null).Scanner);
        Assert.Null(FileSettings.Read(_ => null).Scanner);
    }

    private (EvidenceStore Store, FolderFiles Storage) Store(EndPoint scanner)
    {
        var keys = new KeyStore(Path.Combine(folder.FullName, "keys"), Path.Combine(folder.FullName, "master"));
        var files = new FolderFiles(Path.Combine(folder.FullName, "evidence"), 0);
        return (new EvidenceStore(files, new Vault(keys), keys, new ClamdScanner(scanner, TimeSpan.FromMinutes(1))), files);
    }

    /// <summary>Takes one file as the daemon does, answers, and closes; the file as it came.</summary>
    private async Task<byte[]> ScanAsync(string answer)
    {
        using var client = await clamd.AcceptTcpClientAsync(Ct);
        await using var stream = client.GetStream();
        var command = new byte["zINSTREAM\0".Length];
        await stream.ReadExactlyAsync(command, Ct);
        Assert.Equal("zINSTREAM\0", Encoding.ASCII.GetString(command));
        var (content, length) = (new MemoryStream(), new byte[sizeof(int)]);
        while (true)
        {
            await stream.ReadExactlyAsync(length, Ct);
            if (BinaryPrimitives.ReadInt32BigEndian(length) is not (> 0 and var size))
                break;
            var piece = new byte[size];
            await stream.ReadExactlyAsync(piece, Ct);
            content.Write(piece);
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Ct);
        return content.ToArray();
    }
}
