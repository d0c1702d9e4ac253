using Hangfire;
using Marten;
using Registry.Accounts;
using Registry.Disclosure;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Proof;

/// <summary>
/// What the clock sets off for the log, once a minute: open notices are attested, ended ones are counted, what is due is published and read back, proofs follow. It carries
/// nothing; the state answers whether there is anything to do, so a round that is late, doubled or left out does no harm.
/// </summary>
public sealed class ProofRound(
    IDocumentStore store, Calls calls, CommandRunner runner, RegistryClock clock, LogPublisher publisher, Disclosures disclosures, SitePublication site, PostingChecks postings,
    ILogger<ProofRound> log)
{
    private static readonly Actor Timer = Actor.Job("proof-round");

    /// <summary>Runs the round. The next minute asks again anyway.</summary>
    [AutomaticRetry(Attempts = 0)]
    public async Task RunAsync(CancellationToken ct)
    {
        await TellAsync(ct);
        if ((await publisher.PublishAsync(ct)).Shown)
            disclosures.Prove();
        await site.PublishAsync(always: false, ct);
        await postings.RunAsync(ct);
    }

    /// <summary>Puts into the history what the state of the notices asks for.</summary>
    public async Task TellAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        foreach (var card in await session.Query<NoticeCard>().ToListAsync(ct))
        {
            try
            {
                await TellAsync(session, card, ct);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                // The other notices, and the log, do not wait for this one; the next minute tries it again.
                log.LogError(fault, "notice {Notice} could not be told of", card.Publicity.Value);
            }
        }
    }

    private async Task TellAsync(IQuerySession session, NoticeCard card, CancellationToken ct)
    {
        var (notice, now) = (card.Notice, clock.GetUtcNow());
        if (AttestNotice.Decide(notice, now) is Decision.Accepted)
            await GiveAsync(new AttestNotice(card.Version), card, "", ct);
        else if (notice.LastClosing <= now && await ObjectionTally.ReadAsync(session, card.Publicity, ct) is var tally
            && CountObjections.Decide(notice, tally, awaits: false, settleMinutes: 0, now) is Decision.Accepted
            && await calls.ReadAsync(session, new BatchId(card.Batch), ct) is { } call
            && CountObjections.Decide(notice, tally, awaits: false, call.Definition.Objections.SettleMinutes, now) is Decision.Accepted)
            // A refusal is remembered under its key. What it can rest on besides the notice is in the key, so that another state is asked anew.
            await GiveAsync(new CountObjections(card.Version), card, $"/{tally.Received}/{ChinaTime.ToDay(now):yyyy-MM-dd}", ct);
    }

    private Task<Outcome> GiveAsync<T>(T command, NoticeCard card, string besides, CancellationToken ct) where T : ICommand<T> =>
        runner.RunAsync(Timer, card.Publicity.Value, command, $"{T.Spec.Name}/{card.Id}/{card.Version}{besides}", clock.GetUtcNow(), ct);
}
