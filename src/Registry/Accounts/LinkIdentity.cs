using System.Security.Cryptography;
using System.Text;
using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>
/// An identity at the provider, linked to an account. Not an event, like a password: found by a keyed hash of issuer and subject, so that neither the store nor
/// a copy of it tells who somebody is elsewhere.
/// </summary>
public sealed record LinkedIdentity
{
    /// <summary>Keyed hash of issuer and subject.</summary>
    public required string Id { get; init; }

    /// <summary>The account's stream.</summary>
    public required string Account { get; init; }

    /// <summary>By which an identity is found.</summary>
    public static string HashOf(KeyStore keys, Uri issuer, string subject) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(keys.Derive("sdreg/identity/v1"), Encoding.UTF8.GetBytes($"{issuer}\n{subject}")));
}

/// <summary>The account was linked to an identity at a provider. Which one is no event. Sessions from before end.</summary>
/// <param name="Issuer">The provider's issuer identifier.</param>
[RecordedAs("identity-linked")]
public sealed record IdentityLinked(string Issuer);

/// <summary>The account's links to identities elsewhere were taken off. Sessions from before end.</summary>
[RecordedAs("identities-unlinked")]
public sealed record IdentitiesUnlinked;

/// <summary>
/// Links the own account to an identity that the provider has just vouched for. Part of a journey that began with the account's password, so it has no address
/// of its own.
/// </summary>
/// <param name="Issuer">The provider's issuer identifier.</param>
/// <param name="Identity">Keyed hash of issuer and subject.</param>
/// <param name="Version">The account's version seen.</param>
public sealed record LinkIdentity(string Issuer, string Identity, long Version) : ICommand<LinkIdentity>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("link-identity", null, SetUpAuthenticator.Spec.Roles, "Link the own account to an identity at the provider.");

    /// <summary>Only for oneself; an identity opens one account, for whoever signs with it is one person in one role.</summary>
    /// <param name="owner">The account that the identity is linked to already, if any.</param>
    public static Decision Decide(LinkIdentity command, Actor actor, AccountView account, string? owner) =>
        actor.Id != account.Opaque ? CommandRules.NotFound.Refuse()
        : owner is not null ? AccountRules.IdentityTaken.Refuse()
        : Decision.Accept(new IdentityLinked(command.Issuer));

    /// <inheritdoc />
    public static async Task<Decision> Handle(LinkIdentity command, Desk desk)
    {
        await desk.HoldAsync(Hold.Changing(new AccountId(desk.Target!).Stream), Hold.Changing($"identity/{command.Identity}"));
        var taken = await desk.Session.LoadAsync<LinkedIdentity>(command.Identity, desk.Cancelled);
        // A closed account opens to nobody any more, so a link of it holds nothing.
        var owner = taken is not null && (await desk.Session.LoadAsync<AccountView>(taken.Account, desk.Cancelled))?.State != AccountState.Closed ? taken.Account : null;
        var decision = await desk.OnHeldAccountAsync(command.Version, account => Decide(command, desk.Actor, account, owner));
        if (decision is Decision.Accepted)
            desk.Session.Store(new LinkedIdentity { Id = command.Identity, Account = new AccountId(desk.Target!).Stream });
        return decision;
    }
}

/// <summary>Takes the links to identities elsewhere off an account: the owner's, or any by an administrator.</summary>
/// <param name="Version">The account's version seen.</param>
public sealed record UnlinkIdentities(long Version) : ICommand<UnlinkIdentities>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("unlink-identities", "/accounts/{id}/identities/removal", SetUpAuthenticator.Spec.Roles, "Take the links to identities elsewhere off an account.");

    /// <summary>One's own, or an administrator anybody's; there must be one.</summary>
    public static Decision Decide(Actor actor, AccountView account, bool linked) =>
        actor.Id != account.Opaque && actor.Role != Roles.Administrator ? CommandRules.NotFound.Refuse()
        : !linked ? AccountRules.NoIdentity.Refuse()
        : Decision.Accept(new IdentitiesUnlinked());

    /// <inheritdoc />
    public static async Task<Decision> Handle(UnlinkIdentities command, Desk desk)
    {
        var stream = new AccountId(desk.Target!).Stream;
        await desk.HoldAsync(Hold.Changing(stream));
        var linked = await desk.Session.Query<LinkedIdentity>().AnyAsync(i => i.Account == stream, desk.Cancelled);
        var decision = await desk.OnHeldAccountAsync(command.Version, account => Decide(desk.Actor, account, linked));
        if (decision is Decision.Accepted)
            desk.Session.DeleteWhere<LinkedIdentity>(i => i.Account == stream);
        return decision;
    }
}
