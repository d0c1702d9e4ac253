using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>Refusals of the accounts' room.</summary>
public static class AccountRules
{
    /// <summary>A person holds one of the procedure's roles.</summary>
    public static readonly Rule UnknownRole = new("account.unknown-role", "procedure: roles");

    /// <summary>A city opens accounts for its own applicants only.</summary>
    public static readonly Rule OnlyOwnApplicants = new("account.only-own-applicants", "procedure: roles", 403);

    /// <summary>City officers and applicants belong to a city.</summary>
    public static readonly Rule CityMissing = new("account.city-missing", "procedure: roles");

    /// <summary>An applicant's account is tied to a valid credit code.</summary>
    public static readonly Rule OrganisationInvalid = new("account.organisation-invalid", "GB 32100-2015");

    /// <summary>Mail can only be sent to an address.</summary>
    public static readonly Rule EmailInvalid = new("account.email-invalid", "RFC 5321");

    /// <summary>The sign-in name has a plain form.</summary>
    public static readonly Rule LoginInvalid = new("account.login-invalid", "design: accounts");

    /// <summary>Somebody has this sign-in name.</summary>
    public static readonly Rule LoginTaken = new("account.login-taken", "design: accounts", 409);

    /// <summary>A password has 12 to 128 characters.</summary>
    public static readonly Rule PasswordWeak = new("account.password-weak", "OWASP ASVS 5.0, 6.2.1");

    /// <summary>An account is a person's.</summary>
    public static readonly Rule NameMissing = new("account.name-missing", "design: accounts");

    /// <summary>Wrong name or password, or locked for a while: all read alike.</summary>
    public static readonly Rule SignInFailed = new("account.sign-in-failed", "design: accounts", 401);

    /// <summary>The account was closed before.</summary>
    public static readonly Rule AlreadyClosed = new("account.already-closed", "design: accounts", 409);

    /// <summary>Nobody closes the account they act with.</summary>
    public static readonly Rule NotOneself = new("account.not-oneself", "design: accounts");

    /// <summary>A password that people choose, or that comes from the programme's own words, is guessed first.</summary>
    public static readonly Rule PasswordGuessable = new("account.password-guessable", "OWASP ASVS 5.0, 6.2.4 and 6.2.11");

    /// <summary>A password from a breach is tried by everybody.</summary>
    public static readonly Rule PasswordBreached = new("account.password-breached", "OWASP ASVS 5.0, 6.2.12");

    /// <summary>Who changes the own password shows that it is theirs.</summary>
    public static readonly Rule CurrentPasswordWrong = new("account.current-password-wrong", "OWASP ASVS 5.0, 6.2.3");

    /// <summary>A password that somebody else gave is replaced by another one.</summary>
    public static readonly Rule PasswordUnchanged = new("account.password-unchanged", "OWASP ASVS 5.0, 6.4.1");

    /// <summary>The sign-in asks for a code of the authenticator.</summary>
    public static readonly Rule CodeNeeded = new("account.code-needed", "OWASP ASVS 5.0, 6.3.3", 401);

    /// <summary>The code is wrong, was used before, or too many were wrong.</summary>
    public static readonly Rule CodeWrong = new("account.code-wrong", "RFC 6238, 5.2", 401);

    /// <summary>The first password has to be replaced in the office's pages, or in the sign-in request itself.</summary>
    public static readonly Rule NewPasswordNeeded = new("account.new-password-needed", "OWASP ASVS 5.0, 6.4.1", 401);

    /// <summary>The role needs an authenticator: it is set up in the office's pages.</summary>
    public static readonly Rule AuthenticatorNeeded = new("account.authenticator-needed", "OWASP ASVS 5.0, 6.3.3", 401);

    /// <summary>Only an account that waits is confirmed.</summary>
    public static readonly Rule NothingToConfirm = new("account.nothing-to-confirm", "design: accounts", 409);

    /// <summary>Nobody confirms what they proposed.</summary>
    public static readonly Rule OwnProposal = new("account.own-proposal", "procedure: four eyes", 403);

    /// <summary>There is no authenticator to take off.</summary>
    public static readonly Rule NoAuthenticator = new("account.no-authenticator", "design: accounts", 409);

    /// <summary>The identity opens another account, or this one already.</summary>
    public static readonly Rule IdentityTaken = new("account.identity-taken", "OWASP ASVS 5.0, 6.8.1", 409);

    /// <summary>There is no link to take off.</summary>
    public static readonly Rule NoIdentity = new("account.no-identity", "design: accounts", 409);

    /// <summary>The role, city and organisation are what they were.</summary>
    public static readonly Rule NothingChanged = new("account.nothing-changed", "design: accounts", 409);

    /// <summary>The refusal of a password with this fault, or null.</summary>
    internal static Refusal? Password(string? fault) => fault switch
    {
        null => null,
        "length" => PasswordWeak.Refuse(("field", "password")),
        "breached" => PasswordBreached.Refuse(("field", "password")),
        _ => PasswordGuessable.Refuse(("field", "password")),
    };
}
