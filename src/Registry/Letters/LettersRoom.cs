using Hangfire;
using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Mail;

namespace Registry.Letters;

/// <summary>A letter in a list. Facts only.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Subject">Its subject, in Chinese.</param>
/// <param name="To">Whom it is for, in words: an office or "the applicant", never a person.</param>
public sealed record LetterLine(
    string Id, string Kind, string Subject, string To, LetterState State, DateTimeOffset WrittenAt, DateTimeOffset? SentAt, int Attempts, string? LastError, DateTimeOffset? NextTry, string Link)
{
    /// <summary>What its words need.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    internal static LetterLine From(Letter l) => new(
        l.Id, l.Kind, Correspondence.Subject(l, Language.Zh), Addressee.KindOf(l.To), l.State, l.WrittenAt, l.SentAt, l.Attempts, l.LastError, l.State == LetterState.Waiting ? l.DueAt : null, l.Link)
    {
        Facts = l.Facts,
    };
}

/// <summary>One page of the outbox.</summary>
/// <param name="Total">Letters that the filter lets through.</param>
public sealed record LetterPage(IReadOnlyList<LetterLine> Items, int Total, int Number, int Size, IReadOnlyDictionary<LetterState, int> Counts);

/// <summary>A letter as it would leave now.</summary>
/// <param name="Addresses">Masked addresses; none if nobody has one.</param>
/// <param name="Text">What it says; null for a reader who may not read it, or when whoever it is for was erased.</param>
/// <param name="Version">Always 1: a letter is a document, not a history.</param>
public sealed record LetterDetail(LetterLine Letter, IReadOnlyList<string> Addresses, string? Text, bool Erased, long Version = 1);

/// <summary>A message to the reader.</summary>
/// <param name="Text">What it says; null in the list.</param>
public sealed record MessageAnswer(string Id, string Kind, string Subject, DateTimeOffset WrittenAt, string Link, string? Text)
{
    /// <summary>What its words need.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}

/// <summary>Letters: what people are told, the outbox, the timers that remind.</summary>
public static class LettersRoom
{
    /// <summary>08:30 in Beijing: nobody is reminded at night.</summary>
    private const string MorningInChina = "30 0 * * *";

    /// <summary>03:30 in Beijing.</summary>
    private const string NightInChina = "30 19 * * *";

    /// <summary>Letters on a page.</summary>
    public const int PageSize = 50;
    private const Roles Everybody = LetterAccess.Readers | Roles.Applicant | Roles.Expert;

    private static readonly QuerySpec Many = new("list-letters", "/letters", LetterAccess.Readers, "The outbox, newest first, as far as the role reaches.")
    {
        Inputs = [new("state", "Only letters in this state."), new("kind", "Only letters of this kind."), new("page", "Page, from 1.")],
    };

    private static readonly QuerySpec One = new("get-letter", "/letters/{id}", LetterAccess.Readers, "One letter as it would leave now, with masked addresses.");
    private static readonly QuerySpec Own = new("list-messages", "/messages", Everybody, "What the reader, or the reader's organisation or office, was told; newest first.") { Inputs = [new("page", "Page, from 1.")] };
    private static readonly QuerySpec OwnOne = new("get-message", "/messages/{id}", Everybody, "One message to the reader.");

    /// <summary>Registers the room.</summary>
    public static void AddLetters(this IServiceCollection services)
    {
        services.AddSingleton<ILetters, Correspondence>();
        services.AddSingleton<Reminders>();
        services.AddTransient<ByCalendar>();
    }

    /// <summary>The room's queries.</summary>
    public static void MapLetters(this IEndpointRouteBuilder api)
    {
        api.MapQuery(Many, ListAsync, http => Number(http) is null || !StateOf(http, out _) ? CommandRules.Malformed.Refuse(("what", "query")) : null).WithTags("Letters");
        api.MapQuery(One, OneAsync).WithTags("Letters");
        api.MapQuery(Own, OwnAsync, http => Number(http) is null ? CommandRules.Malformed.Refuse(("what", "page")) : null).WithTags("Letters");
        api.MapQuery(OwnOne, OwnOneAsync).WithTags("Letters");
    }

    /// <summary>Has the timers run: the outbox every minute, what the calendar brings about every five, reminders in the morning.</summary>
    public static void StartTimers(this WebApplication app)
    {
        var jobs = app.Services.GetRequiredService<IRecurringJobManager>();
        jobs.AddOrUpdate<Postman>("send-letters", job => job.RunAsync(CancellationToken.None), Cron.Minutely());
        jobs.AddOrUpdate<ByCalendar>("ask-by-calendar", job => job.AskAsync(CancellationToken.None), "*/5 * * * *");
        jobs.AddOrUpdate<ByCalendar>("remind", job => job.RemindAsync(CancellationToken.None), MorningInChina);
        jobs.AddOrUpdate<ByCalendar>("destroy-after-term", job => job.RetainAsync(CancellationToken.None), NightInChina);
    }

