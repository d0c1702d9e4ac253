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
[RecordedAs("account-opened")]
public sealed record AccountOpened(Roles Role, string? City, string? Organisation, Sealed Name);

/// <summary>A password was set. Sessions from before end.</summary>
[RecordedAs("password-set")]
public sealed record PasswordSet;

/// <summary>The account was closed: its sessions end at once.</summary>
[RecordedAs("account-closed")]
public sealed record AccountClosed(Sealed Reason);
