using Hangfire;
using Marten;
using MimeKit;
using Registry.Platform.Commands;

namespace Registry.Platform.Mail;

/// <summary>
/// Sends what waits in the outbox. Asked late, twice or on two nodes at once it sends each letter once: a letter is held alone while it is sent, and whoever
/// comes second finds it sent. A letter that fails is tried again after a time that doubles, stays visible with its error, and keeps nothing else from leaving.
/// Where the server itself cannot be reached the round ends with that letter, and the next one begins with another: a server that lets everybody wait would
/// otherwise be waited for once for each letter. Sending has a worker of its own, so it holds up no other job.
/// <para>One gap is SMTP's own: if this process dies between the server's answer and the commit, the letter is sent once more, under the same Message-ID,
/// by which mail servers and readers know it again.</para>
/// </summary>
public sealed class Postman(IDocumentStore store, ILetters letters, IMailDoor door, RegistrySettings settings, RegistryClock clock, ILogger<Postman> log)
{
    /// <summary>Tries before a letter is given up: about five days.</summary>
    public const int MostAttempts = 16;

    private const int AtOnce = 500;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(12);

    /// <summary>A job of this node waits that has not yet looked into the outbox.</summary>
    public bool Asked { get; set; }

    /// <summary>The pause after the n-th failure: one minute, doubled each time, at most half a day.</summary>
    public static TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromMinutes(Math.Min(Math.Pow(2, attempts - 1), LongestPause.TotalMinutes));

    /// <summary>Tries every letter that is due. Hangfire asks every minute, and at once after letters were recorded.</summary>
    [AutomaticRetry(Attempts = 0)]
    [Queue(Jobs.MailQueue)]
    public async Task RunAsync(CancellationToken ct)
    {
        Asked = false;
        IReadOnlyList<string> due;
        await using (var session = store.QuerySession())
        {
            var now = clock.GetUtcNow();
            due = await session.Query<Letter>().Where(l => l.State == LetterState.Waiting && l.DueAt <= now).OrderBy(l => l.DueAt).ThenBy(l => l.Id)
                .Take(AtOnce).Select(l => l.Id).ToListAsync(ct);
        }
        foreach (var id in due)
            if (!await SendAsync(id, ct))
                return;
    }

    /// <summary>Destroys files that nobody took from the pickup folder.</summary>
    public int Sweep() => door.Sweep(clock.GetUtcNow());

    /// <summary>Tries one letter, if it still waits and is due.</summary>
    /// <returns>Whether the way out is open, as far as this letter has shown.</returns>
    public async Task<bool> SendAsync(string id, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Outbox.HoldOf(id)], ct);
        var now = clock.GetUtcNow();
        if (await session.LoadAsync<Letter>(id, ct) is not { State: LetterState.Waiting } letter || letter.DueAt > now)
            return true;
        var (tried, open) = letter.Until <= now ? (letter with { State = LetterState.Void }, true) : await TryAsync(session, letter, now, ct);
        session.Store(tried);
        await session.SaveChangesAsync(ct);
        return open;
    }

    private async Task<(Letter Letter, bool Open)> TryAsync(IQuerySession session, Letter letter, DateTimeOffset now, CancellationToken ct)
    {
        HandedOver result;
        try
        {
            var rendered = await letters.RenderAsync(session, letter, ct);
            if (rendered.Erased)
                return (letter with { State = LetterState.Void }, true);
            if (rendered.Addresses.Count == 0)
                return (letter with { State = LetterState.Unaddressed }, true);
            using var message = MessageOf(letter, rendered);
            result = await door.HandOverAsync(letter.Id, message, ct);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            // A letter that cannot even be written must not keep the others from leaving. The kind of fault is told, not its words: they may hold an address.
            log.LogError("letter {Letter} of kind {Kind} could not be written: {Fault} in {Where}", letter.Id, letter.Kind, fault.GetType().Name, fault.TargetSite?.Name);
            result = new HandedOver("fault");
        }
        var attempts = letter.Attempts + 1;
        if (result.Error is null)
            return (letter with { State = LetterState.Sent, SentAt = now, Attempts = attempts, LastError = null }, true);
        log.LogWarning("letter {Letter} of kind {Kind} was not sent: {Error}, attempt {Attempt}", letter.Id, letter.Kind, result.Error, attempts);
        return (letter with
        {
            State = result.ForGood || attempts >= MostAttempts ? LetterState.GivenUp : LetterState.Waiting,
            Attempts = attempts,
            LastError = result.Error,
            DueAt = now + PauseAfter(attempts),
        }, !result.Shut);
    }

    private MimeMessage MessageOf(Letter letter, RenderedLetter rendered)
    {
        var message = new MimeMessage { Subject = rendered.Subject, Date = letter.WrittenAt, MessageId = $"{letter.Id}@{settings.Mail.Domain}" };
        message.From.Add(new MailboxAddress(null, settings.Mail.From));
        message.To.AddRange(rendered.Addresses.Select(a => new MailboxAddress(null, a)));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = new TextPart("plain") { Text = rendered.Text };
        return message;
    }
}
