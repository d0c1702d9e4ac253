using System.Globalization;
using System.Text.RegularExpressions;

namespace PublicSite.Checks;

/// <summary>
/// Looks for what must never become public: mobile numbers, identity-card numbers, bank-card numbers, e-mail addresses. The office
/// contacts of the definition are the only exception. It guards against a slip in free text; the contract has no field for any of these.
/// </summary>
internal sealed partial class PersonalDataCheck
{
    private readonly HashSet<string> allowed;

    public PersonalDataCheck(Disclosure data) =>
        allowed = data.Site.Contacts.SelectMany(c => new[] { c.Phone, c.Mailbox })
            .OfType<string>().Select(Normal).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<SiteProblem> Check(string path, string text)
    {
        var problems = new List<SiteProblem>();
        foreach (var match in Numbers().EnumerateMatches(text))
        {
            var found = Normal(text.Substring(match.Index, match.Length));
            if (!allowed.Contains(found) && Kind(found) is { } kind) problems.Add(new(path, kind, Masked(found)));
        }
        if (!text.AsSpan().ContainsAny('@', '＠')) return problems;
        foreach (var match in Mailboxes().EnumerateMatches(text))
        {
            var found = Normal(text.Substring(match.Index, match.Length));
            if (!allowed.Contains(found)) problems.Add(new(path, "personal.mailbox", Masked(found)));
        }
        return problems;
    }

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
        text.Normalize(System.Text.NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).TrimStart('+').ToUpperInvariant();

    // Digits, full-width ones included, alone or in the usual groups: 138 0013 8000, 370102 19900307 7774, 6222 0211 …
    [GeneratedRegex(@"(?<![0-9A-Za-z０-９.])(?:\+?[8８][6６][ -]?)?(?:[1１][3-9３-９][0-9０-９](?:[ -]?[0-9０-９]{4}){2}|[0-9０-９]{6}[ -]?[0-9０-９]{8}[ -]?[0-9０-９]{3}[0-9０-９XxＸｘ]|(?:[0-9０-９]{4}[ -]){3,4}[0-9０-９]{1,4}|[0-9０-９]{16,19})(?![0-9A-Za-z０-９])", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[A-Za-z0-9_%+\-]+(?:\.[A-Za-z0-9_%+\-]+)*[@＠][A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+", RegexOptions.CultureInvariant)]
    private static partial Regex Mailboxes();
}
