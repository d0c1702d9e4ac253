using Marten;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>How much was uploaded under one receipt code lately. It says nothing about what it is.</summary>
public sealed record UploadCount
{
    /// <summary>The objection's id, whether or not the objection exists yet; behind it, whose share it is if not the objector's.</summary>
    public required string Id { get; init; }

    /// <summary>Files so far.</summary>
    public int Files { get; init; }

    /// <summary>Bytes so far.</summary>
    public long Bytes { get; init; }

    /// <summary>The last one, UTC.</summary>
    public DateTimeOffset LastAt { get; init; }
}

/// <summary>
/// Files go up before the form that names them, so some are never named: the form was not sent, or another file was chosen. The sweep of the evidence store
/// removes those; here they are bounded for each objection, so that nobody fills the store in the meantime.
/// </summary>
public sealed class Uploads(IDocumentStore store, EvidenceStore files, RegistryClock clock)
{
    /// <summary>Most files of one objection in two days: those of one filing, and as many that were chosen wrongly.</summary>
    public const int MostFiles = 2 * Receiving.MostFiles;

    /// <summary>Most bytes of one objection in two days.</summary>
    public const long MostBytes = 100L * 1024 * 1024;

    /// <summary>After a pause this long the count begins anew.</summary>
    public static readonly TimeSpan Counted = TimeSpan.FromDays(2);

    /// <summary>Stores one file for an objection; null when its share is used up.</summary>
    public async Task<StoredFile?> PutAsync(ObjectionId id, byte[] content, CancellationToken ct, string share = "")
    {
        var counted = share.Length == 0 ? id.Value : $"{id.Value}/{share}";
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing($"uploads/{counted}")], ct);
        var now = clock.GetUtcNow();
        var before = await session.LoadAsync<UploadCount>(counted, ct) is { } count && count.LastAt > now - Counted ? count : new UploadCount { Id = counted };
        if (before.Files >= MostFiles || before.Bytes + content.Length > MostBytes)
            return null;
        session.Store(before with { Files = before.Files + 1, Bytes = before.Bytes + content.Length, LastAt = now });
        await session.SaveChangesAsync(ct);
        return await files.PutAsync(id.Value, content, ct);
    }
}
