using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Recognition;

/// <summary>One application in a recognition list, as it stood under the command's locks.</summary>
/// <param name="File">The application with its batch and its applicant's standing.</param>
/// <param name="ObjectionOpen">Whether an objection to it is open.</param>
/// <param name="CaseOpen">Whether a case of false material about it is open.</param>
/// <param name="PutUp">Its entry as it was put up last, corrections included; null where it stands in no notice.</param>
public sealed record Candidate(ApplicationFile File, bool ObjectionOpen, bool CaseOpen, NoticeEntry? PutUp = null)
{
    /// <summary>The application.</summary>
    public ApplicationId Id => File.Head.Application;

    /// <summary>What recognition reads of it.</summary>
    public Candidacy Candidacy => File.Timeline.Fold(Candidacy.Start, Candidacy.Next);

    /// <summary>How its recognition stands.</summary>
    public RecognisedState Recognition => File.Timeline.Fold(RecognisedState.Start, RecognisedState.Next);

    /// <summary>When everything that had arrived in the window is taken in for certain.</summary>
    private DateTimeOffset? SettledAt => Candidacy.ClosesAt?.AddMinutes(File.Call.Definition.Objections.SettleMinutes);

    /// <summary>How it is named on a list: as the public could object to it.</summary>
    public AnnouncementEntry Entry
    {
        get
        {
            var last = File.Filing.Last!;
            return new(Id, PutUp?.ClusterName ?? last.ClusterName, last.City, last.Industry, last.Organisation, PutUp?.OrganisationName ?? last.OrganisationName);
        }
    }

    /// <summary>
    /// 四(四): nothing is decided on an application before its publicity window is over, nor while an objection to it is open. A filing is judged by the instant at
    /// which it had arrived; one that arrived before midnight and is taken in a moment later must find the application undecided, so a short time is left to them.
    /// </summary>
    public Refusal? Undecidable(DateTimeOffset now) =>
        File.NotIn(Stage.Publicised)
        ?? (Candidacy.ClosesAt is not { } closes || now < closes ? RecognitionRules.WindowOpen.Refuse(("closesAt", Candidacy.ClosesAt), ("application", Id.Value)) : null)
        ?? (SettledAt is var settled && now < settled ? RecognitionRules.FilingsSettling.Refuse(("until", settled), ("application", Id.Value)) : null)
        ?? (ObjectionOpen ? RecognitionRules.ObjectionOpen.Refuse(("application", Id.Value)) : null);

    /// <summary>
    /// 四(四), 五(三): recognised is what has no objection, or one that was verified with the conditions found met; not while the applicant is banned,
    /// and not while a case of false material about it is open.
    /// </summary>
    public Refusal? Unrecognisable(DateTimeOffset now) =>
        File.Banned(now)
        ?? Undecidable(now)
        ?? (CaseOpen ? RecognitionRules.CaseOpen.Refuse(("application", Id.Value)) : null)
        ?? (Candidacy.ConditionsNotMet ? RecognitionRules.ConditionsNotMet.Refuse(("application", Id.Value)) : null);
}

/// <summary>Commands about several applications of a batch at once.</summary>
public static class RecognitionDesk
{
    /// <summary>Most applications in one list.</summary>
    public const int LongestList = 200;

