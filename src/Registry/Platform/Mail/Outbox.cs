using System.Security.Cryptography;
using System.Text;
using Hangfire;
using Marten;
using Registry.Platform.Commands;

namespace Registry.Platform.Mail;

/// <summary>Letters were recorded and may be sent. Carries nothing: the outbox says what waits.</summary>
public sealed record LettersWritten;

/// <summary>Asks for sending after letters have committed.</summary>
public static class LettersWrittenHandler
{
    /// <summary>Enqueues the job, unless one is waiting that will see these letters too.</summary>
    public static void Handle(LettersWritten message, IBackgroundJobClient jobs, Postman postman)
    {
        _ = message;
        if (postman.Asked)
            return;
        // Noted first: the job may begin, and take the note away, before this line is left.
        postman.Asked = true;
        try
        {
            jobs.Enqueue<Postman>(p => p.RunAsync(CancellationToken.None));
        }
        catch
        {
            postman.Asked = false;
            throw;
        }
    }
}

/// <summary>The outbox: letters that were recorded with the events they tell of.</summary>
public static class Outbox
{
    /// <summary>Registers outbox, door and postman.</summary>
    public static void AddMail(this IServiceCollection services, RegistrySettings settings)
    {
        services.AddSingleton<IMailDoor>(_ => settings.Mail.Server is null ? new PickupFolder(settings.MailFolder, settings.Mail.PickupDays) : new MailServer(settings.Mail));
        services.AddSingleton<Postman>();
    }

    /// <summary>The outbox as documents.</summary>
    public static void AddLetters(this StoreOptions options) =>
        options.Schema.For<Letter>().Index(l => l.To).Index(l => l.About).Index(l => l.State).Index(l => l.WrittenAt);

    /// <summary>Whoever tells the same thing to the same people again gets the id of the letter that there is.</summary>
    public static string IdOf(string kind, string to, string about, string occasion) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{to}\n{about}\n{occasion}")))[..40];

    /// <summary>
    /// Destroys what still lies in the pickup folder of these letters. To be asked after the key of whoever was erased is destroyed: each letter is waited for
    /// if it is just being written, and none that comes later can be addressed any more.
    /// </summary>
    public static async Task DestroyAsync(IDocumentStore store, IMailDoor door, System.Linq.Expressions.Expression<Func<Letter, bool>> which, CancellationToken ct)
    {
        await using var reading = store.QuerySession();
        foreach (var id in await reading.Query<Letter>().Where(which).Select(l => l.Id).ToListAsync(ct))
        {
            await using var session = store.LightweightSession();
            await session.BeginTransactionAsync(ct);
            await Locks.TakeAsync(session, [HoldOf(id)], ct);
            door.Destroy([id]);
        }
    }

    /// <summary>Held by whoever sends a letter or destroys it.</summary>
    internal static Hold HoldOf(string letter) => Hold.Changing($"letter/{letter}");

    /// <summary>Records the letters of a command's events in the command's own transaction.</summary>
    internal static async Task<bool> RecordAsync(IDocumentSession session, ILetters letters, DateTimeOffset now, CancellationToken ct)
    {
        var events = session.PendingChanges.Streams().SelectMany(s => s.Events.Select(e => (s.Key!, e))).ToList();
        if (events.Count == 0 || await letters.OfEventsAsync(session, events, now, ct) is not { Count: > 0 } written)
            return false;
        session.Insert<Letter>(written.DistinctBy(l => l.Id).ToArray());
        return true;
    }

    /// <summary>Records letters that the calendar asks for; those that were recorded before stay as they are, whoever asks again.</summary>
    /// <returns>How many are new.</returns>
    public static async Task<int> RecordAsync(IDocumentStore store, IReadOnlyList<Letter> letters, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing("letters/by-calendar")], ct);
        var ids = letters.Select(l => l.Id).Distinct().ToArray();
        var known = (await session.LoadManyAsync<Letter>(ct, ids)).Select(l => l.Id).ToHashSet();
        var fresh = letters.DistinctBy(l => l.Id).Where(l => !known.Contains(l.Id)).ToArray();
        session.Insert<Letter>(fresh);
        await session.SaveChangesAsync(ct);
        return fresh.Length;
    }
}
