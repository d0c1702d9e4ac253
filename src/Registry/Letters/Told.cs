using System.Collections.Immutable;
using System.Globalization;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform.Mail;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Review;
using Registry.Screening;

namespace Registry.Letters;

/// <summary>
/// Who is told what when something happens. One letter for each event and addressee, recorded with the event. Reasons and other sealed text are not copied:
/// the letter names its event, and what may be told of it is opened when the letter is sent.
/// </summary>
public static class Told
{
    /// <summary>The letters that these events ask for.</summary>
    public static async Task<IReadOnlyList<Letter>> OfAsync(IQuerySession session, IReadOnlyList<(string Stream, IEvent Event)> events, DateTimeOffset now, CancellationToken ct)
    {
        var letters = new List<Letter>();
        foreach (var told in events)
            letters.AddRange(told.Event.Data switch
            {
                ApplicationSubmitted s => [OfSubmission(told.Stream, told.Event, s, now)],
                AccountOpened { AwaitsConfirmation: false } or AccountConfirmed => [Of("account-opened", Addressee.Account(told.Stream["account/".Length..]), told, now, "/office/sign-in")],
                IMovesApplication moves when KindOf(moves) is { } kind => await OfApplicationAsync(session, kind, told, now, ct),
                ReviewDecided => await OfReviewAsync(session, told, now, ct),
                ObjectionFiled f => [OfObjection("objection-received", told, f.Batch.Value, f.Number, now)],
                ObjectionAccepted or CompletionAsked or ObjectionFoundInadmissible or ObjectorAnswered => await OfHandlingAsync(session, told, now, ct),
                ReportSettled or ComplaintSettled => [Of("report-settled", Addressee.Filer(told.Stream), told, now, "/objections/status")],
                PublicityRedated r => await OfRedatingAsync(session, told, r, now, ct),
                StatementAsked s => await OfStatementAsync(session, told, s, now, ct),
                CaseNoticeServed or FindingServed => await OfCaseAsync(session, told, now, ct),
                PanelDrawn d => await OfExpertsAsync(session, "expert-called-in", told, d.Result.Members, now, ct),
                ExpertsAppointed a => await OfExpertsAsync(session, "expert-called-in", told, a.Experts, now, ct),
                ExpertCalledIn c => await OfExpertsAsync(session, "expert-called-in", told, [c.Expert.Value], now, ct),
                ExpertRecused { Application: null } r => await OfExpertsAsync(session, "expert-replaced", told, [r.Expert.Value], now, ct),
                _ => [],
            });
        return letters;
    }

    /// <summary>Steps of an application that its applicant is told; others it finds on its page.</summary>
    private static string? KindOf(IMovesApplication moved) => moved switch
    {
        ApplicationReturned => "application-returned",
        ApplicationDeclined => "application-declined",
        ApplicationReturnedToCity => "application-returned-to-city",
        ApplicationAdmitted => "application-admitted",
        ApplicationRejected => "application-rejected",
        ApplicationNotShortlisted => "application-not-shortlisted",
        ApplicationRecognised => "application-recognised",
        ApplicationNotRecognised => "application-not-recognised",
        _ => null,
    };

    private static Letter OfSubmission(string stream, IEvent e, ApplicationSubmitted s, DateTimeOffset now) =>
        Of("application-submitted", Addressee.Organisation(s.Organisation.Value), (stream, e), now, $"/office/applications/{stream["application/".Length..]}/receipt") with
        {
            Batch = s.Batch.Value,
            City = s.City,
            Facts = Facts(("cluster", s.ClusterName), ("round", s.Round.ToString(CultureInfo.InvariantCulture))),
        };

