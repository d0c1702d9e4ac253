using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>Enters an expert into the pool. The account was opened before; one account is one expert.</summary>
/// <param name="Account">Id of the expert's account.</param>
/// <param name="Name">The expert's name; sealed.</param>
/// <param name="Fields">Codes of fields, as definitions name them.</param>
/// <param name="Employer">Credit code of the employer.</param>
/// <param name="City">GB/T 2260 code of the city.</param>
public sealed record RegisterExpert(string Account, string Name, IReadOnlyList<string> Fields, string Employer, string City) : ICommand<RegisterExpert>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("register-expert", "/experts", Roles.ProvincialOfficer, "Enter an expert into the pool.");

    /// <summary>四(三): experts are called in from a pool by field.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="account">The account, if there is one with this id.</param>
    /// <param name="taken">Whether the account is already an expert's.</param>
    public static Decision Decide(RegisterExpert command, AccountView? account, bool taken)
    {
        if (account is not { Open: true, Role: Roles.Expert })
            return ReviewRules.AccountUnusable.Refuse();
        if (taken)
            return ReviewRules.AccountTaken.Refuse();
        if (TextCheck.Check(command.Name, "name", ExpertFacts.LongestName) is { } unnamed)
            return unnamed;
        if (ExpertFacts.Check(command.Fields, command.Employer, command.City) is { } wrong)
            return wrong;
        return Decision.Accept(new ExpertRegistered(
            command.Account, Sealed.Of(command.Name.Trim()), command.Fields, CreditCode.Parse(command.Employer), command.City));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(RegisterExpert command, Desk desk)
    {
        await desk.HoldAsync(HoldOf(command.Account));
        var account = await desk.Session.LoadAsync<AccountView>(new AccountId(command.Account).Stream, desk.Cancelled);
        var taken = await desk.Session.OfAccountAsync(command.Account, desk.Cancelled) is not null;
        var id = new ExpertId(Desk.NewId());
        return desk.Record<Expert>(new Timeline(id.Stream, []), id.Value, Decide(command, account, taken));
    }

    /// <summary>Lock on whose account this is.</summary>
    internal static Hold HoldOf(string account) => Hold.Changing($"expert-account/{account}");
}

/// <summary>What is checked of the facts of an expert, whoever states them.</summary>
public static class ExpertFacts
{
    /// <summary>Characters of a name.</summary>
    public const int LongestName = 60;

    /// <summary>GB/T 2260: first two digits of all codes of places. Experts come from other provinces too, so the list of cities that may apply is not theirs.</summary>
    private static readonly string[] Provinces =
    [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
        "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];

    private const int MostFields = 20, LongestField = 40, CityDigits = 6;

    /// <summary>What is wrong with them, or null. Fields are codes; which of them count is the definition's to say.</summary>
    public static Refusal? Check(IReadOnlyList<string> fields, string employer, string city)
    {
        if (fields.Count is 0 or > MostFields || fields.Distinct().Count() != fields.Count || !fields.All(IsField))
            return ReviewRules.FieldsInvalid.Refuse(("most", MostFields));
        if (!CreditCode.Check(employer).Valid)
            return ReviewRules.EmployerInvalid.Refuse();
        return city.Length == CityDigits && city.All(char.IsAsciiDigit) && Provinces.Contains(city[..2]) ? null : ReviewRules.CityInvalid.Refuse();
    }

    private static bool IsField(string field) => field.Length is > 0 and <= LongestField && field.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
