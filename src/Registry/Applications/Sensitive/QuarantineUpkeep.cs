using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications.Sensitive;

/// <summary>A quarantine was lifted or its destruction ordered. Leaves with the event, so what follows comes about whatever happens to this process.</summary>
/// <param name="Quarantine">The quarantine's id.</param>
public sealed record QuarantineMoved(string Quarantine);

/// <summary>Carries out what a quarantine's history says.</summary>
public static class QuarantineMovedHandler
{
    /// <summary>Brings keys and files into line with one quarantine.</summary>
    public static Task Handle(QuarantineMoved message, QuarantineUpkeep upkeep, CancellationToken ct) => upkeep.AlignAsync(message.Quarantine, ct);
}

/// <summary>
/// Brings keys, files and drafts into line with the history of quarantines. Everything is done again without harm: after a crash half way, and after a
/// restore of keys or files from before.
/// </summary>
public sealed class QuarantineUpkeep(IDocumentStore store, KeyStore keys, Vault vault, EvidenceStore files, CommandRunner runner, RegistryClock clock)
{
    private static readonly TimeSpan Unfinished = TimeSpan.FromHours(1);

    /// <summary>All quarantines: before the program serves, and every night.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var cards = await session.Query<QuarantineCard>().ToListAsync(ct);
        foreach (var card in cards)
            await AlignAsync(card.Quarantine, ct);
        var known = cards.Where(c => c.Holds).Select(c => c.Quarantine).ToHashSet();
        foreach (var mark in keys.Marks().Where(m => !known.Contains(m.Why) && clock.GetUtcNow() - m.Since > Unfinished))
            keys.Release(mark);
    }

    /// <summary>One quarantine.</summary>
    public async Task AlignAsync(string quarantine, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<QuarantineCard>(new QuarantineId(quarantine).Stream, ct) is not { } card)
            return;
        switch (card.Status)
        {
            case QuarantineStatus.Withheld or QuarantineStatus.Confirmed:
                foreach (var key in card.Keys.Where(k => !keys.IsWithheld(k)))
                    keys.Withhold(key, card.Quarantine);
                break;
            case QuarantineStatus.Lifted:
                foreach (var key in card.Keys)
                    keys.Release(key);
                break;
            default:
                await DestroyAsync(card, ct);
                if (card.Status == QuarantineStatus.Ordered)
                    await runner.RunAsync(Actor.Job("quarantine"), card.Quarantine, new RecordDestruction(card.Version), $"destroyed-{card.Quarantine}", clock.GetUtcNow(), ct);
                break;
        }
    }

    /// <summary>The draft lets go of the material first, because the key under which it held it is destroyed with the others.</summary>
    private async Task DestroyAsync(QuarantineCard card, CancellationToken ct)
    {
        if (card.Kind != MaterialKind.Step && card.Keys.Any(k => !keys.IsDestroyed(k)))
            await ScrubDraftAsync(card, ct);
        foreach (var key in card.Keys.Where(k => !keys.IsDestroyed(k)))
            keys.Destroy(key);
        if (card.Kind == MaterialKind.File)
            await files.DestroyAsync(card.Application, card.Place, ct);
    }

    /// <summary>Takes the material out of the draft. A text's older copies in the database's log and backups lie under the draft's key, which goes too.</summary>
    private async Task ScrubDraftAsync(QuarantineCard card, CancellationToken ct)
    {
        var id = new ApplicationId(card.Application);
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing(id.Stream)], ct);
        if (await session.LoadAsync<Draft>(id.Stream, ct) is not { } draft)
            return;
        if (card.Kind == MaterialKind.File)
            session.Store(draft with { Evidence = [.. draft.Evidence.Where(e => e.Sha256 != card.Place)] });
        else if (draft.Form is { Box: { } box } sealedForm && vault.Open(sealedForm) is { } text)
        {
            if (box.Key != OwnKeys.OfDraft(draft))
                throw new InvalidOperationException("A draft written before texts had keys of their own has to be saved once before a text of it can be destroyed.");
            var form = JsonNode.Parse(text)!.AsObject();
            if (TextDigests.Holds(card, keys, id, JsonSerializer.Deserialize<JsonElement>(text)))
                form.Remove(card.Place);
            var next = draft with { Generation = draft.Generation + 1, Saves = draft.Saves + 1 };
            session.Store(next with { Form = vault.Seal(form.ToJsonString(), OwnKeys.OfDraft(next), $"{draft.Id}|draft") });
            await session.SaveChangesAsync(ct);
            keys.Destroy(OwnKeys.OfDraft(draft));
            return;
        }
        await session.SaveChangesAsync(ct);
    }
}
