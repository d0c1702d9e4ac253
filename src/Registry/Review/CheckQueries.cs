using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>What officers and auditors may read of an application's on-site checks. Who went is the province's alone.</summary>
internal static class CheckQueries
{
    private static readonly QuerySpec GetChecks = new(
        "get-on-site-checks", "/applications/{id}/on-site-checks", Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor, "An application's on-site checks: why, when, by whom, what was found.");

    public static void Map(IEndpointRouteBuilder api) => api.MapQuery(GetChecks, async (http, reading) =>
    {
        var events = await reading.Session.Events.FetchStreamAsync(new ApplicationId(http.Request.RouteValues["id"]!.ToString()!).Stream, token: reading.Cancelled);
        return events.Count == 0 ? null : Checks(events, reading);
    }).WithTags("Review");

    private static List<OnSiteCheckAnswer> Checks(IReadOnlyList<IEvent> events, Reading reading)
    {
        var checks = new List<OnSiteCheckAnswer>();
        foreach (var e in events)
            if (e.Data is OnSiteCheckOrdered ordered)
                checks.Add(new(e.Timestamp, reading.Open(ordered.Reason), null, null, null, [], null));
            else if (e.Data is OnSiteCheckRecorded recorded)
                checks[^1] = checks[^1] with
                {
                    Day = recorded.Day,
                    Team = reading.Actor.Role == Roles.ProvincialOfficer ? reading.Open(recorded.Team) : null,
                    Findings = reading.Open(recorded.Findings),
                    Photos = recorded.Photos,
                    ReviseBy = recorded.ReviseBy,
                };
        return checks;
    }
}

/// <summary>An on-site check: why it was ordered and, once it was carried out, what was found.</summary>
/// <param name="OrderedAt">When it was ordered, UTC.</param>
/// <param name="Day">The day of the visit; null while it is open.</param>
/// <param name="Photos">SHA-256 of the photos, hexadecimal.</param>
/// <param name="ReviseBy">Last day for the panel to revise, Beijing time.</param>
public sealed record OnSiteCheckAnswer(DateTimeOffset OrderedAt, string? Reason, DateOnly? Day, string? Team, string? Findings, IReadOnlyList<string> Photos, DateOnly? ReviseBy);
