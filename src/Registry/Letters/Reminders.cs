using System.Collections.Immutable;
using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform.Mail;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Review;

namespace Registry.Letters;

/// <summary>
/// What the calendar has people reminded of, as a function of the state and the instant: terms that run out, and what lies too long. Each reminder has a name
/// made of its occasion, so asking late, twice or on two nodes records it once; a term that is over reminds nobody any more.
/// </summary>
public sealed class Reminders(Calls calls)
{
    /// <summary>Something that lies is reported at most so often.</summary>
    private const int MostEscalations = 6;

    /// <summary>The threshold that a term has reached: the smallest number of days that is not below those left. Null when none is reached yet, or the term is over.</summary>
    /// <param name="lastDay">The term's last day, included.</param>
    /// <param name="today">Today in China.</param>
    /// <param name="daysBefore">How many days before the last day somebody is reminded.</param>
    public static int? Reached(DateOnly lastDay, DateOnly today, IReadOnlyList<int> daysBefore)
    {
        var left = lastDay.DayNumber - today.DayNumber;
        return left < 0 ? null : daysBefore.Where(d => d >= left).Select(d => (int?)d).Min();
    }

    /// <summary>Every reminder that is due now, whether or not it was recorded before.</summary>
    public async Task<IReadOnlyList<Letter>> DueAsync(IQuerySession session, DateTimeOffset now, CancellationToken ct)
    {
        var letters = new List<Letter>();
        var rules = new Dictionary<string, ReminderRule>();
        foreach (var card in await session.Query<BatchCard>().OrderBy(b => b.Id).ToListAsync(ct))
            if (await calls.ReadAsync(session, new BatchId(card.Batch), ct) is { } call)
            {
                rules[card.Batch] = call.Definition.Reminders;
                letters.AddRange(await OfBatchAsync(session, call, now, ct));
            }
        letters.AddRange(await OfObjectionsAsync(session, rules, now, ct));
        letters.AddRange(await OfCasesAsync(session, rules, now, ct));
        letters.AddRange(await OfPanelsAsync(session, rules, now, ct));
        letters.AddRange(await OfRequestsAsync(session, rules, now, ct));
        return letters;
    }

    private static async Task<IReadOnlyList<Letter>> OfBatchAsync(IQuerySession session, Call call, DateTimeOffset now, CancellationToken ct)
    {
        var (batch, rule, letters) = (call.Id.Value, call.Definition.Reminders, new List<Letter>());
        var cards = await session.Query<ApplicationCard>().Where(c => c.Batch == batch).ToListAsync(ct);
        if (now < call.ApplicationWindow("").ClosesAt && now >= call.Definition.Applications.Opens)
        {
            var submitted = cards.Select(c => c.Id).ToHashSet();
            foreach (var draft in (await session.QueryAsync<Draft>("where data ->> 'Batch' = ?", ct, batch)).Where(d => !submitted.Contains(d.Id)))
                letters.AddRange(Term("draft-not-submitted", Addressee.Organisation(draft.Organisation.Value), draft.Id, LastDayOf(call.ApplicationWindow(draft.City)), rule, now,
                    $"/office/applications/{draft.Application.Value}/form").Select(l => l with { Batch = batch, City = draft.City }));
        }
        var reportDay = LastDayOf(call.ReportWindow);
        foreach (var card in cards)
        {
            var page = $"/office/applications/{card.Application}";
            if (card.Stage == Stage.Returned)
                letters.AddRange(Term("correction-term", Addressee.Organisation(card.Organisation), card.Id, card.Term ?? reportDay, rule, now, page).Select(l => l.On(card)));
            if (card is { Stage: Stage.ReturnedToCity, Term: { } term })
                letters.AddRange(Term("city-return-term", Addressee.City(card.City), card.Id, term, rule, now, page).Select(l => l.On(card)));
            if (card.Stage is Stage.Reported || card.Stage is Stage.Submitted && now < call.ReportWindow.ClosesAt)
                letters.AddRange(Lies("application-lies", Addressee.Role(Roles.ProvincialOfficer), card.Id, card.Since, rule, now, page).Select(l => l.On(card).Fact("stage", card.Stage.ToString())));
        }
        foreach (var city in cards.Where(c => c.Stage is Stage.Submitted or Stage.Recommended).GroupBy(c => c.City))
            letters.AddRange(Term("city-report-term", Addressee.City(city.Key), call.Id.Stream, reportDay, rule, now, "/office").Select(l => l with { Batch = batch, City = city.Key }));
        return letters;
    }

