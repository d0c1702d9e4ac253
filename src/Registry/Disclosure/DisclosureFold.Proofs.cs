using JasperFx.Events;
using PublicSite;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Programme;
using Registry.Proof;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly List<(IEvent Event, string Page)> rests = [];

    /// <summary>The leaves of the public log; without them no page says what it rests on.</summary>
    public PublicLeaves? Leaves { get; set; }

    /// <summary>Notes which pages an event stands behind. A page that is never shown keeps nothing.</summary>
    private void TakeProof(IEvent e)
    {
        foreach (var page in PagesOf(e))
            rests.Add((e, page));
    }

    private IEnumerable<string> PagesOf(IEvent e)
    {
        var id = e.StreamKey![(e.StreamKey!.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return e.Data switch
        {
            BatchAnnounced or BatchAmended or DeadlineExtended or CityDeadlineSet or ScoresPublished => [Addresses.BatchOf(KeyOf(batches[IdOf(e)].Definition))],
            EarlierListRecorded => [Addresses.Of(PageKind.EarlierList, Slug(e.StreamKey!))],
            // A list from which something was struck before it was put up is not opened whole: what was struck never becomes public.
            PublicityOpened or PostingVerified or EntryAdded or EntryPosted or PublicityRedated or PublicityClosed or NoticeAttested or ObjectionsCounted => [Addresses.Of(PageKind.Notice, id)],
            ApplicationPublicised p => [Addresses.Of(PageKind.Notice, p.Publicity.Value), Addresses.Of(PageKind.Cluster, id)],
            ObjectionConcluded => [.. NoticeOf(new ApplicationId(id)) is { } notice ? [Addresses.Of(PageKind.Notice, notice)] : Array.Empty<string>(), Addresses.Of(PageKind.Cluster, id)],
            AnnouncementIssued => [Addresses.Of(PageKind.Announcement, id)],
            ApplicationRecognised r => [Addresses.Of(PageKind.Cluster, id), Addresses.Of(PageKind.Announcement, r.Announcement.Value)],
            RecognitionExpired or RecognitionRechecked or ClusterRenamed or OperatorChanged => [Addresses.Of(PageKind.Cluster, id)],
            RecognitionRevoked r => [Addresses.Of(PageKind.Finding, r.Finding)],
            RevocationAnnounced r => [Addresses.Of(PageKind.Announcement, r.Announcement.Value), Addresses.Of(PageKind.Finding, r.Finding)],
            FindingConfirmed f => [Addresses.Of(PageKind.Finding, f.Finding)],
            FindingPublished f => [Addresses.Of(PageKind.Finding, f.Finding)],
            OrganisationBanned b => [Addresses.Of(PageKind.Finding, b.Finding)],
            BanTermCounted b => [Addresses.Of(PageKind.Finding, b.Finding)],
            BanTermChanged b => [Addresses.Of(PageKind.Finding, b.Finding)],
            RulingRecorded r => [Addresses.Of(PageKind.Finding, r.Finding)],
            _ => [],
        };
    }

    private string? NoticeOf(ApplicationId application) => notices.Values.LastOrDefault(n => n.Entries.Any(x => x.Entry.Application == application))?.Id;

    private IEnumerable<PageProof> ShownProofs()
    {
        if (Leaves is not { } leaves)
            return [];
        var struck = notices.Values.Where(n => n.Posted is { Struck.Count: > 0 }).Select(n => Addresses.Of(PageKind.Notice, n.Id)).ToHashSet(StringComparer.Ordinal);
        return rests
            .Where(r => !(r.Event.Data is PublicityOpened && struck.Contains(r.Page)))
            .GroupBy(r => r.Page, StringComparer.Ordinal)
            .Select(page =>
            {
                var count = page.Select(r => r.Event).LastOrDefault(e => e.Data is ObjectionsCounted);
                return new PageProof
                {
                    Page = page.Key,
                    Leaves = [.. page.Select(r => leaves.Of(r.Event.Sequence)).OfType<long>().Order()],
                    Attestations = [.. page.Select(r => r.Event).Where(e => e.Data is NoticeAttested).Select(e => Shown(e, (NoticeAttested)e.Data, leaves))],
                    Count = count is null ? null : Shown((ObjectionsCounted)count.Data, leaves.Counted(count.Sequence)),
                };
            })
            .Where(p => p.Leaves.Count > 0);
    }

    private static Attestation Shown(IEvent e, NoticeAttested a, PublicLeaves leaves) => new(e.Timestamp, a.Day, a.Occasion switch
    {
        AttestOccasion.Start => AttestationOccasion.Start,
        AttestOccasion.Daily => AttestationOccasion.Daily,
        AttestOccasion.Changed => AttestationOccasion.Changed,
        _ => AttestationOccasion.End,
    }, a.Content, a.PublicReason, leaves.Of(e.Sequence));

    private static ObjectionCount Shown(ObjectionsCounted c, (IReadOnlyList<long> Received, IReadOnlyList<long> Handled) leaves) =>
        new(c.Received, c.Concluded, c.Inadmissible, c.Withdrawn) { ReceivedLeaves = leaves.Received, HandledLeaves = leaves.Handled };
}
