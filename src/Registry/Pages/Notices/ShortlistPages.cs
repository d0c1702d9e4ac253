using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Pages.Notices;

/// <summary>One ranked application as the shortlist is drawn up, with what was chosen for it.</summary>
/// <param name="Listed">Chosen for the list; null while nothing was chosen.</param>
/// <param name="Deviates">The choice departs from the ranking.</param>
public sealed record ShortlistChoice(CandidateAnswer Candidate, bool? Listed, bool Deviates, string Reason);

/// <summary>The shortlist: from the ranking to a proposal with its deviations and the public text in sight, and from there to the collective decision.</summary>
public static class ShortlistPages
{
    private const string ReasonPrefix = "reason.";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/batches/{id}/shortlist", Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor, ShowAsync);
        office.Form("/batches/{id}/shortlist/draft", Roles.ProvincialOfficer, DraftAsync);
    }

    private static async Task<IResult> ShowAsync(PageCall call) =>
        call.Query("do").Length > 0 ? await RecordPages.ShowAsync(call, $"batches/{call.Route("id")}/shortlist") : await PageAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK);

    private static async Task<IResult> DraftAsync(PageCall call)
    {
        if (call.Posted.One("go") != "propose")
            return await PageAsync(call, call.Posted, FormErrors.None, StatusCodes.Status200OK);
        // What the officer saw is decided on, not what is ranked by now: if that has changed, the rule says so.
        var seen = call.Posted.Values.Keys.Where(k => k.StartsWith(ReasonPrefix, StringComparison.Ordinal)).Select(k => new ApplicationId(k[ReasonPrefix.Length..])).ToList();
        var command = new ProposeShortlist(
            [.. seen.Where(a => Choice(call.Posted, a) == "listed").Select(a => new ListedApplication(a, Typed(call.Posted, a)))],
            [.. seen.Where(a => Choice(call.Posted, a) != "listed").Select(a => new LeftOutApplication(a, Typed(call.Posted, a) ?? ""))], call.Posted.SeenVersion);
        var done = await CommandPost.GiveAsync(call, call.Route("id"), command);
        return done.Errors is { } errors ? await PageAsync(call, call.Posted, errors, done.Status) : call.Next($"/office/batches/{call.Route("id")}/shortlist", "propose-shortlist");
    }

    private static async Task<IResult> PageAsync(PageCall call, Posted input, FormErrors errors, int status)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        if (await call.Service<Calls>().ReadAsync(session, new BatchId(call.Route("id")), call.Cancelled) is not { } batch)
            return call.NotFound();
        // Read before what is shown: whatever happens while the page is made is then noticed when the form is sent.
        var version = (await session.Events.FetchStreamStateAsync(batch.Id.Stream, call.Cancelled))?.Version ?? 0;
        var shortlist = await Ask.OneAsync<ShortlistAnswer>(call, "get-shortlist", call.Route("id"));
        var candidates = await CandidatesAsync(call);
        var choices = Choices(candidates, shortlist, input);
        var text = choices.Where(c => c.Listed == true).OrderBy(c => c.Candidate.Rank).Select((c, i) => new NoticeEntry(
            i + 1, c.Candidate.Application, c.Candidate.ClusterName, c.Candidate.OrganisationName, c.Candidate.City, c.Candidate.Industry)).ToList();
        return call.Show<ShortlistPage>(new
        {
            Batch = batch.Id.Value,
            Title = batch.Definition.Batch.Title,
            List = shortlist,
            Choices = choices,
            Text = text.Count == 0 ? null : NoticeText.Compose(batch.Definition, NoticeText.UsualTitle(batch.Definition), NoticeText.UsualBody(batch.Definition), text),
            Input = input.Seeing(version, status),
            Errors = errors,
            Own = shortlist?.ProposedBy == call.Actor.Id,
        }, status);
    }

    /// <summary>What was chosen in the form, else what is proposed or fixed; where it departs from the ranking is found by the rule's own order.</summary>
    private static List<ShortlistChoice> Choices(IReadOnlyList<CandidateAnswer> candidates, ShortlistAnswer? shortlist, Posted input)
    {
        var typed = input.Values.Keys.Any(k => k.StartsWith("choice.", StringComparison.Ordinal));
        var places = shortlist?.Listed.Select(p => (Place: p, Listed: true)).Concat(shortlist.LeftOut.Select(p => (Place: p, Listed: false))).ToDictionary(p => p.Place.Application)
            ?? [];
        bool? Listed(CandidateAnswer c) => typed ? Choice(input, c.Application) is { Length: > 0 } choice ? choice == "listed" : null : places.TryGetValue(c.Application.Value, out var p) ? p.Listed : null;
        var listed = candidates.Where(c => Listed(c) == true).Select(c => c.Application).ToList();
        var order = listed.Count == 0 ? null : RankingOrder.For(listed, [.. candidates.Select(c => new Candidate(c.Application, c.Rank, c.Passes, null))]);
        return [.. candidates.Select(c => new ShortlistChoice(
            c, Listed(c), order is not null && (Listed(c) == true ? order.TakenUp.Contains(c.Application) : order.PassedOver(c.Application)),
            typed ? input.One(ReasonPrefix + c.Application.Value) : places.TryGetValue(c.Application.Value, out var p) ? p.Place.Reason ?? "" : ""))];
    }

    private static async Task<IReadOnlyList<CandidateAnswer>> CandidatesAsync(PageCall call) =>
        await Ask.OneAsync<IReadOnlyList<CandidateAnswer>>(call, "list-shortlist-candidates", call.Route("id")) is { } all
            ? [.. all.Where(c => c.Stage is Stage.Scored or Stage.Shortlisted or Stage.NotShortlisted or Stage.Publicised or Stage.Recognised or Stage.NotRecognised)] : [];

    private static string Choice(Posted posted, ApplicationId application) => posted.One($"choice.{application.Value}");

    private static string? Typed(Posted posted, ApplicationId application) => posted.One(ReasonPrefix + application.Value).Trim() is { Length: > 0 } text ? text : null;
}
