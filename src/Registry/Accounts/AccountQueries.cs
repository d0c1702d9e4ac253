using Marten;
using Registry.Platform.Commands;

namespace Registry.Accounts;

/// <summary>An account as administrators, and cities for their applicants, see it.</summary>
/// <param name="Id">Opaque id.</param>
/// <param name="Login">Sign-in name.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Role">Its one role.</param>
/// <param name="City">City of a city officer or applicant.</param>
/// <param name="Organisation">An applicant's credit code.</param>
/// <param name="State">Where it stands.</param>
/// <param name="FirstPassword">Whether the person has yet to replace the password that was given.</param>
/// <param name="Authenticator">Whether an authenticator is set up.</param>
/// <param name="RemovalAsked">Whether its removal waits for another administrator.</param>
/// <param name="Linked">Whether it is linked to an identity at the provider.</param>
/// <param name="LockedUntil">Until when no sign-in is tried, UTC; null if it is not locked.</param>
/// <param name="Version">The version that a command on it carries.</param>
public sealed record AccountAnswer(
    AccountId Id, string Login, string? Name, Roles Role, string? City, string? Organisation, AccountState State, bool FirstPassword, bool Authenticator, bool RemovalAsked, bool Linked, DateTimeOffset? LockedUntil, long Version);

/// <summary>Who has an account.</summary>
internal static class AccountQueries
{
    private const Roles Readers = Roles.Administrator | Roles.CityOfficer | Roles.Auditor;

    private static readonly QuerySpec List = new("list-accounts", "/accounts", Readers, "Accounts by sign-in name: all, or for a city those of its applicants.")
    {
        Inputs = [new("role", "Only accounts of this role."), new("city", "GB/T 2260 code: only accounts of this city."), new("state", "awaiting, open or closed."), new("login", "Only sign-in names that begin so.")],
    };

    private static readonly QuerySpec Get = new("get-account", "/accounts/{id}", Readers, "One account.");

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(List, ListAsync, Wrong).WithTags("Accounts");
        api.MapQuery(Get, GetAsync).WithTags("Accounts");
    }

    private static Refusal? Wrong(HttpContext http) =>
        Text(http, "role") is { } role && Parse<Roles>(role) is null ? CommandRules.Malformed.Refuse(("what", "role"))
        : Text(http, "state") is { } state && Parse<AccountState>(state) is null ? CommandRules.Malformed.Refuse(("what", "state"))
        : null;

    private static async Task<IReadOnlyList<AccountAnswer>?> ListAsync(HttpContext http, Reading reading)
    {
        var accounts = Reached(reading);
        if (Text(http, "role") is { } role)
        {
            var wanted = Parse<Roles>(role)!.Value;
            accounts = accounts.Where(a => a.Role == wanted);
        }
        if (Text(http, "state") is { } state)
        {
            var wanted = Parse<AccountState>(state)!.Value;
            accounts = accounts.Where(a => a.State == wanted);
        }
        if (Text(http, "city") is { } city)
            accounts = accounts.Where(a => a.City == city);
        var login = Text(http, "login")?.ToLowerInvariant();
        return [.. (await AnswersAsync(reading, await accounts.ToListAsync(reading.Cancelled))).Where(a => login is null || a.Login.StartsWith(login, StringComparison.Ordinal)).OrderBy(a => a.Login, StringComparer.Ordinal)];
    }

    private static async Task<AccountAnswer?> GetAsync(HttpContext http, Reading reading)
    {
        var stream = new AccountId(http.Request.RouteValues["id"]!.ToString()!).Stream;
        return (await AnswersAsync(reading, await Reached(reading).Where(a => a.Id == stream).ToListAsync(reading.Cancelled))).SingleOrDefault();
    }

    private static IQueryable<AccountView> Reached(Reading reading)
    {
        var (accounts, city) = (reading.Session.Query<AccountView>(), reading.Actor.City);
        return reading.Actor.Role switch
        {
            Roles.CityOfficer => accounts.Where(a => a.Role == Roles.Applicant && a.City == city),
            // Procedure, roles: the auditor sees no sealed identities; who scored is one.
            Roles.Auditor => accounts.Where(a => a.Role != Roles.Expert),
            _ => accounts,
        };
    }

    private static async Task<IEnumerable<AccountAnswer>> AnswersAsync(Reading reading, IReadOnlyList<AccountView> accounts)
    {
        var ids = accounts.Select(a => a.Id).ToArray();
        var credentials = (await reading.Session.Query<Credential>().Where(c => c.Account.In(ids)).ToListAsync(reading.Cancelled)).ToDictionary(c => c.Account);
        var linked = (await reading.Session.Query<LinkedIdentity>().Where(i => i.Account.In(ids)).Select(i => i.Account).ToListAsync(reading.Cancelled)).ToHashSet();
        return accounts.Where(a => credentials.ContainsKey(a.Id)).Select(a => Answer(a, credentials[a.Id], linked.Contains(a.Id), reading));
    }

    private static AccountAnswer Answer(AccountView account, Credential credential, bool linked, Reading reading) => new(
        new AccountId(account.Opaque), credential.Id, reading.Open(account.Name), account.Role, account.City, account.Organisation, account.State,
        credential.ReplaceBy is not null, credential.Authenticator is not null, account.RemovalAskedBy is not null, linked,
        credential.LockedUntil > reading.Now ? credential.LockedUntil : null, account.Version);

    private static T? Parse<T>(string text) where T : struct, Enum =>
        !int.TryParse(text, out _) && Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;
}
