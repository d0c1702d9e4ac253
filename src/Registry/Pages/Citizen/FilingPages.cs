using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Publicity;

namespace Registry.Pages.Citizen;

/// <summary>
/// What anyone may file without an account: objections, reports, complaints. The receipt code is made in the form before it is sent, so that a lost answer
/// loses nothing, and it never stands in an address. What is filed counts from the instant at which the form had arrived, before its files are looked at.
/// </summary>
public static class FilingPages
{
    private const string ReceiptCookie = "registry-receipt";
    private const long LargestFiling = 25L * 1024 * 1024;
    private static readonly TimeSpan ReceiptShownFor = TimeSpan.FromMinutes(30);

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.Page("/objections", PageGate.Anyone, call => ObjectionAsync(call, Posted.Empty.With("receiptCode", ReceiptCode.New()).With("entry", call.Query("entry")), FormErrors.None, StatusCodes.Status200OK));
        app.Form("/objections", PageGate.Anyone, ObjectAsync).WithMetadata(new RequestSizeLimitAttribute(LargestFiling));
        app.Page("/objections/status", PageGate.Anyone, call => Task.FromResult(Status(call, null, FormErrors.None, StatusCodes.Status200OK)));
        app.Form("/objections/status", PageGate.Anyone, AskStatusAsync).RequireRateLimiting(FilingLimits.Status);
        app.Form("/objections/completion", PageGate.Anyone, CompleteAsync).WithMetadata(new RequestSizeLimitAttribute(LargestFiling)).RequireRateLimiting(FilingLimits.Completions);
        app.Form("/objections/log-receipt", PageGate.Anyone, LogReceiptAsync).RequireRateLimiting(FilingLimits.Status);
        app.Page("/objections/receipt", PageGate.Anyone, call => Task.FromResult(ReceiptOf(call) is { } receipt ? call.Show<FilingReceiptPage>(new { Receipt = receipt }) : call.Next("/objections/status")));
        foreach (var (path, name) in new[] { ("/reports", "file-report"), ("/complaints", "file-complaint") })
        {
            app.Page(path, PageGate.Anyone, call => Task.FromResult(Paper(call, path, name, Posted.Empty.With("receiptCode", ReceiptCode.New()), FormErrors.None, StatusCodes.Status200OK)));
            app.Form(path, PageGate.Anyone, call => FilePaperAsync(call, path, name));
        }
    }

    /// <summary>Entries that can be objected to at this moment, by notice; for what an officer enters also those whose window is over.</summary>
    internal static async Task<IReadOnlyList<Choice>> EntriesAsync(PageCall call, bool openOnly) =>
        [.. (await Ask.ManyAsync<IReadOnlyList<NoticeAnswer>>(call, "list-notices") ?? [])
            .SelectMany(n => n.Entries.Where(e => !e.Left && (e.Side == WindowSide.Open || !openOnly && e.Side == WindowSide.Over))
                .Select(e => new Choice($"{n.Publicity.Value}/{e.Entry.Number}", call.Page.Say("page.objection.entry", ("number", e.Entry.Number), ("cluster", e.Entry.ClusterName), ("organisation", e.Entry.OrganisationName))
                    + (e.ClosesAt is { } closes ? " " + call.Page.Say("page.closes-at", ("when", BeijingTime.End(closes, call.Page.Language))) : ""))))];

    private static async Task<IResult> ObjectionAsync(PageCall call, Posted input, FormErrors errors, int status, bool late = false)
    {
        var entries = await EntriesAsync(call, openOnly: true);
        var report = (late || entries.Count == 0) && input.One("facts").Length > 0 ? await AsReportAsync(call, input) : null;
        return call.Show<ObjectionPage>(new { Entries = entries, Input = input, Errors = errors, Report = report }, status);
    }

    /// <summary>What was typed for an objection that came too late, as a report that can be sent with one more press.</summary>
    private static async Task<Posted> AsReportAsync(PageCall call, Posted input)
    {
        var entry = (await EntriesAsync(call, openOnly: false)).FirstOrDefault(c => c.Value == input.One("entry"));
        return Posted.Empty.With("receiptCode", input.One("receiptCode")).With("subject", entry?.Label ?? "")
            .With("facts", string.Join("\n\n", new[] { input.One("facts"), input.One("evidence") }.Where(t => t.Length > 0)))
            .With("name", input.One("name")).With("contact", input.One("contact"));
    }

    private static async Task<IResult> ObjectAsync(PageCall call)
    {
        var code = call.Posted.One("receiptCode");
        if (ReceiptCode.Normal(code) is null)
            return await ObjectionAsync(call, call.Posted, new FormErrors(call.Page.Say(FilingRules.CodeWeak.Code), []), StatusCodes.Status422UnprocessableEntity);
        var (files, letter, input, refused) = await FilesAsync(call, call.Service<Receipts>().IdOf(code));
        if (refused.Any)
            return await ObjectionAsync(call, input, refused, StatusCodes.Status422UnprocessableEntity);
        var (form, missing) = FormOf(call, code, files, letter);
        if (missing.Count > 0)
            return await ObjectionAsync(call, input, new FormErrors(null, missing), StatusCodes.Status422UnprocessableEntity);
        var outcome = await call.Service<CommandRunner>().RunAsync(
            Actor.Citizen, null, new FileObjection(form!), PageGate.NewKey(), call.Page.Now, call.Cancelled);
        var filed = CommandPost.Of(call.Page, outcome, new HashSet<string> { "name", "contact", "facts", "evidence" });
        return filed.Errors is { } errors ? await ObjectionAsync(call, input, errors, filed.Status, late: outcome.Refusal?.Rule == FilingRules.TooLate) : Filed(call, code, filed.Answer!, form!.Digest());
    }

    /// <summary>The objection that was typed, or what it lacks to be one at all.</summary>
    internal static (ObjectionForm? Form, List<(string, string)> Missing) FormOf(PageCall call, string code, IReadOnlyList<UploadedFile> files, UploadedFile? letter)
    {
        var missing = new List<(string, string)>();
        if (call.Posted.One("entry").Split('/') is not [var publicity, var number] || !int.TryParse(number, out var entry))
            (publicity, entry) = ("", 0);
        if (publicity.Length == 0)
            missing.Add(("entry", call.Page.Say("page.objection.choose-entry")));
        if (!Enum.TryParse<ObjectorKind>(call.Posted.One("kind"), out var kind) || !Enum.IsDefined(kind))
            missing.Add(("kind", call.Page.Say("page.choose-one")));
        return missing.Count > 0 ? (null, missing) : (new ObjectionForm(
            new PublicityId(publicity), entry, code, kind, Typed(call, "name"), Typed(call, "contact"), Typed(call, "facts"), Typed(call, "evidence"), files, letter), missing);
    }

    /// <summary>Files chosen now are stored under the code; those of an earlier, refused try are still named in the form.</summary>
    internal static async Task<(IReadOnlyList<UploadedFile> Files, UploadedFile? Letter, Posted Input, FormErrors Refused)> FilesAsync(PageCall call, ObjectionId id, string share = "")
    {
        var files = call.Posted.All("stored").Select(Stored).OfType<UploadedFile>().ToList();
        var letter = Stored(call.Posted.One("storedLetter"));
        var wrong = new List<(string, string)>();
        foreach (var file in call.Http.Request.HasFormContentType ? call.Http.Request.Form.Files.Where(f => f.Length > 0) : [])
        {
            var (stored, refusal) = await ObjectionFiles.TakeAsync(call.Http, id, file, share);
            if (refusal is not null)
                wrong.Add((file.Name, CommandPost.Of(call.Page, new Outcome(null, refusal)).Errors!.Message!));
            else if (file.Name == "letter")
                letter = stored;
            else
                files.Add(stored!);
        }
        var input = call.Posted.With("stored", [.. files.Select(Text)]);
        return (files, letter, letter is null ? input : input.With("storedLetter", Text(letter)), new FormErrors(null, wrong));
    }

    private static string Text(UploadedFile file) => $"{file.Sha256} {file.Name}";

    private static UploadedFile? Stored(string text) => text.Split(' ', 2) is [{ Length: 64 } digest, var name] ? new UploadedFile(digest, name) : null;

    private static IResult Paper(PageCall call, string path, string name, Posted input, FormErrors errors, int status)
    {
        var form = CommandForm.All[name];
        return call.Show<PaperPage>(new { Path = path, Form = form, Shapes = form.Shapes(call.Page).Where(s => s.Name != "receiptCode").ToList(), Input = input, Errors = errors }, status);
    }

    private static async Task<IResult> FilePaperAsync(PageCall call, string path, string name)
    {
        var form = CommandForm.All[name];
        var (command, wrong) = form.Read(call.Page, call.Posted);
        if (wrong.Count > 0)
            return Paper(call, path, name, call.Posted, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        var code = call.Posted.One("receiptCode");
        // The code makes it one, however often the form is sent. A key that followed from the form would repeat a refusal after its cause is gone.
        var outcome = await form.GiveAsync(call.Service<CommandRunner>(), Actor.Citizen, null, command, PageGate.NewKey(), call.Page.Now, call.Cancelled);
        var filed = CommandPost.Of(call.Page, outcome, form.Shapes(call.Page).Select(s => s.Name).ToHashSet());
        return filed.Errors is { } errors ? Paper(call, path, name, call.Posted, errors, filed.Status) : Filed(call, code, filed.Answer!, null);
    }

    private static async Task<IResult> AskStatusAsync(PageCall call)
    {
        var found = await FoundAsync(call, call.Posted.One("code"));
        return found is null
            ? Status(call, null, new FormErrors(null, [("code", call.Page.Say("page.status.unknown"))]), StatusCodes.Status422UnprocessableEntity)
            : Status(call, found, FormErrors.None, StatusCodes.Status200OK);
    }

    private static async Task<IResult> CompleteAsync(PageCall call)
    {
        var code = call.Posted.One("code");
        if (await FoundAsync(call, code) is not ObjectionStatus { State: ObjectionStage.CompletionAsked } objection)
            return await AskStatusAsync(call);
        var (files, _, input, refused) = await FilesAsync(call, call.Service<Receipts>().IdOf(code));
        if (refused.Any)
            return Status(call with { Posted = input }, objection, refused, StatusCodes.Status422UnprocessableEntity);
        var outcome = await call.Service<CommandRunner>().RunAsync(
            Actor.Citizen, null, new CompleteObjection(code, call.Posted.One("facts"), files), PageGate.NewKey(), call.Page.Now, call.Cancelled);
        var done = CommandPost.Of(call.Page, outcome, new HashSet<string> { "facts" });
        return done.Errors is { } errors
            ? Status(call with { Posted = input }, objection, errors, done.Status)
            : Status(call with { Posted = Posted.Empty.With("code", code) }, await FoundAsync(call, code), FormErrors.None, StatusCodes.Status200OK);
    }

    private static async Task<object?> FoundAsync(PageCall call, string code)
    {
        call.Http.Request.Headers[ObjectionsRoom.CodeHeader] = code;
        return await Ask.ManyAsync<ObjectionStatus>(call, "get-objection-status") is { } objection ? objection : await Ask.ManyAsync<ReportStatus>(call, "get-report-status");
    }

    /// <summary>The receipt that verifies against the public log, as a file.</summary>
    private static async Task<IResult> LogReceiptAsync(PageCall call)
    {
        call.Http.Request.Headers[ObjectionsRoom.CodeHeader] = call.Posted.One("code");
        return await Ask.ManyAsync<Download>(call, "download-filing-proof") is { } file
            ? file.Response(call.Http)
            : Status(call, null, new FormErrors(null, [("code", call.Page.Say("page.status.unknown"))]), StatusCodes.Status422UnprocessableEntity);
    }

    private static IResult Status(PageCall call, object? found, FormErrors errors, int status) =>
        call.Show<FilingStatusPage>(new { Found = found, Input = call.Posted, Errors = errors }, status);

    internal static IResult Filed(PageCall call, string code, Answer answer, string? digest)
    {
        var receipt = new FilingReceipt(code, answer.Id ?? "", BeijingTime.Instant(answer.Details.TryGetValue("arrivedAt", out var at) && DateTimeOffset.TryParse($"{at}", out var arrived) ? arrived : call.Page.Now, call.Page.Language), digest);
        call.Http.Response.Cookies.Append(ReceiptCookie, Protector(call).Protect(System.Text.Json.JsonSerializer.Serialize(receipt, Json.Store), ReceiptShownFor), PageGate.CookieOptions(call.Http, ReceiptShownFor));
        return call.Next("/objections/receipt");
    }

    private static FilingReceipt? ReceiptOf(PageCall call)
    {
        try
        {
            return call.Http.Request.Cookies[ReceiptCookie] is { } sealed_ ? System.Text.Json.JsonSerializer.Deserialize<FilingReceipt>(Protector(call).Unprotect(sealed_), Json.Store) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ITimeLimitedDataProtector Protector(PageCall call) => call.Service<IDataProtectionProvider>().CreateProtector("registry.filing-receipt").ToTimeLimitedDataProtector();

    private static string? Typed(PageCall call, string name) => call.Posted.One(name).Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>What is shown once after filing.</summary>
public sealed record FilingReceipt(string Code, string Number, string ReceivedAt, string? Digest);
