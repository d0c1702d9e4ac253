using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>The conditions as the next decision will see them.</summary>
/// <param name="Round">The submission that is judged.</param>
/// <param name="Amended">Whether the definition was amended since: the verdicts at submission were made under another one.</param>
/// <param name="AtSubmission">The verdicts stored with the submission.</param>
/// <param name="Now">The verdicts under the definition in force.</param>
public sealed record ConditionsAnswer(int Round, bool Amended, IReadOnlyList<ConditionVerdict> AtSubmission, IReadOnlyList<ConditionVerdict> Now);

/// <summary>三: the condition check that the next decision of city or province will rest on and keep.</summary>
internal static class ConditionsNow
{
    private static readonly QuerySpec GetConditions = new(
        "get-conditions", "/applications/{id}/conditions", Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor,
        "The condition check on the last submission under the definition in force, and as it was stored at submission.")
    { Always = true };

    public static void Map(IEndpointRouteBuilder api) => api.MapQuery(GetConditions, ReadAsync).WithTags("Applications");

    private static async Task<ConditionsAnswer?> ReadAsync(HttpContext http, Reading reading)
    {
        if (await ApplicationsRoom.ReachableAsync(http, reading) is not { } head)
            return null;
        var timeline = new Timeline(head.Id, await reading.Session.Events.FetchStreamAsync(head.Id, token: reading.Cancelled));
        var filing = timeline.Fold(Filing.Start, Filing.Next);
        if (filing.Last is not { } last)
            return null;
        var call = (await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, head.Batch, reading.Cancelled))!;
        var now = new ApplicationFile(head, timeline, filing, call, Standing.Start).CheckNow();
        return new ConditionsAnswer(last.Round, !ReferenceEquals(now, last.Check), last.Check, now);
    }
}
