using JasperFx.Events.Projections;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>An organisation's standing on one day.</summary>
/// <param name="Day">The day asked for.</param>
/// <param name="Banned">Whether a restriction on applying (申报限制) held on it, for any programme.</param>
/// <param name="LastDay">The last day of the longest one that held on it.</param>
/// <param name="History">All there ever were, ended and rescinded ones included; none for a city's officer, who asks as part of the check whether it may apply, not what it once did.</param>
public sealed record OrganisationStanding(string Organisation, DateOnly Day, bool Banned, DateOnly? LastDay, IReadOnlyList<Ban> History);

/// <summary>A published finding in force, as anyone may read it.</summary>
public sealed record PublishedFinding(
    string Finding, string Organisation, string OrganisationName, string Batch, string Programme, string WhatWasFalse, string Clause,
    DateOnly FirstDay, DateOnly LastDay, string DecidingBody, DateOnly DecidedOn, string HowToSeekReview, DateOnly PublishedOn);

/// <summary>The integrity room: cases of false material, findings, bans.</summary>
public static class IntegrityRoom
{
    private const Roles Officers = Roles.IntegrityOfficer | Roles.ProvincialOfficer | Roles.Auditor;
    private static readonly QuerySpec Cases = new("list-cases", "/cases", Officers | Roles.Applicant, "Cases, the latest first; ?open=true for open ones, ?application= for those about one.") { Inputs = [new("open", "true for open ones only."), new("application", "Id of the application.")] };
    private static readonly QuerySpec CaseFile = new("get-case", "/cases/{id}", Officers | Roles.Applicant, "A case with its file.");
    private static readonly QuerySpec Standing = new(
        "get-standing", "/organisations/{id}/standing", Officers | Roles.Applicant | Roles.CityOfficer, "Whether the organisation is restricted from applying, on any day: ?day=2025-06-20, else today.")
    { Inputs = [new("day", "A day, 2025-06-20; today if left out.")] };
    private static readonly QuerySpec Restricted = new(
        "list-restrictions", "/restrictions", Officers, "Restrictions on applying that hold on a day: ?day=2025-06-20, else today; ?organisation= for one; ?all=true for all there ever were.")
    { Inputs = [new("day", "A day, 2025-06-20; today if left out."), new("organisation", "Credit code of the organisation."), new("all", "true for those that do not hold on the day, too.")] };
    private static readonly QuerySpec Findings = new("list-findings", "/findings", (Roles)(-1), "Published findings in force today; for the office on any day: ?day=2025-06-20.") { Inputs = [new("day", "A day, 2025-06-20, for the office; today if left out, and for everybody else.")] };

    /// <summary>The room's views.</summary>
    public static void AddIntegrityViews(this StoreOptions options)
    {
        options.Projections.Add(new CaseCardProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new FindingViewProjection(), ProjectionLifecycle.Async);
        options.Schema.For<CaseCard>().Index(c => c.Application).Index(c => c.Organisation);
    }

    /// <summary>The room's queries.</summary>
    public static void MapIntegrity(this IEndpointRouteBuilder api)
    {
        api.MapQuery(Cases, ListAsync).WithTags("Integrity");
        api.MapQuery(CaseFile, (http, reading) => CaseDetail.ReadAsync(IdOf(http), reading)).WithTags("Integrity");
        api.MapQuery(Standing, StandingAsync, Days.Wrong).WithTags("Integrity");
        api.MapQuery(
            Restricted,
            (http, reading) => Restrictions.OnAsync(Days.Asked(http, reading), http.Request.Query["all"] == "true", http.Request.Query["organisation"].ToString(), reading),
            Days.Wrong).WithTags("Integrity");
        api.MapQuery(Findings, FindingsAsync, Days.Wrong).WithTags("Integrity");
    }

    private static async Task<IReadOnlyList<CaseCard>?> ListAsync(HttpContext http, Reading reading)
    {
        IQueryable<CaseCard> cards = reading.Session.Query<CaseCard>();
        if (reading.Actor.Role == Roles.Applicant)
            cards = cards.Where(c => c.Organisation == reading.Actor.Organisation && c.DefenceLastDay != null);
        if (http.Request.Query["open"] == "true")
            cards = cards.Where(c => c.Open);
        if (http.Request.Query["application"].ToString() is { Length: > 0 } application)
            cards = cards.Where(c => c.Application == application);
        return await cards.OrderByDescending(c => c.OpenedOn).ThenBy(c => c.Id).ToListAsync(reading.Cancelled);
    }

    private static async Task<OrganisationStanding?> StandingAsync(HttpContext http, Reading reading)
    {
        if (CreditCode.Check(IdOf(http)).Code is not { } code || !await ReachesAsync(code, reading))
            return null;
        var day = Days.Asked(http, reading);
        var events = await reading.Session.Events.FetchStreamAsync(Organisation.Stream(code), token: reading.Cancelled);
        var bans = new Timeline(Organisation.Stream(code), events).Fold(Organisations.Standing.Start, Organisations.Standing.Next).Bans;
        var held = bans.Where(b => b.HoldsOn(day)).ToArray();
        var ofCity = reading.Actor.Role == Roles.CityOfficer;
        return new OrganisationStanding(code.Value, day, held.Length > 0, held.Length > 0 ? held.Max(b => b.LastDay) : null, ofCity ? [] : bans);
    }

    /// <summary>四(二): a city checks the organisations that have filed with it; of any other it learns nothing here, not even that it exists.</summary>
    private static async Task<bool> ReachesAsync(CreditCode code, Reading reading)
    {
        if (reading.Actor.Role != Roles.CityOfficer)
            return reading.Actor.Reaches(new Belonging(null, code.Value));
        var (organisation, city) = (code.Value, reading.Actor.City);
        return await reading.Session.Query<ApplicationCard>().AnyAsync(c => c.Organisation == organisation && c.City == city, reading.Cancelled);
    }

    private static async Task<IReadOnlyList<PublishedFinding>?> FindingsAsync(HttpContext http, Reading reading)
    {
        // For the public a finding leaves with its last day or its ruling, whichever day is asked for.
        var day = reading.Actor.May(Officers) ? Days.Asked(http, reading) : ChinaTime.ToDay(reading.Now);
        var published = await reading.Session.Query<FindingView>().Where(f => f.PublishedOn != null && f.RescindedOn == null).ToListAsync(reading.Cancelled);
        return [.. published.Where(f => f.PublishedOn <= day && f.Finding.FirstDay <= day && day <= f.LastDay)
            .OrderByDescending(f => f.Finding.DecidedOn).ThenBy(f => f.Finding.Finding, StringComparer.Ordinal)
            .Select(f => new PublishedFinding(
                f.Finding.Finding, f.Finding.Organisation.Value, f.Finding.OrganisationName, f.Finding.Batch.Value, f.Finding.Programme, f.Finding.PublicWhatWasFalse,
                f.Finding.Clause, f.Finding.FirstDay, f.LastDay, f.Finding.PublicDecidingBody, f.Finding.DecidedOn, f.Finding.PublicHowToSeekReview, f.PublishedOn!.Value))];
    }

    private static string IdOf(HttpContext http) => http.Request.RouteValues["id"]!.ToString()!;
}
