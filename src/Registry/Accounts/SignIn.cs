using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>A session, or a sign-in that asks for more: the token is shown once.</summary>
/// <param name="Token">Bearer token for the API, cookie value for the pages.</param>
/// <param name="Until">End of the session, UTC.</param>
/// <param name="Role">The account's role.</param>
/// <param name="Step">What is still asked for before the token opens anything.</param>
public sealed record SessionOpened(string Token, DateTimeOffset Until, Roles Role, SignInStep Step = SignInStep.None);

/// <summary>A sign-in under way, for the page of its next step.</summary>
/// <param name="Account">The account as it stands.</param>
/// <param name="Login">Its sign-in name.</param>
/// <param name="Step">What is asked for.</param>
/// <param name="Secret">The secret offered for a new authenticator, in Base32.</param>
public sealed record SignInUnderWay(AccountView Account, string Login, SignInStep Step, string? Secret);

/// <summary>
/// Signs people in and finds the actor of a request. A sign-in goes by steps: password; the authenticator's code where there is one; a password of one's
/// own where somebody else gave the first; an authenticator where the role must have one. Until the last step its token opens nothing.
/// </summary>
public sealed class SignIn(IDocumentStore store, RegistryClock clock, Vault vault, RegistrySettings settings, ILogger<SignIn> log)
{
    /// <summary>A session ends after eight hours, however busy.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    /// <summary>A sign-in that is not finished by then begins anew.</summary>
    public static readonly TimeSpan LongestUnderWay = TimeSpan.FromMinutes(10);

    private const int TriesBeforePause = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    /// <summary>Checks name and password, or null: wrong name, wrong password, closed and locked accounts answer alike and in the same time.</summary>
    public async Task<SessionOpened?> OpenAsync(string login, string password, CancellationToken ct)
    {
        var name = login.Trim().ToLowerInvariant();
        await using var session = store.LightweightSession();
        var tried = OpenAccount.IsLogin(name) ? await session.LoadAsync<Credential>(name, ct) : null;
        var right = password.Length is > 0 and <= OpenAccount.LongestPassword && Passwords.Verify(password, tried?.Hash);
        if (tried is null)
        {
            log.LogWarning("sign-in refused: no such name");
            return null;
        }
        // The slow check is done without a lock. What it leads to is written under the account's, on what stands then:
        // tries in parallel all count, and a password that was set meanwhile is not put back.
        return await TryAsync(session, tried, c => right && c.Hash == tried.Hash && !(c.ReplaceBy < clock.GetUtcNow()) ? c : null, ct) is var (account, credential)
            ? await AdvanceAsync(session, new SignedIn { Id = "", Account = account.Id, AccountVersion = account.RightsVersion }, account, credential, ct)
            : null;
    }

