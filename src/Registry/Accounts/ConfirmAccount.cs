using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>Confirms an account that another administrator opened or reassigned: only then can it be used.</summary>
public sealed record ConfirmAccount(long Version) : ICommand<ConfirmAccount>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("confirm-account", "/accounts/{id}/confirmation", Roles.Administrator, "Confirm an account that another administrator opened or reassigned.");

    /// <summary>Only one that waits, and never one's own proposal or one's own account.</summary>
    public static Decision Decide(Actor actor, AccountView account) =>
        account.State != AccountState.Awaiting ? AccountRules.NothingToConfirm.Refuse()
        : account.ProposedBy == actor.Id || account.Opaque == actor.Id ? AccountRules.OwnProposal.Refuse()
        : Decision.Accept(new AccountConfirmed());

    /// <inheritdoc />
    public static Task<Decision> Handle(ConfirmAccount command, Desk desk) =>
        desk.OnAccountAsync(command.Version, account => Decide(desk.Actor, account));
}
