using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>The province's re-check.</summary>
public static class ScreeningRoom
{
    private static readonly QuerySpec GetDecisions = new(
        "get-decisions", "/applications/{id}/decisions", Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor,
        "Every decision of city and province on an application, with reasons. The applicant sees remarks and the reasons of what ended its application.");

    private static readonly QuerySpec GetList = new(
        "get-review-list", "/batches/{id}/review-list", Roles.ProvincialOfficer | Roles.Auditor, "The list for expert review with the reason for each admission.");

    /// <summary>The room's queries.</summary>
    public static void MapScreening(this IEndpointRouteBuilder api)
    {
        api.MapQuery(GetDecisions, ReadDecisionsAsync).WithTags("Screening");
        api.MapQuery(GetList, ReadListAsync).WithTags("Screening");
        ScreeningList.Map(api);
    }

    private static async Task<DecisionsAnswer?> ReadDecisionsAsync(HttpContext http, Reading reading)
    {
        if (await ApplicationsRoom.ReachableAsync(http, reading) is not { } head)
            return null;
        var timeline = new Timeline(head.Id, await reading.Session.Events.FetchStreamAsync(head.Id, token: reading.Cancelled));
        if (!timeline.Exists)
            return null;
        var filing = timeline.Fold(Filing.Start, Filing.Next);
        var officer = reading.Actor.Role != Roles.Applicant;
        return new DecisionsAnswer(
            head.Application.Value, filing.Stage, filing.Round, filing.Term, timeline.Version,
            [.. timeline.Events.Select(e => Shown(e.Data, e.EventTypeName, e.Timestamp, officer, reading.Open)).OfType<DecisionAnswer>()]);
    }

    /// <summary>One decision as it is shown; what is said between city and province is not the applicant's to read.</summary>
    private static DecisionAnswer? Shown(object e, string kind, DateTimeOffset at, bool officer, Func<Sealed?, string?> open)
    {
        var shown = new DecisionAnswer(kind, at) { Check = officer ? (e as IDecidedOnCheck)?.Check : null };
        string? ForOfficers(Sealed text) => officer ? open(text) : null;
        IReadOnlyList<FindingAnswer> FindingsOf(IReadOnlyList<ConditionFinding> findings) =>
            officer ? [.. findings.Select(f => new FindingAnswer(f.Condition, f.Kind, open(f.Reason)))] : [];
        return e switch
        {
            ApplicationReturned r => shown with { Remarks = r.Remarks.ToDictionary(x => x.Key, x => open(x.Value)) },
            ApplicationDeclined d => shown with { Reason = open(d.Reason) },
            ApplicationRecommended r => shown with { Reason = ForOfficers(r.Opinion), Findings = FindingsOf(r.Findings), Rank = officer ? r.Rank : null },
            RecommendationRevised r => shown with { Reason = ForOfficers(r.Opinion), Rank = officer ? r.Rank : null },
            RecommendationWithdrawn w => shown with { Reason = ForOfficers(w.Reason) },
            ApplicationReported r => shown with { Number = officer ? r.ReportNumber : null, Rank = officer ? r.Rank : null },
            RecommendationRenewed r => shown with { Reason = ForOfficers(r.Opinion), Findings = FindingsOf(r.Findings) },
            ApplicationReturnedToCity r => shown with { Reason = ForOfficers(r.Reason), LastDay = r.LastDay },
            ApplicationAdmitted a => shown with { Reason = ForOfficers(a.Reason), Findings = FindingsOf(a.Confirmed) },
            ConsultationReplied c when officer => shown with { Reason = open(c.Reply), Consultation = c.Consultation, Outcome = c.Outcome },
            ApplicationRejected r => shown with { Reason = open(r.Reason), Findings = FindingsOf(r.Refused) },
            _ => null,
        };
    }

    private static async Task<ReviewListAnswer?> ReadListAsync(HttpContext http, Reading reading)
    {
        var batch = new BatchId(http.Request.RouteValues["id"]!.ToString()!);
        var events = await reading.Session.Events.FetchStreamAsync(batch.Stream, token: reading.Cancelled);
        return events.FirstOrDefault(e => e.Data is ReviewListFixed) is { Data: ReviewListFixed list } fixedAt
            ? new ReviewListAnswer(fixedAt.Timestamp, events.Count, [.. list.Applications.Select(a => new ListedAnswer(
                a.Application.Value, a.Organisation.Value, a.OrganisationName, a.Cluster, a.City, a.Industry, reading.Open(a.Reason)))])
            : null;
    }
}

/// <summary>Where an application stands and how it got there.</summary>
/// <param name="Version">The application's version; the next command on it carries it.</param>
public sealed record DecisionsAnswer(string Id, Stage Stage, int Round, DateOnly? Term, long Version, IReadOnlyList<DecisionAnswer> Decisions);

/// <summary>One decision.</summary>
/// <param name="Kind">The event's stored name.</param>
/// <param name="Remarks">What is to be corrected, by field path.</param>
/// <param name="Reason">The reason or opinion, for those who may read it.</param>
/// <param name="Number">Document number of the city's report.</param>
/// <param name="LastDay">Last day of the term that it sets.</param>
/// <param name="Consultation">Key of the consultation that was replied to, with its outcome.</param>
public sealed record DecisionAnswer(
    string Kind, DateTimeOffset At, IReadOnlyDictionary<string, string?>? Remarks = null, string? Reason = null,
    IReadOnlyList<FindingAnswer>? Findings = null, int? Rank = null, string? Number = null, DateOnly? LastDay = null,
    string? Consultation = null, ConsultationOutcome? Outcome = null)
{
    /// <summary>The condition check that the decision was taken on, for officers.</summary>
    public IReadOnlyList<ConditionVerdict>? Check { get; init; }
}

/// <summary>A finding on one condition.</summary>
public sealed record FindingAnswer(string Condition, FindingKind Kind, string? Reason);

/// <summary>The list for expert review.</summary>
/// <param name="Version">The batch's version.</param>
public sealed record ReviewListAnswer(DateTimeOffset FixedAt, long Version, IReadOnlyList<ListedAnswer> Applications);

/// <summary>One cluster on the list for expert review.</summary>
public sealed record ListedAnswer(string Id, string Organisation, string OrganisationName, string Cluster, string City, string Industry, string? Reason);
