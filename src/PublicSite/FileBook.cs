using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PublicSite;

/// <summary>What is known of one file of a release.</summary>
/// <param name="Anchors">The ids on a page that links can lead to; equal sets are shared.</param>
internal sealed record FileEntry(byte[] Sha256, long Bytes, IReadOnlyCollection<string> Anchors);

/// <summary>Every file of a release with its digest; written out, it is the manifest.</summary>
internal sealed class FileBook
{
    private readonly Dictionary<string, FileEntry> entries = new(StringComparer.Ordinal);
    private readonly List<string> order = [];

    public FileBook(IEnumerable<KeyValuePair<string, FileEntry>> files)
    {
        foreach (var (path, entry) in files) entries.Add(path, entry);
        order.AddRange(entries.Keys);
        order.Sort(StringComparer.Ordinal);
    }

    private FileBook(FileBook other) => (entries, order) = (new(other.entries, StringComparer.Ordinal), [.. other.order]);

    public int Count => order.Count;

    public IReadOnlyList<string> Paths => order;

    public FileEntry? Find(string path) => entries.GetValueOrDefault(path);

    /// <summary>A book of its own, so that one of a publication that fails can be thrown away.</summary>
    public FileBook Copy() => new(this);

    public void Put(string path, FileEntry entry)
    {
        if (entries.TryAdd(path, entry)) order.Insert(~order.BinarySearch(path, StringComparer.Ordinal), path);
        else entries[path] = entry;
    }

    public void Remove(string path)
    {
        if (entries.Remove(path)) order.RemoveAt(order.BinarySearch(path, StringComparer.Ordinal));
    }

    /// <summary>The open data's check sums as <c>sha256sum -c</c> reads them.</summary>
    public byte[] CheckSums()
    {
        var text = new StringBuilder();
        foreach (var path in order.Where(p => IsFullOrDelta(p)))
            text.Append(Convert.ToHexStringLower(entries[path].Sha256)).Append("  ").Append(path, Addresses.DataFolder.Length, path.Length - Addresses.DataFolder.Length).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The manifest. The data's version is a digest of what is public of it: two sites with the same version show the same data.</summary>
    public byte[] Manifest(Disclosure data, DateOnly buildDay)
    {
        using var bytes = new MemoryStream(256 + order.Count * 140);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Disclosure.Json.Encoder }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("dataVersion", Convert.ToHexStringLower(DataVersion()));
            json.WriteString("asOf", data.Site.AsOf);
            json.WriteString("buildDay", BeijingTime.Iso(buildDay));
            json.WriteBoolean("demo", data.Site.Demo);
            json.WriteStartArray("files");
            foreach (var path in order)
            {
                var entry = entries[path];
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteString("sha256", Convert.ToHexStringLower(entry.Sha256));
                json.WriteNumber("bytes", entry.Bytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private static bool IsFullOrDelta(string path) =>
        path.StartsWith(Addresses.DataFolder, StringComparison.Ordinal) && path[^3..] is not (".gz" or ".br") && path != Addresses.CheckSums
        && (path.LastIndexOf('/') == Addresses.DataFolder.Length - 1 || path.StartsWith(Addresses.ChangesFolder, StringComparison.Ordinal) || path.StartsWith(Addresses.SchemaFolder, StringComparison.Ordinal));

    private byte[] DataVersion()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in order.Where(p => p.StartsWith(Addresses.DataFolder, StringComparison.Ordinal)))
        {
            digest.AppendData(Encoding.UTF8.GetBytes($"{Convert.ToHexStringLower(entries[path].Sha256)}  {path}\n"));
        }
        return digest.GetHashAndReset();
    }
}