    private static async Task<IReadOnlyList<Letter>> OfObjectionsAsync(IQuerySession session, Dictionary<string, ReminderRule> rules, DateTimeOffset now, CancellationToken ct)
    {
        var letters = new List<Letter>();
        var open = await session.Query<ObjectionCard>().Where(c => c.Stage.IsOneOf(ObjectionStage.Filed, ObjectionStage.CompletionAsked, ObjectionStage.Accepted, ObjectionStage.ConclusionProposed)).ToListAsync(ct);
        var cards = (await session.LoadManyAsync<ApplicationCard>(ct, open.Select(o => new ApplicationId(o.Application).Stream).Distinct())).ToDictionary(c => c.Application);
        foreach (var o in open)
        {
            var rule = RuleOf(rules, o.Batch);
            if (o is { Stage: ObjectionStage.CompletionAsked, CompletionLastDay: { } lastDay })
                letters.AddRange(Term("objection-completion-term", Addressee.Filer(o.Id), o.Id, lastDay, rule, now, "/objections/status").Select(l => (l with { Batch = o.Batch }).Fact("number", o.Number)));
            foreach (var (by, asked) in o.Asked.Where(a => !a.Value.Given))
                if (cards.TryGetValue(o.Application, out var card))
                    letters.AddRange(Term("statement-term", Told.ToOf(by, card), o.Id, asked.LastDay, rule, now, $"/office/objections/{o.Objection.Value}/statements?do=give-statement").Select(l => l.On(card)));
        }
        foreach (var batch in open.GroupBy(o => o.Batch))
            letters.AddRange(LieTogether("objection-lies", Addressee.Role(Roles.ProvincialOfficer), new BatchId(batch.Key).Stream, batch.Select(o => (o.Number, o.ArrivedAt)), RuleOf(rules, batch.Key), now, "/office/objections")
                .Select(l => l with { Batch = batch.Key }));
        return letters;
    }

    private static async Task<IReadOnlyList<Letter>> OfCasesAsync(IQuerySession session, Dictionary<string, ReminderRule> rules, DateTimeOffset now, CancellationToken ct)
    {
        var letters = new List<Letter>();
        foreach (var c in await session.Query<CaseCard>().Where(c => c.Open).ToListAsync(ct))
        {
            var (rule, page) = (RuleOf(rules, c.Batch), $"/office/cases/{c.Case}");
            if (c is { DefenceLastDay: { } lastDay, DefenceCame: false })
                letters.AddRange(Term("defence-term", Addressee.Organisation(c.Organisation), c.Id, lastDay, rule, now, page).Select(l => (l with { Batch = c.Batch }).Fact("cluster", c.ClusterName)));
            letters.AddRange(Lies("case-lies", Addressee.Role(Roles.IntegrityOfficer), c.Id, ChinaTime.StartOf(c.OpenedOn), rule, now, page).Select(l => (l with { Batch = c.Batch }).Fact("cluster", c.ClusterName)));
        }
        return letters;
    }

    /// <summary>四(三): an expert whose sheets are not all signed or abstained from is reminded every so many days after being called in.</summary>
    private static async Task<IReadOnlyList<Letter>> OfPanelsAsync(IQuerySession session, Dictionary<string, ReminderRule> rules, DateTimeOffset now, CancellationToken ct)
    {
        var letters = new List<Letter>();
        foreach (var panel in (await session.Query<PanelView>().ToListAsync(ct)).Where(p => p.State is { Closed: false, CalledIn: true }))
        {
            var id = panel.Panel.Value;
            var done = (await session.Query<SheetView>().Where(s => s.Panel == id).ToListAsync(ct)).Where(s => s.State.Status != SheetStatus.Open).Select(s => (s.Expert, s.Application)).ToHashSet();
            var calledIn = (await session.Events.FetchStreamAsync(panel.Id, token: ct)).Last(e => e.Data is PanelDrawn or ExpertsAppointed or ExpertCalledIn).Timestamp;
            var experts = (await session.LoadManyAsync<ExpertView>(ct, panel.Experts.Select(e => new ExpertId(e).Stream))).ToDictionary(e => e.Expert.Value);
            foreach (var seat in panel.State.Seats)
                if (seat.Applications.Count(a => !done.Contains((seat.Expert, a))) is > 0 and var left)
                    letters.AddRange(Every(RuleOf(rules, panel.Batch).SheetDays, "sheets-not-signed", Addressee.Account(experts[seat.Expert].Account), panel.Id, calledIn, now, "/office")
                        .Select(l => (l with { Batch = panel.Batch }).Fact("count", left.ToString(CultureInfo.InvariantCulture))));
        }
        return letters;
    }