    private static async Task<LetterPage?> ListAsync(HttpContext http, Reading reading)
    {
        StateOf(http, out var state);
        var kind = http.Request.Query["kind"].ToString();
        var all = Reached(reading).Where(l => kind == "" || l.Kind == kind);
        var counts = new Dictionary<LetterState, int>();
        foreach (var one in Enum.GetValues<LetterState>())
            counts[one] = await all.Where(l => l.State == one).CountAsync(reading.Cancelled);
        var page = Number(http)!.Value;
        var items = await (state is { } only ? all.Where(l => l.State == only) : all).OrderByDescending(l => l.WrittenAt).ThenBy(l => l.Id)
            .Skip((page - 1) * PageSize).Take(PageSize).ToListAsync(reading.Cancelled);
        return new LetterPage([.. items.Select(LetterLine.From)], state is { } chosen ? counts[chosen] : counts.Values.Sum(), page, PageSize, counts);
    }

    /// <summary>The same reach as <see cref="LetterAccess.Sees"/>, in the database.</summary>
    private static IQueryable<Letter> Reached(Reading reading)
    {
        var letters = reading.Session.Query<Letter>();
        var city = reading.Actor.City ?? "";
        return reading.Actor.Role switch
        {
            Roles.Supervision => letters.Where(l => l.About.StartsWith("complaint/")),
            Roles.Administrator or Roles.ProvincialOfficer => letters.Where(l => !l.About.StartsWith("complaint/")),
            Roles.CityOfficer => letters.Where(l => l.City == city && !l.To.StartsWith("objection/")),
            Roles.IntegrityOfficer => letters.Where(l => l.About.StartsWith("case/")),
            _ => letters.Where(l => !l.About.StartsWith("complaint/") && !l.About.StartsWith("panel/")),
        };
    }

    private static async Task<LetterDetail?> OneAsync(HttpContext http, Reading reading)
    {
        if (await reading.Session.LoadAsync<Letter>(IdIn(http), reading.Cancelled) is not { } letter || !reading.Actor.Sees(letter))
            return null;
        var rendered = await reading.Services.GetRequiredService<ILetters>().RenderAsync(reading.Session, letter, reading.Cancelled);
        return new LetterDetail(
            LetterLine.From(letter), [.. rendered.Addresses.Select(a => LetterAccess.Masked(letter, a))],
            rendered.Erased || !reading.Actor.ReadsText(letter) ? null : rendered.Text, rendered.Erased);
    }

    private static async Task<IReadOnlyList<MessageAnswer>?> OwnAsync(HttpContext http, Reading reading)
    {
        var own = Addressee.Of(reading.Actor);
        var letters = await reading.Session.Query<Letter>().Where(l => l.To.IsOneOf(own)).OrderByDescending(l => l.WrittenAt).ThenBy(l => l.Id)
            .Skip((Number(http)!.Value - 1) * PageSize).Take(PageSize).ToListAsync(reading.Cancelled);
        return [.. letters.Select(l => Message(l, null))];
    }

    private static async Task<MessageAnswer?> OwnOneAsync(HttpContext http, Reading reading)
    {
        if (await reading.Session.LoadAsync<Letter>(IdIn(http), reading.Cancelled) is not { } letter || !Addressee.Of(reading.Actor).Contains(letter.To))
            return null;
        var rendered = await reading.Services.GetRequiredService<ILetters>().RenderAsync(reading.Session, letter, reading.Cancelled);
        return Message(letter, rendered.Text);
    }

    private static MessageAnswer Message(Letter l, string? text) => new(l.Id, l.Kind, Correspondence.Subject(l, Language.Zh), l.WrittenAt, l.Link, text) { Facts = l.Facts };

    private static string IdIn(HttpContext http) => http.Request.RouteValues["id"]!.ToString()!;

    private static int? Number(HttpContext http) =>
        http.Request.Query["page"].ToString() is not { Length: > 0 } text ? 1 : int.TryParse(text, System.Globalization.NumberStyles.None, null, out var number) && number is >= 1 and <= 10_000 ? number : null;

    private static bool StateOf(HttpContext http, out LetterState? state)
    {
        state = null;
        if (http.Request.Query["state"].ToString() is not { Length: > 0 } text)
            return true;
        if (!Enum.TryParse<LetterState>(text, out var one) || !Enum.IsDefined(one) || char.IsAsciiDigit(text[0]))
            return false;
        state = one;
        return true;
    }
}
