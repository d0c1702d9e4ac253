using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>A fresh session: the token is shown once.</summary>
/// <param name="Token">Bearer token for the API, cookie value for the pages.</param>
/// <param name="Until">End of the session, UTC.</param>
/// <param name="Role">The account's role.</param>
public sealed record SessionOpened(string Token, DateTimeOffset Until, Roles Role);

/// <summary>Signs people in and finds the actor of a request.</summary>
public sealed class SignIn(IDocumentStore store, RegistryClock clock)
{
    /// <summary>A session ends after eight hours, however busy.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    private const int TriesBeforePause = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    /// <summary>Opens a session, or null: wrong name, wrong password, closed and locked accounts answer alike and in the same time.</summary>
    public async Task<SessionOpened?> OpenAsync(string login, string password, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var name = login.Trim().ToLowerInvariant();
        await using var session = store.LightweightSession();
        var tried = OpenAccount.IsLogin(name) ? await session.LoadAsync<Credential>(name, ct) : null;
        var right = password.Length is > 0 and <= OpenAccount.LongestPassword && Passwords.Verify(password, tried?.Hash);
        if (tried is null)
            return null;

        // The slow check is done without a lock. What it leads to is written under the account's, on what stands then:
        // tries in parallel all count, and a password that was set meanwhile is not put back.
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing(tried.Account)], ct);
        var credential = await session.LoadAsync<Credential>(name, ct);
        if (credential is null || credential.LockedUntil > now)
            return null;
        var account = await session.LoadAsync<AccountView>(credential.Account, ct);
        if (!right || credential.Hash != tried.Hash || account is not { Open: true })
        {
            // A pause that is over has done its work: the count begins anew.
            var failures = credential.LockedUntil is null ? credential.Failures + 1 : 1;
            session.Store(credential with { Failures = failures, LockedUntil = failures >= TriesBeforePause ? now + Pause : null });
            await session.SaveChangesAsync(ct);
            return null;
        }
        var token = $"{account.Opaque}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        session.Store(credential with { Failures = 0, LockedUntil = null });
        session.Store(new SignedIn { Id = HashOf(token), Account = account.Id, AccountVersion = account.Version, Until = now + Longest });
        await session.SaveChangesAsync(ct);
        return new SessionOpened(token, now + Longest, account.Role);
    }

    /// <summary>The actor behind a token, with the rights of this moment, or null. One round trip.</summary>
    public async Task<Actor?> FindAsync(string token, CancellationToken ct)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || token.Length > 200)
            return null;
        await using var query = store.QuerySession();
        var batch = query.CreateBatchQuery();
        var sessionQuery = batch.Load<SignedIn>(HashOf(token));
        var accountQuery = batch.Load<AccountView>(new AccountId(token[..dot]).Stream);
        await batch.Execute(ct);
        var (session, account) = (await sessionQuery, await accountQuery);
        return session is not null && account is { Open: true } && session.Account == account.Id && session.AccountVersion == account.Version && session.Until > clock.GetUtcNow()
            ? account.ToActor()
            : null;
    }

    /// <summary>Ends the session.</summary>
    public async Task CloseAsync(string token, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<SignedIn>(HashOf(token));
        await session.SaveChangesAsync(ct);
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
