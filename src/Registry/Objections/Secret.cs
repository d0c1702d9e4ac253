using System.Text;
using System.Text.RegularExpressions;
using Registry.Platform.Commands;
using Registry.Platform;

namespace Registry.Objections;

/// <summary>
/// Who objected, as far as a wording for others must not say it. The check is a net under the officer who words it, not a replacement:
/// it finds the name and the contact as they were filed, and figures that look like a person's.
/// </summary>
public sealed partial record Secret(string? Name, string? Contact)
{
    /// <summary>The wording holds the name, the contact, or a telephone number, an identity number or an e-mail address of anybody. Must hold: 41, 43.</summary>
    public bool IsGivenAwayBy(string wording)
    {
        var text = Plain(wording);
        return Holds(text, Name) || Holds(text, Contact) || Personal().IsMatch(text);
    }

    private static bool Holds(string text, string? secret) => secret is not null && Plain(secret) is { Length: >= 2 } part && text.Contains(part, StringComparison.Ordinal);

    private static string Plain(string text) =>
        string.Concat(text.InForm(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && c != '-')).ToLowerInvariant();

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dx](?!\d)|[\w.+]+@[\w.]+\.\w+")]
    private static partial Regex Personal();
}

internal static class SecretDesk
{
    /// <summary>What a wording about this objection must not give away. It is compared with, never shown.</summary>
    internal static Secret SecretOf(this Desk desk, ObjectionOnDesk objection) => new(desk.Open(objection.Filed.Name), desk.Open(objection.Filed.Contact));
}
