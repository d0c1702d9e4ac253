using System.Security.Cryptography;
using System.Text.Json;
using Registry.Platform;

namespace Registry.Review;

/// <summary>The pool as a file, for a repetition of the draw.</summary>
public sealed record PoolFile(IReadOnlyList<PoolExpert> Experts);

/// <summary>The applications as a file, with the rule of the panel.</summary>
public sealed record ApplicationsFile(DrawRule Rule, IReadOnlyList<DrawApplication> Applications);

/// <summary>The two input files of a draw. Their digests are recorded with the snapshot, so that a file handed out later can be told from another.</summary>
public static class DrawFiles
{
    /// <summary>SHA-256 of the file as it is exported: compact JSON in UTF-8.</summary>
    public static string HashOf<T>(T file) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(file, Json.Api)));

    /// <summary>The recorded pool as a file.</summary>
    public static PoolFile PoolOf(PoolSnapshotTaken snapshot) => new(snapshot.Pool);

    /// <summary>The recorded applications as a file.</summary>
    public static ApplicationsFile ApplicationsOf(PoolSnapshotTaken snapshot) => new(snapshot.Rule, snapshot.Applications);
}
