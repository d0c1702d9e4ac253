using System.Net;

namespace Verify;

/// <summary>Where a published site lies: an address or a folder.</summary>
public abstract class Source : IDisposable
{
    private const int Largest = 64 * 1024 * 1024;

    /// <summary>How it is named in the report.</summary>
    public abstract string Name { get; }

    /// <summary>The file's bytes, or null if there is none.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public abstract Task<byte[]?> ReadAsync(string path, CancellationToken ct);

    /// <summary>The names of the files in a folder of it; null where they cannot be listed, as over the web.</summary>
    public virtual IReadOnlyList<string>? Names(string folder) => null;

    /// <summary>The source that an argument names.</summary>
    /// <exception cref="DirectoryNotFoundException">It is no address, and there is no such folder.</exception>
    public static Source Of(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? new Web(address) : new Folder(place);

    /// <inheritdoc />
    public virtual void Dispose() => GC.SuppressFinalize(this);

    private sealed class Folder(string place) : Source
    {
        private readonly string root = Directory.Exists(place) ? Path.GetFullPath(place).TrimEnd(Path.DirectorySeparatorChar) : throw new DirectoryNotFoundException(place);

        public override string Name => place;

        // Drafts begin with a dot and are not served.
        public override IReadOnlyList<string>? Names(string folder) =>
            Directory.Exists(Path.Combine(root, folder)) ? [.. Directory.EnumerateFiles(Path.Combine(root, folder)).Select(f => Path.GetFileName(f)).Where(n => n[0] != '.').Order(StringComparer.Ordinal)] : [];

        public override async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
        {
            if (path.Contains('\0', StringComparison.Ordinal))
                return null;
            var file = Path.GetFullPath(Path.Combine(root, path));
            // A path comes from a published file: it must not lead anywhere else.
            return file.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file) && new FileInfo(file).Length <= Largest ? await File.ReadAllBytesAsync(file, ct) : null;
        }
    }

    private sealed class Web(Uri address) : Source
    {
        private readonly HttpClient client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = Largest,
        };

        public override string Name => address.ToString();

        public override async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
        {
            var wanted = new Uri(client.BaseAddress!, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
            if (!client.BaseAddress!.IsBaseOf(wanted))
                return null;
            try
            {
                using var answer = await client.GetAsync(wanted, ct);
                if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                    return null;
                return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(ct) : throw new IOException($"{wanted} answered {(int)answer.StatusCode}");
            }
            catch (HttpRequestException unreachable)
            {
                throw new IOException($"{wanted}: {unreachable.Message}", unreachable);
            }
        }

        public override void Dispose()
        {
            client.Dispose();
            base.Dispose();
        }
    }
}
