using System.Text;
using System.Text.RegularExpressions;
using PublicSite.Checks;
using Registry.Platform.Commands;
using Registry.Platform;

namespace Registry.Objections;

/// <summary>
/// Who objected, as far as a wording for others must not say it. The check is a net under the officer who words it, not a replacement:
/// it finds the name and the contact as they were filed, what of the contact's parts leads to somebody (numbers, mailboxes, names, addresses), and figures
/// that look like a person's. Words that many share, a city or a kind of company, are no part of anybody.
/// </summary>
/// <param name="Offices">Telephones of the office, which anybody may be told.</param>
public sealed partial record Secret(string? Name, string? Contact, IReadOnlyList<string>? Offices = null)
{
    private const int LongestName = 4;
    private const string Places = "省市区县镇乡村街道路号楼室厅局处科院校园司社部";

    // What a contact's parts are called says nothing of whose it is.
    private static readonly string[] Labels =
        ["联系电话", "固定电话", "电话", "手机号", "手机", "座机", "电子邮箱", "邮箱", "邮件", "微信", "通信地址", "地址", "邮编", "联系方式", "tel", "phone", "email", "mail", "wechat", "qq"];

    /// <summary>The wording holds the name, the contact, a part of it that leads to somebody, or a telephone number, an identity number or an e-mail address of anybody. Must hold: 41, 43.</summary>
    public bool IsGivenAwayBy(string wording)
    {
        var text = Plain(wording);
        return Holds(text, Name) || Holds(text, Contact) || Leading(Contact).Any(part => Holds(text, part)) || Personal().IsMatch(text) || new PersonalData(Offices ?? []).HasTelephone(wording.InForm(NormalizationForm.FormKC));
    }

    private static bool Holds(string text, string? secret) => secret is not null && Plain(secret) is { Length: >= 2 } whole && text.Contains(whole, StringComparison.Ordinal);

    private static IEnumerable<string> Leading(string? contact) =>
        contact is null ? [] : Runs().Matches(contact.InForm(NormalizationForm.FormKC)).Select(run => WithoutLabel(run.Value)).Where(Leads);

    /// <summary>Numbers and mailboxes do, and what is written in Chinese unless it is short and ends like a place or an office.</summary>
    private static bool Leads(string part) => part.Length >= 2 && (char.IsAscii(part[0]) || part.Length > LongestName || !Places.Contains(part[^1]));

    private static string WithoutLabel(string run) => Labels.FirstOrDefault(l => run.StartsWith(l, StringComparison.OrdinalIgnoreCase)) is { } label ? WithoutLabel(run[label.Length..]) : run;

    private static string Plain(string text) =>
        string.Concat(text.InForm(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && c != '-')).ToLowerInvariant();

    [GeneratedRegex(@"[\w.+-]+@[\w.-]+|\d{5,}|[a-z][a-z0-9_.-]{4,}|\p{IsCJKUnifiedIdeographs}+", RegexOptions.IgnoreCase)]
    private static partial Regex Runs();

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dx](?!\d)|[\w.+]+@[\w.]+\.\w+")]
    private static partial Regex Personal();
}

internal static class SecretDesk
{
    /// <summary>What a wording about this objection must not give away. It is compared with, never shown.</summary>
    internal static Secret SecretOf(this Desk desk, ObjectionOnDesk objection) => new(
        desk.Open(objection.Filed.Name), desk.Open(objection.Filed.Contact), [.. objection.Call.Definition.Issuer.Contacts.Select(c => c.Phone)]);
}
