using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Registry.Proof;

/// <summary>
/// The bytes of a leaf, in the form <c>sdreg-event/v1</c>: its number, the publication it belongs to, whom it is about as a salted digest, and the salted
/// digests of all fields of one event. It tells nothing until a field's value and salt are shown. It is made once and stored; what is published are those bytes.
/// </summary>
public static class LeafEntry
{
    private static readonly byte[] SubjectLabel = "sdreg/subject/v1\0"u8.ToArray();

    /// <summary>The bytes.</summary>
    /// <param name="index">The leaf's number in the log.</param>
    /// <param name="batch">When the leaf is due to be published, never when its event happened: else the log would tell when a private act was done.</param>
    /// <param name="subject">Salted digest of the stream.</param>
    /// <param name="digests">All digests of the event one after another, in their order, the random ones that hide the count included.</param>
    public static byte[] Write(long index, DateTimeOffset batch, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> digests)
    {
        var text = new StringBuilder("sdreg-event/v1\n");
        text.Append(CultureInfo.InvariantCulture, $"seq {index}\n");
        text.Append(CultureInfo.InvariantCulture, $"batch {batch.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\n");
        text.Append(CultureInfo.InvariantCulture, $"subject {Convert.ToBase64String(subject)}\n");
        text.Append(CultureInfo.InvariantCulture, $"fields {digests.Length / SHA256.HashSizeInBytes}\n");
        for (var i = 0; i < digests.Length; i += SHA256.HashSizeInBytes)
            text.Append(Convert.ToBase64String(digests.Slice(i, SHA256.HashSizeInBytes))).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The digest that stands for a stream in one leaf. Its salt is the leaf's own, so two leaves of one stream cannot be told to belong together.</summary>
    public static byte[] Subject(ReadOnlySpan<byte> salt, string stream) => SHA256.HashData([.. SubjectLabel, .. salt, .. Encoding.UTF8.GetBytes(stream)]);

    /// <summary>The digest of a field: of its opening, the base64url text of <c>[salt, name, value]</c>.</summary>
    public static byte[] Digest(string opening) => SHA256.HashData(Encoding.ASCII.GetBytes(opening));

    /// <summary>The digests that a leaf holds, in base64.</summary>
    public static IReadOnlyList<string> DigestsOf(ReadOnlySpan<byte> entry) => Encoding.ASCII.GetString(entry).Split('\n')[5..^1];
}
