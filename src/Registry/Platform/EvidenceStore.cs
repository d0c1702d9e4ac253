using System.Security.Cryptography;
using Registry.Platform.Sealing;

namespace Registry.Platform;

/// <summary>A file as it was stored.</summary>
/// <param name="Sha256">Digest of its bytes, hexadecimal.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredFile(string Sha256, long Size);

/// <summary>
/// Files by the digest of their bytes, one folder per owner, each sealed under a key of its own and written durably before any event names it.
/// A file is never changed; destroying its key destroys it everywhere, backups included.
/// </summary>
public sealed class EvidenceStore(string folder, Vault vault, KeyStore keys)
{
    /// <summary>Largest file, bytes.</summary>
    public const long Largest = 20L * 1024 * 1024;

    /// <summary>Stores the content; the same content for the same owner is stored once.</summary>
    public StoredFile Put(string owner, ReadOnlySpan<byte> content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        var subject = Subject(owner, digest);
        if (!File.Exists(PathOf(owner, digest)))
            DurableFile.TryCreate(PathOf(owner, digest), vault.SealBytes(content, subject, subject));
        return new StoredFile(digest, content.Length);
    }

    /// <summary>The content, or null when there is no such file or its key was destroyed.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are not those of the digest.</exception>
    public byte[]? Read(string owner, string digest)
    {
        if (!IsDigest(digest) || !File.Exists(PathOf(owner, digest)))
            return null;
        var subject = Subject(owner, digest);
        var content = vault.OpenBytes(File.ReadAllBytes(PathOf(owner, digest)), subject, subject);
        return content is null || Convert.ToHexStringLower(SHA256.HashData(content)) == digest
            ? content
            : throw new InvalidDataException($"The evidence file {digest} does not have the bytes of its name.");
    }

    /// <summary>Destroys the file for good: without its key neither the stored bytes nor any copy of them can be opened.</summary>
    public void Destroy(string owner, string digest)
    {
        keys.Destroy(Subject(owner, digest));
        if (IsDigest(digest))
            File.Delete(PathOf(owner, digest));
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string Subject(string owner, string digest) => $"evidence/{owner}/{digest}";

    private string PathOf(string owner, string digest) => Path.Combine(folder, owner, digest[..2], digest);
}
