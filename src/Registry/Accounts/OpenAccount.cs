using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>
/// Opens an account with its one role. Administrators open any; a city opens those of its applicants, after it has checked the organisation's credit code.
/// </summary>
/// <param name="Login">Sign-in name: 3 to 64 characters, letters, digits, dot, hyphen.</param>
/// <param name="Password">First password, at least 12 characters. The person replaces it at the first sign-in.</param>
/// <param name="Name">The person's name; sealed.</param>
/// <param name="Role">The one role.</param>
/// <param name="City">GB/T 2260 code of the city, for city officers and applicants.</param>
/// <param name="Organisation">Credit code, for applicants.</param>
/// <param name="Email">Where the invitation and later mail go; sealed. Without one the person reads messages after signing in.</param>
public sealed record OpenAccount(string Login, string Password, string Name, Roles Role, string? City, string? Organisation, string? Email = null) : ICommand<OpenAccount>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("open-account", "/accounts", Roles.Administrator | Roles.CityOfficer | Roles.System, "Open an account with its one role.");

    /// <summary>Characters of the shortest password. OWASP ASVS 5.0 asks for 8 and recommends 15.</summary>
    public const int ShortestPassword = 12;

    /// <summary>Characters of the longest.</summary>
    public const int LongestPassword = 128;

    /// <summary>How long a password that somebody else gave can be used for the first sign-in.</summary>
    public static readonly TimeSpan FirstPasswordFor = TimeSpan.FromDays(14);

    private static readonly Roles[] CanHold =
        [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.Expert, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];

    /// <summary>Procedure, roles: applicants are invited by their city; every other account is the administrator's to open.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="actor">Who opens it.</param>
    /// <param name="loginTaken">Whether somebody has this sign-in name.</param>
    /// <param name="fault">What is wrong with the password, as <see cref="PasswordStrength.Fault"/> says.</param>
    public static Decision Decide(OpenAccount command, Actor actor, bool loginTaken, string? fault)
    {
        if (Place(command.Role, command.City, command.Organisation, actor) is { } misplaced)
            return misplaced;
        if (!IsLogin(command.Login))
            return AccountRules.LoginInvalid.Refuse();
        if (AccountRules.Password(fault) is { } weak)
            return weak;
        if (string.IsNullOrWhiteSpace(command.Name))
            return AccountRules.NameMissing.Refuse();
        if (!string.IsNullOrWhiteSpace(command.Email) && !MailSettings.IsAddress(command.Email.Trim()))
            return AccountRules.EmailInvalid.Refuse();
        if (loginTaken)
            return AccountRules.LoginTaken.Refuse();
        return Decision.Accept(new AccountOpened(
            command.Role,
            command.Role is Roles.CityOfficer or Roles.Applicant ? command.City : null,
            command.Role == Roles.Applicant ? CreditCode.Check(command.Organisation!).Normal : null,
            Sealed.Of(command.Name),
            AwaitsAnother(command.Role, actor),
            string.IsNullOrWhiteSpace(command.Email) ? null : Sealed.Of(command.Email.Trim())));
    }

    /// <summary>What is wrong with a role and where it belongs, or null.</summary>
    internal static Refusal? Place(Roles role, string? city, string? organisation, Actor actor) =>
        !CanHold.Contains(role) ? AccountRules.UnknownRole.Refuse()
        : actor.Role == Roles.CityOfficer && (role != Roles.Applicant || city != actor.City) ? AccountRules.OnlyOwnApplicants.Refuse()
        : role is Roles.CityOfficer or Roles.Applicant && city is null ? AccountRules.CityMissing.Refuse()
        : role == Roles.Applicant && CreditCode.Check(organisation ?? "") is { Valid: false } ? AccountRules.OrganisationInvalid.Refuse()
        : null;

    /// <summary>An office's account that one administrator opened alone could act in the name of a person who does not exist: another one confirms it.</summary>
    internal static bool AwaitsAnother(Roles role, Actor actor) => actor.Role == Roles.Administrator && role is not (Roles.Applicant or Roles.Expert);

    /// <inheritdoc />
    public static async Task<Decision> Handle(OpenAccount command, Desk desk)
    {
        var login = command.Login.ToLowerInvariant();
        await desk.HoldAsync(Hold.Changing($"login/{login}"));
        var taken = await desk.Session.LoadAsync<Credential>(login, desk.Cancelled) is not null;
        var id = new AccountId(Desk.NewId());
        var decision = Decide(command, desk.Actor, taken, desk.Services.GetRequiredService<PasswordStrength>().Fault(command.Password, login));
        if (decision is Decision.Accepted)
            desk.Session.Insert(new Credential { Id = login, Account = id.Stream, Hash = Passwords.Hash(command.Password), ReplaceBy = desk.Now + FirstPasswordFor });
        return desk.Record<Account>(new Timeline(id.Stream, []), id.Value, decision);
    }

    internal static bool IsLogin(string login) =>
        login.Length is >= 3 and <= 64 && login.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
