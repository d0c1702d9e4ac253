using System.Security.Cryptography;
using System.Text;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>The exact public text of a notice: title, body and list. Its dates are not part of it; they are computed, recorded and shown beside it.</summary>
public static class NoticeText
{
    /// <summary>The title in the office's usual words.</summary>
    public static string UsualTitle(CallDefinition definition) =>
        Say("publicity.notice-title", ("batch", definition.Batch.Title.Zh));

    /// <summary>The body in the office's usual words: what it rests on, how long, how one objects, whom to ask.</summary>
    public static string UsualBody(CallDefinition definition) => Say("publicity.notice-body",
        ("programme", definition.Programme.Title.Zh),
        ("batch", definition.Batch.Title.Zh),
        ("issuer", definition.Issuer.Body.Zh),
        ("basis", string.Join('、', definition.Notice.Basis.Select(b => $"《{b.Title}》（{b.Number}）"))),
        ("days", definition.Publicity.WorkingDays),
        ("contacts", string.Join('\n', definition.Issuer.Contacts.Select(c => $"{c.Person}  {c.Phone}  {c.Email}\n{c.Address.Zh}"))));

    /// <summary>The whole text, list included.</summary>
    public static string Compose(CallDefinition definition, string title, string body, IEnumerable<NoticeEntry> entries)
    {
        var text = new StringBuilder().Append(title.Trim()).Append("\n\n").Append(body.Trim().ReplaceLineEndings("\n")).Append("\n\n");
        foreach (var entry in entries)
            text.Append(entry.Number).Append(". ").Append(entry.ClusterName)
                .Append('（').Append(definition.FindCity(entry.City)?.Zh ?? entry.City).Append('，')
                .Append(definition.FindIndustry(entry.Industry)?.Zh ?? entry.Industry).Append('；')
                .Append(Say("publicity.notice-applicant", ("name", entry.OrganisationName))).Append("）\n");
        return text.ToString();
    }

    /// <summary>The text as it may be read by anybody: without the lines of entries that could not be put up any more when the notice was posted.</summary>
    /// <param name="opened">The notice as it was fixed.</param>
    /// <param name="struck">Their numbers.</param>
    public static string Without(PublicityOpened opened, IReadOnlyCollection<int> struck)
    {
        if (struck.Count == 0)
            return opened.PublicText;
        // The list ends the text, an entry after the other; a name that was filed with a new line in it takes two lines.
        var lines = opened.PublicText.TrimEnd('\n').Split('\n');
        var at = lines.Length - opened.Entries.Sum(LinesOf);
        var kept = lines[..at].ToList();
        foreach (var entry in opened.Entries)
        {
            if (!struck.Contains(entry.Number))
                kept.AddRange(lines[at..(at + LinesOf(entry))]);
            at += LinesOf(entry);
        }
        return string.Join('\n', kept) + "\n";

        static int LinesOf(NoticeEntry entry) => 1 + entry.ClusterName.Count(c => c == '\n') + entry.OrganisationName.Count(c => c == '\n');
    }

    /// <summary>SHA-256 of the text in UTF-8, lower-case hexadecimal.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Say(string code, params (string Name, object? Value)[] arguments) =>
        Texts.Of(Language.Zh, code, arguments.ToDictionary(a => a.Name, a => a.Value));
}
