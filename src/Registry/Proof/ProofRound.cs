using Hangfire;
using Marten;
using Registry.Accounts;
using Registry.Disclosure;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Publicity;

namespace Registry.Proof;

/// <summary>
/// What the clock sets off for the log, once a minute: open notices are attested, ended ones are counted, what is due is published, proofs follow. It carries
/// nothing; the state answers whether there is anything to do, so a round that is late, doubled or left out does no harm.
/// </summary>
public sealed class ProofRound(
    IDocumentStore store, CommandRunner runner, RegistryClock clock, LogPublisher publisher, Disclosures disclosures, SitePublication site)
{
    private static readonly Actor Timer = Actor.Job("proof-round");

    /// <summary>Runs the round. The next minute asks again anyway.</summary>
    [AutomaticRetry(Attempts = 0)]
    public async Task RunAsync(CancellationToken ct)
    {
        await TellAsync(ct);
        if ((await publisher.PublishAsync(ct)).Signed)
            disclosures.Prove();
        await site.PublishAsync(always: false, ct);
    }

    /// <summary>Puts into the history what the state of the notices asks for.</summary>
    public async Task TellAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        foreach (var card in await session.Query<NoticeCard>().ToListAsync(ct))
        {
            var version = card.Version;
            var notice = card.Notice;
            if (AttestNotice.Decide(notice, clock.GetUtcNow()) is Decision.Accepted)
                await GiveAsync(new AttestNotice(version), card, ct);
            else if (notice.LastClosing <= clock.GetUtcNow()
                && CountObjections.Decide(notice, await ObjectionTally.ReadAsync(session, card.Publicity, ct), clock.GetUtcNow()) is Decision.Accepted)
                await GiveAsync(new CountObjections(version), card, ct);
        }
    }

    private Task<Outcome> GiveAsync<T>(T command, NoticeCard card, CancellationToken ct) where T : ICommand<T> =>
        runner.RunAsync(Timer, card.Publicity.Value, command, $"{T.Spec.Name}/{card.Id}/{card.Version}", clock.GetUtcNow(), ct);
}
