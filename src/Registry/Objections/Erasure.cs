using Marten;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>An objector was erased: the keys are to be destroyed. Leaves with the event, so the destruction follows whatever happens to this process.</summary>
/// <param name="Objection">The objection's id.</param>
public sealed record ObjectorWasErased(string Objection);

/// <summary>
/// Destroys the keys. The files' keys go first, because their digests are sealed under the objection's own key; done twice or after a crash half way
/// it only finishes.
/// </summary>
public static class ObjectorWasErasedHandler
{
    /// <summary>Destroys the keys of one objection.</summary>
    public static async Task Handle(ObjectorWasErased message, IQuerySession session, Vault vault, KeyStore keys, EvidenceStore files, CancellationToken ct)
    {
        var id = new ObjectionId(message.Objection);
        foreach (var e in await session.Events.FetchStreamAsync(id.Stream, token: ct))
            foreach (var file in ObjectionFiles.FilesOf(e.Data))
                if (vault.Open(file.Sha256) is { } digest)
                    await files.DestroyAsync(id.Value, digest, ct);
        keys.Destroy(id.Stream);
    }
}
