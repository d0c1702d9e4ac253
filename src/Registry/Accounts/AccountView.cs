using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>Where an account stands.</summary>
public enum AccountState
{
    /// <summary>Waits for another administrator.</summary>
    Awaiting,
    /// <summary>May act.</summary>
    Open,
    /// <summary>Ended.</summary>
    Closed,
}

/// <summary>An account as every request reads it. Kept in the append's own transaction, so that new rights hold at the next request.</summary>
public sealed record AccountView
{
    /// <summary>The account's stream.</summary>
    public required string Id { get; init; }

    /// <summary>Its one role.</summary>
    public Roles Role { get; init; }

    /// <summary>A city officer's city, or the city that invited an applicant.</summary>
    public string? City { get; init; }

    /// <summary>An applicant's organisation.</summary>
    public string? Organisation { get; init; }

    /// <summary>The person's name, sealed.</summary>
    public Sealed? Name { get; init; }

    /// <summary>Where it stands.</summary>
    public AccountState State { get; init; }

    /// <summary>Whether it may act now.</summary>
    public bool Open => State == AccountState.Open;

    /// <summary>Who opened or last reassigned it; nobody confirms their own proposal.</summary>
    public string? ProposedBy { get; init; }

    /// <summary>Who asked that the authenticator be taken off; null if nobody has.</summary>
    public string? RemovalAskedBy { get; init; }

    /// <summary>Where mail to it goes, sealed; null if nobody said.</summary>
    public Sealed? Email { get; init; }

    /// <summary>How often only the e-mail address changed: no right changes with it, so no session ends.</summary>
    public long AddressChanges { get; init; }

    /// <summary>What a session remembers: it ends when this changes.</summary>
    public long RightsVersion => Version - AddressChanges;

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public string Opaque => Id["account/".Length..];

    /// <summary>The account as an actor.</summary>
    public Actor ToActor() => new(Opaque, Role, City, Organisation);
}

/// <summary>Folds <see cref="AccountView"/>.</summary>
public sealed partial class AccountViewProjection : SingleStreamProjection<AccountView, string>
{
    /// <inheritdoc />
    public override AccountView? Evolve(AccountView? view, string id, IEvent e) => (e.Data switch
    {
        AccountOpened o => new AccountView
        {
            Id = id, Role = o.Role, City = o.City, Organisation = o.Organisation, Name = o.Name, Email = o.Email, State = StateOf(o.AwaitsConfirmation), ProposedBy = e.UserName,
        },
        AccountReassigned r => view! with { Role = r.Role, City = r.City, Organisation = r.Organisation, State = StateOf(r.AwaitsConfirmation), ProposedBy = e.UserName },
        EmailSet m => view! with { Email = m.Email, AddressChanges = view.AddressChanges + 1 },
        AccountConfirmed => view! with { State = AccountState.Open },
        AuthenticatorRemovalAsked => view! with { RemovalAskedBy = e.UserName },
        AuthenticatorSetUp or AuthenticatorRemoved => view! with { RemovalAskedBy = null },
        AccountClosed => view! with { State = AccountState.Closed },
        _ => view,
    }) is { } next ? next with { Version = (view?.Version ?? 0) + 1 } : null;

    private static AccountState StateOf(bool awaits) => awaits ? AccountState.Awaiting : AccountState.Open;
}

/// <summary>Sign-in name, password hash, authenticator. Not an event: a hash in a history could never be taken back.</summary>
public sealed record Credential
{
    /// <summary>Sign-in name, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>The account's stream.</summary>
    public required string Account { get; init; }

    /// <summary>Argon2id with its parameters and salt.</summary>
    public required string Hash { get; init; }

    /// <summary>Until when a password that somebody else gave may be replaced by the person's own; null once it was.</summary>
    public DateTimeOffset? ReplaceBy { get; init; }

    /// <summary>Secret of the authenticator, sealed under the account's key; null if there is none.</summary>
    public Sealed? Authenticator { get; init; }

    /// <summary>The last half minute of which a code was accepted: a code counts once.</summary>
    public long LastStep { get; init; }

    /// <summary>SHA-256 of the recovery codes that are left. Each has 118 random bits.</summary>
    public IReadOnlyList<string> Recovery { get; init; } = [];

    /// <summary>Wrong tries since the last right one.</summary>
    public int Failures { get; init; }

    /// <summary>Until when no try is checked.</summary>
    public DateTimeOffset? LockedUntil { get; init; }
}

/// <summary>What a sign-in still asks for.</summary>
public enum SignInStep
{
    /// <summary>Nothing: the person is signed in.</summary>
    None,
    /// <summary>A code of the authenticator.</summary>
    Code,
    /// <summary>A password of one's own, instead of the one that somebody else gave.</summary>
    NewPassword,
    /// <summary>Setting up an authenticator.</summary>
    Authenticator,
}

/// <summary>A session, or a sign-in under way. The token itself is not stored, only its hash.</summary>
public sealed record SignedIn
{
    /// <summary>SHA-256 of the token.</summary>
    public required string Id { get; init; }

    /// <summary>The account's stream.</summary>
    public required string Account { get; init; }

    /// <summary>The account's <see cref="AccountView.RightsVersion"/> at sign-in: the session ends when its rights or password change.</summary>
    public long AccountVersion { get; init; }

    /// <summary>What is still asked for. Until it is nothing, the token opens no page and no query.</summary>
    public SignInStep Step { get; init; }

    /// <summary>Whether a code was given in this sign-in.</summary>
    public bool CodeGiven { get; init; }

    /// <summary>Whether the person wants another authenticator than the one there is.</summary>
    public bool Replaces { get; init; }

    /// <summary>The secret offered for a new authenticator, sealed under the account's key.</summary>
    public Sealed? Offered { get; init; }

    /// <summary>End of the session, at most eight hours after sign-in; of a sign-in under way, ten minutes.</summary>
    public DateTimeOffset Until { get; init; }
}
