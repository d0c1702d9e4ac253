using JasperFx.Events;
using PublicSite;
using Registry.Integrity;
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
    private readonly List<(PublicSite.Announcement Shown, BatchId Batch)> announcements = [];

    private sealed record ClusterSoFar(ApplicationRecognised Recognised, string Name, string Applicant, string Code, ClusterStanding Standing, DateOnly Since, string? Finding, DateTimeOffset AsOf);

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
        var before = clusters.GetValueOrDefault(id);
        ClusterSoFar? after = e.Data switch
        {
            ApplicationRecognised r => new ClusterSoFar(r, r.Entry.ClusterName, r.Entry.OrganisationName, r.Entry.Organisation.Value, ClusterStanding.Recognised, r.Day, null, e.Timestamp),
            RecognitionRevoked r => before is null ? null : before with { Standing = ClusterStanding.Revoked, Since = r.Day, Finding = r.Finding },
            RecognitionExpired x => before is null ? null : before with { Standing = ClusterStanding.Expired, Since = x.LastDay.AddDays(1) },
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
        RecognitionExpired x => new PublicEvent { Day = x.LastDay, Kind = PublicEventKind.Expired },
        ClusterRenamed r => new PublicEvent { Day = r.Day, Kind = PublicEventKind.Renamed, Text = $"{r.From} → {r.To}" },
        OperatorChanged o => new PublicEvent { Day = o.Day, Kind = PublicEventKind.Other, Text = $"{o.FromName} → {o.ToName}" },
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
            n.ClusterName, n.City, IndustryOf(n.Industry), n.OrganisationName, issued.Kind == Recognition.AnnouncementKind.Revocation && !clusters.ContainsKey(n.Application) ? null : n.Application.Value))],
        Finding = issued.Finding,
        AsOf = e.Timestamp,
    };

    /// <summary>A revocation becomes public with its finding, which comes after the finding was served; until then the page shows what was public before.</summary>
    private IEnumerable<PublicCluster> ShownClusters() =>
        from pair in clusters
        let c = pair.Value
        let hidden = c.Standing == ClusterStanding.Revoked && !findings.ContainsKey(c.Finding!)
        let standing = hidden ? ClusterStanding.Recognised : c.Standing
        select new PublicCluster
        {
            Id = pair.Key.Value,
            Name = c.Name,
            City = c.Recognised.Entry.City,
            Industry = IndustryOf(c.Recognised.Entry.Industry),
            Applicant = c.Applicant,
            ApplicantCode = c.Code,
            Batch = KeyOf(batches[c.Recognised.Batch].Definition),
            Standing = standing,
            Since = hidden ? c.Recognised.Day : c.Since,
            Until = standing == ClusterStanding.Recognised ? c.Recognised.LastDay : null,
            Timeline = [.. timelines[pair.Key].Where(line => line.Finding is null || findings.ContainsKey(line.Finding))],
            Finding = hidden ? null : c.Finding,
            AsOf = c.AsOf,
        };
}
