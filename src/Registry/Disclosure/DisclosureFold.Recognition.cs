using JasperFx.Events;
using PublicSite;
using Registry.Integrity;
using Registry.Applications;
using Registry.Objections;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Platform;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly Dictionary<ApplicationId, ClusterSoFar> clusters = [];
    private readonly Dictionary<ApplicationId, List<PublicEvent>> timelines = [];

    // Among many clusters an event concerns one; the others stay the same objects, by which the site knows that nothing happened to them.
    private readonly Dictionary<ApplicationId, PublicCluster> shownClusters = [];
    private DateOnly shownOn;
    private readonly List<(PublicSite.Announcement Shown, BatchId Batch)> announcements = [];

    private sealed record ClusterSoFar(
        ApplicationRecognised Recognised, string Name, string Applicant, string Code, DateOnly? LastDay, RecognitionRevoked? Revoked, bool RevocationAnnounced, DateTimeOffset AsOf);

    private void TakeRecognition(IEvent e)
    {
        if (e.Data is AnnouncementIssued issued)
        {
            announcements.Add((Shown(e, issued), issued.Batch));
            return;
        }
        if (e.StreamKey!.Split('/') is not ["application", var value])
            return;
        var id = new ApplicationId(value);
        if (Line(e) is { } line)
            (timelines.TryGetValue(id, out var lines) ? lines : timelines[id] = []).Add(line);
        shownClusters.Remove(id);
        var before = clusters.GetValueOrDefault(id);
        ClusterSoFar? after = e.Data switch
        {
            ApplicationRecognised r => new ClusterSoFar(r, r.Entry.ClusterName, r.Entry.OrganisationName, r.Entry.Organisation.Value, r.LastDay, null, false, e.Timestamp),
            RecognitionRevoked r => before is null ? null : before with { Revoked = r, RevocationAnnounced = false },
            RevocationAnnounced => before is null ? null : before with { RevocationAnnounced = true },
            ApplicationRestored => before is null ? null : before with { Revoked = null, RevocationAnnounced = false },
            RecognitionRechecked r => before is null ? null : before with { LastDay = r.LastDay },
            ClusterRenamed r => before is null ? null : before with { Name = r.To },
            OperatorChanged o => before is null ? null : before with { Applicant = o.ToName, Code = o.To.Value },
            _ => before,
        };
        if (after is not null)
            clusters[id] = after with { AsOf = e.Timestamp };
    }

    /// <summary>What one event adds to a cluster's public history, if it ever gets a page.</summary>
    private static PublicEvent? Line(IEvent e) => e.Data switch
    {
        ApplicationPublicised p => new PublicEvent { Day = ChinaTime.ToDay(p.OpensAt), At = p.OpensAt, Kind = PublicEventKind.PublicityOpened, Notice = p.Publicity.Value },
        ObjectionConcluded o => new PublicEvent { Day = ChinaTime.ToDay(e.Timestamp), Kind = PublicEventKind.ObjectionConcluded, Text = o.PublicReason },
        ApplicationRecognised r => new PublicEvent { Day = r.Day, Kind = PublicEventKind.Recognised, Text = r.Number, Announcement = r.Announcement.Value },
        RecognitionRevoked r => new PublicEvent { Day = r.Day, Kind = PublicEventKind.Revoked, Finding = r.Finding },
        RevocationAnnounced r => new PublicEvent { Day = r.Day, Kind = PublicEventKind.RevocationAnnounced, Text = r.Number, Announcement = r.Announcement.Value, Finding = r.Finding },
        RecognitionRechecked r => new PublicEvent { Day = r.Day, Kind = PublicEventKind.Rechecked, Text = r.PublicResult },
        ClusterRenamed r => new PublicEvent { Day = r.Day, Kind = PublicEventKind.Renamed, Text = $"{r.From} → {r.To}：{r.PublicReason}" },
        OperatorChanged o => new PublicEvent { Day = o.Day, Kind = PublicEventKind.OperatorChanged, Text = $"{o.FromName} → {o.ToName}：{o.PublicReason}" },
        _ => null,
    };

    private PublicSite.Announcement Shown(IEvent e, AnnouncementIssued issued) => new()
    {
        Id = e.StreamKey!["announcement/".Length..],
        Batch = KeyOf(batches[issued.Batch].Definition),
        Kind = issued.Kind switch
        {
            Recognition.AnnouncementKind.Recognition => PublicSite.AnnouncementKind.Recognition,
            Recognition.AnnouncementKind.Supplementary => PublicSite.AnnouncementKind.Supplementary,
            _ => PublicSite.AnnouncementKind.Revocation,
        },
        DocumentNumber = issued.Number,
        Title = issued.PublicTitle,
        Date = issued.Day,
        PublishedAt = e.Timestamp,
        Signatory = issued.PublicSignatory,
        Basis = [.. batches[issued.Batch].Definition.Notice.Basis.Select(b => $"{b.Title}（{b.Number}）")],
        Entries = [.. issued.Entries.Select(n => new PublicSite.AnnouncementEntry(
            n.ClusterName, n.City, IndustryOf(n.Industry), n.OrganisationName, n.Application.Value))],
        Finding = issued.Finding,
        AsOf = e.Timestamp,
    };

    private IEnumerable<PublicSite.Announcement> ShownAnnouncements(DateOnly today) =>
        from announcement in announcements.Select(a => a.Shown)
        let revocation = announcement.Finding is { } finding ? Revocation(finding, announced: true, today) : default
        where !revocation.Gone
        select announcement with { Finding = revocation.Finding };

    /// <summary>Until a revocation is public the page shows what was public before. A recognition whose term is over has expired by the calendar, whether or not that was noted.</summary>
    private IEnumerable<PublicCluster> ShownClusters(DateOnly today)
    {
        if (shownOn != today)
            shownClusters.Clear();
        shownOn = today;
        foreach (var (id, c) in clusters)
        {
            var revocation = c.Revoked is { } r ? Revocation(r.Finding, c.RevocationAnnounced, today) : default;
            if (revocation.Gone)
                continue;
            if (!shownClusters.TryGetValue(id, out var shown))
            {
                shown = Shown(id, c, revocation, today);
                // What rests on a finding changes with events of the finding's, so it is always told anew.
                if (c.Revoked is null && timelines[id].TrueForAll(line => line.Finding is null))
                    shownClusters[id] = shown;
            }
            yield return shown;
        }
    }

    private PublicCluster Shown(ApplicationId id, ClusterSoFar c, (bool Shown, bool Gone, string? Finding) revocation, DateOnly today)
    {
        var expired = c.LastDay < today;
        var standing = revocation.Shown ? ClusterStanding.Revoked : expired ? ClusterStanding.Expired : ClusterStanding.Recognised;
        return new PublicCluster
        {
            Id = id.Value,
            Name = c.Name,
            City = c.Recognised.Entry.City,
            Industry = IndustryOf(c.Recognised.Entry.Industry),
            Applicant = c.Applicant,
            ApplicantCode = c.Code,
            Batch = KeyOf(batches[c.Recognised.Batch].Definition),
            Standing = standing,
            Since = standing switch { ClusterStanding.Revoked => c.Revoked!.Day, ClusterStanding.Expired => c.LastDay!.Value.AddDays(1), _ => c.Recognised.Day },
            Until = standing == ClusterStanding.Recognised ? c.LastDay : null,
            Timeline = [.. Lines(id, revocation, expired ? c.LastDay : null)],
            Finding = revocation.Finding,
            AsOf = c.AsOf,
        };
    }

    /// <summary>The lines of a cluster's history that are public on the day; what rests on a finding comes and goes with it.</summary>
    private IEnumerable<PublicEvent> Lines(ApplicationId id, (bool Shown, bool Gone, string? Finding) revocation, DateOnly? expired)
    {
        foreach (var line in timelines[id])
            if (line.Finding is null || findings[line.Finding].Published)
                yield return line;
            else if (revocation is { Shown: true, Finding: null })
                yield return line with { Finding = null };
        if (expired is { } lastDay)
            yield return new PublicEvent { Day = lastDay, Kind = PublicEventKind.Expired };
    }

    /// <summary>What left the public with a finding that was itself never published. What rests on published ones the site withdraws by itself.</summary>
    private IEnumerable<PublicSite.Tombstone> Tombstones(DateOnly today) =>
        announcements.Where(a => a.Shown.Finding is { } finding && Revocation(finding, announced: true, today).Gone).Select(a => new PublicSite.Tombstone(PageKind.Announcement, a.Shown.Id))
            .Concat(clusters.Where(c => c.Value.Revoked is { } r && Revocation(r.Finding, c.Value.RevocationAnnounced, today).Gone).Select(c => new PublicSite.Tombstone(PageKind.Cluster, c.Key.Value)));
}
