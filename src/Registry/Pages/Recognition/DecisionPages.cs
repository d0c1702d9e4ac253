using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Pages.Recognition;

/// <summary>The collective decision on recognition, and the announcement with its public text before it is issued.</summary>
public static class DecisionPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/batches/{id}/recognition", Readers, call => DecisionAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/batches/{id}/recognition", Roles.ProvincialOfficer, DecideAsync);
        office.Page("/batches/{id}/announcements", PageGate.SignedIn, AnnouncementsAsync);
        office.Form("/batches/{id}/announcements", Roles.ProvincialOfficer, IssueAsync);
    }

    private static async Task<IResult> DecisionAsync(PageCall call, Posted input, FormErrors errors, int status) =>
        await ReadAsync(call) is var (list, definition)
            ? call.Show<DecisionPage>(new { List = list, Definition = definition, Input = input.Seeing(list.Version, status), Errors = errors }, status)
            : call.NotFound();

    private static async Task<IResult> DecideAsync(PageCall call)
    {
        if (await ReadAsync(call) is not var (list, _))
            return call.NotFound();
        if (DayOf(call) is not { } day)
            return await DecisionAsync(call, call.Posted, NoDay(call), StatusCodes.Status422UnprocessableEntity);
        string Typed(RecognitionCandidate c, string name) => call.Posted.One($"{name}.{c.Application}");
        var decided = list.Candidates.Where(c => Typed(c, "choice") is "yes" or "no").ToList();
        var command = new DecideRecognition(
            call.Posted.One("meeting"), day, call.Posted.One("signatory"),
            [.. decided.Select(c => new DecidedApplication(new ApplicationId(c.Application), Typed(c, "choice") == "yes", Typed(c, "reason").Trim() is { Length: > 0 } reason ? reason : null))],
            call.Posted.SeenVersion);
        var done = await CommandPost.GiveAsync(call, list.Batch, command, new HashSet<string> { "meeting", "signatory", "day", "reason" });
        if (done.Errors is not { } errors)
            return call.Next($"/office/batches/{list.Batch}/recognition", "decide-recognition");
        // The rule names one reason; on the page each application has its own, and the one that is missing is the first blank one.
        var blank = decided.FirstOrDefault(c => Typed(c, "choice") == "no" && Typed(c, "reason").Trim().Length == 0) ?? decided.FirstOrDefault(c => Typed(c, "choice") == "no");
        errors = errors with { Fields = [.. errors.Fields.Select(f => f.Name == "reason" && blank is not null ? ($"reason.{blank.Application}", $"{blank.ClusterName}：{f.Message}") : f)] };
        return await DecisionAsync(call, call.Posted, Named(errors, list), done.Status);
    }

    private static Task<IResult> AnnouncementsAsync(PageCall call) =>
        call.Query("do") == "issue-announcement" && call.Actor.Role == Roles.ProvincialOfficer
            ? FormAsync(call, Posted.Empty, FormErrors.None, preview: false, StatusCodes.Status200OK)
            : RecordPages.ShowAsync(call, $"batches/{call.Route("id")}/announcements");

    private static async Task<IResult> FormAsync(PageCall call, Posted input, FormErrors errors, bool preview, int status)
    {
        if (await ReadAsync(call) is not var (list, definition))
            return call.NotFound();
        if (ReferenceEquals(input, Posted.Empty))
            input = Suggested(list, definition, ChinaTime.ToDay(call.Page.Now));
        var chosen = Chosen(list, input);
        var shown = preview && chosen.Count > 0 && Enum.TryParse<PublicSite.AnnouncementKind>(input.One("kind"), out var kind) && Enum.IsDefined(kind)
            ? PublicSite.AnnouncementText.Opening(
                PublicSite.Words.Chinese, kind, [.. definition.Notice.Basis.Select(b => $"{b.Title}（{b.Number}）")], chosen[0].ClusterName, chosen.Count, definition.Batch.Title.Zh)
            : null;
        return call.Show<AnnouncementForm>(new
        {
            List = list,
            Definition = definition,
            Input = input.Seeing(list.Version, status),
            Errors = errors,
            Text = shown,
            Chosen = chosen,
            Notices = shown is null ? [] : await NoticesAsync(call, chosen),
        }, status);
    }

    private static async Task<IResult> IssueAsync(PageCall call)
    {
        if (call.Posted.One("go") != "issue")
        {
            var missing = new[] { "kind", "applications", "number", "day", "publicTitle", "publicSignatory" }
                .Where(n => string.IsNullOrWhiteSpace(call.Posted.One(n))).Select(n => (n, call.Page.Say("page.announce.missing"))).ToList();
            return await FormAsync(
                call, call.Posted, missing.Count == 0 ? FormErrors.None : new FormErrors(null, missing), preview: missing.Count == 0,
                missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
        }
        if (await ReadAsync(call) is not var (list, _))
            return call.NotFound();
        if (DayOf(call) is not { } day || !Enum.TryParse<AnnouncementKind>(call.Posted.One("kind"), out var kind) || !Enum.IsDefined(kind))
            return await FormAsync(call, call.Posted, NoDay(call), preview: false, StatusCodes.Status422UnprocessableEntity);
        var command = new IssueAnnouncement(
            kind, call.Posted.One("number"), day, call.Posted.One("publicTitle"), call.Posted.One("publicSignatory"), [.. Chosen(list, call.Posted).Select(c => new ApplicationId(c.Application))], call.Posted.SeenVersion);
        var done = await CommandPost.GiveAsync(call, list.Batch, command, new HashSet<string> { "publicTitle", "publicSignatory", "number", "day" });
        return done.Errors is { } errors
            ? await FormAsync(call, call.Posted, Named(errors, list), preview: true, done.Status)
            : call.Next($"/office/batches/{list.Batch}/recognition", "issue-announcement");
    }

    /// <summary>What an officer would usually issue next: everything that is ready, today, under the usual title.</summary>
    private static Posted Suggested(RecognitionList list, CallDefinition definition, DateOnly today)
    {
        var ready = list.Candidates.Where(c => c.MayBeAnnounced).ToList();
        var revoked = ready.Count > 0 ? null : list.Candidates.FirstOrDefault(c => c.RevocationMayBeAnnounced);
        var kind = revoked is not null ? AnnouncementKind.Revocation : list.ListAnnounced ? AnnouncementKind.Supplementary : AnnouncementKind.Recognition;
        return Posted.Empty.With("kind", kind.ToString())
            .With("applications", [.. (revoked is null ? ready : [revoked]).Select(c => c.Application)])
            .With("day", today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).With("publicSignatory", definition.Issuer.Body.Zh)
            .With("publicTitle", Platform.Texts.Of(Platform.Language.Zh, $"page.announce.title.{kind}", new Dictionary<string, object?> { ["batch"] = definition.Batch.Title.Zh }));
    }

    /// <summary>The chosen ones in the list's own order, which is the announcement's.</summary>
    private static List<RecognitionCandidate> Chosen(RecognitionList list, Posted input) => [.. list.Candidates.Where(c => input.All("applications").Contains(c.Application))];

    private static async Task<IReadOnlyList<string>> NoticesAsync(PageCall call, List<RecognitionCandidate> chosen)
    {
        var ids = chosen.Select(c => c.Application).ToHashSet();
        return [.. (await Ask.ManyAsync<IReadOnlyList<NoticeAnswer>>(call, "list-notices") ?? [])
            .Where(n => n.PostedAt is not null && n.Entries.Any(e => ids.Contains(e.Entry.Application.Value))).OrderByDescending(n => n.PostedAt).Select(n => n.Title)];
    }

    private static async Task<(RecognitionList List, CallDefinition Definition)?> ReadAsync(PageCall call)
    {
        if (await Ask.OneAsync<RecognitionList>(call, "get-recognition-list", call.Route("id")) is not { } list)
            return null;
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (list, (await call.Service<Calls>().ReadAsync(session, new BatchId(list.Batch), call.Cancelled))!.Definition);
    }

    /// <summary>A refusal with the cluster's name in the place of its id, which means nothing to a person.</summary>
    private static FormErrors Named(FormErrors errors, RecognitionList list) =>
        errors with { Message = list.Candidates.Aggregate(errors.Message, (message, c) => message?.Replace(c.Application, c.ClusterName, StringComparison.Ordinal)) };

    private static DateOnly? DayOf(PageCall call) =>
        DateOnly.TryParseExact(call.Posted.One("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static FormErrors NoDay(PageCall call) => new(null, [("day", call.Page.Say("page.day"))]);
}
