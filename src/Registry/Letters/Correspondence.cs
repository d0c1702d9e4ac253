using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Letters;

/// <summary>
/// Letters as the rooms mean them: which ones their events ask for, and what a letter says, to which address, at the moment of sending. Whatever is sealed
/// is opened only here, so an erasure reaches the letters that have not left as well.
/// </summary>
public sealed partial class Correspondence(Vault vault, Calls calls, Calendars calendars, RegistrySettings settings) : ILetters
{
    /// <inheritdoc />
    public Task<IReadOnlyList<Letter>> OfEventsAsync(IQuerySession session, IReadOnlyList<(string Stream, IEvent Event)> events, DateTimeOffset now, CancellationToken ct) =>
        Told.OfAsync(session, events, now, ct);

    /// <inheritdoc />
    public async Task<RenderedLetter> RenderAsync(IQuerySession session, Letter letter, CancellationToken ct)
    {
        var (addresses, erased) = await AddressesAsync(session, letter, ct);
        if (erased)
            return new RenderedLetter([], "", "", Erased: true);
        var happened = letter.Event is { } id ? await session.Events.LoadAsync(id, ct) : null;
        var call = letter.Batch is { } batch ? await calls.ReadAsync(session, new BatchId(batch), ct) : null;
        var calendar = await calendars.ReadAsync(session, ct);
        return new RenderedLetter(addresses, Subject(letter, Language.Zh), $"{Body(Language.Zh)}\n\n——\n\n{Body(Language.En)}\n");

        string Body(Language language)
        {
            var facts = FactsOf(letter, language);
            facts["batch"] = call is null ? "" : language == Language.En ? call.Definition.Batch.Title.En : call.Definition.Batch.Title.Zh;
            facts["office"] = call is null ? "" : language == Language.En ? call.Definition.Issuer.Body.En : call.Definition.Issuer.Body.Zh;
            facts["link"] = LinkOf(letter);
            facts["reason"] = ReasonOf(happened?.Data) is not { } reason ? "" : vault.Open(reason) ?? Texts.Of(language, "letter.reason-erased");
            facts["reviewLastDay"] = ReviewTerm(calendar, happened, call, language);
            return Texts.Of(language, letter.Words("text"), facts).Trim() + "\n\n" + Texts.Of(language, "letter.foot", facts);
        }
    }

    /// <summary>The subject: facts only, nothing sealed.</summary>
    public static string Subject(Letter letter, Language language) => Texts.Of(language, letter.Words("subject"), FactsOf(letter, language)).ReplaceLineEndings(" ");

    /// <summary>Facts as a reader wants them: days written out.</summary>
    private static Dictionary<string, object?> FactsOf(Letter letter, Language language) =>
        letter.Facts.ToDictionary(f => f.Key, f => (object?)(f.Key == "stage" ? Texts.Of(language, $"enum.Stage.{f.Value}") : DateOnly.TryParseExact(f.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Day(day, language) : f.Value));

    private static string Day(DateOnly day, Language language) =>
        language == Language.En ? day.ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("en-GB")) : $"{day.Year}年{day.Month}月{day.Day}日";

    /// <summary>Links lead to the address of the setting, never to one that a request named.</summary>
    private string LinkOf(Letter letter) => (settings.Mail.Address ?? new Uri(settings.Url)).ToString().TrimEnd('/') + letter.Link;

    /// <summary>Procedure 8: whoever is declined, rejected, not shortlisted or not recognised is told the reason. Other texts are read by the link, after signing in.</summary>
    private static Sealed? ReasonOf(object? happened) => happened switch
    {
        ApplicationDeclined d => d.Reason,
        ApplicationRejected r => r.Reason,
        ApplicationNotShortlisted n => n.Reason,
        ApplicationNotRecognised n => n.Reason,
        ReviewDecided r => r.Reason,
        _ => null,
    };

    /// <summary>Until when a review may be asked for, counted as the rule of asking counts it; which year's calendar is missing otherwise.</summary>
    private static string ReviewTerm(WorkingDays calendar, IEvent? happened, Call? call, Language language)
    {
        if (happened is null || call is null)
            return "";
        return calendar.AddWorkingDays(ChinaTime.ToDay(happened.Timestamp), call.Definition.ReviewRequests.WorkingDays) is DayAnswer.Computed term
            ? Day(term.Day, language)
            : Texts.Of(language, "letter.review-term-open", new Dictionary<string, object?> { ["days"] = call.Definition.ReviewRequests.WorkingDays });
    }

    private async Task<(IReadOnlyList<string> Addresses, bool Erased)> AddressesAsync(IQuerySession session, Letter letter, CancellationToken ct)
    {
        if (Addressee.IsFiler(letter.To))
        {
            var contact = await session.Events.FetchStreamAsync(letter.To, version: 1, token: ct) is not [var filed, ..] ? null : filed.Data switch
            {
                ObjectionFiled f => f.Contact,
                ReportFiled r => r.Contact,
                ComplaintFiled c => c.Contact,
                _ => null,
            };
            if (contact is null)
                return ([], false);
            return vault.Open(contact) is { } text ? (AddressesIn(text), false) : ([], true);
        }
        if (letter.To.StartsWith("organisation/", StringComparison.Ordinal) && await OfFormAsync(session, letter, ct) is { Count: > 0 } named)
            return (named, false);
        return ([.. (await AccountsAsync(session, letter.To, ct)).Where(a => a is { Open: true, Email: not null }).Select(a => vault.Open(a.Email!)).OfType<string>().Distinct()], false);
    }

    /// <summary>The contact that the application's last submitted form names.</summary>
    private async Task<IReadOnlyList<string>> OfFormAsync(IQuerySession session, Letter letter, CancellationToken ct)
    {
        if (!letter.About.StartsWith("application/", StringComparison.Ordinal) || letter.Batch is not { } batch)
            return [];
        var last = (await session.Events.FetchStreamAsync(letter.About, token: ct)).Select(e => e.Data).OfType<ApplicationSubmitted>().LastOrDefault();
        var personal = (await calls.ReadAsync(session, new BatchId(batch), ct))?.Definition.Form.Fields.Where(f => f.Personal).Select(f => f.Key) ?? [];
        return last is null ? [] : [.. personal.Where(last.Prose.ContainsKey).Select(k => vault.Open(last.Prose[k]) is { } json ? JsonSerializer.Deserialize<string>(json)! : "").Where(MailSettings.IsAddress).Distinct()];
    }

    private static async Task<IReadOnlyList<AccountView>> AccountsAsync(IQuerySession session, string to, CancellationToken ct)
    {
        var value = Addressee.ValueOf(to);
        var query = session.Query<AccountView>();
        return Addressee.KindOf(to) switch
        {
            "account" => await session.LoadManyAsync<AccountView>(ct, to),
            "organisation" => await query.Where(a => a.Organisation == value).ToListAsync(ct),
            "city" => await query.Where(a => a.City == value && a.Role == Roles.CityOfficer).ToListAsync(ct),
            _ => Enum.Parse<Roles>(value) is var role ? await query.Where(a => a.Role == role).ToListAsync(ct) : [],
        };
    }

    /// <summary>A contact is written freely: a telephone number, an address, an e-mail address, or several of them. The first e-mail address counts.</summary>
    internal static IReadOnlyList<string> AddressesIn(string contact) =>
        [.. Email().Matches(contact).Select(m => m.Value).Where(MailSettings.IsAddress).Take(1)];

    [GeneratedRegex(@"(?<![\w.+-])[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")]
    private static partial Regex Email();
}
