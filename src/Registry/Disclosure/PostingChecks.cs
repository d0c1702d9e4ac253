using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Disclosure;

/// <summary>
/// After each publication and in each minute's round: every notice that the own site carries by now, and every entry added to one, is read back and opens if it really stands there. Asked late, twice or on two nodes
/// it changes nothing; a page that is missing or differs leaves its notice closed and is seen in the log and on the officer's page.
/// </summary>
public sealed class PostingChecks(IDocumentStore store, CommandRunner runner, RegistrySettings settings, RegistryClock clock, ILogger<PostingChecks> log)
{
    /// <summary>How long a refusal stands before the same is asked again.</summary>
    private const int Minutes = 5;

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
            if (!Stands(card))
            {
                log.LogWarning("notice {Notice} does not open: it does not stand on its page", card.Publicity.Value);
                continue;
            }
            // What is refused although it stands, because of a ban for example, is asked anew a few minutes later and not in every one: a working day may hang on it.
            var outcome = await runner.RunAsync(
                Actor.Job("posting-check"), card.Publicity.Value, new ReadBackPosting(card.Version), $"posting-check/{card.Id}/{card.Version}/{now:yyyy-MM-ddTHH}.{now.Minute / Minutes}", now, ct);
            if (outcome.Refusal is { } refusal)
                log.LogWarning("notice {Notice} does not open: {Code}", card.Publicity.Value, refusal.Rule.Code);
        }
    }

    /// <summary>A look before anything is asked, so that a page that is missing for a day leaves no thousand refusals.</summary>
    private bool Stands(NoticeCard card) => card.Notice.PostedAt is null
        ? OwnSite.ReadBack(settings, card.Publicity) == card.Notice.Opened!.TextHash
        : OwnSite.Shown(settings, card.Publicity, card.Notice.Awaited.Select(l => l.Entry)).Count > 0;
}
