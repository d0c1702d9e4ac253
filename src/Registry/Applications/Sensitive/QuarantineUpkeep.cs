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
public sealed class QuarantineUpkeep(IDocumentStore store, KeyStore keys, Vault vault, EvidenceStore files, CommandRunner runner, RegistryClock clock, ILogger<QuarantineUpkeep> log)
{
    private static readonly TimeSpan Unfinished = TimeSpan.FromHours(1);

    /// <summary>All quarantines: before the program serves, and every night.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        // All marks first: they are what keeps withheld material from being read, so a program that cannot set them does not start.
        var cards = new List<QuarantineCard>();
        foreach (var known in (await session.Query<QuarantineCard>().ToListAsync(ct)).OrderBy(c => c.Holds))
            if (await MarkAsync(known.Quarantine, ct) is { } card)
                cards.Add(card);
        await ReleaseUnexplainedAsync(ct);
        foreach (var draft in await session.Query<Draft>().Where(d => d.Generation > 0).Select(d => new { d.Id, d.Generation }).ToListAsync(ct))
            OwnKeys.DestroyDrafts(keys, draft.Id, draft.Generation);
        foreach (var card in cards)
            try
            {
                await FinishAsync(card, ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                // It stays withheld and is tried again tomorrow; the others do not wait for it.
                log.LogError(fault, "the destruction of quarantine {Quarantine} could not be finished", card.Quarantine);
            }
    }

    /// <summary>One quarantine.</summary>
    public async Task AlignAsync(string quarantine, CancellationToken ct)
    {
        if (await MarkAsync(quarantine, ct) is { } card)
            await FinishAsync(card, ct);
    }

    /// <summary>
    /// Withholds each of the quarantine's keys as long as it, or another quarantine that holds, names the key; releases it otherwise. Under the
    /// application's lock, so that none comes or goes in between.
    /// </summary>
    private async Task<QuarantineCard?> MarkAsync(string quarantine, CancellationToken ct)
    {
        var stream = new QuarantineId(quarantine).Stream;
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<QuarantineCard>(stream, ct) is not { } before)
            return null;
        var application = new ApplicationId(before.Application);
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, QuarantineDesk.Changing(application), ct);
        var cards = await QuarantineDesk.OfAsync(session, application, ct);
        var card = cards.Single(c => c.Id == stream);
        foreach (var key in card.Keys.Where(k => !keys.IsDestroyed(k)))
            if (cards.Where(c => c.Holding(key)).Select(c => c.Quarantine).ToList() is not [var first, ..] holders)
                keys.Release(key);
            else if (keys.WithheldBy(key) is not { } why || !holders.Contains(why))
                keys.Withhold(key, first);
        return card;
    }

    /// <summary>Takes away marks whose quarantine did not come about. While somebody may just be making one, a mark is left alone.</summary>
    private async Task ReleaseUnexplainedAsync(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing(QuarantineDesk.Marks)], ct);
        var holding = await session.Query<QuarantineCard>().Where(c => c.Status != QuarantineStatus.Lifted).ToListAsync(ct);
        var known = holding.Select(c => c.Quarantine).ToHashSet();
        foreach (var mark in keys.Marks().Where(m => !known.Contains(m.Why) && clock.GetUtcNow() - m.Since > Unfinished))
            if (!holding.Any(c => c.Keys.Any(k => keys.IsMarkOf(mark, k))))
                keys.Release(mark);
    }

    private async Task FinishAsync(QuarantineCard card, CancellationToken ct)
    {
        if (card.Status is not (QuarantineStatus.Ordered or QuarantineStatus.Destroyed))
            return;
        await DestroyAsync(card, ct);
        if (card.Status == QuarantineStatus.Ordered
            && await runner.RunAsync(Actor.Job("quarantine"), card.Quarantine, new RecordDestruction(card.Version), $"destroyed-{card.Quarantine}-{card.Version}", clock.GetUtcNow(), ct) is { Refusal: { } refusal })
            throw new InvalidOperationException($"The destruction of a quarantine's material was done and could not be recorded: {refusal.Rule.Code}");
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
                log.LogWarning("the form of {Draft} lay under {Key}, which holds other things too and stays: its copies in older backups can still be opened", draft.Id, box.Key);
            var form = JsonNode.Parse(text)!.AsObject();
            if (TextDigests.Holds(card, keys, id, JsonSerializer.Deserialize<JsonElement>(text)))
                form.Remove(card.Place);
            var next = draft with { Generation = draft.Generation + 1, Saves = draft.Saves + 1 };
            session.Store(next with { Form = vault.Seal(form.ToJsonString(), OwnKeys.OfDraft(next), $"{draft.Id}|draft") });
            await session.SaveChangesAsync(ct);
            OwnKeys.DestroyDrafts(keys, next.Id, next.Generation);
            return;
        }
        await session.SaveChangesAsync(ct);
    }
}
