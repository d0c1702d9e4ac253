using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>
/// Opens an account with its one role. Administrators open any; a city opens those of its applicants, after it has checked the organisation's credit code.
/// </summary>
/// <param name="Login">Sign-in name: 3 to 64 characters, letters, digits, dot, hyphen.</param>
/// <param name="Password">First password, at least 12 characters.</param>
/// <param name="Name">The person's name; sealed.</param>
/// <param name="Role">The one role.</param>
/// <param name="City">GB/T 2260 code of the city, for city officers and applicants.</param>
/// <param name="Organisation">Credit code, for applicants.</param>
public sealed record OpenAccount(string Login, string Password, string Name, Roles Role, string? City, string? Organisation) : ICommand<OpenAccount>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("open-account", "/accounts", Roles.Administrator | Roles.CityOfficer | Roles.System, "Open an account with its one role.");

    /// <summary>Characters of the shortest password. OWASP ASVS 5.0 asks for 8 and recommends 15.</summary>
    public const int ShortestPassword = 12;

    /// <summary>Characters of the longest.</summary>
    public const int LongestPassword = 128;

    private static readonly Roles[] CanHold =
        [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.Expert, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];

    /// <summary>Procedure, roles: applicants are invited by their city; every other account is the administrator's to open.</summary>
    public static Decision Decide(OpenAccount command, Actor actor, bool loginTaken)
    {
        if (!CanHold.Contains(command.Role))
            return AccountRules.UnknownRole.Refuse();
        if (actor.Role == Roles.CityOfficer && (command.Role != Roles.Applicant || command.City != actor.City))
            return AccountRules.OnlyOwnApplicants.Refuse();
        if (command.Role is Roles.CityOfficer or Roles.Applicant && command.City is null)
            return AccountRules.CityMissing.Refuse();
        if (command.Role == Roles.Applicant && CreditCode.Check(command.Organisation ?? "") is { Valid: false })
            return AccountRules.OrganisationInvalid.Refuse();
        if (!IsLogin(command.Login))
            return AccountRules.LoginInvalid.Refuse();
        if (command.Password.Length is < ShortestPassword or > LongestPassword)
            return AccountRules.PasswordWeak.Refuse();
        if (string.IsNullOrWhiteSpace(command.Name))
            return AccountRules.NameMissing.Refuse();
        if (loginTaken)
            return AccountRules.LoginTaken.Refuse();
        return Decision.Accept(new AccountOpened(
            command.Role,
            command.Role is Roles.CityOfficer or Roles.Applicant ? command.City : null,
            command.Role == Roles.Applicant ? CreditCode.Check(command.Organisation!).Normal : null,
            Sealed.Of(command.Name)));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(OpenAccount command, Desk desk)
    {
        var login = command.Login.ToLowerInvariant();
        await desk.HoldAsync(Hold.Changing($"login/{login}"));
        var taken = await desk.Session.LoadAsync<Credential>(login, desk.Cancelled) is not null;
        var id = new AccountId(Desk.NewId());
        var decision = Decide(command, desk.Actor, taken);
        if (decision is Decision.Accepted)
            desk.Session.Insert(new Credential { Id = login, Account = id.Stream, Hash = Passwords.Hash(command.Password) });
        return desk.Record<Account>(new Timeline(id.Stream, []), id.Value, decision);
    }

    internal static bool IsLogin(string login) =>
        login.Length is >= 3 and <= 64 && login.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
