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
}
