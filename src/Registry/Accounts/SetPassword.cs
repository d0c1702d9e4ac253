using Marten;
using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>
/// Sets a new password: everybody for themselves, who then show the present one; an administrator for anyone and a city for its own applicants,
/// who then set one that the person replaces at the next sign-in, and take off the links to identities elsewhere: whoever had got into the account may have
/// made them. All sessions from before end.
/// </summary>
/// <param name="Password">12 to 128 characters, none that people choose.</param>
/// <param name="Version">The account's version seen.</param>
/// <param name="Current">The present password, for one's own account.</param>
public sealed record SetPassword(string Password, long Version, string? Current = null) : ICommand<SetPassword>, IOnVersion
{
    private const Roles Everybody = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Expert | Roles.IntegrityOfficer | Roles.Auditor | Roles.Supervision | Roles.Administrator | Roles.System;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("set-password", "/accounts/{id}/password", Everybody, "Set a new password; sessions from before end.");

    /// <summary>Within the giver's reach, on an open account, strong enough, and for oneself with the present one.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="actor">Who sets it.</param>
    /// <param name="account">Whose.</param>
    /// <param name="fault">What is wrong with the password, as <see cref="PasswordStrength.Fault"/> says.</param>
    /// <param name="currentRight">Whether the present password was shown, at this command or at the sign-in it is part of.</param>
    /// <param name="same">Whether the new password is the present one.</param>
    /// <param name="linked">Whether the account is linked to identities elsewhere.</param>
    public static Decision Decide(SetPassword command, Actor actor, AccountView account, string? fault, bool currentRight, bool same, bool linked = false) =>
        !(actor.Role is Roles.Administrator || actor.OnBehalfOf == account.Opaque || actor.Id == account.Opaque || actor.Role == Roles.CityOfficer && account.Role == Roles.Applicant && account.City == actor.City)
            ? CommandRules.NotFound.Refuse()
        : account.State == AccountState.Closed ? AccountRules.AlreadyClosed.Refuse()
        : actor.Id == account.Opaque && !currentRight ? AccountRules.CurrentPasswordWrong.Refuse(("field", "current"))
        : AccountRules.Password(fault) is { } weak ? weak
        : same ? AccountRules.PasswordUnchanged.Refuse(("field", "password"))
        : linked && !IsOwn(actor, account) ? Decision.Accept(new PasswordSet(), new IdentitiesUnlinked())
        : Decision.Accept(new PasswordSet());

    /// <summary>Whether the person sets it, now or at the sign-in that asks for it.</summary>
    private static bool IsOwn(Actor actor, AccountView account) => actor.Id == account.Opaque || actor.OnBehalfOf == account.Opaque;

    /// <inheritdoc />
    public static async Task<Decision> Handle(SetPassword command, Desk desk)
    {
        var stream = new AccountId(desk.Target!).Stream;
        var own = desk.Actor.Id == desk.Target;
        // Checked before the account is held: a wrong try is counted in a transaction of its own, which outlives this command's refusal.
        var currentRight = own && command.Current is { } current && await desk.Services.GetRequiredService<SignIn>().IsPasswordAsync(stream, current, desk.Cancelled);
        var credential = await desk.Session.Query<Credential>().FirstOrDefaultAsync(c => c.Account == stream, desk.Cancelled);
        var fault = desk.Services.GetRequiredService<PasswordStrength>().Fault(command.Password, credential?.Id ?? "");
        var same = own ? command.Password == command.Current : credential is not null && Passwords.Verify(command.Password, credential.Hash);
        await desk.HoldAsync(Hold.Changing(stream));
        var linked = await desk.Session.Query<LinkedIdentity>().AnyAsync(i => i.Account == stream, desk.Cancelled);
        var decision = await desk.OnHeldAccountAsync(command.Version, account => Decide(command, desk.Actor, account, fault, currentRight, same, linked));
        if (decision is Decision.Accepted accepted)
        {
            if (accepted.Events.OfType<IdentitiesUnlinked>().Any())
                desk.Session.DeleteWhere<LinkedIdentity>(i => i.Account == stream);
            credential = await desk.Session.Query<Credential>().FirstAsync(c => c.Account == stream, desk.Cancelled);
            desk.Session.Store(credential with
            {
                Hash = Passwords.Hash(command.Password),
                ReplaceBy = own || desk.Actor.OnBehalfOf == desk.Target ? null : desk.Now + OpenAccount.FirstPasswordFor,
                Failures = 0,
                LockedUntil = null,
            });
        }
        return decision;
    }
}

/// <summary>Commands about an account.</summary>
internal static class AccountDesk
{
    /// <summary>Carries out a command about the account in the route, held alone.</summary>
    public static async Task<Decision> OnAccountAsync(this Desk desk, long version, Func<AccountView, Decision> decide)
    {
        var id = new AccountId(desk.Target!);
        await desk.HoldAsync(Hold.Changing(id.Stream));
        return await desk.OnHeldAccountAsync(version, decide);
    }

    /// <summary>The same where the account is held already, with something else beside it.</summary>
    public static async Task<Decision> OnHeldAccountAsync(this Desk desk, long version, Func<AccountView, Decision> decide)
    {
        var id = new AccountId(desk.Target!);
        var account = await desk.Session.LoadAsync<AccountView>(id.Stream, desk.Cancelled);
        if (account is null)
            return CommandRules.NotFound.Refuse();
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        if (version != timeline.Version)
            return timeline.ChangedSince(version);
        return desk.Record<Account>(timeline, id.Value, decide(account));
    }
}
