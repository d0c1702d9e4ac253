using Registry.Accounts;
using Registry.Platform.Mail;

namespace Registry.Letters;

/// <summary>Who may look at which letters in the outbox. Everybody reads their own besides.</summary>
public static class LetterAccess
{
    /// <summary>Who looks after the outbox.</summary>
    public const Roles Readers = Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor | Roles.Supervision | Roles.Administrator;

    /// <summary>
    /// A city sees what concerns its own applications; integrity officers their cases; supervision alone sees complaints; the auditor sees nothing that would tell
    /// who sits on an open panel. The administrator sees that and how letters leave, never what they say.
    /// </summary>
    public static bool Sees(this Actor actor, Letter letter)
    {
        var complaint = letter.About.StartsWith("complaint/", StringComparison.Ordinal);
        return actor.Role switch
        {
            Roles.Supervision => complaint,
            Roles.Administrator => !complaint,
            Roles.ProvincialOfficer => !complaint,
            Roles.CityOfficer => actor.City is not null && letter.City == actor.City && !Addressee.IsFiler(letter.To),
            Roles.IntegrityOfficer => letter.About.StartsWith("case/", StringComparison.Ordinal),
            Roles.Auditor => !complaint && !letter.About.StartsWith("panel/", StringComparison.Ordinal),
            _ => false,
        };
    }

    /// <summary>Whether this reader of the outbox also reads what the letter says.</summary>
    public static bool ReadsText(this Actor actor, Letter letter) => actor.Role != Roles.Administrator && actor.Sees(letter);

    /// <summary>
    /// An address as the outbox shows it. Of somebody who wrote without an account nothing is shown: opening who it is leaves a record, and this is not that place.
    /// </summary>
    public static string Masked(Letter letter, string address)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return Addressee.IsFiler(letter.To) || at < 1 ? "•••" : $"{address[0]}•••{address[at..]}";
    }
}
