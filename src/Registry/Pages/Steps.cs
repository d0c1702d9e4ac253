using Registry.Accounts;
using Registry.Applications;

namespace Registry.Pages;

/// <summary>
/// In which stages a step is offered on the page of an application or of an account. It only keeps buttons away that could not succeed: whether a step is taken is decided
/// by its command, and a command that is not listed is always offered.
/// </summary>
public static class Steps
{
    private static readonly Dictionary<string, Stage[]> Offered = new()
    {
        ["submit-application"] = [],
        ["save-draft"] = [],
        ["detach-evidence"] = [],
        ["mark-sensitive"] = [],
        ["withdraw-application"] = [Stage.Submitted, Stage.Returned, Stage.Recommended, Stage.Reported, Stage.ReturnedToCity, Stage.Admitted, Stage.Scored, Stage.Shortlisted, Stage.Publicised],
        ["return-for-correction"] = [Stage.Submitted, Stage.ReturnedToCity],
        ["decline-application"] = [Stage.Submitted],
        ["recommend-application"] = [Stage.Submitted],
        ["renew-recommendation"] = [Stage.Submitted, Stage.ReturnedToCity],
        ["withdraw-recommendation"] = [Stage.Recommended],
        ["admit-application"] = [Stage.Reported],
        ["return-to-city"] = [Stage.Reported],
        ["reject-application"] = [Stage.Reported],
        ["order-on-site-check"] = [Stage.Admitted, Stage.Scored],
        ["record-on-site-check"] = [Stage.Admitted, Stage.Scored],
    };

    /// <summary>Whether the step is offered in this stage.</summary>
    public static bool Fits(string command, Stage stage) => !Offered.TryGetValue(command, out var stages) || stages.Contains(stage);

    /// <summary>Whether the step is offered on this account to this reader.</summary>
    public static bool Fits(string command, AccountAnswer account, Actor reader)
    {
        var own = account.Id.Value == reader.Id;
        return account.State != AccountState.Closed && (own || reader.May(Roles.Administrator | Roles.CityOfficer)) && command switch
        {
            "confirm-account" => account.State == AccountState.Awaiting,
            "close-account" or "reassign-account" => !own,
            "ask-authenticator-removal" => account.Authenticator,
            "confirm-authenticator-removal" => account.RemovalAsked,
            "unlink-identities" => account.Linked && (own || reader.Role == Roles.Administrator),
            _ => true,
        };
    }
}
