using Registry.Platform.Commands;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>Says where mail to an account goes: everybody for themselves, the administrator for anyone, a city for its own applicants. Sessions go on.</summary>
/// <param name="Email">An e-mail address; sealed. Empty: no mail, messages are read after signing in.</param>
/// <param name="Version">The account's version seen.</param>
public sealed record SetEmail(string? Email, long Version) : ICommand<SetEmail>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("set-email", "/accounts/{id}/email", SetPassword.Spec.Roles & ~Roles.System, "Say where mail to an account goes.");

    /// <summary>Within the giver's reach, on an open account, an address that mail can be sent to.</summary>
    public static Decision Decide(SetEmail command, Actor actor, AccountView account) =>
        !(actor.Role == Roles.Administrator || actor.Id == account.Opaque || actor.Role == Roles.CityOfficer && account.Role == Roles.Applicant && account.City == actor.City)
            ? CommandRules.NotFound.Refuse()
        : account.State == AccountState.Closed ? AccountRules.AlreadyClosed.Refuse()
        : string.IsNullOrWhiteSpace(command.Email) ? Decision.Accept(new EmailSet(null))
        : !MailSettings.IsAddress(command.Email.Trim()) ? AccountRules.EmailInvalid.Refuse()
        : Decision.Accept(new EmailSet(Sealed.Of(command.Email.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(SetEmail command, Desk desk) => desk.OnAccountAsync(command.Version, account => Decide(command, desk.Actor, account));
}
