using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>Marks account streams.</summary>
public sealed class Account;

/// <summary>An account's id; its stream is <c>account/…</c>.</summary>
public readonly record struct AccountId(string Value) : IId<AccountId>
{
    /// <inheritdoc />
    public static AccountId Of(string value) => new(value);

    /// <summary>The account's stream.</summary>
    public string Stream => $"account/{Value}";
}

/// <summary>An account was opened, with its one role. The person's name is sealed; sign-in name and password hash are no events.</summary>
/// <param name="AwaitsConfirmation">Whether another administrator has to confirm it before it can be used.</param>
/// <param name="Email">Where mail to it goes, if that was said.</param>
[RecordedAs("account-opened")]
public sealed record AccountOpened(Roles Role, string? City, string? Organisation, Sealed Name, bool AwaitsConfirmation = false, Sealed? Email = null);

/// <summary>Another administrator confirmed the account as it stands.</summary>
[RecordedAs("account-confirmed")]
public sealed record AccountConfirmed;

/// <summary>The account was given another role, city or organisation. Sessions from before end.</summary>
[RecordedAs("account-reassigned")]
public sealed record AccountReassigned(Roles Role, string? City, string? Organisation, Sealed Reason, bool AwaitsConfirmation);

/// <summary>The person said where mail goes, or that none is wanted any more.</summary>
[RecordedAs("email-set")]
public sealed record EmailSet(Sealed? Email);

/// <summary>A password was set. Sessions from before end.</summary>
[RecordedAs("password-set")]
public sealed record PasswordSet;

/// <summary>An authenticator was set up, or replaced. Its secret is no event.</summary>
[RecordedAs("authenticator-set-up")]
public sealed record AuthenticatorSetUp;

/// <summary>An administrator asked that a lost authenticator be taken off the account.</summary>
[RecordedAs("authenticator-removal-asked")]
public sealed record AuthenticatorRemovalAsked(Sealed Reason);

/// <summary>Another administrator confirmed: the next sign-in sets up a new authenticator. Sessions from before end.</summary>
[RecordedAs("authenticator-removed")]
public sealed record AuthenticatorRemoved;

/// <summary>The account was closed: its sessions end at once.</summary>
[RecordedAs("account-closed")]
public sealed record AccountClosed(Sealed Reason);
