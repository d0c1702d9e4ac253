using System.Security.Cryptography;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;

namespace Registry.Platform;

/// <summary>A file as it was stored.</summary>
/// <param name="Sha256">Digest of its bytes, hexadecimal.</param>
/// <param name="Size">Bytes.</param>
public sealed record StoredFile(string Sha256, long Size);

/// <summary>Whether a file can be named and read.</summary>
public enum FileState
{
    /// <summary>It is there.</summary>
    Kept,
    /// <summary>It is there and may not be read: sensitive material may have slipped in.</summary>
    Withheld,
    /// <summary>Its key was destroyed.</summary>
    Destroyed,
    /// <summary>There is no such file.</summary>
    Missing,
}

/// <summary>
/// Files by the digest of their bytes, each sealed under a key of its own and written durably before any event names it. A file belongs to the stream
/// whose events name it: its owner is that stream or its id, and the same content of one owner is stored once. A file is never changed; destroying its key
/// destroys it everywhere, backups included.
/// </summary>
/// <param name="files">Where they lie.</param>
/// <param name="vault">Seals them.</param>
/// <param name="keys">Their keys.</param>
/// <param name="scanner">Looks for harmful content before a file is stored; null when none is set up.</param>
public sealed class EvidenceStore(ISealedFiles files, Vault vault, KeyStore keys, IFileScanner? scanner = null)
{
    /// <summary>Largest file that the program takes at all, bytes; a setting may lower it.</summary>
    public const long Largest = 20L * 1024 * 1024;

    /// <summary>
    /// The lock under which files of an owner are named or swept. A command that names a file relies on it and looks for the file while it holds it, so
    /// that no sweep takes the file away in between.
    /// </summary>
    public static Hold Naming(string owner) => Hold.Relying(LockOf(owner));

    /// <summary>The same lock, held alone by a sweep.</summary>
    public static Hold Sweeping(string owner) => Hold.Changing(LockOf(owner));

    /// <summary>Whether this much can be stored.</summary>
    public bool HasRoom(long bytes) => files.HasRoom(bytes);

    /// <summary>Whether the scanner that is set up finds something harmful in the content.</summary>
    /// <exception cref="FileScanException">It gave no verdict.</exception>
    public async Task<bool> IsInfectedAsync(ReadOnlyMemory<byte> content, CancellationToken ct) => scanner is not null && await scanner.FindsAsync(content, ct);

    /// <summary>Stores the content durably; the same content for the same owner is stored once.</summary>
    /// <exception cref="KeyDestroyedException">This content was destroyed for this owner and never comes back.</exception>
    /// <exception cref="FileStorageException">The storage failed; nothing may name the file.</exception>
    public async Task<StoredFile> PutAsync(string owner, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var digest = DigestOf(content.Span);
        var subject = SubjectOf(owner, digest);
        keys.Obtain(subject);
        if (await files.ExistsAsync(owner, digest, ct))
            await files.TouchAsync(owner, digest, ct);
        else
            await files.WriteAsync(owner, digest, vault.SealBytes(content.Span, subject, subject), ct);
        return new StoredFile(digest, content.Length);
    }

    /// <summary>Whether the file is there.</summary>
    public async Task<bool> HasAsync(string owner, string digest, CancellationToken ct) => IsDigest(digest) && await files.ExistsAsync(owner, digest, ct);

    /// <summary>What can be done with the file now.</summary>
    public async Task<FileState> StateOfAsync(string owner, string digest, CancellationToken ct)
    {
        var subject = SubjectOf(owner, digest);
        return keys.IsDestroyed(subject) ? FileState.Destroyed
            : keys.IsWithheld(subject) ? FileState.Withheld
            : await HasAsync(owner, digest, ct) ? FileState.Kept
            : FileState.Missing;
    }

    /// <summary>The content, or null when there is no such file, its key was destroyed, or it is withheld.</summary>
    /// <exception cref="InvalidDataException">The stored bytes are not those of the digest.</exception>
    public async Task<byte[]?> ReadAsync(string owner, string digest, CancellationToken ct)
    {
        if (!IsDigest(digest) || await files.ReadAsync(owner, digest, ct) is not { } box)
            return null;
        var subject = SubjectOf(owner, digest);
        var content = vault.OpenBytes(box, subject, subject);
        return content is null || Convert.ToHexStringLower(SHA256.HashData(content)) == digest
            ? content
            : throw new InvalidDataException($"The evidence file {digest} does not have the bytes of its name.");
    }

    /// <summary>Destroys the file for good: without its key neither the stored bytes nor any copy of them can be opened.</summary>
    public async Task DestroyAsync(string owner, string digest, CancellationToken ct)
    {
        keys.Destroy(SubjectOf(owner, digest));
        if (IsDigest(digest))
            await files.DeleteAsync(owner, digest, ct);
    }

    /// <summary>The digest of these bytes.</summary>
    public static string DigestOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Whether this is a SHA-256 digest as the store writes it.</summary>
    public static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The name of a file's own key.</summary>
    public static string SubjectOf(string owner, string digest) => $"evidence/{owner}/{digest}";

    private static string LockOf(string owner) => $"files/{owner}";
}
