using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>Gives an account another role, city or organisation, with a reason: the person has moved. Sessions from before end; the new rights hold at once, or when another administrator has confirmed them.</summary>
public sealed record ReassignAccount(Roles Role, string? City, string? Organisation, string Reason, long Version) : ICommand<ReassignAccount>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("reassign-account", "/accounts/{id}/assignment", Roles.Administrator, "Give an account another role, city or organisation.");

    /// <summary>An open account that is not one's own, to where its new role belongs.</summary>
    public static Decision Decide(ReassignAccount command, Actor actor, AccountView account)
    {
        if (account.State == AccountState.Closed)
            return AccountRules.AlreadyClosed.Refuse();
        if (account.Opaque == actor.Id)
            return AccountRules.OwnProposal.Refuse();
        if (OpenAccount.Place(command.Role, command.City, command.Organisation, actor) is { } misplaced)
            return misplaced;
        var city = command.Role is Roles.CityOfficer or Roles.Applicant ? command.City : null;
        var organisation = command.Role == Roles.Applicant ? CreditCode.Check(command.Organisation!).Normal : null;
        if ((command.Role, city, organisation) == (account.Role, account.City, account.Organisation))
            return AccountRules.NothingChanged.Refuse();
        return TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
            : Decision.Accept(new AccountReassigned(command.Role, city, organisation, Sealed.Of(command.Reason.Trim()), OpenAccount.AwaitsAnother(command.Role, actor)));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ReassignAccount command, Desk desk) =>
        desk.OnAccountAsync(command.Version, account => Decide(command, desk.Actor, account));
}
