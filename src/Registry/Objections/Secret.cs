using System.Text;
using System.Text.RegularExpressions;
using PublicSite.Checks;
using Registry.Platform.Commands;
using Registry.Platform;

namespace Registry.Objections;

/// <summary>
/// Who objected, as far as a wording for others must not say it. The check is a net under the officer who words it, not a replacement:
/// it finds the name and the contact as they were filed and each of their parts, and figures that look like a person's.
/// </summary>
/// <param name="Offices">Telephones of the office, which anybody may be told.</param>
public sealed partial record Secret(string? Name, string? Contact, IReadOnlyList<string>? Offices = null)
{
    // What a contact's parts are called says nothing of whose it is.
    private static readonly HashSet<string> Labels = ["电话", "手机", "手机号", "联系电话", "固定电话", "座机", "邮箱", "电子邮箱", "邮件", "微信", "地址", "通信地址", "邮编", "联系方式", "tel", "phone", "email", "mail", "qq"];

    /// <summary>The wording holds the name, the contact, a part of either, or a telephone number, an identity number or an e-mail address of anybody. Must hold: 41, 43.</summary>
    public bool IsGivenAwayBy(string wording)
    {
        var text = Plain(wording);
        return Holds(text, Name) || Holds(text, Contact) || Personal().IsMatch(text) || new PersonalData(Offices ?? []).HasTelephone(wording.Normalize(NormalizationForm.FormKC));
    }

    private static bool Holds(string text, string? secret) =>
        secret is not null && Separators().Split(secret.Normalize(NormalizationForm.FormKC)).Append(secret).Select(Plain)
            .Any(part => part.Length >= 2 && !Labels.Contains(part) && text.Contains(part, StringComparison.Ordinal));

    private static string Plain(string text) =>
        string.Concat(text.InForm(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && c != '-')).ToLowerInvariant();

    [GeneratedRegex(@"[\s,;:/|·、。;()<>\[\]【】《》]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dx](?!\d)|[\w.+]+@[\w.]+\.\w+")]
    private static partial Regex Personal();
}

internal static class SecretDesk
{
    /// <summary>What a wording about this objection must not give away. It is compared with, never shown.</summary>
    internal static Secret SecretOf(this Desk desk, ObjectionOnDesk objection) => new(
        desk.Open(objection.Filed.Name), desk.Open(objection.Filed.Contact), [.. objection.Call.Definition.Issuer.Contacts.Select(c => c.Phone)]);
}
