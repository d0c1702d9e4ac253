using Marten;
using Registry.Platform;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>Whoever filed this was erased: the keys are to be destroyed. Leaves with the event, so the destruction follows whatever happens to this process.</summary>
/// <param name="Stream">The stream of the objection, report or complaint; its key is the filer's.</param>
public sealed record FilerWasErased(string Stream);

/// <summary>
/// Destroys the keys, and mails to the filer that still lie in the pickup folder. The files' keys go first, because their digests are sealed under the
/// filer's own key; the mails last, because without the key no further one can be addressed. Done twice or after a crash half way it only finishes.
/// </summary>
public static class FilerWasErasedHandler
{
    /// <summary>Destroys the keys of one filer.</summary>
    public static async Task Handle(FilerWasErased message, IDocumentStore store, Vault vault, KeyStore keys, EvidenceStore files, IMailDoor door, CancellationToken ct)
    {
        var owner = message.Stream[(message.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];
        await using var session = store.QuerySession();
        foreach (var e in await session.Events.FetchStreamAsync(message.Stream, token: ct))
            foreach (var file in ObjectionFiles.FilesOf(e.Data))
                if (vault.Open(file.Sha256) is { } digest)
                    await files.DestroyAsync(owner, digest, ct);
        keys.Destroy(message.Stream);
        await Outbox.DestroyAsync(store, door, l => l.To == message.Stream, ct);
    }
}
