using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>
/// Issues an announcement (公告): the batch's list of recognised clusters, a supplementary list, or a revocation. From then on the list is public;
/// announcement, batch and applications change in one transaction.
/// </summary>
/// <param name="Kind">What is announced.</param>
/// <param name="Number">Document number, 机关代字〔年〕号.</param>
/// <param name="Day">The day the document bears.</param>
/// <param name="PublicTitle">Its title.</param>
/// <param name="PublicSignatory">The body that signs.</param>
/// <param name="Applications">The list, in its order.</param>
/// <param name="Version">The batch's version seen.</param>
public sealed record IssueAnnouncement(
    AnnouncementKind Kind, string Number, DateOnly Day, string PublicTitle, string PublicSignatory, IReadOnlyList<ApplicationId> Applications, long Version)
    : ICommand<IssueAnnouncement>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "issue-announcement", "/batches/{id}/announcements", Roles.ProvincialOfficer, "Issue an announcement: recognised clusters, a supplementary list, or a revocation.");

    /// <summary>
    /// 四(四), procedure 8: what the meeting decided is looked at again, for an objection, a case or a ban may have come since. One list for each batch, anything
    /// later is supplementary. A revocation stands alone, so that it can leave the public together with its finding.
    /// </summary>
    /// <param name="ready">Whether the finding behind a revocation was served and published.</param>
    /// <param name="numberTaken">Whether another announcement bears the number.</param>
    /// <param name="announcement">A new opaque id.</param>
    public static Decision Decide(
        IssueAnnouncement command, CallDefinition definition, RecognitionLists lists, IReadOnlyList<Candidate> candidates, bool ready, bool numberTaken,
        AnnouncementId announcement, DateTimeOffset now)
    {
        if ((TextCheck.Check(command.PublicTitle, "publicTitle", 200) ?? TextCheck.Check(command.PublicSignatory, "publicSignatory", 200)) is { } wrong)
            return wrong;
        var parsed = DocumentNumber.Parse(command.Number);
        if (RecognitionRules.NumberFault(parsed, definition.Issuer, command.Day) is { } fault)
            return fault;
        var number = parsed!.ToString();
        if (numberTaken)
            return RecognitionRules.NumberTaken.Refuse(("number", number));
        if ((command.Kind == AnnouncementKind.Revocation ? RevocationFault(candidates, ready) : ListFault(command.Kind, lists, candidates, now)) is { } notReady)
            return notReady;
        var earliest = command.Kind == AnnouncementKind.Revocation ? candidates[0].Recognition.Revoked!.Day : candidates.Max(c => lists.Verdicts[c.Id].Day);
        if (RecognitionRules.DayFault(command.Day, earliest, ChinaTime.ToDay(now)) is { } impossible)
            return impossible;
        return Decision.Accept(new ListAnnounced(announcement, command.Kind, number, command.Applications)).With("announcement", announcement.Value).With("number", number);
    }

    private static Refusal? ListFault(AnnouncementKind kind, RecognitionLists lists, IReadOnlyList<Candidate> candidates, DateTimeOffset now)
    {
        if (lists.ListAnnounced != (kind == AnnouncementKind.Supplementary))
            return RecognitionRules.OtherKind.Refuse();
        return candidates.Select(c => NotOnList(c, lists, now)).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>四(四): why the application is not put on a list now, if it was decided that it is recognised; null if it can be.</summary>
    public static Refusal? NotOnList(Candidate candidate, RecognitionLists lists, DateTimeOffset now) =>
        candidate.Unrecognisable(now)
        ?? (lists.Verdicts.TryGetValue(candidate.Id, out var verdict) && verdict.Recognised && verdict.RecordedAt >= candidate.Candidacy.ClosesAt
            ? null : RecognitionRules.NotDecided.Refuse(("application", candidate.Id.Value)));

    /// <summary>五(三): a revocation is announced alone, once, and after its finding was served and published.</summary>
    public static Refusal? RevocationFault(IReadOnlyList<Candidate> candidates, bool ready) =>
        candidates is [var one] && one.File.Filing.Stage == Stage.Revoked && one.Recognition.RevocationNumber is null && ready
            ? null
            : RecognitionRules.NotRevoked.Refuse();

    /// <summary>What the announcement says, and what follows for each application on it.</summary>
    public static (AnnouncementIssued Issued, IReadOnlyList<object> ForEach) Issue(
        IssueAnnouncement command, CallDefinition definition, BatchId batch, ListAnnounced listed, IReadOnlyList<Candidate> candidates)
    {
        var revoked = command.Kind == AnnouncementKind.Revocation ? candidates[0].Recognition : null;
        // A revocation names the cluster as the public knows it by then.
        AnnouncementEntry[] entries = [.. candidates.Select(c => revoked is null ? c.Entry : c.Entry with { ClusterName = revoked.ClusterName })];
        var issued = new AnnouncementIssued(
            batch, command.Kind, listed.Number, command.Day, command.PublicTitle.Trim(), command.PublicSignatory.Trim(), entries, revoked?.Revoked!.Finding);
        DateOnly? lastDay = definition.Recognition.TermYears is { } years ? CivilTerm.YearsAfter(command.Day, years) : null;
        return (issued, [.. entries.Select(e => revoked is null
            ? (object)new ApplicationRecognised(listed.Announcement, listed.Number, command.Day, lastDay, batch, e)
            : new RevocationAnnounced(listed.Announcement, listed.Number, command.Day, revoked.Revoked!.Finding))]);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(IssueAnnouncement command, Desk desk)
    {
        var (id, number) = (new AnnouncementId(Desk.NewId()), DocumentNumber.Parse(command.Number)?.ToString() ?? "");
        return await desk.OnCandidatesAsync(command.Version, command.Applications, async (call, batch, candidates) =>
        {
            var taken = await desk.Session.Query<AnnouncementCard>().AnyAsync(a => a.Number == number, desk.Cancelled);
            var decided = Decide(
                command, call.Definition, batch.Fold(RecognitionLists.Start, RecognitionLists.Next), candidates, await ReadyAsync(desk, call.Definition, candidates), taken, id, desk.Now);
            if (decided is Decision.Accepted { Events: [ListAnnounced listed] })
            {
                var (issued, forEach) = Issue(command, call.Definition, call.Id, listed, candidates);
                desk.Append<Announcement>(new Timeline(id.Stream, []), [issued]);
                foreach (var (candidate, e) in candidates.Zip(forEach))
                    desk.Append<Application>(candidate.File.Timeline, [e]);
                if (listed.Kind == AnnouncementKind.Recognition && await OpenScores.OfAsync(desk, call, batch) is { } scores)
                    return ((Decision.Accepted)decided) with { Events = [listed, scores] };
            }
            return decided;
        }, Hold.Changing($"document-number/{number}"));
    }

    private static async Task<bool> ReadyAsync(Desk desk, CallDefinition definition, IReadOnlyList<Candidate> candidates) =>
        candidates is [{ Recognition.Revoked: { } revoked }] && IsReady(await desk.Session.LoadAsync<CaseCard>(revoked.Case.Stream, desk.Cancelled), definition);

    /// <summary>A finding is served before it is announced to anybody else, and published before what rests on it, where the definition publishes it at all.</summary>
    public static bool IsReady(CaseCard? card, CallDefinition definition) =>
        card is { ServedOn: not null } && (card.PublishedOn is not null || !definition.FalseMaterial.Published);
}
