using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>
/// Closes an account, with a reason: its sessions end at once, and identities that were linked to it are free for another account of the same person. A city
/// closes those of its own applicants.
/// </summary>
public sealed record CloseAccount(string Reason, long Version) : ICommand<CloseAccount>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("close-account", "/accounts/{id}/closing", Roles.Administrator | Roles.CityOfficer, "Close an account; its sessions end at once.");

    /// <summary>Only an open one, within the closer's reach, never the closer's own.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="actor">Who closes it.</param>
    /// <param name="account">Which.</param>
    /// <param name="linked">Whether the account is linked to identities elsewhere.</param>
    public static Decision Decide(CloseAccount command, Actor actor, AccountView account, bool linked) =>
        actor.Role == Roles.CityOfficer && (account.Role != Roles.Applicant || account.City != actor.City) ? CommandRules.NotFound.Refuse()
        : account.State == AccountState.Closed ? AccountRules.AlreadyClosed.Refuse()
        : account.Opaque == actor.Id ? AccountRules.NotOneself.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept([new AccountClosed(Sealed.Of(command.Reason.Trim())), .. linked ? new object[] { new IdentitiesUnlinked() } : []]);

    /// <inheritdoc />
    public static async Task<Decision> Handle(CloseAccount command, Desk desk)
    {
        var stream = new AccountId(desk.Target!).Stream;
        await desk.HoldAsync(Hold.Changing(stream));
        var linked = await desk.Session.Query<LinkedIdentity>().AnyAsync(i => i.Account == stream, desk.Cancelled);
        var decision = await desk.OnHeldAccountAsync(command.Version, account => Decide(command, desk.Actor, account, linked));
        if (decision is Decision.Accepted)
            desk.Session.DeleteWhere<LinkedIdentity>(i => i.Account == stream);
        return decision;
    }
}
