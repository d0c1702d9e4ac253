using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>Asks that a lost authenticator be taken off an account. One administrator alone could otherwise act in another's name.</summary>
public sealed record AskAuthenticatorRemoval(string Reason, long Version) : ICommand<AskAuthenticatorRemoval>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("ask-authenticator-removal", "/accounts/{id}/authenticator/removal", Roles.Administrator, "Ask that a lost authenticator be taken off an account.");

    /// <summary>An open account that has one.</summary>
    public static Decision Decide(AskAuthenticatorRemoval command, AccountView account, bool has) =>
        account.State == AccountState.Closed ? AccountRules.AlreadyClosed.Refuse()
        : !has ? AccountRules.NoAuthenticator.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept(new AuthenticatorRemovalAsked(Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static async Task<Decision> Handle(AskAuthenticatorRemoval command, Desk desk)
    {
        var stream = new AccountId(desk.Target!).Stream;
        var has = await desk.Session.Query<Credential>().AnyAsync(c => c.Account == stream && c.Authenticator != null, desk.Cancelled);
        return await desk.OnAccountAsync(command.Version, account => Decide(command, account, has));
    }
}

/// <summary>Confirms as another administrator: the authenticator is taken off, sessions end, and the next sign-in sets up a new one.</summary>
public sealed record ConfirmAuthenticatorRemoval(long Version) : ICommand<ConfirmAuthenticatorRemoval>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("confirm-authenticator-removal", "/accounts/{id}/authenticator/removal-confirmation", Roles.Administrator, "Confirm that a lost authenticator is taken off an account.");

    /// <summary>Only what another administrator asked.</summary>
    public static Decision Decide(Actor actor, AccountView account) =>
        account.RemovalAskedBy is null || account.State == AccountState.Closed ? AccountRules.NothingToConfirm.Refuse()
        : account.RemovalAskedBy == actor.Id || account.Opaque == actor.Id ? AccountRules.OwnProposal.Refuse()
        : Decision.Accept(new AuthenticatorRemoved());

    /// <inheritdoc />
    public static async Task<Decision> Handle(ConfirmAuthenticatorRemoval command, Desk desk)
    {
        var decision = await desk.OnAccountAsync(command.Version, account => Decide(desk.Actor, account));
        if (decision is Decision.Accepted)
        {
            var stream = new AccountId(desk.Target!).Stream;
            var credential = await desk.Session.Query<Credential>().FirstAsync(c => c.Account == stream, desk.Cancelled);
            desk.Session.Store(credential with { Authenticator = null, Recovery = [], LastStep = 0 });
        }
        return decision;
    }
}