    private static async Task<IReadOnlyList<Letter>> OfRequestsAsync(IQuerySession session, Dictionary<string, ReminderRule> rules, DateTimeOffset now, CancellationToken ct)
    {
        var letters = new List<Letter>();
        foreach (var r in await session.Query<ReviewRequestCard>().Where(r => r.Reopened == null).ToListAsync(ct))
            letters.AddRange(Lies("review-lies", Addressee.Role(Roles.ProvincialOfficer), r.Id, r.At, RuleOf(rules, r.Batch), now, $"/office/review-requests/{r.Request}").Select(l => l with { Batch = r.Batch }));
        var waiting = await session.Query<ReportCard>().Where(r => r.EndedOn == null).ToListAsync(ct);
        letters.AddRange(LieTogether("report-lies", Addressee.Role(Roles.ProvincialOfficer), "report/all", waiting.Where(r => r.About is null).Select(r => (r.Number, r.ArrivedAt)), ReminderRule.Usual, now, "/office/reports?open=true"));
        letters.AddRange(LieTogether("report-lies", Addressee.Role(Roles.Supervision), "complaint/all", waiting.Where(r => r.About is not null).Select(r => (r.Number, r.ArrivedAt)), ReminderRule.Usual, now, "/office/complaints?open=true"));
        return letters;
    }

    /// <summary>A term that runs out.</summary>
    private static IEnumerable<Letter> Term(string kind, string to, string about, DateOnly lastDay, ReminderRule rule, DateTimeOffset now, string link)
    {
        if (Reached(lastDay, ChinaTime.ToDay(now), rule.DaysBefore) is { } days)
            yield return Of(kind, to, about, $"{lastDay:yyyy-MM-dd}/{days}", now, link).Add("lastDay", lastDay) with { Until = ChinaTime.EndOf(lastDay) };
    }

    /// <summary>Something that has lain for the rule's days, and again after each further such time.</summary>
    private static IEnumerable<Letter> Lies(string kind, string to, string about, DateTimeOffset since, ReminderRule rule, DateTimeOffset now, string link) =>
        Every(rule.EscalateAfterDays, kind, to, about, since, now, link).Select(l => l.Add("since", ChinaTime.ToDay(since)));

    /// <summary>
    /// The same for what anybody may file, told of together: one letter for all that came in on one day. How many letters there are follows from the days,
    /// not from how much strangers send.
    /// </summary>
    private static IEnumerable<Letter> LieTogether(string kind, string to, string about, IEnumerable<(string Number, DateTimeOffset ArrivedAt)> filings, ReminderRule rule, DateTimeOffset now, string link) =>
        filings.GroupBy(f => ChinaTime.ToDay(f.ArrivedAt)).SelectMany(day => Lies(kind, to, about, day.Min(f => f.ArrivedAt), rule, now, link)
            .Select(l => l.Fact("count", day.Count().ToString(CultureInfo.InvariantCulture)).Fact("number", day.MinBy(f => (f.ArrivedAt, f.Number)).Number)));

    private static IEnumerable<Letter> Every(int days, string kind, string to, string about, DateTimeOffset since, DateTimeOffset now, string link)
    {
        var times = (ChinaTime.ToDay(now).DayNumber - ChinaTime.ToDay(since).DayNumber) / days;
        if (times is >= 1 and <= MostEscalations)
            yield return Of(kind, to, about, $"{ChinaTime.ToDay(since):yyyy-MM-dd}/{times}", now, link);
    }

    private static Letter Of(string kind, string to, string about, string occasion, DateTimeOffset now, string link) => new()
    {
        Id = Outbox.IdOf(kind, to, about, occasion),
        Kind = kind,
        To = to,
        About = about,
        Link = link,
        WrittenAt = now,
        DueAt = now,
    };

    private static DateOnly LastDayOf(CallWindow window) => ChinaTime.ToDay(window.ClosesAt.AddTicks(-1));

    private static ReminderRule RuleOf(Dictionary<string, ReminderRule> rules, string batch) => rules.GetValueOrDefault(batch, ReminderRule.Usual);
}