    /// <summary>
    /// Carries out a command about the batch in the route and some of its applications. Batch and applications are held alone; the applicants' standing and what is
    /// open about each application (objections, cases) are relied on, so none of them slips in between the look and the commit.
    /// </summary>
    /// <param name="decide">Gets the batch's call and timeline, and the applications in the order given.</param>
    public static async Task<Decision> OnCandidatesAsync(
        this Desk desk, long version, IReadOnlyList<ApplicationId> applications, Func<Call, Timeline, IReadOnlyList<Candidate>, Task<Decision>> decide, params Hold[] holds)
    {
        var batch = new BatchId(desk.Target!);
        if (applications.Count is 0 or > LongestList || applications.Distinct().Count() != applications.Count)
            return RecognitionRules.ListInvalid.Refuse();
        var found = (await desk.Session.LoadManyAsync<Draft>(desk.Cancelled, applications.Select(a => a.Stream))).ToDictionary(d => d.Application);
        if (applications.Any(a => !found.TryGetValue(a, out var head) || head.Batch != batch || !desk.Actor.Reaches(new Belonging(head.City, head.Organisation.Value))))
            return RecognitionRules.ListInvalid.Refuse();
        Draft[] heads = [.. applications.Select(a => found[a])];
        var streams = StreamsOf(batch, heads).ToArray();
        await desk.HoldAsync([
            Hold.Changing(batch.Stream),
            .. applications.Select(a => Hold.Changing(a.Stream)),
            .. streams[(1 + heads.Length)..].Select(Hold.Relying),
            .. applications.SelectMany(a => new[] { Hold.Relying(ObjectionId.LockOf(a)), Hold.Relying(CaseId.LockOf(a)) }),
            .. holds]);

        var timelines = (await desk.ReadAsync(streams)).ToDictionary(t => t.Stream);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, batch, timelines[batch.Stream], desk.Cancelled);
        if (call is null)
            return CommandRules.NotFound.Refuse();
        if (version != timelines[batch.Stream].Version)
            return timelines[batch.Stream].ChangedSince(version);
        desk.UnderDefinition(call.Definition.Hash);

        var candidates = await CandidatesAsync(desk.Session, call, heads, timelines, desk.Cancelled);
        return desk.Record<Batch>(timelines[batch.Stream], batch.Value, await decide(call, timelines[batch.Stream], candidates));
    }

    /// <summary>What is read to decide on these applications: their batch, then they themselves, then their organisations' standing.</summary>
    public static IEnumerable<string> StreamsOf(BatchId batch, IReadOnlyList<Draft> heads) =>
        [batch.Stream, .. heads.Select(h => h.Id), .. heads.Select(h => Organisation.Stream(h.Organisation)).Distinct()];

    /// <summary>The applications as recognition sees them, in the order given.</summary>
    /// <param name="timelines">Of the streams of <see cref="StreamsOf"/>.</param>
    public static async Task<IReadOnlyList<Candidate>> CandidatesAsync(
        IQuerySession session, Call call, IReadOnlyList<Draft> heads, IReadOnlyDictionary<string, Timeline> timelines, CancellationToken ct)
    {
        string[] ids = [.. heads.Select(h => h.Application.Value)];
        var objected = (await session.LoadManyAsync<OpenObjections>(ct, ids)).Where(o => o.Open.Count > 0).Select(o => o.Id).ToHashSet();
        var accused = (await session.Query<CaseCard>().Where(c => c.Open && c.Application.IsOneOf(ids)).Select(c => c.Application).ToListAsync(ct)).ToHashSet();
        var windows = heads.ToDictionary(h => h.Id, h => timelines[h.Id].Events.Select(e => e.Data).OfType<ApplicationPublicised>().LastOrDefault());
        var notices = (await session.LoadManyAsync<NoticeCard>(ct, windows.Values.Select(w => w?.Publicity.Stream).OfType<string>().Distinct())).ToDictionary(n => n.Publicity);
        return [.. heads.Select(head => new Candidate(
            new ApplicationFile(
                head, timelines[head.Id], timelines[head.Id].Fold(Filing.Start, Filing.Next), call,
                timelines[Organisation.Stream(head.Organisation)].Fold(Standing.Start, Standing.Next)),
            objected.Contains(head.Application.Value), accused.Contains(head.Application.Value),
            windows[head.Id] is { } window && notices.TryGetValue(window.Publicity, out var notice) ? notice.Notice.Lines.FirstOrDefault(l => l.Entry.Number == window.Entry)?.Entry : null))];
    }
}
