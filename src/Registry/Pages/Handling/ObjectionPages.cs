using System.Globalization;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Objections;
using Registry.Pages.Citizen;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Pages.Handling;

/// <summary>One thing that can be done with an objection now.</summary>
public sealed record ObjectionAction(string Href, string Label);

/// <summary>The handling officers' pages: the inbox with its two queues, one objection with all that is known of it, and the forms that need more than a command's record.</summary>
public static class ObjectionPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.Auditor;
    private const long LargestForm = 60L * 1024 * 1024;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/objections", Readers, InboxAsync);
        office.Page("/objections/{id}", PageGate.SignedIn, ShowAsync);
        office.Page("/objections/{id}/files/{sha256}", Roles.ProvincialOfficer, call => ObjectionFiles.SendAsync(
            call.Route("id"), call.Route("sha256"), call.Http, call.Service<IDocumentStore>(), call.Service<Vault>(), call.Service<RegistryClock>()));
        office.Page("/objections/entered", Roles.ProvincialOfficer, call => EnterAsync(call, Posted.Empty.With("receiptCode", ReceiptCode.New()), FormErrors.None, StatusCodes.Status200OK));
        office.Form("/objections/entered", Roles.ProvincialOfficer, EnteredAsync).WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        office.Page("/objections/{id}/findings", Roles.ProvincialOfficer, call => FindingsAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/objections/{id}/findings", Roles.ProvincialOfficer, FoundAsync).WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        office.Page("/objections/{id}/statements", Roles.Applicant | Roles.CityOfficer, call => StatementAsync(call, Posted.Empty, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/objections/{id}/statements", Roles.Applicant | Roles.CityOfficer, StatedAsync).WithMetadata(new RequestSizeLimitAttribute(LargestForm));
        office.Page("/objections/{id}/conclusion-proposal", Roles.ProvincialOfficer, call => ConclusionAsync(call, Posted.Empty, FormErrors.None, false, StatusCodes.Status200OK));
        office.Form("/objections/{id}/conclusion-proposal", Roles.ProvincialOfficer, ConcludeAsync);
    }

    private static async Task<IResult> InboxAsync(PageCall call)
    {
        if (call.Query("do").Length > 0)
            return await RecordPages.ShowAsync(call, "objections");
        var (batch, queue, state, entry) = (call.Query("batch"), call.Query("queue"), call.Query("state"), call.Query("entry"));
        var queues = new List<IReadOnlyList<ObjectionAnswer>>();
        foreach (var number in new[] { "", "2" })
            queues.Add(await Ask.ObjectionsAsync(call, ("batch", batch), ("queue", number)));
        var rows = queues[queue == "2" ? 1 : 0].Where(o => state switch
        {
            "all" => true,
            "mine" => ObjectionWords.Waits(o) && o.AssignedTo == call.Actor.Id,
            "" => ObjectionWords.Waits(o),
            _ => o.Stage.ToString() == state,
        }).Where(o => entry.Length == 0 || $"{o.Entry}" == entry).OrderBy(o => o.Since).ThenBy(o => o.Number, StringComparer.Ordinal).ToList();
        if (call.Query("format") == "csv")
            return Export.Csv(call, "objections", rows);
        var from = int.TryParse(call.Query("from"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, rows.Skip(from).Take(InboxPage.Longest).ToList()) } };
        return call.Show<InboxPage>(new
        {
            Rows = rows.Skip(from).Take(InboxPage.Longest).ToList(),
            Total = rows.Count,
            From = from,
            Waiting = queues.Select(q => q.Count(ObjectionWords.Waits)).ToArray(),
            Filters = new List<(FieldShape, string)>
            {
                (new FieldShape("batch", InputKind.OneOf, call.Page.Say("field.batch")) { Choices = [.. (await Ask.ManyAsync<IReadOnlyList<BatchCard>>(call, "list-batches") ?? []).Select(b => new Choice(b.Batch, b.Title))] }, batch),
                (new FieldShape("queue", InputKind.OneOf, call.Page.Say("page.inbox.queue")) { Choices = [new("2", call.Page.Say("page.inbox.second"))] }, queue),
                (new FieldShape("state", InputKind.OneOf, call.Page.Say("page.inbox.state")) { Choices = [new("mine", call.Page.Say("page.inbox.mine")), new("all", call.Page.Say("page.inbox.all")), .. Enum.GetNames<ObjectionStage>().Skip(1).Select(s => new Choice(s, call.Page.Say("enum.ObjectionStage." + s)))] }, state),
            },
            Entry = entry,
        });
    }

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        // The lists beside the objections have pages of their own at the same depth.
        if (call.Query("do").Length > 0 || !call.Actor.May(Readers) || call.Service<Catalogue>().QueryAt($"objections/{call.Route("id")}") is { Values.Count: 0 })
            return await RecordPages.ShowAsync(call, $"objections/{call.Route("id")}");
        if (await Ask.OneAsync<ObjectionDetail>(call, "get-objection", call.Route("id")) is not { } detail)
            return call.NotFound();
        var file = await Ask.OneAsync<ObjectionFileAnswer>(call, "get-objection-file", call.Route("id"));
        call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, detail) } };
        return call.Show<CasePage>(new { Detail = detail, TheFile = file, Actions = call.Actor.Role == Roles.ProvincialOfficer ? ActionsOf(call, detail) : [] });
    }

    /// <summary>Only what the state allows this officer; whether it is done is decided by the command.</summary>
    private static List<ObjectionAction> ActionsOf(PageCall call, ObjectionDetail detail)
    {
        var o = detail.Objection;
        var mine = o.AssignedTo == call.Actor.Id;
        string[] names = o.Stage switch
        {
            ObjectionStage.Filed when mine => ["accept-objection", "ask-completion", "refuse-objection", "assign-objection", "record-withdrawal"],
            ObjectionStage.Filed => ["assign-objection", "record-withdrawal"],
            ObjectionStage.CompletionAsked => ["accept-objection", "refuse-objection", "assign-objection", "record-withdrawal"],
            ObjectionStage.Accepted when mine => [.. o.Verified ? ["propose-conclusion"] : Array.Empty<string>(), "ask-statement", "record-findings", "ask-completion", "assign-objection", "record-withdrawal"],
            ObjectionStage.Accepted => ["assign-objection", "record-withdrawal"],
            ObjectionStage.ConclusionProposed when detail.ProposedBy != call.Actor.Id => ["confirm-conclusion", "return-conclusion"],
            ObjectionStage.Concluded or ObjectionStage.Inadmissible or ObjectionStage.Withdrawn => ["answer-objector"],
            _ => [],
        };
        if (detail.Steps.Any(s => s.Kind == "completion-asked"))
            names = [.. names.Where(n => n != "ask-completion")];
        return [.. names.Select(n => CommandForm.All[n]).Select(f => new ObjectionAction(
            $"{f.PathFor(o.Objection.Value)}?do={f.Spec.Name}&next=/office/objections/{o.Objection.Value}", f.Title(call.Page)))];
    }

    private static async Task<IResult> FindingsAsync(PageCall call, Posted input, FormErrors errors, int status) =>
        await Ask.OneAsync<ObjectionDetail>(call, "get-objection", call.Route("id")) is { } detail
            ? call.Show<FindingsPage>(new { Detail = detail, Input = input.Seeing(detail.Objection.Version, status), Errors = errors }, status)
            : call.NotFound();

    private static async Task<IResult> FoundAsync(PageCall call)
    {
        var id = new ObjectionId(call.Route("id"));
        if (await Ask.OneAsync<ObjectionDetail>(call, "get-objection", id.Value) is not { } detail)
            return call.NotFound();
        // Files are stored only for who may record findings, so that nobody else fills another's file.
        var mine = detail.Objection.AssignedTo == call.Actor.Id;
        var (files, _, input, refused) = mine ? await FilingPages.FilesAsync(call, id, ObjectionFiles.FindingsShare) : ([], null, call.Posted, FormErrors.None);
        if (refused.Any)
            return await FindingsAsync(call, input, refused, StatusCodes.Status422UnprocessableEntity);
        var done = await CommandPost.GiveAsync(call, id.Value, new RecordFindings(call.Posted.One("findings"), call.Posted.SeenVersion, files), new HashSet<string> { "findings" });
        return done.Errors is { } errors ? await FindingsAsync(call, input, errors, done.Status) : call.Next($"/office/objections/{id.Value}", "record-findings");
    }

    private static async Task<StatementRequest?> AskedAsync(PageCall call) =>
        (await Ask.ManyAsync<IReadOnlyList<StatementRequest>>(call, "list-statement-requests") ?? []).FirstOrDefault(r => r.Objection.Value == call.Route("id"));

    private static async Task<IResult> StatementAsync(PageCall call, Posted input, FormErrors errors, int status) =>
        await AskedAsync(call) is { } asked
            ? call.Show<StatementPage>(new { Asked = asked, Input = input.Seeing(asked.Version, status), Errors = errors }, status)
            : call.NotFound();

    private static async Task<IResult> StatedAsync(PageCall call)
    {
        if (await AskedAsync(call) is not { } asked)
            return call.NotFound();
        var by = call.Actor.Role == Roles.Applicant ? StatementBy.Applicant : StatementBy.City;
        var (files, _, input, refused) = await FilingPages.FilesAsync(call, asked.Objection, $"{by}");
        if (refused.Any)
            return await StatementAsync(call, input, refused, StatusCodes.Status422UnprocessableEntity);
        var done = await CommandPost.GiveAsync(call, asked.Objection.Value, new GiveStatement(call.Posted.One("text"), call.Posted.SeenVersion, files), new HashSet<string> { "text" });
        return done.Errors is { } errors ? await StatementAsync(call, input, errors, done.Status) : call.Next("/office/objections/statement-requests", "give-statement");
    }

    private static async Task<IResult> ConclusionAsync(PageCall call, Posted input, FormErrors errors, bool preview, int status) =>
        await Ask.OneAsync<ObjectionDetail>(call, "get-objection", call.Route("id")) is { } detail
            ? call.Show<ConclusionPage>(new { Detail = detail, Input = input.Seeing(detail.Objection.Version, status), Errors = errors, Preview = preview }, status)
            : call.NotFound();

    private static async Task<IResult> ConcludeAsync(PageCall call)
    {
        if (call.Posted.One("go") != "propose")
            return await ConclusionAsync(call, call.Posted, FormErrors.None, true, StatusCodes.Status200OK);
        var form = CommandForm.All["propose-conclusion"];
        var done = await CommandPost.GiveAsync(call, form, call.Route("id"));
        return done.Errors is { } errors ? await ConclusionAsync(call, call.Posted, errors, true, done.Status) : call.Next($"/office/objections/{call.Route("id")}", "propose-conclusion");
    }

    private static async Task<IResult> EnterAsync(PageCall call, Posted input, FormErrors errors, int status) =>
        call.Show<EnterPage>(new { Entries = await FilingPages.EntriesAsync(call, openOnly: false), Input = input, Errors = errors }, status);

    private static async Task<IResult> EnteredAsync(PageCall call)
    {
        var code = call.Posted.One("receiptCode");
        if (ReceiptCode.Normal(code) is null)
            return await EnterAsync(call, call.Posted, new FormErrors(call.Page.Say(FilingRules.CodeWeak.Code), []), StatusCodes.Status422UnprocessableEntity);
        var (files, letter, input, refused) = await FilingPages.FilesAsync(call, call.Service<Receipts>().IdOf(code));
        if (refused.Any)
            return await EnterAsync(call, input, refused, StatusCodes.Status422UnprocessableEntity);
        var (form, wrong) = FilingPages.FormOf(call, code, files, letter);
        if (!Enum.TryParse<ObjectionChannel>(call.Posted.One("channel"), out var channel) || !Enum.IsDefined(channel))
            wrong.Add(("channel", call.Page.Say("page.choose-one")));
        if (!DateTime.TryParseExact(call.Posted.One("arrivedAt"), ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm"], System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var local))
            wrong.Add(("arrivedAt", call.Page.Say("page.instant")));
        if (wrong.Count > 0)
            return await EnterAsync(call, input, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        var outcome = await call.Service<CommandRunner>().RunAsync(
            call.Actor, null, new EnterObjection(form!, channel, new DateTimeOffset(local, ChinaTime.Offset).ToUniversalTime()), PageGate.NewKey(), call.Service<RegistryClock>().GetUtcNow(), call.Cancelled);
        var filed = CommandPost.Of(call.Page, outcome, new HashSet<string> { "name", "contact", "facts", "evidence" });
        return filed.Errors is { } errors ? await EnterAsync(call, input, errors, filed.Status) : FilingPages.Filed(call, code, filed.Answer!, form!.Digest());
    }
}
