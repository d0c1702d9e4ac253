namespace Registry.Platform.Files;

/// <summary>A sealed file as it lies in its storage.</summary>
/// <param name="Owner">The stream whose events name it, or its id.</param>
/// <param name="Digest">SHA-256 of the unsealed bytes, hexadecimal; empty for what a broken-off write left behind.</param>
/// <param name="Since">When it was written, or last handed in again, UTC.</param>
/// <param name="Place">Where it lies, as the storage itself says it.</param>
public sealed record KeptFile(string Owner, string Digest, DateTimeOffset Since, string Place);

/// <summary>Where sealed files lie: a folder (<see cref="FolderFiles"/>) or an S3-compatible bucket (<see cref="BucketFiles"/>). It never sees a key or a plain byte.</summary>
public interface ISealedFiles
{
    /// <summary>Whether this much can be written without filling the storage up.</summary>
    bool HasRoom(long bytes);

    /// <summary>Whether the file is there.</summary>
    Task<bool> ExistsAsync(string owner, string digest, CancellationToken ct);

    /// <summary>Writes a file durably before it returns. False when there is one already, which stays as it is.</summary>
    Task<bool> WriteAsync(string owner, string digest, ReadOnlyMemory<byte> box, CancellationToken ct);

    /// <summary>Says that the file was handed in again, so that it is not taken for forgotten.</summary>
    Task TouchAsync(string owner, string digest, CancellationToken ct);

    /// <summary>The file, or null.</summary>
    Task<byte[]?> ReadAsync(string owner, string digest, CancellationToken ct);

    /// <summary>Removes the file; none is no error.</summary>
    Task DeleteAsync(string owner, string digest, CancellationToken ct);

    /// <summary>Removes what the list shows at this place.</summary>
    Task DeleteAsync(KeptFile file, CancellationToken ct);

    /// <summary>Everything that lies there, leftovers of broken-off writes included.</summary>
    IAsyncEnumerable<KeptFile> ListAsync(CancellationToken ct);

    /// <summary>Shows at start that files can be written, read and removed here.</summary>
    /// <exception cref="StartRefusedException">They cannot, with the reason and what to change.</exception>
    Task ProveAsync(CancellationToken ct);
}

/// <summary>Opens the storage that the settings name.</summary>
public static class SealedFiles
{
    /// <summary>The bucket if one is set, the data folder's own folder otherwise.</summary>
    public static ISealedFiles Of(RegistrySettings settings) =>
        settings.Files.Bucket is { } bucket ? new BucketFiles(bucket) : new FolderFiles(settings.EvidenceFolder, settings.Files.Limits.LeastFree);
}

/// <summary>The storage did not do what it was asked; what was to be written is not there. The message names the act, never a file's content.</summary>
public sealed class FileStorageException(string message, Exception inner) : IOException(message, inner);
