using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

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

    /// <summary>Whether it may still act.</summary>
    public bool Open { get; init; }

    /// <summary>The stream's version. A session remembers it: whatever changed since, the session ends.</summary>
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
    public override AccountView? Evolve(AccountView? view, string id, IEvent e) => e.Data switch
    {
        AccountOpened o => new AccountView { Id = id, Role = o.Role, City = o.City, Organisation = o.Organisation, Name = o.Name, Open = true, Version = 1 },
        PasswordSet => view! with { Version = view.Version + 1 },
        AccountClosed => view! with { Open = false, Version = view.Version + 1 },
        _ => view,
    };
}

/// <summary>Sign-in name and password hash. Not an event: a hash in a history could never be taken back.</summary>
public sealed record Credential
{
    /// <summary>Sign-in name, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>The account's stream.</summary>
    public required string Account { get; init; }

    /// <summary>Argon2id with its parameters and salt.</summary>
    public required string Hash { get; init; }

    /// <summary>Wrong tries since the last right one.</summary>
    public int Failures { get; init; }

    /// <summary>Until when no try is checked.</summary>
    public DateTimeOffset? LockedUntil { get; init; }
}

/// <summary>A signed-in session. The token itself is not stored, only its hash.</summary>
public sealed record SignedIn
{
    /// <summary>SHA-256 of the token.</summary>
    public required string Id { get; init; }

    /// <summary>The account's stream.</summary>
    public required string Account { get; init; }

    /// <summary>The account's version at sign-in: the session ends when the account changes.</summary>
    public long AccountVersion { get; init; }

    /// <summary>End of the session, at most eight hours after sign-in.</summary>
    public DateTimeOffset Until { get; init; }
}
