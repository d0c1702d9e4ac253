using Registry.Accounts;
using Registry.Objections;

namespace Registry.Letters;

/// <summary>Whom a letter is for, as <see cref="Platform.Mail.Letter.To"/> spells it: an office, an organisation or one person, by opaque id.</summary>
public static class Addressee
{
    /// <summary>An applicant's organisation, by credit code.</summary>
    public static string Organisation(string code) => $"organisation/{code}";

    /// <summary>The officers of a city.</summary>
    public static string City(string code) => $"city/{code}";

    /// <summary>Everybody of a role of the province.</summary>
    public static string Role(Roles role) => $"role/{role}";

    /// <summary>One account.</summary>
    public static string Account(string id) => $"account/{id}";

    /// <summary>Whoever filed the objection, report or complaint of this stream.</summary>
    public static string Filer(string stream) => stream;

    /// <summary>Whoever wrote to the office without an account: the address lies in what they filed, sealed under their own key.</summary>
    public static bool IsFiler(string to) =>
        to.StartsWith("objection/", StringComparison.Ordinal) || to.StartsWith("report/", StringComparison.Ordinal) || to.StartsWith("complaint/", StringComparison.Ordinal);

    /// <summary>The kind of addressee; its words are <c>letter.to.KIND</c>.</summary>
    public static string KindOf(string to) => to[..to.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>What comes after the kind.</summary>
    public static string ValueOf(string to) => to[(to.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Every addressee that this actor is, or belongs to.</summary>
    public static string[] Of(Actor actor) => actor switch
    {
        { Role: Roles.Applicant, Organisation: { } code } => [Account(actor.Id), Organisation(code)],
        { Role: Roles.CityOfficer, City: { } city } => [Account(actor.Id), City(city)],
        _ => [Account(actor.Id), Role(actor.Role)],
    };
}
