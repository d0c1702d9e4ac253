using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Disclosure;

/// <summary>
/// After each publication: every notice that the own site carries by now, and every entry added to one, is read back and opens if it really stands there. Asked late, twice or on two nodes
/// it changes nothing; a page that is missing or differs leaves its notice closed and is seen in the log and on the officer's page.
/// </summary>
public sealed class PostingChecks(IDocumentStore store, CommandRunner runner, RegistryClock clock, ILogger<PostingChecks> log)
{
    /// <summary>Reads back what is due.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var session = store.QuerySession();
        var due = (await session.Query<NoticeCard>().ToListAsync(ct))
            .Where(c => c.Notice is { Opened: { OwnSite: true } opened, GivenUp: false }
                && (c.Notice.PostedAt is null ? ChinaTime.StartOf(opened.Window.FirstDay) <= now : c.Notice.Awaited.Any()));
        foreach (var card in due)
        {
            var outcome = await runner.RunAsync(
                Actor.Job("posting-check"), card.Publicity.Value, new ReadBackPosting(card.Version), Guid.NewGuid().ToString("N"), now, ct);
            if (outcome.Refusal is { } refusal)
                log.LogWarning("notice {Notice} does not open: {Code}", card.Publicity.Value, refusal.Rule.Code);
        }
    }
}