    private static async Task<IEnumerable<Letter>> OfApplicationAsync(
        IQuerySession session, string kind, (string Stream, IEvent Event) told, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<ApplicationCard>(told.Stream, ct) is not { } card)
            return [];
        var letter = Of(kind, Addressee.Organisation(card.Organisation), told, now, $"/office/applications/{card.Application}").On(card);
        if (told.Event.Data is not ISetsTerm { LastDay: { } lastDay })
            return [letter];
        letter = letter.Add("lastDay", lastDay);
        return [letter, letter.For(Addressee.City(card.City), told.Event)];
    }

    private static async Task<IEnumerable<Letter>> OfReviewAsync(IQuerySession session, (string Stream, IEvent Event) told, DateTimeOffset now, CancellationToken ct) =>
        await session.LoadAsync<ReviewRequestCard>(told.Stream, ct) is { } request
        && await session.LoadAsync<ApplicationCard>(new ApplicationId(request.Application).Stream, ct) is { } card
            ? [Of("review-decided", Addressee.Organisation(card.Organisation), told, now, $"/office/applications/{card.Application}").On(card)]
            : [];

    private static async Task<IEnumerable<Letter>> OfHandlingAsync(IQuerySession session, (string Stream, IEvent Event) told, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<ObjectionCard>(told.Stream, ct) is not { } card)
            return [];
        var kind = told.Event.Data switch
        {
            ObjectionAccepted => "objection-accepted",
            CompletionAsked => "objection-incomplete",
            ObjectionFoundInadmissible => "objection-inadmissible",
            _ => "objection-answered",
        };
        var letter = OfObjection(kind, told, card.Batch, card.Number, now);
        return [told.Event.Data is CompletionAsked asked ? letter.Add("lastDay", asked.LastDay) : letter];
    }

    private static async Task<IEnumerable<Letter>> OfRedatingAsync(
        IQuerySession session, (string Stream, IEvent Event) told, PublicityRedated redated, DateTimeOffset now, CancellationToken ct)
    {
        var notice = new PublicityId(told.Stream["publicity/".Length..]);
        var cards = await session.Query<ObjectionCard>().Where(c => c.Publicity == notice.Value).ToListAsync(ct);
        return cards.Where(c => redated.Entries.Contains(c.Entry) && c.Stage is not (ObjectionStage.Withdrawn or ObjectionStage.Inadmissible)).Select(c =>
            Of("window-redated", Addressee.Filer(c.Id), told, now, $"/notices/{notice.Value}.html") with
            {
                Batch = c.Batch,
                Facts = Facts(("number", c.Number)),
            }).Select(l => l.Add("oldLastDay", redated.OldLastDay).Add("lastDay", redated.Window.LastDay));
    }

    private static async Task<IEnumerable<Letter>> OfStatementAsync(
        IQuerySession session, (string Stream, IEvent Event) told, StatementAsked asked, DateTimeOffset now, CancellationToken ct) =>
        await session.LoadAsync<ApplicationCard>(asked.Application.Stream, ct) is { } card
            ? [Of("statement-asked", ToOf(asked.Of, card), told, now, $"/office/objections/{told.Stream["objection/".Length..]}/statements?do=give-statement").On(card).Add("lastDay", asked.LastDay)]
            : [];

    private static async Task<IEnumerable<Letter>> OfCaseAsync(IQuerySession session, (string Stream, IEvent Event) told, DateTimeOffset now, CancellationToken ct)
    {
        if (await session.LoadAsync<CaseCard>(told.Stream, ct) is not { } card)
            return [];
        var kind = told.Event.Data is CaseNoticeServed ? "case-notice-served" : "finding-served";
        var letter = Of(kind, Addressee.Organisation(card.Organisation), told, now, $"/office/cases/{card.Case}") with { Batch = card.Batch, Facts = Facts(("cluster", card.ClusterName)) };
        return [letter.Add("lastDay", told.Event.Data is CaseNoticeServed notice ? notice.DefenceLastDay : ((FindingServed)told.Event.Data).LastDay)];
    }

    private static async Task<IEnumerable<Letter>> OfExpertsAsync(
        IQuerySession session, string kind, (string Stream, IEvent Event) told, IReadOnlyList<string> experts, DateTimeOffset now, CancellationToken ct)
    {
        var batch = (await session.LoadAsync<PanelView>(told.Stream, ct))?.Batch;
        var views = await session.LoadManyAsync<ExpertView>(ct, experts.Select(e => new ExpertId(e).Stream));
        return views.Select(v => Of(kind, Addressee.Account(v.Account), told, now, "/office") with { Batch = batch });
    }

    /// <summary>Whose statement is asked for.</summary>
    internal static string ToOf(StatementBy by, ApplicationCard card) => by == StatementBy.Applicant ? Addressee.Organisation(card.Organisation) : Addressee.City(card.City);

    private static Letter OfObjection(string kind, (string Stream, IEvent Event) told, string batch, string number, DateTimeOffset now) =>
        Of(kind, Addressee.Filer(told.Stream), told, now, "/objections/status") with { Batch = batch, Facts = Facts(("number", number)) };

    private static Letter Of(string kind, string to, (string Stream, IEvent Event) told, DateTimeOffset now, string link) => new()
    {
        Id = Outbox.IdOf(kind, to, told.Stream, told.Event.Id.ToString("N")),
        Kind = kind,
        To = to,
        About = told.Stream,
        Event = told.Event.Id,
        Link = link,
        WrittenAt = now,
        DueAt = now,
    };

    private static ImmutableDictionary<string, string> Facts(params (string Name, string Value)[] facts) => facts.ToImmutableDictionary(f => f.Name, f => f.Value);

    /// <summary>What a letter about an application says of it.</summary>
    internal static Letter On(this Letter letter, ApplicationCard card) =>
        letter with { Batch = card.Batch, City = card.City, Facts = letter.Facts.SetItem("cluster", card.Cluster) };

    /// <summary>A day among the facts.</summary>
    internal static Letter Add(this Letter letter, string name, DateOnly day) =>
        letter with { Facts = letter.Facts.SetItem(name, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) };

    /// <summary>One more fact.</summary>
    internal static Letter Fact(this Letter letter, string name, string value) => letter with { Facts = letter.Facts.SetItem(name, value) };

    private static Letter For(this Letter letter, string to, IEvent e) =>
        letter with { Id = Outbox.IdOf(letter.Kind, to, letter.About, e.Id.ToString("N")), To = to };
}
