using System.Security.Cryptography;
using System.Text;
using OtpNet;
using Registry.Platform;

namespace Registry.Accounts;

/// <summary>Which accounts must have a second factor. Setting <c>REGISTRY_SECOND_FACTOR</c>.</summary>
public enum SecondFactorRule
{
    /// <summary>All but applicants and experts.</summary>
    Officers,
    /// <summary>Everybody.</summary>
    Everybody,
    /// <summary>Nobody. Who has set one up is still asked for it.</summary>
    Nobody,
}

/// <summary>Time-based one-time codes (RFC 6238, six digits, half a minute) and recovery codes.</summary>
public static class SecondFactor
{
    private const int SecretSize = 20, RecoveryCodes = 8, RecoverySymbols = 24;
    private const string Symbols = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Clocks of telephones are off: the half minute before and after counts too (RFC 6238, 5.2).</summary>
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    /// <summary>What a sign-in still asks for after the right password.</summary>
    public static SignInStep Next(Credential credential, SecondFactorRule rule, Roles role, bool codeGiven, bool replaces) =>
        credential.Authenticator is not null && !codeGiven ? SignInStep.Code
        : credential.ReplaceBy is not null ? SignInStep.NewPassword
        : replaces || credential.Authenticator is null && IsRequired(rule, role) ? SignInStep.Authenticator
        : SignInStep.None;

    /// <summary>Whether a role must have an authenticator.</summary>
    public static bool IsRequired(SecondFactorRule rule, Roles role) => rule switch
    {
        SecondFactorRule.Everybody => true,
        SecondFactorRule.Officers => role is not (Roles.Applicant or Roles.Expert),
        _ => false,
    };

    /// <summary>The credential after a right code, which never counts again; null after a wrong one.</summary>
    public static Credential? Accept(Credential credential, string? secret, string code, DateTimeOffset now)
    {
        var typed = new string([.. code.InForm(NormalizationForm.FormKC).Where(char.IsAsciiLetterOrDigit)]).ToLowerInvariant();
        if (secret is not null && StepOf(secret, typed, now) is { } step && step > credential.LastStep)
            return credential with { LastStep = step };
        var hash = HashOf(typed);
        return typed.Length == RecoverySymbols && credential.Recovery.Contains(hash) ? credential with { Recovery = [.. credential.Recovery.Where(r => r != hash)] } : null;
    }

    /// <summary>The half minute of which this is the code, or null.</summary>
    public static long? StepOf(string secret, string code, DateTimeOffset now) =>
        new Totp(Base32Encoding.ToBytes(secret)).VerifyTotp(now.UtcDateTime, code, out var step, Window) ? step : null;

    /// <summary>A new secret in Base32.</summary>
    public static string NewSecret() => Base32Encoding.ToString(RandomNumberGenerator.GetBytes(SecretSize));

    /// <summary>New recovery codes of 118 random bits each, as shown once, in groups of six.</summary>
    public static IReadOnlyList<string> NewRecoveryCodes() =>
        [.. Enumerable.Range(0, RecoveryCodes).Select(_ => string.Join('-', RandomNumberGenerator.GetString(Symbols, RecoverySymbols).Chunk(6).Select(c => new string(c))))];

    /// <summary>What is stored of a recovery code.</summary>
    public static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Replace("-", "", StringComparison.Ordinal))));

    /// <summary>What an authenticator app reads from the picture.</summary>
    public static string AddressOf(string secret, string login, string issuer) =>
        new OtpUri(OtpType.Totp, secret, login, issuer).ToString();

    /// <summary>The settings with what the environment says of sign-in. The demo's accounts share one published password; a second factor would only keep out those who want to look.</summary>
    /// <exception cref="StartRefusedException">A setting means nothing.</exception>
    public static RegistrySettings WithSignIn(this RegistrySettings settings) => settings with
    {
        SecondFactor = Read(Environment.GetEnvironmentVariable("REGISTRY_SECOND_FACTOR"), settings.Demo ? SecondFactorRule.Nobody : SecondFactorRule.Officers),
        ExternalSignIn = ExternalSignInSettings.Read(Environment.GetEnvironmentVariable),
        BreachedPasswords = PasswordStrength.Read(Environment.GetEnvironmentVariable("REGISTRY_BREACHED_PASSWORDS")),
    };

    /// <summary>Reads the setting.</summary>
    /// <exception cref="StartRefusedException">It is none of the three.</exception>
    public static SecondFactorRule Read(string? setting, SecondFactorRule otherwise) => setting switch
    {
        null or "" => otherwise,
        "officers" => SecondFactorRule.Officers,
        "everybody" => SecondFactorRule.Everybody,
        "nobody" => SecondFactorRule.Nobody,
        _ => throw new StartRefusedException(
            StartRefusedException.MachineNotReady,
            $"设置 REGISTRY_SECOND_FACTOR 的值“{setting}”无效，应为 officers、everybody 或 nobody。",
            $"The setting REGISTRY_SECOND_FACTOR is {setting}; it must be officers, everybody or nobody."),
    };
}
