using System.Globalization;
using System.Text.RegularExpressions;

namespace PublicSite.Checks;

/// <summary>
/// Looks for what must never become public: mobile numbers, identity-card numbers, bank-card numbers, e-mail addresses. The office
/// contacts of the definition are the only exception. It guards against a slip in free text; the contract has no field for any of these.
/// The registry asks it when such a text is typed, and the site once more about every built file.
/// </summary>
/// <param name="contacts">Telephones and mailboxes that may stand in public.</param>
public sealed partial class PersonalData(IEnumerable<string> contacts)
{
    private readonly HashSet<string> allowed = contacts.Select(Normal).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything personal in a text: a stable code of its kind, and its ends, so that a report does not spread what it found.</summary>
    public IEnumerable<(string Kind, string Masked)> In(string text)
    {
        foreach (Match match in Numbers().Matches(text))
        {
            var found = Normal(match.Value);
            if (!allowed.Contains(found) && Kind(found) is { } kind) yield return (kind, Masked(found));
        }
        if (!text.AsSpan().ContainsAny('@', '＠')) yield break;
        foreach (Match match in Mailboxes().Matches(text))
        {
            var found = Normal(match.Value);
            if (!allowed.Contains(found)) yield return ("personal.mailbox", Masked(found));
        }
    }

    /// <summary>
    /// Telephones with an area code. A built page may hold any figure with this look; in a text that a person writes for publication it is somebody's number.
    /// </summary>
    public bool HasTelephone(string text) => Telephones().Matches(text).Any(m => !allowed.Contains(Normal(m.Value)));

    private static string? Kind(string token) => token.Length switch
    {
        11 when token[0] == '1' && token[1] >= '3' => "personal.mobile",
        13 when token.StartsWith("861", StringComparison.Ordinal) && token[3] >= '3' => "personal.mobile",
        18 when IsIdentityCard(token) && !CreditCodes.IsValid(token) => "personal.identity-card",
        >= 16 and <= 19 when IsBankCard(token) && !CreditCodes.IsValid(token) => "personal.bank-card",
        _ => null,
    };

    private static bool IsIdentityCard(string token)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        if (token[..17].Any(c => !char.IsAsciiDigit(c))) return false;
        if (!DateOnly.TryParseExact(token.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) || born.Year is < 1900 or > 2100) return false;
        return "10X98765432"[weights.Select((w, i) => w * (token[i] - '0')).Sum() % 11] == token[17];
    }

    // Luhn's check, which every bank card number passes.
    private static bool IsBankCard(string token)
    {
        if (token.Any(c => !char.IsAsciiDigit(c)) || token[0] == '0') return false;
        var sum = 0;
        for (var i = 0; i < token.Length; i++)
        {
            var digit = token[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
        }
        return sum % 10 == 0;
    }

    // The report must not publish what it found, so it names the ends only.
    private static string Masked(string found) => found.Length < 6 ? "…" : $"{found[..3]}…{found[^2..]}";

    private static string Normal(string text) =>
        text.Normalize(System.Text.NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal).TrimStart('+').ToUpperInvariant();

    // Digits, full-width ones included, alone or in the usual groups: 138 0013 8000, 370102 19900307 7774, 6222 0211 …
    [GeneratedRegex(@"(?<![0-9A-Za-z０-９.])(?:\+?[8８][6６][ -]?)?(?:[1１][3-9３-９][0-9０-９](?:[ -]?[0-9０-９]{4}){2}|[0-9０-９]{6}[ -]?[0-9０-９]{8}[ -]?[0-9０-９]{3}[0-9０-９XxＸｘ]|(?:[0-9０-９]{4}[ -]){3,4}[0-9０-９]{1,4}|[0-9０-９]{16,19})(?![0-9A-Za-z０-９])", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"(?<![0-9０-９A-Za-z.])[（(]?[0０][0-9０-９]{2,3}[）) －-]?[0-9０-９]{7,8}(?![0-9０-９A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex Telephones();

    [GeneratedRegex(@"[A-Za-z0-9_%+\-]+(?:\.[A-Za-z0-9_%+\-]+)*[@＠][A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+", RegexOptions.CultureInvariant)]
    private static partial Regex Mailboxes();
}
