using Registry.Accounts;
using Registry.Letters;
using Registry.Platform.Mail;

namespace Registry.Pages.Letters;

/// <summary>The outbox with its previews, and what the reader was told.</summary>
public static class LetterPages
{
    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/letters", LetterAccess.Readers, ListAsync);
        office.Page("/letters/{id}", LetterAccess.Readers, call => ShowAsync(call, FormErrors.None, StatusCodes.Status200OK));
        office.Form("/letters/{id}", Roles.ProvincialOfficer | Roles.Administrator, ResendAsync);
        office.Page("/messages", PageGate.SignedIn, MessagesAsync);
        office.Page("/messages/{id}", PageGate.SignedIn, MessageAsync);
    }

    /// <summary>A letter's words in the page's language.</summary>
    public static string Subject(PageContext page, string kind, IReadOnlyDictionary<string, string> facts) =>
        Correspondence.Subject(new Letter { Id = "", Kind = kind, To = "", About = "", Link = "", Facts = System.Collections.Immutable.ImmutableDictionary.CreateRange(facts) }, page.Language);

    /// <summary>What went wrong, in words.</summary>
    public static string Error(PageContext page, string code) =>
        code.StartsWith("smtp-", StringComparison.Ordinal) && int.TryParse(code["smtp-".Length..], out _)
            ? page.Say("letter.error.smtp", ("code", code["smtp-".Length..]))
            : page.Say("letter.error." + code);

    private static async Task<IResult> ListAsync(PageCall call)
    {
        var (state, page) = (call.Query("state"), call.Query("page"));
        if (await Ask.ManyAsync<LetterPage>(call, "list-letters", [.. new[] { ("state", state), ("page", page) }.Where(p => p.Item2.Length > 0)]) is not { } list)
            return call.NotFound();
        if (call.Query("format") == "csv")
            return Export.Csv(call, "letters", [.. await AllAsync(call, state)]);
        return call.Show<OutboxPage>(new { List = list, State = state, Served = call.Service<Registry.Platform.RegistrySettings>().Mail.Server is not null });
    }

    private static async Task<List<object>> AllAsync(PageCall call, string state)
    {
        var lines = new List<object>();
        for (var page = 1; ; page++)
        {
            var part = await Ask.ManyAsync<LetterPage>(call, "list-letters", [.. new[] { ("state", state), ("page", $"{page}") }.Where(p => p.Item2.Length > 0)]);
            lines.AddRange(part?.Items ?? []);
            if (part is null || part.Items.Count < part.Size)
                return lines;
        }
    }

    private static async Task<IResult> ShowAsync(PageCall call, FormErrors errors, int status) =>
        await Ask.OneAsync<LetterDetail>(call, "get-letter", call.Route("id")) is { } letter
            ? call.Show<LetterPageView>(new { Detail = letter, Errors = errors }, status)
            : call.NotFound();

    private static async Task<IResult> ResendAsync(PageCall call)
    {
        var done = await CommandPost.GiveAsync(call, call.Route("id"), new ResendLetter());
        return done.Errors is { } errors ? await ShowAsync(call, errors, done.Status) : call.Next($"/office/letters/{call.Route("id")}", "resend-letter");
    }

    private static async Task<IResult> MessagesAsync(PageCall call)
    {
        var page = int.TryParse(call.Query("page"), out var number) && number > 1 ? number : 1;
        return await Ask.ManyAsync<IReadOnlyList<MessageAnswer>>(call, "list-messages", ("page", $"{page}")) is { } messages
            ? call.Show<MessagesPage>(new { Messages = messages, Number = page })
            : call.NotFound();
    }

    private static async Task<IResult> MessageAsync(PageCall call) =>
        await Ask.OneAsync<MessageAnswer>(call, "get-message", call.Route("id")) is { } message ? call.Show<OneMessagePage>(new { Message = message }) : call.NotFound();
}
