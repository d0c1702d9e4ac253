using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>Sets a new password: the administrator for anyone, a city for its own applicants, everybody for themselves. All sessions from before end.</summary>
/// <param name="Password">12 to 128 characters.</param>
/// <param name="Version">The account's version seen.</param>
public sealed record SetPassword(string Password, long Version) : ICommand<SetPassword>, IOnVersion
{
    private const Roles Everybody = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Expert | Roles.IntegrityOfficer | Roles.Auditor | Roles.Supervision | Roles.Administrator;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("set-password", "/accounts/{id}/password", Everybody, "Set a new password; sessions from before end.");

    /// <summary>Within the giver's reach, on an open account, long enough.</summary>
    public static Decision Decide(SetPassword command, Actor actor, AccountView account) =>
        !(actor.Role == Roles.Administrator || actor.Id == account.Opaque || actor.Role == Roles.CityOfficer && account.Role == Roles.Applicant && account.City == actor.City)
            ? CommandRules.NotFound.Refuse()
        : !account.Open ? AccountRules.AlreadyClosed.Refuse()
        : command.Password.Length is < OpenAccount.ShortestPassword or > OpenAccount.LongestPassword ? AccountRules.PasswordWeak.Refuse()
        : Decision.Accept(new PasswordSet());

    /// <inheritdoc />
    public static async Task<Decision> Handle(SetPassword command, Desk desk)
    {
        var decision = await desk.OnAccountAsync(command.Version, account => Decide(command, desk.Actor, account));
        if (decision is Decision.Accepted)
        {
            var stream = new AccountId(desk.Target!).Stream;
            var credential = (await Marten.QueryableExtensions.FirstOrDefaultAsync(desk.Session.Query<Credential>().Where(c => c.Account == stream), desk.Cancelled))!;
            desk.Session.Store(credential with { Hash = Passwords.Hash(command.Password), Failures = 0, LockedUntil = null });
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
        var account = await desk.Session.LoadAsync<AccountView>(id.Stream, desk.Cancelled);
        if (account is null)
            return CommandRules.NotFound.Refuse();
        if (version != account.Version)
            return CommandRules.Stale.Refuse(("seen", version), ("now", account.Version));
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        return desk.Record<Account>(timeline, id.Value, decide(account));
    }
}
