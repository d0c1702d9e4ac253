namespace PublicSite;

/// <summary>
/// The data set as the public may see it on the build day: what left the public is gone but for its tombstone, everything is in the
/// site's own order, and everything can be looked up by id.
/// </summary>
public sealed class SiteView
{
    private readonly Dictionary<string, City> cities;
    private readonly Dictionary<string, Industry> industries;
    private readonly Dictionary<string, PublicBatch> batches;
    private readonly Dictionary<string, PublicCluster> clusters;
    private readonly Dictionary<string, Announcement> announcements;
    private readonly Dictionary<string, PublicityNotice> notices;
    private readonly Dictionary<string, PublicFinding> findings;
    private readonly ILookup<string, (PublicityNotice Notice, NoticeEntry Entry)> entriesOfClusters;

    public SiteView(Disclosure data, DateOnly buildDay, int shortRegister = RegisterIndex.ShortRegister)
    {
        BuildDay = buildDay;
        Site = data.Site;
        // A finding that was rescinded or has run its term leaves everything public, and with it whatever rests on it.
        Findings = [.. data.Findings.Where(IsInForce).OrderByDescending(f => f.FirstDay).ThenBy(f => f.Id, StringComparer.Ordinal)];
        findings = Findings.ToDictionary(f => f.Id, StringComparer.Ordinal);
        bool Stays(string? finding) => finding is null || findings.ContainsKey(finding);

        Batches = [.. data.Batches.OrderByDescending(b => b.NoticeDate).ThenBy(b => b.Id, StringComparer.Ordinal)];
        Notices = [.. data.Notices.OrderByDescending(n => n.PostedAt).ThenBy(n => n.Id, StringComparer.Ordinal)];
        Announcements = [.. data.Announcements.Where(a => Stays(a.Finding)).OrderByDescending(a => a.PublishedAt).ThenBy(a => a.Id, StringComparer.Ordinal)];
        EarlierLists = [.. data.EarlierLists.OrderByDescending(l => l.Date, StringComparer.Ordinal).ThenBy(l => l.Id, StringComparer.Ordinal)];
        Interpretations = [.. data.Interpretations.OrderByDescending(i => i.Date).ThenBy(i => i.Id, StringComparer.Ordinal)];
        Scores = [.. data.Scores.OrderBy(s => s.Batch, StringComparer.Ordinal).ThenBy(s => s.Group, StringComparer.Ordinal)];
        cities = Site.Cities.ToDictionary(c => c.Code, StringComparer.Ordinal);
        industries = Site.Industries.ToDictionary(i => i.Code, StringComparer.Ordinal);
        batches = Batches.ToDictionary(b => b.Id, StringComparer.Ordinal);

        Clusters = InOrder(data.Clusters.Where(c => Stays(c.Finding)).Select(c => Told(c, Stays)));
        clusters = Clusters.ToDictionary(c => c.Id, StringComparer.Ordinal);
        announcements = Announcements.ToDictionary(a => a.Id, StringComparer.Ordinal);
        notices = Notices.ToDictionary(n => n.Id, StringComparer.Ordinal);
        entriesOfClusters = Notices.SelectMany(n => n.Entries.Select(e => (n, e))).Where(x => x.e.Cluster is not null).ToLookup(x => x.e.Cluster!, StringComparer.Ordinal);
        Register = new(Site, Batches, Clusters, Announcements, shortRegister);
        var shown = ShownAddresses().ToHashSet(StringComparer.Ordinal);
        Proofs = data.Proofs.Where(p => shown.Contains(p.Page)).OrderBy(p => p.Page, StringComparer.Ordinal).ToDictionary(p => p.Page, StringComparer.Ordinal);
        Moved = [.. data.Moved.OrderBy(m => m.Kind).ThenBy(m => m.OldId, StringComparer.Ordinal)];
        Tombstones =
        [
            .. data.Tombstones
                .Concat(data.Findings.Where(f => !IsInForce(f)).Select(f => new Tombstone(PageKind.Finding, f.Id)))
                .Concat(data.Clusters.Where(c => !Stays(c.Finding)).Select(c => new Tombstone(PageKind.Cluster, c.Id)))
                .Concat(data.Announcements.Where(a => !Stays(a.Finding)).Select(a => new Tombstone(PageKind.Announcement, a.Id)))
                .Distinct().Where(t => !IsLive(t)).OrderBy(t => t.Kind).ThenBy(t => t.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>The day for which the site is built; it decides which windows are open and which findings are in force.</summary>
    public DateOnly BuildDay { get; }
    public SiteInfo Site { get; }
    public IReadOnlyList<PublicBatch> Batches { get; }
    public IReadOnlyList<PublicityNotice> Notices { get; }
    public IReadOnlyList<Announcement> Announcements { get; }

    /// <summary>By batch and group; usually none.</summary>
    public IReadOnlyList<ReviewScores> Scores { get; }
    public IReadOnlyList<PublicCluster> Clusters { get; }

    /// <summary>The clusters by selection.</summary>
    public RegisterIndex Register { get; }
    public IReadOnlyList<EarlierList> EarlierLists { get; }
    public IReadOnlyList<PublicFinding> Findings { get; }
    public IReadOnlyList<Interpretation> Interpretations { get; }
    public IReadOnlyList<Tombstone> Tombstones { get; }
    public IReadOnlyList<MovedPage> Moved { get; }

    /// <summary>What the pages that are shown rest on in the public log, by address.</summary>
    public IReadOnlyDictionary<string, PageProof> Proofs { get; }

    private IEnumerable<string> ShownAddresses() =>
    [
        .. Batches.Select(b => Addresses.BatchOf(b.Id)),
        .. Notices.Select(n => Addresses.Of(PageKind.Notice, n.Id)),
        .. Announcements.Select(a => Addresses.Of(PageKind.Announcement, a.Id)),
        .. Clusters.Select(c => Addresses.Of(PageKind.Cluster, c.Id)),
        .. Findings.Select(f => Addresses.Of(PageKind.Finding, f.Id)),
        .. EarlierLists.Select(l => Addresses.Of(PageKind.EarlierList, l.Id)),
    ];

    /// <summary>The event that gave a cluster its standing, which is what figures depend on; without one, the day's first instant.</summary>
    public static DateTimeOffset StandingSince(PublicCluster cluster) =>
        cluster.Timeline.LastOrDefault(e => e.Day == cluster.Since && e.At is not null)?.At ?? new DateTimeOffset(cluster.Since.ToDateTime(TimeOnly.MinValue), BeijingTime.Offset);

    public City City(string code) => cities[code];
    public Industry Industry(string code) => industries[code];
    public PublicBatch Batch(string id) => batches[id];
    public PublicCluster? Cluster(string? id) => id is null ? null : clusters.GetValueOrDefault(id);
    public Announcement? Announcement(string? id) => id is null ? null : announcements.GetValueOrDefault(id);
    public PublicityNotice? Notice(string? id) => id is null ? null : notices.GetValueOrDefault(id);
    public PublicFinding? Finding(string? id) => id is null ? null : findings.GetValueOrDefault(id);

    /// <summary>The concluded objections to a cluster, with the notice they concern.</summary>
    public IEnumerable<(PublicityNotice Notice, ConcludedObjection Objection)> ObjectionsTo(PublicCluster cluster) =>
        from publicised in entriesOfClusters[cluster.Id]
        from objection in publicised.Notice.Objections
        where objection.Entry == publicised.Entry.Id
        orderby objection.ConcludedOn, objection.Number
        select (publicised.Notice, objection);

    /// <summary>The notices before an announcement in which one of its clusters was publicised.</summary>
    public IEnumerable<PublicityNotice> NoticesBefore(Announcement announcement) =>
        announcement.Entries.Where(e => e.Cluster is not null).SelectMany(e => entriesOfClusters[e.Cluster!]).Select(x => x.Notice).Distinct()
            .Where(n => n.PostedAt < announcement.PublishedAt).OrderByDescending(n => n.PostedAt).ThenBy(n => n.Id, StringComparer.Ordinal);

    /// <summary>The windows in which one may object on the build day: each notice's own, and those of entries that were added or changed later.</summary>
    public IEnumerable<(PublicityNotice Notice, PublicityWindow Window)> OpenWindows =>
        from notice in Notices
        from window in notice.Entries.Select(e => e.OwnWindow).OfType<PublicityWindow>().Prepend(notice.Window).Distinct()
        where StateOf(window) is WindowState.Open
        select (notice, window);

    /// <summary>The open window in which one may object to this cluster, if there is one.</summary>
    public PublicityWindow? OpenWindowOf(PublicCluster cluster) =>
        entriesOfClusters[cluster.Id].Select(x => x.Entry.OwnWindow ?? x.Notice.Window).FirstOrDefault(w => StateOf(w) is WindowState.Open);

    public WindowState StateOf(PublicityWindow window) =>
        BuildDay < window.PostingDay ? WindowState.NotYetOpen : BuildDay <= window.LastDay ? WindowState.Open : WindowState.Closed;

    /// <summary>五(三): a finding ends by itself after its last day; the build day alone decides.</summary>
    public bool IsInForce(PublicFinding finding) => finding.Standing != FindingStanding.Rescinded && finding.LastDay >= BuildDay;

    private bool IsLive(Tombstone tombstone) => tombstone.Kind switch
    {
        PageKind.Notice => notices.ContainsKey(tombstone.Id),
        PageKind.Announcement => announcements.ContainsKey(tombstone.Id),
        PageKind.Cluster => clusters.ContainsKey(tombstone.Id),
        PageKind.Finding => findings.ContainsKey(tombstone.Id),
        PageKind.EarlierList => EarlierLists.Any(l => l.Id == tombstone.Id),
        PageKind.Interpretation => Interpretations.Any(i => i.Id == tombstone.Id),
        _ => false,
    };

    /// <summary>A cluster with the lines of its history that are public, in order of time; the same object where nothing had to be done.</summary>
    private static PublicCluster Told(PublicCluster cluster, Func<string?, bool> stays)
    {
        var inOrder = true;
        for (var i = 0; i < cluster.Timeline.Count && inOrder; i++)
            inOrder = stays(cluster.Timeline[i].Finding) && (i == 0 || Compare(cluster.Timeline[i - 1], cluster.Timeline[i]) <= 0);
        return inOrder ? cluster : cluster with { Timeline = [.. cluster.Timeline.Where(e => stays(e.Finding)).OrderBy(e => e.Day).ThenBy(e => e.At).ThenBy(e => e.Kind)] };
    }

    private static int Compare(PublicEvent one, PublicEvent other) =>
        one.Day != other.Day ? one.Day.CompareTo(other.Day)
        : one.At != other.At ? Nullable.Compare(one.At, other.At)
        : one.Kind.CompareTo(other.Kind);

    /// <summary>By batch, city and industry, then by id and not by name: a new name leaves every row, and so every page of a long list, where it was.</summary>
    private List<PublicCluster> InOrder(IEnumerable<PublicCluster> all)
    {
        var (batchOrder, cityOrder, industryOrder) = (Order(Batches.Select(b => b.Id)), Order(Site.Cities.Select(c => c.Code)), Order(Site.Industries.Select(i => i.Code)));
        var ordered = all.Select(c => (Rank: ((long)batchOrder[c.Batch] << 32) | (long)cityOrder[c.City] << 16 | (long)industryOrder[c.Industry], Cluster: c)).ToArray();
        Array.Sort(ordered, static (one, other) => one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank) : string.CompareOrdinal(one.Cluster.Id, other.Cluster.Id));
        return [.. ordered.Select(o => o.Cluster)];
    }

    private static Dictionary<string, int> Order(IEnumerable<string> codes) =>
        codes.Select((code, index) => (code, index)).ToDictionary(x => x.code, x => x.index, StringComparer.Ordinal);
}

/// <summary>What the build day says about a publicity window.</summary>
public enum WindowState { NotYetOpen, Open, Closed }