    /// <summary>Opens the account that this identity is linked to, or null. It stands for the password; a code and whatever else is due is still asked for.</summary>
    public async Task<SessionOpened?> OpenByIdentityAsync(string identity, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<LinkedIdentity>(identity, ct) is not { } linked
            || await session.LoadAsync<AccountView>(linked.Account, ct) is not { Open: true } account
            || await session.Query<Credential>().FirstOrDefaultAsync(c => c.Account == linked.Account, ct) is not { } credential
            || credential.ReplaceBy < clock.GetUtcNow())
            return null;
        return await AdvanceAsync(session, new SignedIn { Id = "", Account = account.Id, AccountVersion = account.RightsVersion }, account, credential, ct);
    }

    /// <summary>Begins to replace the authenticator of who is signed in: asks for the password, then for a code of the present one, then sets up the new one.</summary>
    public async Task<SessionOpened?> ReplaceAuthenticatorAsync(string account, string password, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        return await PasswordOfAsync(session, account, password, ct) is var (view, credential)
            ? await AdvanceAsync(session, new SignedIn { Id = "", Account = view.Id, AccountVersion = view.RightsVersion, Replaces = true }, view, credential, ct)
            : null;
    }

    /// <summary>Whether this is the account's password. Wrong tries count like those at sign-in.</summary>
    public async Task<bool> IsPasswordAsync(string account, string password, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        return await PasswordOfAsync(session, account, password, ct) is not null;
    }

    /// <summary>Gives a code of the authenticator, or a recovery code. Null if it is wrong, was used before, or too many were wrong.</summary>
    public async Task<SessionOpened?> GiveCodeAsync(string token, string code, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await UnderWayAsync(session, token, ct) is not ({ Step: SignInStep.Code } underWay, var tried))
            return null;
        return await TryAsync(session, tried, c => SecondFactor.Accept(c, c.Authenticator is { } has ? vault.Open(has) : null, code, clock.GetUtcNow()), ct) is var (account, credential) && account.RightsVersion == underWay.AccountVersion
            ? await AdvanceAsync(session, underWay with { CodeGiven = true }, account, credential, ct)
            : null;
    }

    /// <summary>Replaces the password that somebody else gave, and goes on.</summary>
    public async Task<(SessionOpened? Opened, Refusal? Refusal)> ReplacePasswordAsync(IServiceProvider services, string token, string password, CancellationToken ct)
    {
        if (await UnderWayAsync(token, ct) is not { Step: SignInStep.NewPassword } underWay)
            return (null, AccountRules.SignInFailed.Refuse());
        var outcome = await services.GetRequiredService<CommandRunner>().RunAsync(
            Actor.Job("sign-in") with { OnBehalfOf = underWay.Account.Opaque }, underWay.Account.Opaque, new SetPassword(password, underWay.Account.Version), Desk.NewId(), clock.GetUtcNow(), ct);
        return outcome.Refusal is { } refusal ? (null, refusal) : Going(await GoOnAsync(token, outcome.Answer!.Version, ct));
    }

    /// <summary>Sets up the authenticator that was offered, once it shows a right code, and goes on. The recovery codes are shown once.</summary>
    public async Task<(SessionOpened? Opened, IReadOnlyList<string> Recovery, Refusal? Refusal)> SetUpAuthenticatorAsync(IServiceProvider services, string token, string code, CancellationToken ct)
    {
        if (await UnderWayAsync(token, ct) is not { Step: SignInStep.Authenticator, Secret: { } secret } underWay)
            return (null, [], AccountRules.SignInFailed.Refuse());
        var recovery = SecondFactor.NewRecoveryCodes();
        var outcome = await services.GetRequiredService<CommandRunner>().RunAsync(
            underWay.Account.ToActor(), underWay.Account.Opaque, new SetUpAuthenticator(secret, code, [.. recovery.Select(SecondFactor.HashOf)], underWay.Account.Version), Desk.NewId(), clock.GetUtcNow(), ct);
        if (outcome.Refusal is { } refused)
            return (null, [], refused);
        var (opened, refusal) = Going(await GoOnAsync(token, outcome.Answer!.Version, ct));
        return (opened, recovery, refusal);
    }

    private static (SessionOpened?, Refusal?) Going(SessionOpened? opened) => (opened, opened is null ? AccountRules.SignInFailed.Refuse() : null);

    /// <summary>Goes on after a command changed the account itself: it now has the given version.</summary>
    public async Task<SessionOpened?> GoOnAsync(string token, long version, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<SignedIn>(HashOf(token), ct) is not { } underWay || underWay.Until <= clock.GetUtcNow()
            || await session.LoadAsync<AccountView>(underWay.Account, ct) is not { Open: true } account || account.Version != version)
            return null;
        var credential = await session.Query<Credential>().FirstAsync(c => c.Account == account.Id, ct);
        return await AdvanceAsync(session, underWay with { AccountVersion = account.RightsVersion, Replaces = false, CodeGiven = underWay.CodeGiven || underWay.Step == SignInStep.Authenticator }, account, credential, ct);
    }

    /// <summary>The sign-in under way behind a token, or null.</summary>
    public async Task<SignInUnderWay?> UnderWayAsync(string token, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await UnderWayAsync(session, token, ct) is var (underWay, credential) && await session.LoadAsync<AccountView>(underWay.Account, ct) is { Open: true } account && account.RightsVersion == underWay.AccountVersion
            ? new SignInUnderWay(account, credential.Id, underWay.Step, underWay.Offered is { } offered ? vault.Open(offered) : null)
            : null;
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
        return session is { Step: SignInStep.None } && account is { Open: true } && session.Account == account.Id && session.AccountVersion == account.RightsVersion && session.Until > clock.GetUtcNow()
            ? account.ToActor()
            : null;
    }

    /// <summary>Ends the session, or the sign-in under way.</summary>
    public async Task CloseAsync(string token, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        session.Delete<SignedIn>(HashOf(token));
        await session.SaveChangesAsync(ct);
    }

    private async Task<(AccountView, Credential)?> PasswordOfAsync(IDocumentSession session, string account, string password, CancellationToken ct)
    {
        var tried = await session.Query<Credential>().FirstOrDefaultAsync(c => c.Account == account, ct);
        var right = password.Length is > 0 and <= OpenAccount.LongestPassword && Passwords.Verify(password, tried?.Hash);
        return tried is null ? null : await TryAsync(session, tried, c => right && c.Hash == tried.Hash ? c : null, ct);
    }

    /// <summary>Counts one try under the account's lock. The account and its credential after a right one, or null.</summary>
    private async Task<(AccountView, Credential)?> TryAsync(IDocumentSession session, Credential tried, Func<Credential, Credential?> check, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing(tried.Account)], ct);
        var credential = await session.LoadAsync<Credential>(tried.Id, ct);
        if (credential is null || credential.LockedUntil > now)
        {
            log.LogWarning("sign-in refused: {Account} is locked for a while", tried.Account);
            return null;
        }
        var account = await session.LoadAsync<AccountView>(credential.Account, ct);
        if (account is { Open: true } && check(credential) is { } right)
        {
            // A right password is only half a sign-in where a code follows: the count of wrong codes goes on.
            right = right with { Failures = right.Authenticator is null || right.LastStep != credential.LastStep || right.Recovery.Count != credential.Recovery.Count ? 0 : right.Failures, LockedUntil = null };
            session.Store(right);
            return (account, right);
        }
        // A pause that is over has done its work: the count begins anew.
        var failures = credential.LockedUntil is null ? credential.Failures + 1 : 1;
        session.Store(credential with { Failures = failures, LockedUntil = failures >= TriesBeforePause ? now + Pause : null });
        await session.SaveChangesAsync(ct);
        log.LogWarning("sign-in refused: {Account}, wrong try {Failures}", credential.Account, failures);
        return null;
    }

    /// <summary>Stores the next step under a new token, or the finished session.</summary>
    private async Task<SessionOpened> AdvanceAsync(IDocumentSession session, SignedIn underWay, AccountView account, Credential credential, CancellationToken ct)
    {
        var step = SecondFactor.Next(credential, settings.SecondFactor, account.Role, underWay.CodeGiven, underWay.Replaces);
        if (underWay.Id.Length > 0)
            session.Delete<SignedIn>(underWay.Id);
        if (step == SignInStep.None)
            return await CompleteAsync(session, account, ct);
        var (token, now) = (NewToken(account), clock.GetUtcNow());
        var next = underWay with
        {
            Id = HashOf(token),
            Step = step,
            Offered = step == SignInStep.Authenticator ? vault.Seal(SecondFactor.NewSecret(), account.Id, $"{account.Id}/authenticator") : null,
            Until = underWay.Id.Length > 0 ? underWay.Until : now + LongestUnderWay,
        };
        session.Store(next);
        await session.SaveChangesAsync(ct);
        return new SessionOpened(token, next.Until, account.Role, step);
    }

    private async Task<SessionOpened> CompleteAsync(IDocumentSession session, AccountView account, CancellationToken ct)
    {
        var (token, until) = (NewToken(account), clock.GetUtcNow() + Longest);
        session.Store(new SignedIn { Id = HashOf(token), Account = account.Id, AccountVersion = account.RightsVersion, Until = until });
        await session.SaveChangesAsync(ct);
        log.LogInformation("signed in: {Account} as {Role}", account.Id, account.Role);
        return new SessionOpened(token, until, account.Role);
    }

    private async Task<(SignedIn, Credential)?> UnderWayAsync(IQuerySession session, string token, CancellationToken ct) =>
        token.Length <= 200 && await session.LoadAsync<SignedIn>(HashOf(token), ct) is { Step: not SignInStep.None } underWay && underWay.Until > clock.GetUtcNow()
        && await session.Query<Credential>().FirstOrDefaultAsync(c => c.Account == underWay.Account, ct) is { } credential
            ? (underWay, credential)
            : null;

    private static string NewToken(AccountView account) => $"{account.Opaque}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
